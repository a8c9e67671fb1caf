"""How sure it is that something is lost when requests no longer pass a statement, where only names can be read."""

from __future__ import annotations

import ast
import re
from enum import IntEnum
from typing import TYPE_CHECKING

from lambda_migrate.analyzer.harmless_calls import READS, SAYS
from lambda_migrate.analyzer.scopes import last_name

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lambda_migrate.analyzer.module import Module

    Parts = Iterator[ast.AST]


class Evidence(IntEnum):
    """The evidence of a loss: none, an unknown function that may be harmless, or what the statement does."""

    NONE = 0
    UNSURE = 1
    SURE = 2


# Packages whose rules find them, or that watch and change nothing.
WATCHERS = (
    "aws_lambda_powertools.",
    "aws_xray_sdk.",
    "beeline.",
    "datadog_lambda.",
    "ddtrace.",
    "sentry_sdk.",
    "newrelic.",
    "opentelemetry.",
    "lumigo_tracer.",
    "epsagon.",
    "lambdawarmer.",
    "structlog.",
    "loguru.",
    "logging.",
    "gc.",
    "time.",
    "warnings.",
    "traceback.",
)
# Modules whose functions make values of others.
PURE = (
    "os.path.",
    "json.",
    "base64.",
    "urllib.parse.",
    "re.",
    "datetime.",
    "uuid.",
    "copy.",
    "hashlib.",
    "math.",
    "resource.",
    "psutil.",
    "tracemalloc.",
    "faulthandler.",
    "platform.",
)
# Who writes to the log, whatever is called on it: `logger.bind(…)`.
LOGGERS = re.compile(r"(^|_)(structlog|loguru|log|logs|logger|logging)(_?(adapter|context|handlers))?$", re.IGNORECASE)
# Functions that only write to the log, as their names say.
LOGS = re.compile(
    r"^_*(log|print|echo|dump|debug|configure_log|init_log|setup_log|set_log|setup_root_log|init_sentry|setup_sentry"
    r"|bind_(context|log)|clear_context(vars)?$|set_correlation_id|inject_log)|_log(ging|ger|s)?$|^_*logg(ed|ing|er)",
    re.IGNORECASE,
)
# What tells others how it went; it may be missed, and requests are answered without it.
WATCHES = re.compile(
    r"metric|trac(e|ing|er)|telemetr|monitor|statsd|sentry|span|annotat|segment|x_?ray|instrument|profil|timer|timing"
    r"|timed|latency|duration|measure|observ|cold_?start|memory|force_flush|provider|langfuse|heartbeat|audit_log",
    re.IGNORECASE,
)
# What asks for a value, and is of no use but for that value.
ASKS = re.compile(
    r"^_*(get|read|is|has|parse|extract|classify|detect|determine|find|to|as|from|describe|summari[sz]e|mask|redact"
    r"|sanitize|safe|truncate|format|count|size|compute|calculate|lookup|resolve|infer|guess|elapsed|current)(_|$)",
    re.IGNORECASE,
)
# What only looks whether the deployment is complete: a service that lacks something says so itself.
CHECKS = re.compile(r"^_*(check|require|validate|verify|assert)\w*(env|config|setting|variable)", re.IGNORECASE)
CHANGES = frozenset({"append", "extend", "update", "add", "insert", "setdefault", "pop"})


def of_unseen(module: Module, call: ast.Call) -> Evidence:
    """Return what the names say of a call whose function is somewhere else.

    Args:
        module: where it is called.
        call: a statement by itself, a context manager or a decorator with arguments.
    """
    return of_name(module, call.func)


def of_name(module: Module, called: ast.expr) -> Evidence:
    """Return what a function's names say of calling it, or of having it around a handler."""
    name = last_name(called)
    dotted = module.resolve(called, module.root)
    holder = last_name(_first(called.value)) if isinstance(called, ast.Attribute) else ""
    if dotted.startswith("sys.path."):
        return Evidence.UNSURE  # the service has an import path of its own
    if name in SAYS or dotted.startswith((*WATCHERS, *PURE)) or LOGGERS.search(holder) or LOGS.search(name):
        return Evidence.NONE
    unsure = WATCHES.search(f"{holder}.{name}") or CHECKS.search(name)
    return Evidence.UNSURE if unsure else Evidence.SURE


def of_value(module: Module, value: ast.expr) -> Evidence:
    """Return the evidence of a loss where a value is made that only its handler knows.

    A call that asks for something is of no use but for its value, and what is done with that is looked at by itself.
    Any other call may also do something.
    """
    calls = [part for part in ast.walk(value) if isinstance(part, ast.Call)]
    if any(isinstance(part, ast.Await) for part in ast.walk(value)):
        return Evidence.SURE
    return max((_of_part(module, call) for call in calls), default=Evidence.NONE)


def _of_part(module: Module, call: ast.Call) -> Evidence:
    name = last_name(call.func)
    if name in {"run", "run_until_complete"}:
        return Evidence.SURE
    if ASKS.search(name) or reads(call) or module.resolve(call.func, module.root).startswith(PURE):
        return Evidence.NONE
    return min(of_unseen(module, call), Evidence.UNSURE)


def _first(node: ast.expr) -> ast.expr:
    """Return what a chain of calls is called on: `logging.getLogger().setLevel` on `logging.getLogger`."""
    return node.func if isinstance(node, ast.Call) else node


def reads(call: ast.Call) -> bool:
    """Return whether a call is known to read only; `set(…)` makes a set, and `variable.set(…)` changes something."""
    name = last_name(call.func)
    return name in READS and (name != "set" or isinstance(call.func, ast.Name))
