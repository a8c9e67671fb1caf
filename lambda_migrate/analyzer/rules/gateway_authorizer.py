"""Finds reads of the identity that an API Gateway authorizer established.

## Why it breaks
`requestContext.authorizer` is filled by API Gateway after it checked a token. A service gets the token, not the result
of the check. Without it the code answers 401 to everybody, or, worse, trusts something the caller can write.

## Instead
Check the token in the service (issuer, audience, signature, expiry), before any caller reaches it directly.
"""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from lambda_migrate.analyzer.findings import Fact, Severity
from lambda_migrate.analyzer.patterns import text_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lambda_migrate.analyzer.module import Module

CODE = "LM102"
SEVERITY = Severity.ERROR
HINT = "check the caller's token in the service itself"

VALID = ("authorizer = make()\nprint(authorizer.name)\n", "SETTINGS = {'authorizer': 'none'}\n")
INVALID = (
    "def user(event):\n    return event['requestContext']['authorizer']['claims']['sub']\n",
    "def user(event):\n    return event.get('requestContext', {}).get('authorizer', {}).get('jwt')\n",
    "def user(request_context):\n    return request_context.authorizer.claims\n",
)
KNOWN_MISSES = ("KEY = 'authorizer'\ndef user(event):\n    return event['requestContext'][KEY]\n",)


def check(module: Module) -> Iterator[Fact]:
    """Report subscripts, `.get` calls and attributes that reach for the authorizer."""
    if not module.mentions(b"authorizer"):
        return
    message = "the identity comes from API Gateway's authorizer"
    for node, _ in module.of(ast.Subscript):
        if text_of(node.slice) == "authorizer" and isinstance(node.ctx, ast.Load):
            yield module.fact(node.slice, message)
    for call, _ in module.calls("get", "pop", "setdefault"):
        if isinstance(call.func, ast.Attribute) and call.args and text_of(call.args[0]) == "authorizer":
            yield module.fact(call.args[0], message)
    if module.mentions(b"request_context", b"requestContext"):
        for attribute, _ in module.attributes("authorizer"):
            yield module.fact(attribute, message)
