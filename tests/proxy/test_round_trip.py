"""A random request, through every front door and the proxy, arrives as it was sent."""

from __future__ import annotations

import base64
import json
import string
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl, unquote

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from tests.proxy import front_doors
from tests.proxy.front_doors import ENCODERS, Sent
from tests.proxy.service import Service, function

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

pytestmark = pytest.mark.fuzz

SETTINGS = settings(deadline=None, suppress_health_check=list(HealthCheck), max_examples=120)

hexadecimal = st.sampled_from("0123456789abcdefABCDEF")
escape = st.builds("%{}{}".format, hexadecimal, hexadecimal)
path_character = st.sampled_from(string.ascii_letters + string.digits + "-._~!$&'()*+,;=:@/[]")
paths = st.lists(path_character | escape, max_size=20).map(lambda parts: "/" + "".join(parts))
query_text = st.lists(
    st.sampled_from(string.ascii_letters + string.digits + "-._~+!*'(),:@/?[]{}|") | escape, max_size=6
)
pair = st.builds(lambda name, value: "".join(["k", *name]) + "=" + "".join(value), query_text, query_text)
queries = st.lists(pair, max_size=4).map("&".join)
names = st.sampled_from(
    ["accept", "x-parcel", "x-tag", "content-type", "authorization", "if-none-match", "traceparent"]
)
value = st.text(st.characters(min_codepoint=33, max_codepoint=126) | st.sampled_from("é☕"), min_size=1, max_size=12)
types = st.sampled_from(["text/plain", "application/json", "image/png", "application/x-www-form-urlencoded"])
cookies = st.lists(st.sampled_from(["a=1", "b=2", "session=x%20y", 'c="d"']), max_size=3, unique=True)


@st.composite
def requests_(draw: Any) -> Sent:
    lines = [("host", "shop.example.com")]
    lines.extend(draw(st.lists(st.tuples(names, value), max_size=5)))
    kind = draw(st.none() | types)
    if kind:
        lines.append(("content-type", kind))
    jar = draw(cookies)
    if jar:
        lines.append(("cookie", "; ".join(jar)))
    method = draw(st.sampled_from(["GET", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "PURGE"]))
    body = draw(st.binary(max_size=60) | st.text(max_size=30).map(lambda text: text.encode("utf-8", "ignore")))
    if body:
        lines.append(("content-length", str(len(body))))
    return Sent(method, draw(paths), draw(queries), tuple(lines), body)


@pytest.fixture(scope="module")
def echoing() -> Iterator[Callable[[Any], Any]]:
    service = Service()
    handle = function(service.url, host_mode="preserve")
    yield handle.__call__  # its name is short in reports, the function's own is not
    service.close()


def same_pairs(query: str) -> dict[str, list[str]]:
    """Return what a query means: the order across names is lost where AWS made a map of it."""
    values: dict[str, list[str]] = {}
    for name, text in parse_qsl(query, keep_blank_values=True):
        values.setdefault(name, []).append(text)
    return values


def arrived(result: Any) -> Any:
    body = result["body"]
    return json.loads(base64.b64decode(body) if result["isBase64Encoded"] else body)


@pytest.mark.parametrize("door", ENCODERS)
@SETTINGS
@given(sent=requests_())
@example(sent=Sent("GET", "//a//b/../%2e/", "k=+%2B%20&k=&k2=%zz", (("host", "h"),), b""))
@example(sent=Sent("POST", "/%25/%2F/%E2%98%95", "", (("host", "h"), ("x-tag", "1"), ("x-tag", "2")), b"\xff"))
def test_a_request_arrives_as_it_was_sent(echoing: Callable[[Any], Any], door: str, sent: Sent) -> None:
    got = arrived(echoing(ENCODERS[door](sent)))

    assert (got["method"], base64.b64decode(got["body"])) == (sent.method, sent.body)
    path, _, query = got["target"].partition("?")
    if door not in front_doors.DECODE_THE_PATH:
        assert path == sent.path
    elif "%25" not in sent.path:  # a percent sign that was decoded too early cannot be told from an escape
        assert unquote(path) == unquote(sent.path)
    if door in front_doors.DECODE_THE_QUERY:
        assert same_pairs(query) == same_pairs(sent.query)
    elif door == "alb":
        assert raw(query) == {name: texts[-1:] for name, texts in raw(sent.query).items()}
    elif door == "alb-multi":
        assert raw(query) == raw(sent.query)
    else:
        assert query == sent.query
    assert lines_of(got["lines"]) == expected_lines(door, sent)


def raw(query: str) -> dict[str, list[str]]:
    values: dict[str, list[str]] = {}
    for part in query.split("&") if query else []:
        name, _, text = part.partition("=")
        values.setdefault(name, []).append(text)
    return values


def lines_of(lines: list[list[str]]) -> list[tuple[str, str]]:
    return sorted((name, text) for name, text in lines if not name.startswith("x-lambda-migrate-"))


def expected_lines(door: str, sent: Sent) -> list[tuple[str, str]]:
    lines = list(sent.headers)
    if door in front_doors.JOIN_VALUES:
        lines = list(sent.joined().items())
    elif door in front_doors.KEEP_THE_LAST_VALUE:
        lines = list(sent.last().items())
    if not sent.body and sent.method in ("POST", "PUT", "PATCH"):
        lines.append(("content-length", "0"))
    elif sent.body:
        lines = [line for line in lines if line[0] != "content-length"] + [("content-length", str(len(sent.body)))]
    return sorted(lines)
