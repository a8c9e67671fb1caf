"""Finds idempotency of Powertools for AWS Lambda whose keys begin with the name of the function.

## Why it breaks
`@idempotent` and `@idempotent_function` write a record for each event that they have handled, under a key that begins
with `AWS_LAMBDA_FUNCTION_NAME`. A service has no such variable, and its keys begin differently. An event that the
function has handled and that comes again after the switch, as a queue or a topic may send it again, is not recognised
by the service, and runs a second time; so it does on the way back.

## Instead
Give the decorator `key_prefix="<function's name>.<module>.<function>"`, which is what the key begins with on Lambda.
Deploy that to the function first: both sides then know the same records.

## Evidence
`BasePersistenceLayer.configure` of aws_lambda_powertools: the name of the function, a point, and the handler's full
name, unless `key_prefix` is given.
"""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from lambda_migrate.analyzer.findings import Fact, Severity
from lambda_migrate.analyzer.scopes import last_name

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lambda_migrate.analyzer.module import Module

CODE = "LM510"
SEVERITY = Severity.WARN
HINT = "give the decorator the `key_prefix` that its keys have on Lambda, and deploy that to the function first"

_IMPORT = "from aws_lambda_powertools.utilities.idempotency import idempotent, idempotent_function\n"
VALID = (
    f"{_IMPORT}@idempotent(key_prefix='orders.app.handler', **options)\ndef handler(event, context): ...\n",
    "from shop import idempotent\n@idempotent\ndef pay(order): ...\n",
)
INVALID = (
    f"{_IMPORT}@idempotent(persistence_store=None)\ndef handler(event, context): ...\n",
    f"{_IMPORT}@idempotent_function(data_keyword_argument='order')\ndef pay(order): ...\n",
    (
        "from aws_lambda_powertools.utilities import idempotency\n@idempotency.idempotent(persistence_store=None)\n"
        "def handler(event, context): ...\n"
    ),
)
KNOWN_MISSES = ("from shared import once\n@once\ndef handler(event, context): ...\n",)
NAMES = frozenset({"idempotent", "idempotent_function"})


def check(module: Module) -> Iterator[Fact]:
    """Report such decorators."""
    if not module.mentions(*(name.encode() for name in NAMES)):
        return
    for function, scope in module.functions():
        for decorator in function.decorator_list:
            node = decorator.func if isinstance(decorator, ast.Call) else decorator
            keywords = decorator.keywords if isinstance(decorator, ast.Call) else []
            given = {each.arg for each in keywords}  # None is `**options`
            ours = module.resolve(node, scope).startswith("aws_lambda_powertools.")
            if last_name(node) in NAMES and ours and not given & {"key_prefix", None}:
                yield module.fact(decorator, "its keys begin with the function's name, which a service does not have")
