"""One application under Mangum and behind the proxy: what differs in scope and answer, and events to try it with."""

from __future__ import annotations

import base64
import copy
import gzip
from typing import TYPE_CHECKING, Any

from mangum import Mangum

from tests.events import requests
from tests.proxy import deviations
from tests.proxy.service import Context

if TYPE_CHECKING:
    from tests.proxy.service import Function

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
    "dated": (200, [PLAIN, (b"date", b"Mon, 23 Nov 2026 08:00:00 GMT"), (b"server", b"parcels/3")], b"x"),
    "served": (200, [PLAIN, (b"server", b"nginx/1.27")], b"x"),
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
        "http 2 odd query": requests.http_api_2(query="a=b c#d&é=\t|"),
        "alb odd query": requests.alb(queryStringParameters={"a b": "#é"}),
        "rest no slash": requests.rest_api(path="api/x"),
        "alb no slash": requests.alb(path="api/x"),
        "rest nobody": requests.rest_api(),
        "http": requests.alb(headers={"host": "h:8080", "x-forwarded-proto": "http", "x-forwarded-for": "10.0.0.1"}),
    }
    events["rest nobody"]["requestContext"]["identity"] = {}
    slash = requests.http_api_2(path="/orders/")
    slash["requestContext"]["http"]["path"] = "/orders"
    twice = requests.function_url(path="/a%252Fb")
    twice["requestContext"]["http"]["path"] = "/a%2Fb"
    return {**events, "http 2 slash": slash, "url twice": twice}
