"""The same application under Mangum and behind the proxy: same scope, same answer, or a deviation written down."""

from __future__ import annotations

import base64
import copy
import gzip
import json
import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from fastapi import FastAPI, Request, Response
from fastapi.responses import RedirectResponse
from mangum import Mangum

from lambda_migrate.proxy.runtime.shapes import classify
from tests.events import requests
from tests.proxy import deviations
from tests.proxy.asgi import behind_door, running
from tests.proxy.service import Context, Function, function

if TYPE_CHECKING:
    from collections.abc import Iterator

SHARED = Path(__file__).parents[3] / "shared" / "events"
DOCUMENT = Path(__file__).parents[2] / "docs" / "proxy.md"
KNOWN_TO_MANGUM = ("rest-api", "http-api-1.0", "http-api-2.0", "function-url", "alb")

PLAIN = (b"content-type", b"text/plain")
JSON = (b"content-type", b"application/json")
ANSWERS: dict[str, tuple[int, list[tuple[bytes, bytes]], bytes]] = {
    "text": (200, [PLAIN], b"hello"),
    "json": (200, [JSON, (b"content-length", b"2")], b"{}"),
    "unicode": (200, [(b"content-type", b"text/html; charset=utf-8")], "é☕".encode()),
    "binary": (200, [(b"content-type", b"image/png")], b"\x89PNG\r\n\x00\xff"),
    "svg": (200, [(b"content-type", b"image/svg+xml")], b"<svg/>"),
    "problem": (400, [(b"content-type", b"application/problem+json")], b"{}"),
    "latin-1": (200, [(b"content-type", b"text/plain; charset=latin-1")], "é".encode("latin-1")),
    "untyped text": (200, [], b"hello"),
    "untyped binary": (200, [], b"\xff\x00"),
    "empty": (200, [PLAIN], b""),
    "empty untyped": (200, [], b""),
    "cookies": (200, [PLAIN, (b"set-cookie", b"a=1; Path=/"), (b"Set-Cookie", b"b=2"), (b"set-cookie", b"c=3")], b"x"),
    "repeated": (200, [PLAIN, (b"vary", b"accept"), (b"vary", b"origin"), (b"X-Thing", b"1")], b"x"),
    "no content": (204, [(b"x-thing", b"1")], b""),
    "not modified": (304, [(b"etag", b'"1"')], b""),
    "redirect": (307, [(b"location", b"/elsewhere?a=b")], b""),
    "teapot": (418, [PLAIN], b"short and stout"),
    "error": (500, [PLAIN], b"Internal Server Error"),
    "unavailable": (503, [JSON, (b"retry-after", b"5")], b"{}"),
    "gzip": (200, [JSON, (b"content-encoding", b"gzip")], gzip.compress(b"{}", mtime=0)),
    "looks like text": (200, [JSON, (b"content-encoding", b"br")], b"looks like text"),
    "closing": (200, [PLAIN, (b"connection", b"close")], b"bye"),
}


class Echo:
    """Keeps scope and body, and answers as the header `x-answer` asks."""

    def __init__(self) -> None:
        self.asked: list[tuple[dict[str, Any], bytes]] = []

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        body = b""
        while True:
            message = await receive()
            body += message.get("body", b"")
            if not message.get("more_body", False):
                break
        self.asked.append((scope, body))
        wanted = dict(scope["headers"]).get(b"x-answer", b"text").decode()
        status, headers, content = ANSWERS[wanted]
        await send({"type": "http.response.start", "status": status, "headers": headers})
        await send({"type": "http.response.body", "body": content})


ECHO = Echo()


@pytest.fixture(scope="module")
def proxied(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Function]:
    with running(behind_door(ECHO, tmp_path_factory.mktemp("replays"))) as url:
        yield function(url)


def seen_scope() -> dict[str, Any]:
    """Return what the application was asked, in words that do not depend on who asked."""
    scope, body = ECHO.asked.pop()
    headers: dict[str, list[str]] = {}
    for name, value in scope["headers"]:
        headers.setdefault(name.decode(), []).append(value.decode())
    return {
        "method": scope["method"],
        "path": scope["path"],
        "query": scope["query_string"].decode(),
        "headers": dict(sorted(headers.items())),
        "client": scope["client"][0],
        "port": scope["client"][1],
        "scheme": scope["scheme"],
        "root_path": scope["root_path"],
        "body": body,
        "event": {**scope["aws.event"], "body": scope["aws.event"].get("body") or None},
        "request": scope["aws.context"].aws_request_id,
    }


