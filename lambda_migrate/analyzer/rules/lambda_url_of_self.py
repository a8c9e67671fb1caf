"""Finds addresses of function URLs and of API Gateway's default endpoints in the code.

## Why it breaks
If it is this function's own address, links, redirects, webhooks and calls to itself go back to Lambda after the move,
and fail when the function is retired. Whether it is its own, only a person can tell.

## Instead
Read the public address from the configuration, or use a domain that can be pointed elsewhere.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from lambda_migrate.analyzer.findings import Fact, Severity
from lambda_migrate.analyzer.patterns import matching_strings

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lambda_migrate.analyzer.module import Module

CODE = "LM503"
SEVERITY = Severity.WARN
HINT = "read the public address from the configuration, or use a domain that can be pointed elsewhere"

VALID = ("URL = 'https://orders.example.com'\n", "HELP = 'see lambda-url'\n")
INVALID = (
    "URL = 'https://abc123.lambda-url.eu-west-1.on.aws/'\n",
    "ORIGINS = ['https://a1b2c3.execute-api.eu-west-1.amazonaws.com']\n",
    "def url(api):\n    return f'https://{api}.execute-api.eu-west-1.amazonaws.com/prod'\n",
)
KNOWN_MISSES = ("import os\nURL = os.environ['API_URL']\n",)
HOST = re.compile(r"[\w-]*\.?(lambda-url\.[\w-]+\.on\.aws|execute-api\.[\w-]+\.amazonaws\.com(\.cn)?)")


def check(module: Module) -> Iterator[Fact]:
    """Report such hosts."""
    for node, _, match in matching_strings(module, HOST, b"lambda-url.", b"execute-api."):
        yield module.fact(node, f"`{match[0].lstrip('.')}` is an address of a Lambda function: is it this one's?")
