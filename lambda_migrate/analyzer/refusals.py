"""How sure it is that a branch of a handler refuses requests, and does not end because of another event."""

from __future__ import annotations

import ast
import re
from typing import TYPE_CHECKING

from lambda_migrate.analyzer.event_parts import OF_REQUESTS
from lambda_migrate.analyzer.event_tests import SENT
from lambda_migrate.analyzer.evidence import Evidence
from lambda_migrate.analyzer.scopes import last_name

if TYPE_CHECKING:
    from lambda_migrate.analyzer.event_tests import EventTests
    from lambda_migrate.analyzer.module import Module

REFUSED = 400
# What tests are called that let in some callers only.
GATES = re.compile(
    r"auth|allow|deny|denied|permit|permission|forbid|block|trusted|secret|signature|token|api_?key|maintenance|feature"
    r"|flag|rate_?limit|throttl|quota|refus|reject|caller|tenant|origin|cors",
    re.IGNORECASE,
)
ANSWERS = re.compile(r"error|response|refus|reject|deny|forbid|unauthori|unavailable", re.IGNORECASE)
# Exceptions that also say "this is not an event for us".
OF_ANY_KIND = frozenset({"Exception", "RuntimeError", "ValueError", "TypeError", "KeyError", "NotImplementedError"})


def of_exit(
    module: Module, tests: EventTests, test: ast.expr, left: ast.Return | ast.Raise | ast.stmt, asked: str
) -> Evidence:
    """Return the evidence that a `return` or `raise` refuses requests.

    Args:
        module: the handler's.
        tests: the tests of the handler.
        test: what the branch asks.
        left: how it leaves the handler.
        asked: which events the test lets in, as far as that is known.
    """
    if asked == "requests" or _asks_of_the_request(tests, test) or _asks_a_setting(module, test):
        return Evidence.SURE
    names = [last_name(part) for part in ast.walk(test) if isinstance(part, (ast.Name, ast.Attribute))]
    if any(GATES.search(name) for name in names) or _refuses(left):
        return Evidence.SURE
    return Evidence.UNSURE


def _asks_of_the_request(tests: EventTests, test: ast.expr) -> bool:
    if tests.looks_at_what_was_sent(test):
        return True
    words = {part.value for part in ast.walk(test) if isinstance(part, ast.Constant)}
    return bool(words & (OF_REQUESTS | SENT)) or tests.of_a_request(test)


def _asks_a_setting(module: Module, test: ast.expr) -> bool:
    """Return whether a test looks at the environment, or at a constant of the module."""
    for part in ast.walk(test):
        if isinstance(part, (ast.Name, ast.Attribute)):
            dotted = module.resolve(part, module.root)
            if dotted.startswith(("os.environ", "os.getenv")) or (last_name(part).isupper() and dotted):
                return True
    return False


def _refuses(left: ast.stmt) -> bool:
    """Return whether an answer with an error's status is returned, or an exception raised that names a refusal."""
    if isinstance(left, ast.Raise):
        raised = left.exc.func if isinstance(left.exc, ast.Call) else left.exc
        return raised is not None and last_name(raised) not in OF_ANY_KIND
    value = left.value if isinstance(left, ast.Return) else None
    if isinstance(value, ast.Call):
        return ANSWERS.search(last_name(value.func)) is not None
    return isinstance(value, ast.Dict) and any(
        isinstance(key, ast.Constant)
        and key.value == "statusCode"
        and isinstance(status, ast.Constant)
        and isinstance(status.value, int)
        and status.value >= REFUSED
        for key, status in zip(value.keys, value.values, strict=True)
    )