def received_answer(result: dict[str, Any], method: str) -> dict[str, Any]:
    """Return what a client would receive from the front door."""
    headers: dict[str, list[str]] = {}
    for name, value in (result.get("headers") or {}).items():
        headers.setdefault(name.lower(), []).append(value)
    for name, values in (result.get("multiValueHeaders") or {}).items():
        headers.setdefault(name.lower(), []).extend(values)
    if result.get("cookies"):
        headers["set-cookie"] = result["cookies"]
    encoded = result["isBase64Encoded"]
    return {
        "status": result["statusCode"],
        "headers": dict(sorted(headers.items())),
        "body": base64.b64decode(result["body"]) if encoded else result["body"].encode(),
        "encoded": encoded,
        "method": method,
    }


def method_of(event: dict[str, Any]) -> str:
    found = event.get("httpMethod") or event["requestContext"]["http"]["method"]
    return str(found)


def differences(event: dict[str, Any], handle: Function, **options: Any) -> dict[str, Any]:
    """Return what neither is the same nor written down, for the scope and for the answer."""
    theirs = Mangum(ECHO, lifespan="off", **options)(copy.deepcopy(event), Context())
    their_scope = deviations.expected(deviations.SCOPE, event, seen_scope())
    ours = handle(copy.deepcopy(event))
    our_scope = seen_scope()
    if their_scope["client"] == "127.0.0.1":
        our_scope["port"] = their_scope["port"]
    if their_scope["headers"].get("host") == ["the service's own"]:
        our_scope["headers"]["host"] = ["the service's own"]

    wanted = ANSWERS[dict(their_scope["headers"]).get("x-answer", ["text"])[0]]
    untyped = all(name != b"content-type" for name, _ in wanted[1])
    their_answer = {**received_answer(theirs, method_of(event)), "untyped": untyped}
    their_answer = deviations.expected(deviations.ANSWER, event, their_answer)
    their_answer.pop("untyped")
    our_answer = received_answer(ours, method_of(event))
    pairs = {**{name: (value, our_scope[name]) for name, value in their_scope.items()}}
    pairs |= {f"answer {name}": (value, our_answer[name]) for name, value in their_answer.items()}
    return {name: pair for name, pair in pairs.items() if pair[0] != pair[1]}


def own_events() -> dict[str, dict[str, Any]]:
    events = {}
    for door in ("rest-api", "http-api-1.0", "http-api-2.0", "function-url", "alb", "alb-multi"):
        make = requests.FRONT_DOORS[door]
        for answer in ANSWERS:
            event = make()
            for name, value in (("headers", answer), ("multiValueHeaders", [answer])):
                if event.get(name):
                    event[name]["x-answer"] = value
            events[f"{door} {answer}"] = event
        events[f"{door} head"] = make("HEAD")
        events[f"{door} post"] = make("POST", body="é☕")
        events[f"{door} binary"] = make("PUT", body=base64.b64encode(b"\xff\x00").decode(), isBase64Encoded=True)
        events[f"{door} delete with a body"] = make("DELETE", body="{}")
        for path in ("/", "/a%2Fb", "/☕ é", "/a//b/", "/a/../b", "/100%", "/caf%C3%A9", "/a+b;c=d"):
            events[f"{door} {path}"] = make(path=path)
    return {**events, **special_events()}


