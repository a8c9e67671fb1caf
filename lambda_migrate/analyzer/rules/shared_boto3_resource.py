"""Finds boto3 resources and sessions that are made at import.

## Why it breaks
The boto3 guide says it: clients may be shared by threads, resources and sessions may not. On Lambda there was one
thread. On a server a resource made at import is used by all of them at once.

## Instead
Share clients (`boto3.client`). Make a resource per thread or per request from a session of its own.
"""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from lambda_migrate.analyzer.findings import Fact, Severity
from lambda_migrate.analyzer.patterns import kept_globally, outlives_requests

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lambda_migrate.analyzer.module import Module

CODE = "LM304"
SEVERITY = Severity.WARN
HINT = "share a client instead, or make the resource per thread"

VALID = (
    "import boto3\ns3 = boto3.client('s3')\n",
    "import boto3\ns3 = boto3.Session(region_name='eu-west-1').client('s3')\n",
    "import boto3\ndef read():\n    return boto3.resource('s3')\n",
)
INVALID = (
    "import boto3\ntable = boto3.resource('dynamodb').Table('orders')\n",
    "from boto3 import Session\nsession = Session()\n",
    "import boto3\nstore = None\ndef get():\n    global store\n    store = boto3.resource('s3')\n",
)
KNOWN_MISSES = ("import boto3\ndef make():\n    return boto3.resource('s3')\ns3 = make()\n",)
SHARED = frozenset(
    {
        "boto3.resource",
        "boto3.Session",
        "boto3.session.Session",
        "boto3.Session().resource",
        "boto3.session.Session().resource",
    }
)


def check(module: Module) -> Iterator[Fact]:
    """Report resources and sessions that outlive a request."""
    if not module.mentions(b"boto3"):
        return
    kept = kept_globally(module)
    passing = {
        id(call.func.value) for call, _ in module.calls("client", "resource") if isinstance(call.func, ast.Attribute)
    }
    for call, scope in module.calls("resource", "Session"):
        made = id(call) not in passing and module.resolved(call, scope) in SHARED
        if made and outlives_requests(module, call, scope, kept):
            yield module.fact(call, f"all threads share `{module.snippet(call)}`")
