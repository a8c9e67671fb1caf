"""Finds reads of `aws.event` and `aws.context` from the ASGI scope.

## Why it breaks
Mangum puts the Lambda event and context there; a server does not. Code that reads them usually has a fallback for local
development, and that fallback becomes production. The worst case seen in the wild: the authorizer is read from the
event, and *without an event the identity is built from plain request headers*, which behind API Gateway nobody
could set and on a service everybody can. That is an authentication bypass the moment it is deployed.

## Instead
Read what you need from the request itself. Until the function is gone, the service restores `aws.event` for requests
that the proxy signed; with callers that reach the service directly it is gone. Make the fallback fail.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from lambda_migrate.analyzer.findings import Fact, Severity
from lambda_migrate.analyzer.patterns import matching_strings

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lambda_migrate.analyzer.module import Module

CODE = "LM101"
SEVERITY = Severity.ERROR
HINT = "read it from the request, and refuse the request where the code now falls back"

VALID = ("def source(event):\n    return event['source'] == 'aws.events'\n", '"""Reads `aws.event`."""\n')
INVALID = (
    "def user(request):\n    return request.scope.get('aws.event', {})\n",
    "KEY = 'aws.context'\ndef left(request):\n    return request.scope[KEY]\n",
)
KNOWN_MISSES = ("def user(request):\n    return request.scope['aws.' + 'event']\n",)
KEYS = re.compile(r"^aws\.(event|context)$")


def check(module: Module) -> Iterator[Fact]:
    """Report the two keys, wherever they are spelt."""
    for node, _, match in matching_strings(module, KEYS, b"aws.event", b"aws.context"):
        yield module.fact(node, f"`{match[0]}` is put into the scope by the Lambda adapter only")
