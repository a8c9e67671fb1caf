"""Finds reads of `aws.event` and `aws.context` from the ASGI scope.

## Why it breaks
Mangum puts the Lambda event and context there; a server does not. Code that reads them usually has a fallback for local
development, and that fallback becomes production. The worst case seen in the wild: the authorizer is read from the
event, and *without an event the identity is built from plain request headers*, which behind API Gateway nobody
could set and on a service everybody can. That is an authentication bypass the moment it is deployed.

It is an error where the code looks for who asks, or fails without the key; other reads are warnings.

## Instead
Read what you need from the request itself. Until the function is gone, the service restores `aws.event` for requests
that the proxy signed; with callers that reach the service directly it is gone. Make the fallback fail.
"""

from __future__ import annotations

import ast
import re
from dataclasses import replace
from typing import TYPE_CHECKING

from lambda_migrate.analyzer.findings import Fact, Severity
from lambda_migrate.analyzer.only_logged import is_only_logged
from lambda_migrate.analyzer.patterns import matching_strings, strings_read, text_of
from lambda_migrate.analyzer.scopes import last_name

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lambda_migrate.analyzer.module import Module
    from lambda_migrate.analyzer.scopes import Scope

CODE = "LM101"
SEVERITY = Severity.ERROR
HINT = "read it from the request, and refuse the request where the code now falls back"

OF_THE_REQUEST = "read it from the request: the `Host` header, the time, an id of your own"
# Parts of an event that say nothing of who asks, and that a request tells too, or nobody misses.
TOLD = frozenset({"domainName", "requestId", "requestTime", "requestTimeEpoch", "stage", "apiId", "domainPrefix"})
VALID = (
    "def stand_in(request):\n    request.scope['aws.event'] = {}\n",
    "def source(event):\n    return event['source'] == 'aws.events'\n",
    '"""Reads `aws.event`."""\n',
)
INVALID = (
    "def user(request):\n    return request.scope.get('aws.event', {})\n",
    "KEY = 'aws.context'\ndef left(request):\n    return request.scope[KEY]\n",
)
KNOWN_MISSES = ("def user(request):\n    return request.scope['aws.' + 'event']\n",)
CONTEXT = "aws.context"
# Parts of an event that say who asks, and functions that find that in one.
OF_WHO_ASKS = frozenset({"authorizer", "claims", "jwt", "identity", "authentication", "clientCert", "userArn"})
TELLS_WHO = re.compile(r"user|claims|identity|principal|subject|tenant|caller|authori[sz]er|token", re.IGNORECASE)
KEYS = re.compile(r"^aws\.(event|context)$")


def check(module: Module) -> Iterator[Fact]:
    """Report the two keys, wherever they are spelt."""
    beside: set[int] | None = None
    for node, scope, match in strings_read(module, KEYS, b"aws.event", b"aws.context"):
        fact = module.fact(node, f"`{match[0]}` is put into the scope by the Lambda adapter only")
        if beside is None:
            beside = set(_of_what_requests_tell(module))
        if id(node) in beside or is_only_logged(node, scope):
            yield fact.saying(fact.message, severity=Severity.WARN, hint=OF_THE_REQUEST)
        else:
            yield replace(fact, severity=None if _is_missed(module, node, scope, match[0]) else Severity.WARN)


def _is_missed(module: Module, key: ast.Constant, scope: Scope, name: str) -> bool:
    """Return whether a request provably fails without the key, or is answered to somebody nobody has checked."""
    reads = [read for read, _ in module.of(ast.Subscript) if read.slice is key]
    if any(id(read) not in _in_a_try(module) for read in reads):
        return True
    function = scope.node or module.tree
    if name == CONTEXT:
        return False
    words = (part.value for part in ast.walk(function) if isinstance(part, ast.Constant))
    calls = (part for part in ast.walk(function) if isinstance(part, ast.Call) and part.args)
    handed = (last_name(call.func) for call in calls if last_name(call.func) not in {"get", "isinstance"})
    return not OF_WHO_ASKS.isdisjoint(words) or any(TELLS_WHO.search(each) for each in handed)


def _in_a_try(module: Module) -> set[int]:
    return {id(part) for statement, _ in module.of(ast.Try) for each in statement.body for part in ast.walk(each)}


def _of_what_requests_tell(module: Module) -> Iterator[int]:
    """Yield the keys of which a part is read that requests tell as well, with something to fall back on.

    The context says nothing of who asks: where the code is ready for its absence, an id or a time is missing at most.
    """
    guarded = _in_a_try(module)
    asked = [part for branch, _ in module.of(ast.If) for part in ast.walk(branch.test) if text_of(part) == CONTEXT]
    yield from (id(part) for part in asked)
    for node, _, match in matching_strings(module, KEYS, b"aws.context"):
        if match[0] == CONTEXT and (id(node) in guarded or asked):
            yield id(node)
    for read, _ in module.of(ast.Subscript):
        if text_of(read.slice) in TOLD and id(read) in guarded:
            yield from (id(part) for part in ast.walk(read.value) if isinstance(part, ast.Constant))
