"""Finds dictionaries in the form of a Lambda proxy response: `statusCode` with `body` or `headers`.

## Why it breaks
API Gateway and load balancers turn such a dictionary into an HTTP response. A web framework answers 200 with the
dictionary as JSON, so an error becomes a success with a strange body.

## Instead
Return the framework's response. Keep the dictionary only where a Lambda event is answered, behind the events endpoint.
"""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from lambda_migrate.analyzer.findings import Fact, Severity
from lambda_migrate.analyzer.patterns import text_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lambda_migrate.analyzer.module import Module

CODE = "LM507"
SEVERITY = Severity.WARN
HINT = "return the framework's response object"

VALID = ("def answer():\n    return {'statusCode': 200}\n", "def answer():\n    return {'body': 'x', 'headers': {}}\n")
INVALID = (
    "def handler(event, context):\n    return {'statusCode': 404, 'body': 'no'}\n",
    "OK = {'statusCode': 204, 'headers': {}}\n",
)
KNOWN_MISSES = ("def handler(event, context):\n    return dict(statusCode=404, body='no')\n",)


def check(module: Module) -> Iterator[Fact]:
    """Report such dictionary displays."""
    if not module.mentions(b"statusCode"):
        return
    for node, _ in module.of(ast.Dict):
        keys = {text_of(key) for key in node.keys}
        if "statusCode" in keys and keys & {"body", "headers", "multiValueHeaders", "isBase64Encoded"}:
            yield module.fact(node, "a Lambda proxy response is a plain dictionary to a server")