def special_events() -> dict[str, dict[str, Any]]:
    repeated = {"X-Tag": ["1", "2"], "Host": ["h"], "Cookie": ["a=1", "b=2"]}
    single = {"X-Tag": "2", "Host": "h", "X-Single": "s", "Cookie": "b=2"}
    decoded = {"a b": ["c+d", "é", ""], "&": ["="]}
    undecoded = {"a%20b": ["c+d", "%C3%A9"], "u": ["https%3A%2F%2Fx"]}
    hops = {"host": "h", "connection": "keep-alive, x-hop", "x-hop": "1", "te": "trailers", "content-length": "99"}
    events = {
        "rest repeated": requests.rest_api(headers=single, multiValueHeaders=repeated),
        "http 1 repeated": requests.http_api_1(headers=single, multiValueHeaders=repeated),
        "alb repeated": requests.alb_multi(multiValueHeaders={"x-tag": ["1", "2"], "host": ["h"]}),
        "rest query": requests.rest_api(multiValueQueryStringParameters=decoded, queryStringParameters={"&": "="}),
        "rest single query": requests.rest_api(queryStringParameters={"a": "1,2 3"}),
        "http 1 query": requests.http_api_1(multiValueQueryStringParameters=decoded),
        "http 2 query": requests.http_api_2(query="a=1&a=2&b=+%2B&c="),
        "url query": requests.function_url(query="a=%zz&b"),
        "alb query": requests.alb(queryStringParameters={name: values[0] for name, values in undecoded.items()}),
        "alb multi query": requests.alb_multi(multiValueQueryStringParameters=undecoded),
        "alb hops": requests.alb(headers=hops),
        "alb forwarded": requests.alb(headers={"host": "h", "x-forwarded-for": "10.0.0.1, 203.0.113.7"}),
        "alb health check": requests.alb(
            headers={"user-agent": "ELB-HealthChecker/2.0", "x-forwarded-for": "10.0.0.1"}
        ),
        "alb nobody": requests.alb(headers={"host": "h"}),
        "http 2 cookies": requests.http_api_2(cookies=["a=1", "b=2"]),
        "url cookies twice": requests.function_url(cookies=["a=1"], headers={"host": "h", "cookie": "a=1"}),
        "http 2 without host": requests.http_api_2(headers={"accept": "*/*"}),
        "http 2 blanks": requests.http_api_2(headers={"host": "h", "x-blank": " a "}),
        "rest nobody": requests.rest_api(),
        "http": requests.alb(headers={"host": "h:8080", "x-forwarded-proto": "http", "x-forwarded-for": "10.0.0.1"}),
    }
    events["rest nobody"]["requestContext"]["identity"] = {}
    slash = requests.http_api_2(path="/orders/")
    slash["requestContext"]["http"]["path"] = "/orders"
    twice = requests.function_url(path="/a%252Fb")
    twice["requestContext"]["http"]["path"] = "/a%2Fb"
    return {**events, "http 2 slash": slash, "url twice": twice}


OWN = own_events()


@pytest.mark.parametrize("name", OWN)
def test_an_own_event_is_the_same_or_deviates_as_written(proxied: Function, name: str) -> None:
    assert differences(OWN[name], proxied) == {}


