"""Finds reads of headers that only a gateway in front of the function may write.

## Why it breaks
Integration mappings and authorizers of API Gateway put identities into headers such as `x-apigateway-user-id`, and the
web adapter puts the event into `x-amzn-request-context`. Behind the gateway a client's own header of that name is
overwritten; on a service nothing overwrites it, so anybody can be anybody.

## Instead
Take the identity from a token that the service checks. If another proxy sets the header, make it drop the client's.

## Evidence
A public repository builds the whole identity from `x-apigateway-user-id` and its siblings when the event is missing.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from lambda_migrate.analyzer.findings import Fact, Severity
from lambda_migrate.analyzer.patterns import matching_strings

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lambda_migrate.analyzer.module import Module

CODE = "LM104"
SEVERITY = Severity.ERROR
HINT = "take the identity from a token that the service checks; any client can write this header"

VALID = ("def trace(request):\n    return request.headers.get('x-amzn-trace-id')\n",)
INVALID = (
    "def user(request):\n    return request.headers.get('x-apigateway-user-id')\n",
    "from fastapi import Header\ndef user(who: str = Header(alias='X-Authorizer-Sub')):\n    return who\n",
    "def event(request):\n    return request.headers['x-amzn-request-context']\n",
)
KNOWN_MISSES = ("from fastapi import Header\ndef user(x_apigateway_user_id: str = Header()):\n    return 1\n",)
HEADER = re.compile(
    r"^x-(apigateway-(?!api-id$)[\w-]+|authorizer-[\w-]+|amzn-(request|lambda)-context)$", re.IGNORECASE
)
WORDS = (b"pigateway-", b"PIGATEWAY-", b"PIGateway-", b"uthorizer-", b"UTHORIZER-", b"mzn-", b"MZN-")


def check(module: Module) -> Iterator[Fact]:
    """Report the names of such headers."""
    for node, _, found in matching_strings(module, HEADER, *WORDS):
        yield module.fact(node, f"header `{found[0]}` is trustworthy only behind the gateway that writes it")
