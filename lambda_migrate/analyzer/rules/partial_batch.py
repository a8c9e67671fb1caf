"""Finds answers that report which messages of a batch failed.

## Why it breaks
It does not, if the answer keeps its way: the event source mapping reads `batchItemFailures` from what the function
returns. The service has to answer its events endpoint with exactly that JSON, and the proxy returns it unchanged.

## Instead
Return the same dictionary from the service's case for this event. A service that reads the queue itself deletes the
messages that succeeded.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from lambda_migrate.analyzer.findings import Fact, Severity
from lambda_migrate.analyzer.patterns import matching_strings

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lambda_migrate.analyzer.module import Module

CODE = "LM506"
SEVERITY = Severity.INFO
HINT = "answer the events endpoint with the same dictionary"

VALID = ("def handler(event, context):\n    return {'failures': []}\n",)
INVALID = ("def handler(event, context):\n    return {'batchItemFailures': [{'itemIdentifier': '1'}]}\n",)
KNOWN_MISSES = ("def handler(event, context):\n    return dict(batchItemFailures=[])\n",)
KEY = re.compile(r"^batchItemFailures$")


def check(module: Module) -> Iterator[Fact]:
    """Report the key."""
    for node, _, _ in matching_strings(module, KEY, b"batchItemFailures"):
        yield module.fact(node, "reports which messages of a batch failed")
