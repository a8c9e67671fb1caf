"""Finds messages pushed to WebSocket clients through API Gateway's management API.

## Why it breaks
API Gateway holds the WebSocket and sends its frames as events with a `connectionId`; answers go through
`post_to_connection`. This works from a service too, for as long as API Gateway stays in front. When clients connect
directly there are no such events, and no connection behind those identifiers.

## Instead
Leave the WebSocket API in front of the service's events endpoint, or serve real WebSockets, with a store that tells
which instance holds which client.

## Evidence
The `apigatewaymanagementapi` client of the AWS API; its endpoint is the stage of one WebSocket API.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from lambda_migrate.analyzer.findings import Fact, Severity
from lambda_migrate.analyzer.patterns import strings_read

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lambda_migrate.analyzer.module import Module

CODE = "LM509"
SEVERITY = Severity.WARN
HINT = "leave the WebSocket API in front, or serve WebSockets and share who is connected where"

VALID = ("from fastapi import WebSocket\nasync def chat(socket: WebSocket): ...\n",)
INVALID = (
    "import boto3\nsockets = boto3.client('apigatewaymanagementapi', endpoint_url='https://x')\n",
    "def handler(event, context):\n    return event['requestContext']['connectionId']\n",
)
KNOWN_MISSES = ("def push(client, who):\n    client.post_to_connection(ConnectionId=who, Data=b'')\n",)
WORD = re.compile(r"^(apigatewaymanagementapi|connectionId)$")


def check(module: Module) -> Iterator[Fact]:
    """Report the client and the identifier."""
    for node, _, match in strings_read(module, WORD, b"apigatewaymanagementapi", b"connectionId"):
        yield module.fact(node, f"`{match[0]}` needs a WebSocket API of API Gateway in front")