def test_a_trace_of_this_invocation_is_a_written_deviation(proxied: Function, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("_X_AMZN_TRACE_ID", "Root=1-2-3")

    assert differences(requests.rest_api(), proxied) == {}
    assert "D11" in deviations.FIRED


def shared_events() -> dict[str, dict[str, Any]]:
    found = {}
    for path in sorted(SHARED.rglob("*.json")):
        event = json.loads(path.read_text())
        if classify(event).name in KNOWN_TO_MANGUM:
            found[f"{path.parent.name}/{path.stem}"] = event
    return found


RECORDED = shared_events()


@pytest.mark.parametrize("name", RECORDED)
def test_a_recorded_event_is_the_same_or_deviates_as_written(proxied: Function, name: str) -> None:
    event = RECORDED[name]
    try:
        Mangum(ECHO, lifespan="off")(copy.deepcopy(event), Context())
    except (AttributeError, KeyError, TypeError, ValueError):
        assert proxied(event)["statusCode"] in (200, 400)
        return

    assert differences(event, proxied) == {}


UNREADABLE = {
    "no headers": requests.http_api_2(headers=None),
    "a number": requests.http_api_2(headers={"host": "h", "x-number": 17}),
    "no headers at a load balancer": requests.alb(headers=None),
    "multiple headers that are none": requests.alb(multiValueHeaders=None),
    "lattice 1": requests.lattice_1(),
    "lattice 2": requests.lattice_2(),
}


@pytest.mark.parametrize("name", UNREADABLE)
def test_d19_d20_what_mangum_cannot_read_is_answered(proxied: Function, name: str) -> None:
    with pytest.raises(Exception, match=r"."):
        Mangum(ECHO, lifespan="off")(copy.deepcopy(UNREADABLE[name]), Context())

    assert proxied(UNREADABLE[name])["statusCode"] == 200


def test_d16_header_bytes_that_are_not_utf_8_are_answered(proxied: Function, monkeypatch: pytest.MonkeyPatch) -> None:
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
def test_d3_a_base_path_ends_where_a_segment_ends_and_leaves_a_path(proxied: Function, path: str, ours: str) -> None:
    event = requests.rest_api(path=path)

    found = differences(event, function(service_of(proxied), base_path="/api"), api_gateway_base_path="/api")

    assert found == {"path": (path.removeprefix("/api"), ours)}


def test_d18_excluded_headers_are_excluded_everywhere(proxied: Function) -> None:
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


BY_TESTS_OF_THEIR_OWN = {"D3", "D11", "D16", "D18", "D19", "D20"}


def test_every_written_deviation_is_one_and_every_one_is_written(proxied: Function) -> None:
    for event in OWN.values():
        differences(event, proxied)

    written = re.findall(r"^\| (D\d+) \|", DOCUMENT.read_text(), re.MULTILINE)
    assert sorted(written) == sorted(deviations.FIRED | BY_TESTS_OF_THEIR_OWN)


def shop() -> FastAPI:
    """Return an application as a user would write it."""
    app = FastAPI()

    @app.get("/orders/{order}")
    def order(order: str, request: Request, tag: list[str] | None = None, limit: int = 10) -> dict[str, Any]:
        return {
            "order": order,
            "tag": tag,
            "limit": limit,
            "url": str(request.url),
            "base": str(request.base_url),
            "query": sorted(request.query_params.multi_items()),
            "client": request.client.host if request.client else None,
            "cookies": request.cookies,
            "agent": request.headers.get("user-agent"),
            "stage": request.scope["aws.event"]["requestContext"].get("stage"),
            "function": request.scope["aws.context"].function_name,
        }

    @app.post("/orders", status_code=201)
    async def create(request: Request, response: Response) -> dict[str, Any]:
        response.set_cookie("a", "1")
        response.set_cookie("b", "2", httponly=True)
        return {"received": (await request.body()).decode("latin-1"), "json": request.headers.get("content-type")}

    @app.get("/old")
    def old() -> RedirectResponse:
        return RedirectResponse("/orders/1?x=y")

    @app.get("/label")
    def label() -> Response:
        return Response(b"\x89PNG\x00", media_type="image/png")

    @app.get("/broken")
    def broken() -> None:
        raise RuntimeError("broken")

    @app.delete("/orders/{order}", status_code=204)
    def delete(order: str) -> None:
        pass

    @app.get("/folder/")
    def folder(request: Request) -> str:
        return str(request.url_for("folder"))

    return app


SHOP = shop()


@pytest.fixture(scope="module")
def shop_url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with running(behind_door(SHOP, tmp_path_factory.mktemp("replays"))) as url:
        yield url


VISITS = [
    ("GET", "/orders/17", {}),
    ("GET", "/orders/caf%C3%A9", {}),
    ("GET", "/orders/a b", {}),
    ("POST", "/orders", {"body": '{"parcel": "é"}'}),
    ("POST", "/orders", {"body": base64.b64encode(b"\xff\xfe").decode(), "isBase64Encoded": True}),
    ("DELETE", "/orders/17", {}),
    ("GET", "/old", {}),
    ("GET", "/label", {}),
    ("GET", "/broken", {}),
    ("GET", "/nowhere", {}),
    ("PUT", "/old", {}),
    ("GET", "/folder", {}),
    ("GET", "/folder/", {}),
    ("GET", "/openapi.json", {}),
    ("GET", "/docs", {}),
]


@pytest.mark.parametrize("visit", VISITS, ids=lambda visit: f"{visit[0]} {visit[1]}")
@pytest.mark.parametrize("door", ["rest-api", "http-api-1.0", "http-api-2.0", "function-url", "alb", "alb-multi"])
def test_a_fastapi_application_answers_the_same(shop_url: str, door: str, visit: tuple[str, str, Any]) -> None:
    method, path, more = visit
    event = requests.FRONT_DOORS[door](method, path, **more)

    theirs = received_answer(Mangum(SHOP, lifespan="off")(copy.deepcopy(event), Context()), method)
    ours = received_answer(function(shop_url)(event), method)

    theirs = deviations.expected(deviations.ANSWER, event, {**theirs, "untyped": path in ("/old", "/folder")})
    theirs.pop("untyped")
    assert ours == theirs
