"""How each AWS front door writes an HTTP request into an event: the reverse of what the proxy does.

Written from what AWS documents and from events that others recorded, not from the proxy.
"""

from __future__ import annotations

import base64
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl, unquote

from tests.events import requests

if TYPE_CHECKING:
    from collections.abc import Callable

TEXT_FOR_LOAD_BALANCERS = ("text/", "application/json", "application/javascript", "application/xml")


@dataclass(frozen=True)
class Sent:
    """A request as a client wrote it. Names are in lower case, paths and queries as they stand on the wire."""

    method: str
    path: str
    query: str
    headers: tuple[tuple[str, str], ...]
    body: bytes

    def all_values(self) -> dict[str, list[str]]:
        values: dict[str, list[str]] = {}
        for name, value in self.headers:
            values.setdefault(name, []).append(value)
        return values

    def joined(self) -> dict[str, str]:
        return {name: ",".join(values) for name, values in self.all_values().items()}

    def last(self) -> dict[str, str]:
        return dict(self.headers)


def _as_text_if_possible(body: bytes) -> dict[str, Any]:
    try:
        return {"body": body.decode() or None, "isBase64Encoded": False}
    except UnicodeDecodeError:
        return _as_base64(body)


def _as_base64(body: bytes) -> dict[str, Any]:
    return {"body": base64.b64encode(body).decode(), "isBase64Encoded": True}


def _by_type(sent: Sent) -> dict[str, Any]:
    """Encode as base64 whatever is compressed or not on the short list of text types."""
    kind = sent.last().get("content-type", "")
    is_text = kind.startswith(TEXT_FOR_LOAD_BALANCERS) and "content-encoding" not in sent.last()
    return _as_text_if_possible(sent.body) if is_text else _as_base64(sent.body)


def _decoded(query: str) -> dict[str, list[str]]:
    values: dict[str, list[str]] = {}
    for name, value in parse_qsl(query, keep_blank_values=True):
        values.setdefault(name, []).append(value)
    return values


def _undecoded(query: str) -> dict[str, list[str]]:
    values: dict[str, list[str]] = {}
    for pair in query.split("&") if query else []:
        name, _, value = pair.partition("=")
        values.setdefault(name, []).append(value)
    return values


def _last_of_each(values: dict[str, list[str]]) -> dict[str, str]:
    return {name: several[-1] for name, several in values.items()}


def _title(name: str) -> str:
    return "-".join(part.capitalize() for part in name.split("-"))


def rest_api(sent: Sent) -> Any:
    """REST API: decoded parameters, both header maps, no length, binary only where it is not text."""
    values = {name: several for name, several in sent.all_values().items() if name != "content-length"}
    parameters = _decoded(sent.query)
    return requests.rest_api(
        sent.method,
        sent.path,
        headers=_last_of_each(values),
        multiValueHeaders=values,
        queryStringParameters=_last_of_each(parameters) or None,
        multiValueQueryStringParameters=parameters or None,
        **_as_text_if_possible(sent.body),
    )


def http_api_1(sent: Sent) -> Any:
    """HTTP API, payload 1.0: as REST, with title-cased names."""
    values = {_title(name): several for name, several in sent.all_values().items()}
    parameters = _decoded(sent.query)
    return requests.http_api_1(
        sent.method,
        sent.path,
        headers=_last_of_each(values),
        multiValueHeaders=values,
        queryStringParameters=_last_of_each(parameters) or None,
        multiValueQueryStringParameters=parameters or None,
        **_by_type(sent),
    )


def http_api_2(sent: Sent) -> Any:
    """HTTP API, payload 2.0: the path is decoded, the query is not, cookies are a list."""
    headers = sent.joined()
    cookies = headers.pop("cookie", None)
    extra = {"cookies": cookies.split("; ")} if cookies else {}
    return requests.http_api_2(sent.method, unquote(sent.path), sent.query, headers=headers, **_by_type(sent), **extra)


def function_url(sent: Sent) -> Any:
    """Function URL: the path stays encoded, cookies are told twice."""
    headers = sent.joined()
    extra = {"cookies": headers["cookie"].split("; ")} if headers.get("cookie") else {}
    return requests.function_url(sent.method, sent.path, sent.query, headers=headers, **_by_type(sent), **extra)


def alb(sent: Sent) -> Any:
    """Load balancer: nothing is decoded; of several values the last one is told."""
    return requests.alb(
        sent.method,
        sent.path,
        headers=sent.last(),
        queryStringParameters=_last_of_each(_undecoded(sent.query)),
        **_by_type(sent) | ({} if sent.body else {"body": ""}),
    )


def alb_multi(sent: Sent) -> Any:
    """Load balancer with multi-value headers: nothing is decoded, everything is told."""
    return requests.alb_multi(
        sent.method,
        sent.path,
        multiValueHeaders=sent.all_values(),
        multiValueQueryStringParameters=_undecoded(sent.query),
        **_by_type(sent) | ({} if sent.body else {"body": ""}),
    )


def lattice_1(sent: Sent) -> Any:
    """VPC Lattice, version 1.0: path and query in one field."""
    encoded = _by_type(sent)
    return requests.lattice_1(
        sent.method,
        sent.path + ("?" + sent.query if sent.query else ""),
        headers=sent.joined(),
        body=encoded["body"],
        is_base64_encoded=encoded["isBase64Encoded"],
    )


def lattice_2(sent: Sent) -> Any:
    """VPC Lattice, version 2.0: decoded parameters, lists everywhere."""
    return requests.lattice_2(
        sent.method,
        sent.path,
        headers=sent.all_values(),
        queryStringParameters=_decoded(sent.query),
        **_by_type(sent),
    )


ENCODERS: dict[str, Callable[[Sent], Any]] = {
    "rest-api": rest_api,
    "http-api-1.0": http_api_1,
    "http-api-2.0": http_api_2,
    "function-url": function_url,
    "alb": alb,
    "alb-multi": alb_multi,
    "lattice-1.0": lattice_1,
    "lattice-2.0": lattice_2,
}
DECODE_THE_QUERY = ("rest-api", "http-api-1.0", "lattice-2.0")
DECODE_THE_PATH = ("http-api-2.0",)
JOIN_VALUES = ("http-api-2.0", "function-url", "lattice-1.0")
KEEP_THE_LAST_VALUE = ("alb",)
