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
"""Services whose calls are named by method and path only: what they sign as, and what botocore calls them."""

_XML = ("cloudfront", "route53")
"""Those of them that answer in XML."""

_SCOPE = re.compile(r"Credential=[^/]+/\d+/[^/]+/([^/]+)/aws4_request")


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
    bare = urlsplit(path).path
    for verb, pattern, name in _routes(service):
        if verb == method and pattern.fullmatch(bare):
            return Operation(name, xml=service in _XML)
    return Operation(f"{service}:{method} {bare}", xml=False)


@cache
def _routes(service: str) -> list[tuple[str, re.Pattern[str], str]]:
    """Return method, path and name of every call of a service, the most literal paths first."""
    routes: list[tuple[str, str, str]] = []
    session = botocore.session.get_session()
    for name in REST.get(service, ()):
        model = session.get_service_model(name)
        for each in model.operation_names:
            http = model.operation_model(each).http
            routes.append((http["method"], http["requestUri"].partition("?")[0].rstrip("/"), f"{service}:{each}"))
    routes.sort(key=lambda route: route[1].count("{"))
    return [
        (verb, re.compile(re.sub(r"\\{.*?\\}", "[^/]+", re.escape(uri)) + "/?"), name) for verb, uri, name in routes
    ]
