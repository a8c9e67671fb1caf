"""The whole way through nginx as Elastic Beanstalk runs it, with the settings that `init` writes."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest
from lambda_migrate_service.context import Function
from lambda_migrate_service.deliveries.endpoint import EventsEndpoint
from lambda_migrate_service.deliveries.replay import Replays
from lambda_migrate_service.dispatch import Dispatcher
from lambda_migrate_service.proxy import LambdaProxy, SignatureVerifier
from lambda_migrate_service.proxy.signing_keys import SigningKeys, parse

from tests.events import requests
from tests.proxy.asgi import running
from tests.proxy.service import KEY, function
from tests.proxy.service import Function as Lambda
from tests.service_library.nginx import behind_nginx, needs_nginx

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

pytestmark = needs_nginx


async def application(scope: Any, receive: Any, send: Any) -> None:
    """Answer with what came, and as many cookies as asked for."""
    body = b""
    while True:
        message = await receive()
        body += message.get("body", b"")
        if not message.get("more_body", False):
            break
    seen = {
        "headers": [[name.decode(), value.decode()] for name, value in scope["headers"]],
        "client": scope["client"][0],
        "target": scope["raw_path"].decode(),
        "length": len(body),
    }
    cookies = int(dict(scope["headers"]).get(b"x-cookies", b"0"))
    headers = [(b"set-cookie", b"c%d=" % number + b"v" * 400) for number in range(cookies)]
    await send({"type": "http.response.start", "status": 200, "headers": [(b"content-type", b"text/plain"), *headers]})
    await send({"type": "http.response.body", "body": json.dumps(seen).encode()})


def service(memory: Path) -> Any:
    """Return the service as `init` puts it together, in so far as the proxy meets it."""
    facts = Function("parcels", "eu-central-1", "210987654321", 256, 3.0)
    proxy = LambdaProxy(SignatureVerifier(SigningKeys(parse(KEY))), Replays(memory, 300.0), facts)
    middleware = proxy.middleware(application, application, "1", [])
    dispatcher = Dispatcher(lambda event, _context: len(event["text"]), workers=1, handlers={})
    return proxy.signatures(EventsEndpoint(middleware, [proxy.events], dispatcher))


@pytest.fixture(scope="module")
def handle(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Lambda]:
    folder = tmp_path_factory.mktemp("nginx")
    with running(service(folder / "replays")) as upstream, behind_nginx(upstream, folder) as url:
        yield function(url)


def test_nothing_of_nginx_shows(handle: Lambda) -> None:
    headers = {
        "host": "Shop.Example.com:8443",
        "x-forwarded-for": "198.51.100.9, 203.0.113.7",
        "x-forwarded-proto": "https",
        "x.with.dots": "1",
        "x_with_underscores": "2",
        "accept": "*/*",
    }

    seen = json.loads(handle(requests.alb(headers=headers))["body"])

    assert dict(map(tuple, seen["headers"])) == headers
    assert seen["client"] == "203.0.113.7"


@pytest.mark.parametrize("name", ["x-real-ip", "via", "upgrade-insecure-requests"])
def test_what_the_client_sent_is_what_arrives(handle: Lambda, name: str) -> None:
    seen = json.loads(handle(requests.alb(headers={"host": "h", name: "as sent"}))["body"])

    assert dict(map(tuple, seen["headers"])) == {"host": "h", name: "as sent"}


@pytest.mark.parametrize("cookies", [12, 24, 70])
def test_answers_with_as_many_headers_as_load_balancers_take_get_through(handle: Lambda, cookies: int) -> None:
    found = handle(requests.alb_multi(multiValueHeaders={"host": ["h"], "x-cookies": [str(cookies)]}))

    assert (found["statusCode"], len(found["multiValueHeaders"].get("set-cookie", ()))) == (200, cookies)


@pytest.mark.parametrize("character", ["ж", "\ud800"])
def test_the_longest_events_get_through(handle: Lambda, character: str) -> None:
    times = 6_291_000 // (2 if character == "ж" else 6)

    assert handle({"text": character * times}, seconds=60) == times


@pytest.mark.parametrize("path", ["/a%2Fb", "//a//b", "/a/../b/./c", "/%7Ea", "/a%20b", "/a;b=c", "/%25"])
def test_paths_arrive_as_they_were_sent(handle: Lambda, path: str) -> None:
    assert json.loads(handle(requests.alb(path=path))["body"])["target"] == path


@pytest.mark.parametrize("path", ["/..//x", "/%2e%2e/x", "/a%00b"])
def test_paths_that_nginx_refuses_are_answered_400_and_reach_nobody(handle: Lambda, path: str) -> None:
    """A limit that docs/proxy.md states: nginx cannot be told to let them through."""
    assert handle(requests.alb(path=path))["statusCode"] == 400
