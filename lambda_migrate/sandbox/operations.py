"""The name of a call to AWS, by what goes over the wire."""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING, NamedTuple
from urllib.parse import parse_qs, urlsplit

import botocore.session

if TYPE_CHECKING:
    from collections.abc import Mapping

REST = {
    "lambda": ("lambda",),
    "apigateway": ("apigatewayv2", "apigateway"),
    "s3": ("s3",),
    "scheduler": ("scheduler",),
    "pipes": ("pipes",),
    "appsync": ("appsync",),
    "cloudfront": ("cloudfront",),
    "route53": ("route53",),
    "vpc-lattice": ("vpc-lattice",),
}
"""Services whose calls are named by method, path and query only: what they sign as, and what botocore calls them."""

_XML = ("cloudfront", "route53", "s3")
"""Those of them that answer in XML."""

_SCOPE = re.compile(r"Credential=[^/]+/\d+/[^/]+/([^/]+)/aws4_request")


_PART = re.compile(r"(\{[^}]*\})")


class Operation(NamedTuple):
    """A call by its name.

    Attributes:
        name: The service and the operation, ``lambda:GetAlias``.
        xml: Whether it is answered in XML.
    """

    name: str
    xml: bool


def operation(method: str, path: str, headers: Mapping[str, str], body: bytes) -> Operation:
    """Return what a signed request calls.

    Args:
        method: HTTP method.
        path: Path and query, as sent.
        headers: The request's headers, names in any casing.
        body: The request's body.
    """
    lower = {name.lower(): value for name, value in headers.items()}
    scope = _SCOPE.search(lower.get("authorization", ""))
    service = scope[1] if scope else "unknown"
    if target := lower.get("x-amz-target"):
        return Operation(f"{service}:{target.rpartition('.')[2]}", xml=False)
    if match := re.match(r"/service/\w+/operation/(\w+)", path):
        return Operation(f"{service}:{match[1]}", xml=False)
    if action := parse_qs(body.decode("utf-8", "replace")).get("Action"):
        return Operation(f"{service}:{action[0]}", xml=True)
    bare, asked = urlsplit(path).path, parse_qs(urlsplit(path).query, keep_blank_values=True).keys()
    for verb, pattern, needed, name in _routes(service):
        if verb == method and needed <= asked and pattern.fullmatch(bare):
            return Operation(name, xml=service in _XML)
    return Operation(f"{service}:{method} {bare}", xml=False)


@cache
def _routes(service: str) -> list[tuple[str, re.Pattern[str], frozenset[str], str]]:
    """Return method, path, members of the query and name of every call of a service, the most literal first.

    S3 tells calls of one path apart by their query alone: ``/{Bucket}?notification``.
    """
    routes: list[tuple[str, str, frozenset[str], str]] = []
    session = botocore.session.get_session()
    for name in REST.get(service, ()):
        model = session.get_service_model(name)
        for each in model.operation_names:
            if model.operation_model(each).deprecated:
                continue
            http = model.operation_model(each).http
            uri, _, query = http["requestUri"].partition("?")
            needed = frozenset(part.partition("=")[0] for part in query.split("&") if part)
            routes.append((http["method"], uri.rstrip("/"), needed, f"{service}:{each}"))
    routes.sort(key=lambda route: (route[1].count("{"), -len(route[2])))
    return [(verb, re.compile(_expression(uri)), needed, name) for verb, uri, needed, name in routes]


def _expression(uri: str) -> str:
    """Return what matches the paths of a call; ``{Key+}`` stands for several parts of one."""
    parts = (
        ".+" if "+}" in part else "[^/]+" if part.startswith("{") else re.escape(part) for part in _PART.split(uri)
    )
    return "".join(parts) + "/?"
