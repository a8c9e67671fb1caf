"""Finds uses of the Lambda context object.

## Why it breaks
Names, memory size, log stream and remaining time describe an invocation. The service's context, restored from what the
proxy signed, has them for requests that came through the function, and `get_remaining_time_in_millis` counts down to
that invocation's deadline; a request that reached the service directly has none.

## Instead
Take identifiers from the request or the configuration, and time limits from the service's own settings.
"""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from lambda_migrate.analyzer.findings import Fact, Severity
from lambda_migrate.analyzer.patterns import event_functions, text_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lambda_migrate.analyzer.module import Module
    from lambda_migrate.analyzer.scopes import Scope

CODE = "LM201"
SEVERITY = Severity.INFO
HINT = "take it from the request, the configuration or the service's own time limit"

VALID = (
    "def read(context):\n    return context.function_name\n",
    "def handler(event, context):\n    return adapter(event, context)\n",
)
INVALID = (
    "def handler(event, context):\n    return context.aws_request_id\n",
    "def left(request):\n    return request.scope['aws.context'].get_remaining_time_in_millis()\n",
    "def left(request):\n    context = request.scope.get('aws.context')\n    return context.function_name\n",
)
KNOWN_MISSES = (
    # Handed to another function under another signature.
    (
        "def handler(event, context):\n    return show(context)\ndef show(invocation):\n"
        "    return invocation.aws_request_id\n"
    ),
)
# https://docs.aws.amazon.com/lambda/latest/dg/python-context.html
MEMBERS = (
    "aws_request_id", "client_context", "function_name", "function_version", "get_remaining_time_in_millis", "identity",
    "invoked_function_arn", "log_group_name", "log_stream_name", "memory_limit_in_mb", "tenant_id",
)  # fmt: skip


def check(module: Module) -> Iterator[Fact]:
    """Report members of a handler's second parameter, and of the context in the ASGI scope."""
    contexts = {(id(module.inside(function)), context) for function, _, context in event_functions(module)}
    scoped = module.mentions(b"aws.context")
    if not contexts and not scoped:
        return
    for node, scope in module.attributes(*MEMBERS):
        owner = scope.owner(node.value.id) if isinstance(node.value, ast.Name) else None
        is_parameter = isinstance(node.value, ast.Name) and owner and (id(owner), node.value.id) in contexts
        if is_parameter or (scoped and _from_scope(module, node.value, scope)):
            yield module.fact(node, f"`{node.attr}` describes a Lambda invocation")


def _from_scope(module: Module, node: ast.expr, scope: Scope) -> bool:
    return any(text_of(part) == "aws.context" for value, _ in module.values(node, scope) for part in ast.walk(value))
