"""Finds client addresses taken from `sourceIp` or from the left end of `X-Forwarded-For`.

## Why it breaks
API Gateway writes the caller's address into the event, and there it is true. The left-most entry of `X-Forwarded-For`
is whatever the client sent; every proxy appends to the right. Rate limits, allow lists and audit logs built on it lie.

## Instead
Use `request.client` and let the server resolve it from proxies it trusts. Requests that come through the proxy carry
the caller's address signed.
"""

from __future__ import annotations

import ast
import re
from typing import TYPE_CHECKING

from lambda_migrate.analyzer.findings import Fact, Severity
from lambda_migrate.analyzer.patterns import strings_read, text_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lambda_migrate.analyzer.module import Module
    from lambda_migrate.analyzer.scopes import Scope

CODE = "LM103"
SEVERITY = Severity.WARN
HINT = "use `request.client`, resolved by the server from the proxies it trusts"

VALID = (
    "def client(request):\n    return request.client.host\n",
    "def client(request):\n    return request.headers['x-forwarded-for'].split(',')[-1]\n",
    "EVENT = {'requestContext': {'identity': {'sourceIp': '127.0.0.1'}}}\n",
    "def first(line):\n    return line.split(',')[0]\n",
)
INVALID = (
    "def client(event):\n    return event['requestContext']['identity']['sourceIp']\n",
    "def client(request):\n    return request.headers.get('X-Forwarded-For', '').split(',')[0].strip()\n",
    (
        "def client(request):\n    forwarded = request.headers.get('x-forwarded-for')\n"
        "    return forwarded.split(',')[0]\n"
    ),
    (
        "from fastapi import Header\ndef client(x_forwarded_for: str = Header('')):\n"
        "    return x_forwarded_for.split(',')[0]\n"
    ),
)
KNOWN_MISSES = (
    "def client(request):\n    first, *rest = request.headers['x-forwarded-for'].split(',')\n    return first\n",
)
SOURCE = re.compile(r"^(sourceIp|source_ip)$")
FORWARDED = "x-forwarded-for"


def check(module: Module) -> Iterator[Fact]:
    """Report the event's address, and the first part of a split header."""
    for node, _, match in strings_read(module, SOURCE, b"sourceIp"):
        yield module.fact(node, f"`{match[0]}` is only in an event of API Gateway")
    if not module.mentions(b"orwarded", b"ORWARDED"):
        return
    for subscript, scope in module.of(ast.Subscript):
        whole = _split_at_comma(subscript.value)
        first = isinstance(subscript.slice, ast.Constant) and subscript.slice.value == 0
        if first and whole is not None and _is_forwarded(module, whole, scope):
            yield module.fact(subscript, "the left end of `X-Forwarded-For` is what the client wrote")


def _split_at_comma(node: ast.expr) -> ast.expr | None:
    """Return what is split by `.split(",")` or `.partition(",")`."""
    if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Attribute) or not node.args:
        return None
    splits = node.func.attr in {"split", "partition"} and text_of(node.args[0]).strip() == ","
    return node.func.value if splits else None


def _is_forwarded(module: Module, node: ast.AST, scope: Scope) -> bool:
    if isinstance(node, ast.Name) and node.id.replace("_", "-").lower() == FORWARDED:
        return True
    for value, _ in module.values(node, scope):
        for part in ast.walk(value):
            if text_of(part).lower() == FORWARDED:
                return True
    return False
