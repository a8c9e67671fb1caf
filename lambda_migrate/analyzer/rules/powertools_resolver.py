"""Finds routes made with the event handler of Powertools for AWS Lambda.

## Why it breaks
`APIGatewayRestResolver`, `APIGatewayHttpResolver`, `ALBResolver`, `LambdaFunctionUrlResolver` and their kind route
Lambda events, not HTTP requests. They are neither ASGI nor WSGI applications, so no server can serve them.

## Instead
Move the routes to an ASGI framework; their shape (`@app.get("/orders/<id>")`, validation by types) carries over almost
line by line. Do it while the function still runs, behind an adapter.

## Evidence
The resolver's entry point is `app.resolve(event, context)`: it needs an event, see the event handler chapter of the
Powertools documentation.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from lambda_migrate.analyzer.findings import Fact, Severity

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lambda_migrate.analyzer.module import Module

CODE = "LM508"
SEVERITY = Severity.ERROR
HINT = "move these routes to an ASGI framework, behind an adapter, before the function is moved"

VALID = (
    "from shop import ALBResolver\nresolver = ALBResolver()\n",
    "from aws_lambda_powertools.event_handler import content_types\n",
)
INVALID = (
    "from aws_lambda_powertools.event_handler import APIGatewayRestResolver\napp = APIGatewayRestResolver()\n",
    "from aws_lambda_powertools.event_handler.api_gateway import ApiGatewayResolver as App\napp = App()\n",
    "from aws_lambda_powertools.event_handler import BedrockAgentResolver\napp = BedrockAgentResolver()\n",
)
KNOWN_MISSES = ("from chalice import Chalice\napp = Chalice(app_name='orders')\n",)
RESOLVER = re.compile(r"^aws_lambda_powertools\.event_handler\.([\w.]*\.)?\w+Resolver$")


def check(module: Module) -> Iterator[Fact]:
    """Report every resolver that is made."""
    if not module.mentions(b"aws_lambda_powertools"):
        return
    for call, scope in module.all_calls():
        resolved = module.resolved(call, scope)
        if RESOLVER.match(resolved):
            yield module.fact(call, f"`{resolved.rpartition('.')[2]}` routes Lambda events; no server can serve it")
