"""A random answer of the service, in the shape of every front door, reaches the client as it was given."""

from __future__ import annotations

import base64
import json
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from lambda_migrate.proxy.runtime.message import Answer
from tests.events import requests
from tests.proxy.service import function

if TYPE_CHECKING:
    from lambda_migrate.proxy.runtime.message import HeaderLines

JOINS_VALUES = ("http-api-2.0", "function-url", "lattice-2.0")

names = st.sampled_from(["content-type", "content-encoding", "set-cookie", "vary", "x-parcel", "9", "location", "etag"])
values = st.text(st.characters(min_codepoint=33, max_codepoint=126) | st.sampled_from("é☕,; "), max_size=9).map(
    str.strip
)
types = st.sampled_from(
    ["text/plain", "application/json", "image/png", "text/html; charset=latin-1", "gzip", "identity"]
)
headers = st.lists(st.tuples(names, values | types), max_size=7)
bodies = st.binary(max_size=30) | st.text(max_size=20).map(str.encode)


class Given:
    """Stands in for the service and answers what it was given."""

    def __init__(self) -> None:
        self.answer = Answer(200, [], b"")

    def exchange(self, _message: Any, _deadline: float, _most: int, *_read: Any) -> Answer:
        return self.answer


SERVICE = Given()
HANDLE = function("http://127.0.0.1:1")
HANDLE.proxy._service = SERVICE  # type: ignore[assignment]


def received(result: dict[str, Any]) -> tuple[int, dict[str, list[str]], bytes]:
    """Return what the client receives: each front door sends the values of both maps and the cookies."""
    lines = [(name, [value] if isinstance(value, str) else value) for name, value in result.get("headers", {}).items()]
    lines += [*result.get("multiValueHeaders", {}).items(), ("set-cookie", result.get("cookies", []))]
    found: dict[str, list[str]] = {}
    for name, several in lines:
        found.setdefault(name.lower(), []).extend(several)
    body = result["body"]
    decoded = base64.b64decode(body, validate=True) if result["isBase64Encoded"] else body.encode()
    return result["statusCode"], {name: several for name, several in found.items() if several}, decoded


def expected(door: str, given: HeaderLines, body: bytes) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for name, value in given:
        found.setdefault(name, []).append(value)
    if door in JOINS_VALUES:
        found = {name: several if name == "set-cookie" else [",".join(several)] for name, several in found.items()}
    elif door in ("alb", "lattice-1.0") and "9" in found:  # a name without letters has one casing
        found["9"] = [",".join(found["9"])]
    if body and door in ("http-api-2.0", "function-url"):
        found.setdefault("content-type", ["application/json"])
    return found


@pytest.mark.parametrize("door", requests.FRONT_DOORS)
@settings(deadline=None, suppress_health_check=list(HealthCheck), max_examples=40)
@given(status=st.integers(200, 599).filter(lambda status: status not in (204, 304)), lines=headers, body=bodies)
def test_an_answer_arrives_as_it_was_given(door: str, status: int, lines: HeaderLines, body: bytes) -> None:
    SERVICE.answer = Answer(status, lines, body)

    result = HANDLE(requests.FRONT_DOORS[door]())

    assert received(json.loads(json.dumps(result))) == (status, expected(door, lines, body), body)
