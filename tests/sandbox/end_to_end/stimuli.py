"""The requests that every front door gets.

Targets begin with ``BASE``: the base path that Mangum takes off for gateways and function URLs, and nothing for load
balancers, where it takes nothing off.
"""

from __future__ import annotations

import gzip
import random
from typing import TYPE_CHECKING

from tests.sandbox.end_to_end.exchange import Request

if TYPE_CHECKING:
    from collections.abc import Iterable

BASE = "{base}"

JSON = ("content-type", "application/json")
CLIENT = (
    ("User-Agent", "tests/1.0 (end to end)"),
    ("Accept", "text/html, */*;q=0.5"),
    ("Accept-Encoding", "gzip, br"),
    ("Accept-Language", "de, en;q=0.7"),
    ("Authorization", "Bearer abc.def-_~+/="),
    ("X-Forwarded-For", "203.0.113.9, 198.51.100.7"),
    ("X-Forwarded-Proto", "https"),
    ("X-Empty", ""),
    ("X-Odd", 'a="b, c"; d=%20|~`^'),
    ("X_Underscored", "1"),
    ("If-None-Match", 'W/"1", "2"'),
    ("Origin", "https://example.com"),
)
FORGED = (
    ("X-Lambda-Migrate-Context", "eJwDAAAAAAE"),
    ("X-Lambda-Migrate-Signature", "0" * 64),
    ("X-Lambda-Migrate-Key-Id", "first"),
    ("x-lambda-migrate-anything", "1"),
)


def _seen(method: str = "GET", rest: str = "", headers: Iterable[tuple[str, str]] = (), body: bytes = b"") -> Request:
    return Request(method, f"{BASE}/seen{rest}", tuple(headers), body)


def _noise(count: int) -> str:
    """Return text that does not compress, the same each time."""
    source = random.Random(7)
    return "".join(
        source.choice("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_") for _ in range(count)
    )


SEEN: dict[str, Request] = {
    "nothing but a path": _seen(),
    "a query": _seen(rest="?x=1&y=a+b&x=2&empty=&u=%C3%A9&p=%2B%26%3D&q=%22%7B%7D%22"),
    "a query of one flag": _seen(rest="?flag"),
    "a query with a query in it": _seen(rest="?next=https%3A%2F%2Fexample.com%2F%3Fa%3Db%26c%3Dd"),
    "an odd path": _seen(rest="/a%20b/%C3%A9/c;d=1,2/(e)@$!*'"),
    "an escaped slash": _seen(rest="/a%2Fb"),
    "an escaped percent sign": _seen(rest="/100%25"),
    "a trailing slash": _seen(rest="/a/"),
    "doubled slashes": _seen(rest="//a//b"),
    "dots": _seen(rest="/a/../b/./c"),
    "a client's headers": _seen(headers=CLIENT),
    "cookies": _seen(headers=[("Cookie", 'session=abc==; theme="dark blue"; empty=; session=2')]),
    "forged headers": _seen("POST", headers=[*FORGED, JSON], body=b"{}"),
    "headers of the connection": _seen(headers=[("Connection", "X-Private"), ("X-Private", "1"), ("TE", "trailers")]),
    "headers too long to be sent twice": _seen("POST", headers=[JSON, ("X-Noise", _noise(11_000))], body=b"[1]"),
    "a document": _seen("POST", "/a?b=c", [JSON], '{"name": "Zoë ☕", "n": 1.0}'.encode()),
    "a form": _seen("POST", headers=[("content-type", "application/x-www-form-urlencoded")], body=b"a=1&b=%C3%A9+x"),
    "an upload": _seen(
        "POST",
        headers=[("content-type", "multipart/form-data; boundary=b")],
        body=b'--b\r\nContent-Disposition: form-data; name="f"; filename="x"\r\n\r\nabc\r\n--b--\r\n',
    ),
    "an image": _seen("PUT", headers=[("content-type", "image/png")], body=b"\x89PNG\r\n" + bytes(range(256))),
    "text": _seen("POST", headers=[("content-type", "text/plain; charset=utf-8")], body="é☕\r\n".encode()),
    "a body without a type": _seen("POST", body=b"who knows"),
    "a compressed body": _seen(
        "POST",
        headers=[("content-type", "application/octet-stream"), ("content-encoding", "gzip")],
        body=gzip.compress(b"{}", mtime=0),
    ),
    "a large body": _seen("PATCH", headers=[JSON], body=b'["' + b"0123456789" * 40_000 + b'"]'),
    "no body to post": _seen("POST"),
    "a deletion": _seen("DELETE", "/a/7"),
    "a deletion with a body": _seen("DELETE", headers=[JSON], body=b'{"why": "because"}'),
}


def _answers(rest: str, method: str = "GET", headers: Iterable[tuple[str, str]] = ()) -> Request:
    return Request(method, f"{BASE}/answers/{rest}", tuple(headers))


PICTURES = (("accept", "image/png"),)
ANSWERS: dict[str, Request] = {
    "json": _answers("json"),
    "only the head": _answers("json", "HEAD"),
    "text": _answers("text"),
    "a page": _answers("page"),
    "latin-1": _answers("latin"),
    "an image": _answers("image", headers=PICTURES),
    "an image for whoever takes anything": _answers("image"),
    "a problem": _answers("problem"),
    "a compressed body": _answers("packed", headers=[("accept-encoding", "gzip"), *PICTURES]),
    "cookies": _answers("cookies"),
    "repeated headers": _answers("repeated"),
    "headers of its own": _answers("named"),
    "an empty body": _answers("empty"),
    "no content": _answers("nothing", "DELETE"),
    "not modified": _answers("unchanged", headers=[("if-none-match", '"1"')]),
    "created": _answers("made", "POST"),
    "a redirect": _answers("moved"),
    "a refusal": _answers("refused"),
    "a wrong parameter": _answers("number?value=seven"),
    "an exception": _answers("broken"),
    "a large body": _answers("large"),
    "a stream": _answers("streamed"),
    "no such path": _answers("none"),
    "no such method": _answers("text", "PATCH"),
    "the description of the interface": Request("GET", f"{BASE}/openapi.json"),
    "nothing below the base path": Request("GET", f"{BASE}/"),
    "nothing but the base path": Request("GET", BASE or "/"),
    "a path beside the base path": Request("GET", "/apifoo/answers/json"),
    "the endpoint for events": Request("POST", f"{BASE}/lambda-proxy-non-api-events", (JSON,), b'{"event": {}}'),
    "the endpoint for probes": Request("GET", f"{BASE}/lambda-proxy-probe"),
}
