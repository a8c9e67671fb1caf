"""The requests of a load are signed as the proxy signs them: the service takes them, with their events."""

from __future__ import annotations

import asyncio
import json
from typing import TYPE_CHECKING, Any

import pytest
from lambda_migrate_service.proxy.signature import SignatureVerifier
from lambda_migrate_service.proxy.signing_keys import SigningKeys, parse

from lambda_migrate.http import Client
from lambda_migrate.load.generator import Generator
from lambda_migrate.load.reads import reads
from lambda_migrate.proxy.runtime.signing import Key
from lambda_migrate.shadow.events import events
from lambda_migrate.workflow.load_signing import DOOR, Signer
from tests.events import requests
from tests.support.listening import Handler, listening

if TYPE_CHECKING:
    from pathlib import Path

Seen = list[tuple[str, str, list[tuple[str, str]]]]


def sent(tmp_path: Path, event: dict[str, Any], sign: Signer) -> Seen:
    """Return what comes over the wire of an event: method, target and headers."""
    came: Seen = []

    class Service(Handler):
        def serve(self) -> None:
            came.append((self.command, self.path, self.headers.items()))
            self.answer(200)

    (tmp_path / "event.json").write_text(json.dumps(event))
    with listening(Service) as url, Client() as client:
        Generator(client, url, reads(events(tmp_path)).requests, 1, sign).step(10, 0.1, lambda: "")
    return came


@pytest.mark.parametrize(
    ("path", "query"),
    [("/orders", ""), ("/orders/a b", "q=a%20b&x='1'"), ("/ordërs/a+b;c", "x=1&x=2"), ("/a%2Fb", "=")],
)
def test_the_service_takes_them_with_their_events(path: str, query: str, tmp_path: Path) -> None:
    event = requests.http_api_2("GET", path, query, cookies=["a=1", "b=2"])
    event["headers"] = {**event["headers"], "authorization": "Bearer t"}

    ((method, target, headers),) = sent(tmp_path, event, Signer("orders", Key("k1", b"secret")))

    verifier = SignatureVerifier(SigningKeys(parse("k1:secret")))
    wire = [(name.lower().encode(), value.encode()) for name, value in headers]
    signed = asyncio.run(verifier.verify(method, target.encode(), wire))
    assert signed is not None
    assert (signed.is_http, signed.document["context"]["function_name"]) == (True, "orders")


def test_without_keys_they_go_as_anybody_sends_them_and_the_door_opens_with_its_key(tmp_path: Path) -> None:
    ((_method, _target, headers),) = sent(tmp_path, requests.http_api_2(), Signer("orders", door="open"))

    ours = {name.lower(): value for name, value in headers if name.lower().startswith("x-lambda-migrate")}
    assert ours == {DOOR: "open"}
