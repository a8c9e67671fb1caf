"""Finds calls that invoke a Lambda function without waiting, or this function itself.

## Why it breaks
Functions invoke themselves to do work after the answer. A service has no function to invoke; the name in
`AWS_LAMBDA_FUNCTION_NAME` is not set, and once the function is retired the call fails, long after the migration.

## Instead
Put the work on a queue that the service reads, or into a background task if it may be lost.
"""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from lambda_migrate.analyzer.findings import Fact, Severity
from lambda_migrate.analyzer.patterns import keyword, lambda_variables, text_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lambda_migrate.analyzer.module import Module
    from lambda_migrate.analyzer.scopes import Scope

CODE = "LM502"
SEVERITY = Severity.ERROR
HINT = "put the work on a queue that the service reads, or into a background task"

OF_ANOTHER = "if it is another function, nothing changes; if it is this one, put the work on a queue"

VALID = (
    "def call(client):\n    return client.invoke(FunctionName='billing')\n",
    "from invoke import task\ntask.invoke('build')\n",
)
INVALID = (
    "import os\ndef later(client):\n    client.invoke(FunctionName=os.environ['AWS_LAMBDA_FUNCTION_NAME'])\n",
    "import os\nME = os.environ['AWS_LAMBDA_FUNCTION_NAME']\ndef later(client):\n    client.invoke(FunctionName=ME)\n",
    "def handler(event, context):\n    client.invoke(FunctionName=context.invoked_function_arn)\n",
    "def later(client):\n    client.invoke(FunctionName='billing', InvocationType='Event')\n",
    "def later(client):\n    client.invoke_async(FunctionName='billing', InvokeArgs=b'')\n",
)
KNOWN_MISSES = ("def later(client, name):\n    client.invoke(FunctionName=name)\nlater(None, 'this-function')\n",)
OWN_NAMES = frozenset({"function_name", "invoked_function_arn"})


def check(module: Module) -> Iterator[Fact]:
    """Report invocations of this function, and those that do not wait."""
    for call, scope in module.calls("invoke", "invoke_async"):
        if not isinstance(call.func, ast.Attribute):
            continue
        name = keyword(call, "FunctionName")
        if name is not None and _is_own(module, name, scope):
            yield module.fact(call, "the function invokes itself")
        elif text_of(keyword(call, "InvocationType")) == "Event" or call.func.attr == "invoke_async":
            fact = module.fact(call, "invokes a function without waiting: is it this one?")
            yield fact.saying(fact.message, severity=Severity.WARN, hint=OF_ANOTHER)


def _is_own(module: Module, name: ast.expr, scope: Scope) -> bool:
    for value, _ in module.values(name, scope):
        if next(lambda_variables(value), None) is not None:
            return True
        if any(isinstance(part, ast.Attribute) and part.attr in OWN_NAMES for part in ast.walk(value)):
            return True
    return False
