"""The same application under Mangum and behind the proxy: same scope, same answer, or a deviation written down."""

from __future__ import annotations

import copy
import json
import re
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from mangum import Mangum

from lambda_migrate.proxy.runtime.shapes import classify
from tests.events import requests
from tests.proxy import deviations
from tests.proxy.asgi import behind_door, running
from tests.proxy.differential import ANSWERS, ECHO, PLAIN, differences, own_events
from tests.proxy.service import Context, Function, function

if TYPE_CHECKING:
    from collections.abc import Iterator

SHARED = Path(__file__).parents[3] / "shared" / "events"
DOCUMENT = Path(__file__).parents[2] / "docs" / "proxy.md"
KNOWN_TO_MANGUM = ("rest-api", "http-api-1.0", "http-api-2.0", "function-url", "alb")
OWN = own_events()


@pytest.fixture(scope="module")
def proxied(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Function]:
    with running(behind_door(ECHO, tmp_path_factory.mktemp("replays"))) as url:
        yield function(url)


@pytest.mark.parametrize("name", OWN)
def test_an_own_event_is_the_same_or_deviates_as_written(proxied: Function, name: str) -> None:
    assert differences(OWN[name], proxied) == {}


def test_a_trace_of_this_invocation_is_a_written_deviation(proxied: Function, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("_X_AMZN_TRACE_ID", "Root=1-2-3")

    assert differences(requests.rest_api(), proxied) == {}
    assert "D11" in deviations.FIRED


def test_every_recorded_event_is_the_same_or_deviates_as_written(proxied: Function) -> None:
    wrong = {}
    for path in sorted(SHARED.rglob("*.json")):
        event = json.loads(path.read_text())
        if classify(event).name not in KNOWN_TO_MANGUM:
            continue
        try:
            Mangum(ECHO, lifespan="off")(copy.deepcopy(event), Context())
        except (AttributeError, KeyError, TypeError, ValueError):
            assert proxied(event)["statusCode"] in (200, 400)
        else:
            wrong[path.name] = differences(event, proxied)

    assert {name: found for name, found in wrong.items() if found} == {}


UNREADABLE = {
    "no headers": requests.http_api_2(headers=None),
    "a number": requests.http_api_2(headers={"host": "h", "x-number": 17}),
    "no headers at a load balancer": requests.alb(headers=None),
    "multiple headers that are none": requests.alb(multiValueHeaders=None),
    "an object for a body": requests.rest_api("POST", body={"parcel": 17}),
    "lattice 1": requests.lattice_1(),
    "lattice 2": requests.lattice_2(),
}


@pytest.mark.parametrize("name", UNREADABLE)
def test_what_mangum_cannot_read_is_answered(proxied: Function, name: str) -> None:
    with pytest.raises(Exception, match=r"."):
        Mangum(ECHO, lifespan="off")(copy.deepcopy(UNREADABLE[name]), Context())

    assert proxied(UNREADABLE[name])["statusCode"] == 200


def test_a_parameter_that_is_null_is_empty(proxied: Function) -> None:
    event = requests.rest_api(queryStringParameters={"a": None})

    assert differences(event, proxied) == {"query": ("a=None", "a=")}


REFUSED = {
    "two lines": requests.alb(headers={"host": "h", "x-a": "b\r\nx-c: d"}),
    "a name of two lines": requests.rest_api(headers={"a\nb": "c"}),
    "two hosts": requests.rest_api(multiValueHeaders={"Host": ["a.example.com", "b.example.com"]}),
    "base64 of two lines": requests.alb("POST", body="YW\nJj", isBase64Encoded=True),
}


@pytest.mark.parametrize("name", REFUSED)
def test_what_no_request_can_express_is_refused(proxied: Function, name: str) -> None:
    event = REFUSED[name]

    assert Mangum(ECHO, lifespan="off")(copy.deepcopy(event), Context())["statusCode"] == 200
    assert proxied(event)["statusCode"] == 400


@pytest.mark.parametrize("name", ["a b", "x[0]"])
def test_what_no_header_can_express_goes_missing_and_the_rest_arrives(proxied: Function, name: str) -> None:
    event = requests.http_api_2(headers={"host": "h", name: "c", "x-a": "b\x01d"})

    Mangum(ECHO, lifespan="off")(copy.deepcopy(event), Context())
    proxied(event)

    theirs, ours = (dict(scope["headers"]) for scope, _ in ECHO.asked[-2:])
    assert (theirs[name.encode()], theirs[b"x-a"]) == (b"c", b"b\x01d")
    assert (name.encode() in ours, ours[b"x-a"]) == (False, b"b d")


def test_header_bytes_that_are_not_utf_8_are_answered(proxied: Function, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(ANSWERS, "odd header", (200, [PLAIN, (b"x-name", b"caf\xe9")], b"x"))
    event = requests.http_api_2(headers={"host": "h", "x-answer": "odd header"})

    with pytest.raises(UnicodeDecodeError):
        Mangum(ECHO, lifespan="off")(event, Context())
    assert proxied(event)["headers"]["x-name"] == "café"


@pytest.mark.parametrize("base", ["/api", "api", "/api/v1"])
@pytest.mark.parametrize("path", ["/api/v1/orders", "/api/v1/", "/other", "/api/v1/api/v1"])
@pytest.mark.parametrize("door", ["rest-api", "http-api-1.0", "http-api-2.0", "function-url", "alb"])
def test_a_base_path_is_stripped_as_mangum_does(proxied: Function, door: str, path: str, base: str) -> None:
    handle = function(service_of(proxied), base_path=base)
    event = requests.FRONT_DOORS[door](path=path)

    found = differences(event, handle, api_gateway_base_path=base)

    if "http" in event["requestContext"]:  # D2 compares with the path as it was sent, which still has its base path
        found.pop("path", None)
    assert found == {}


@pytest.mark.parametrize(("path", "ours"), [("/apifoo", "/apifoo"), ("/api", "/")])
def test_a_base_path_ends_where_a_segment_ends_and_leaves_a_path(proxied: Function, path: str, ours: str) -> None:
    event = requests.rest_api(path=path)

    found = differences(event, function(service_of(proxied), base_path="/api"), api_gateway_base_path="/api")

    assert found == {"path": (path.removeprefix("/api"), ours)}


def test_excluded_headers_are_excluded_everywhere(proxied: Function) -> None:
    handle = function(service_of(proxied), exclude_headers="Vary")
    doors = (requests.rest_api, requests.alb_multi, requests.http_api_1, requests.http_api_2, requests.alb)
    events = [make() for make in doors]
    for event in events:
        for name, value in (("headers", "repeated"), ("multiValueHeaders", ["repeated"])):
            if event.get(name):
                event[name]["x-answer"] = value

    found = [differences(event, handle, exclude_headers=["Vary"]) for event in events]

    assert [set(differing) for differing in found] == [set(), set(), *[{"answer headers"}] * 3]
    assert [["vary" in side for side in differing["answer headers"]] for differing in found[2:]] == [[True, False]] * 3


@pytest.mark.parametrize("types", [["application/problem+json"], ["text/", "image/svg"]])
def test_text_types_are_mangums(proxied: Function, types: list[str]) -> None:
    handle = function(service_of(proxied), text_mime_types=",".join(types))
    for wanted in ("text", "svg", "problem", "json", "binary"):
        event = requests.alb(headers={"host": "h", "x-answer": wanted, "x-forwarded-for": "10.0.0.1"})

        assert differences(event, handle, text_mime_types=types) == {}


def service_of(handle: Function) -> str:
    return f"http://{handle.proxy.settings.authority}"


BY_TESTS_OF_THEIR_OWN = {"D3", "D11", "D16", "D18", "D19", "D20", "D22", "D24"}


def test_every_written_deviation_is_one_and_every_one_is_written(proxied: Function) -> None:
    for event in OWN.values():
        differences(event, proxied)

    written = re.findall(r"^\| (D\d+) \|", DOCUMENT.read_text(), re.MULTILINE)
    assert sorted(written) == sorted(deviations.FIRED | BY_TESTS_OF_THEIR_OWN)
