"""Finds branches of a handler on what kind of event it was given.

## Why it breaks
A branch like `if "Records" in event` is an entry point for events other than HTTP: a queue, a topic, a schedule, a
direct call. A server never gets such events by itself. The proxy sends them to `POST /lambda-proxy-non-api-events`,
where every branch has to be found again.

## Instead
Let the service's events endpoint call the same code, one case for each branch. Prove each with a recorded event.
"""

from __future__ import annotations

import ast
import json
from typing import TYPE_CHECKING

from lambda_migrate.analyzer.analysis import EventBranch
from lambda_migrate.analyzer.findings import Fact, Severity
from lambda_migrate.analyzer.patterns import event_functions
from lambda_migrate.analyzer.scopes import last_name

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from lambda_migrate.analyzer.module import Module
    from lambda_migrate.analyzer.scopes import Scope

CODE = "LM003"
SEVERITY = Severity.INFO
HINT = "handle events other than HTTP in the service's events endpoint, one case per branch"

VALID = (
    "def handler(event, context):\n    return adapter(event, context)\n",
    "def search(query, context):\n    if 'x' in query:\n        return 1\n",
    # The result of a call is not the event.
    "def handler(event, context):\n    done = poll(event['number'])\n    if done:\n        return 1\n",
)
INVALID = (
    (
        "def handler(event, context):\n    if 'Records' in event:\n        return work(event)\n"
        "    return adapter(event, context)\n"
    ),
    "def lambda_handler(event, _context):\n    if event.get('source') == 'aws.events':\n        tick()\n",
    "def handler(event, context):\n    task = event.get('task')\n    if task == 'refresh':\n        refresh()\n",
    "def handler(event, context):\n    match event['action']:\n        case 'sync':\n            sync()\n",
    "def handler(event, context):\n    for record in event['Records']:\n        work(record)\n",
)
KNOWN_MISSES = (
    # A table of functions instead of a branch.
    "def handler(event, context):\n    return JOBS[event['job']](event)\n",
)

# The most telling words first: a queue's message has `Records` too.
SOURCES = (
    ("aws:sqs", "sqs"), ("aws:sns", "sns"), ("Sns", "sns"), ("aws:s3", "s3"), ("s3", "s3"),
    ("aws:dynamodb", "dynamodb"), ("dynamodb", "dynamodb"), ("aws:kinesis", "kinesis"),
    ("kinesis", "kinesis"), ("aws.events", "eventbridge"),
    ("detail-type", "eventbridge"), ("detail", "eventbridge"), ("source", "eventbridge"), ("requestContext", "http"),
    ("httpMethod", "http"), ("rawPath", "http"), ("routeKey", "http"), ("Records", "records"), ("headers", "http"),
    ("multiValueHeaders", "http"), ("queryStringParameters", "http"), ("pathParameters", "http"),
)  # fmt: skip


def check(module: Module) -> Iterator[Fact]:
    """Report every test and loop on the event inside a function that takes an event and a context."""
    for function, event, _ in event_functions(module):
        inner = module.inside(function)
        for node, test in _branches(module, inner):
            if _speaks_of(module, test, inner, event):
                written = module.snippet(test)
                source = _source(module, test, inner)
                value = json.dumps([function.name, written, source])
                yield module.fact(node, f"`{function.name}` branches on its event ({source}): `{written}`", value=value)


def branches(facts: Sequence[Fact]) -> tuple[EventBranch, ...]:
    """Return the branches that the facts of this rule tell of."""
    return tuple(EventBranch(fact.path, fact.line, *json.loads(fact.value)) for fact in facts)


def _branches(module: Module, scope: Scope) -> Iterator[tuple[ast.stmt | ast.expr, ast.expr]]:
    yield from ((node, node.test) for node, where in module.of(ast.If) if where is scope)
    yield from ((node, node.test) for node, where in module.of(ast.IfExp) if where is scope)
    yield from ((node, node.subject) for node, where in module.of(ast.Match) if where is scope)
    yield from ((node, node.iter) for node, where in module.of(ast.For) if where is scope)


def _speaks_of(module: Module, test: ast.expr, scope: Scope, event: str) -> bool:
    for part in ast.walk(test):
        if isinstance(part, ast.Name):
            if part.id == event:
                return True
            for value, _ in module.values(part, scope):
                if any(isinstance(inner, ast.Name) and inner.id == event for inner in ast.walk(value)):
                    return _is_part(value, event)
    return False


def _is_part(value: ast.AST, event: str) -> bool:
    """Return whether a value is a part of the event, or says something about one; not what was made from it."""
    if isinstance(value, ast.Call):
        reads = last_name(value.func) == "loads"
        return reads or (isinstance(value.func, ast.Attribute) and _is_part(value.func.value, event))
    if isinstance(value, ast.Subscript):
        return _is_part(value.value, event)
    if isinstance(value, ast.Name):
        return value.id == event
    if isinstance(value, ast.BoolOp):
        return any(_is_part(each, event) for each in value.values)
    return isinstance(value, ast.Compare)


def _source(module: Module, test: ast.expr, scope: Scope) -> str:
    words = {part.value for part in ast.walk(test) if isinstance(part, ast.Constant) and isinstance(part.value, str)}
    for part in ast.walk(test):
        if isinstance(part, ast.Name):
            for value, _ in module.values(part, scope):
                words.update(str(inner.value) for inner in ast.walk(value) if isinstance(inner, ast.Constant))
    return next((source for word, source in SOURCES if word in words), "direct")
