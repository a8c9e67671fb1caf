"""Finds decorators of Powertools for AWS Lambda that need a Lambda event or context.

## Why it breaks
`inject_lambda_context`, `log_metrics`, `capture_lambda_handler`, `event_source`, `idempotent` and their kind wrap a
function of `(event, context)`. They keep working where the service calls that function with the event and the context
that the proxy sent; they cannot wrap an HTTP route.

## Instead
Keep them on the functions behind the events endpoint. For routes, set up logging, metrics and tracing as middleware.
"""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from lambda_migrate.analyzer.findings import Fact, Severity
from lambda_migrate.analyzer.scopes import last_name

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lambda_migrate.analyzer.module import Module

CODE = "LM504"
SEVERITY = Severity.INFO
HINT = "keep it on functions behind the events endpoint; use middleware for routes"

VALID = (
    "from shop import idempotent\n@idempotent\ndef pay(order): ...\n",
    "from aws_lambda_powertools import Logger\nlogger = Logger()\n",
)
INVALID = (
    (
        "from aws_lambda_powertools import Logger\nlogger = Logger()\n@logger.inject_lambda_context(log_event=True)\n"
        "def handler(event, context): ...\n"
    ),
    (
        "from aws_lambda_powertools.utilities.idempotency import idempotent\n@idempotent()\n"
        "def handler(event, context): ...\n"
    ),
    "from shared import tracer\n@tracer.capture_lambda_handler\ndef handler(event, context): ...\n",
    (
        "from aws_lambda_powertools import Logger\nfrom mangum import Mangum\nfrom web import app\n"
        "logger = Logger()\nhandler = logger.inject_lambda_context(Mangum(app), clear_state=True)\n"
    ),
)
KNOWN_MISSES = ("from shared import with_context\n@with_context\ndef handler(event, context): ...\n",)
# Names nothing else has, so that the object they belong to need not be known.
TELLING = frozenset({"inject_lambda_context", "capture_lambda_handler", "log_metrics"})
NAMES = TELLING | {
    "event_source", "event_parser", "process_partial_response", "async_process_partial_response", "batch_processor",
    "idempotent", "lambda_handler_decorator", "validator",
}  # fmt: skip


def check(module: Module) -> Iterator[Fact]:
    """Report such decorators."""
    if not module.mentions(*(name.encode() for name in NAMES)):
        return
    for function, scope in module.functions():
        for decorator in function.decorator_list:
            node = decorator.func if isinstance(decorator, ast.Call) else decorator
            name = last_name(node)
            if name in TELLING or (name in NAMES and _is_powertools(module.resolve(node, scope))):
                yield module.fact(decorator, f"`{name}` needs a Lambda event and context")
    for call, _ in module.calls(*TELLING):
        # Called with the handler instead of put above it.
        if call.args and isinstance(call.func, ast.Attribute):
            yield module.fact(call, f"`{call.func.attr}` needs a Lambda event and context")


def _is_powertools(resolved: str) -> bool:
    return resolved.startswith("aws_lambda_powertools.")
