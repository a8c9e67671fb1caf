"""Finds logger levels that are set where nothing ever adds a log handler.

## Why it breaks
Lambda's runtime puts a handler on the root logger before it imports the code, so setting a level is enough to see INFO
lines. A server does not. Python then prints warnings and errors only, bare, and every INFO line is gone without a word.

## Instead
Configure logging once at start (`logging.config.dictConfig` or `basicConfig`).
"""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from lambda_migrate.analyzer.findings import Fact, Severity
from lambda_migrate.analyzer.patterns import argument, text_of
from lambda_migrate.analyzer.rule import Sample
from lambda_migrate.analyzer.scopes import last_name

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from lambda_migrate.analyzer.module import Module
    from lambda_migrate.analyzer.project import Project

CODE = "LM702"
SEVERITY = Severity.WARN
HINT = "configure logging once at start, with `logging.config.dictConfig` or `basicConfig`"

VALID = (
    "import logging\nlogging.basicConfig()\nlogging.getLogger().setLevel(logging.INFO)\n",
    "import logging\nlogging.getLogger().info('x')\n",
    # Silenced on purpose, and warnings are printed without a handler too.
    "import logging\nlogging.getLogger('botocore').setLevel(logging.WARNING)\n",
    "import logging\nlogging.getLogger().setLevel('ERROR')\n",
    Sample(
        {
            "logs.py": "import logging.config\nlogging.config.dictConfig({'version': 1})\n",
            "main.py": "import logging\nimport logs\nlogging.getLogger().setLevel('INFO')\n",
        }
    ),
)
INVALID = (
    "import logging\nlogging.getLogger().setLevel(logging.INFO)\n",
    "import logging\nlogger = logging.getLogger()\nlogger.setLevel('INFO')\n",
    "from logging import getLogger\nlog = getLogger(__name__)\nlog.setLevel('INFO')\n",
    "import logging\nlogging.root.setLevel('INFO')\n",
)
KNOWN_MISSES = (
    # The handler that is added belongs to another logger.
    "import logging\nlogging.getLogger('a').addHandler(logging.NullHandler())\nlogging.getLogger().setLevel('INFO')\n",
)
CONFIGURES = frozenset({"logging.basicConfig", "logging.config.dictConfig", "logging.config.fileConfig"})
QUIET = frozenset({"WARNING", "WARN", "ERROR", "CRITICAL", "FATAL"})
WARNING = 30
LOGGERS = frozenset({"logging.getLogger()", "logging.root"})


def check(module: Module) -> Iterator[Fact]:
    """Note levels that are set, and whatever configures handlers."""
    for call, scope in module.calls("setLevel"):
        if module.resolved(call, scope).rpartition(".")[0] in LOGGERS and not _silences(call):
            yield module.fact(call, kind="level")
    for call, scope in module.calls("basicConfig", "dictConfig", "fileConfig", "addHandler"):
        resolved = module.resolved(call, scope)
        if resolved in CONFIGURES or resolved.endswith("addHandler") or getattr(call.func, "attr", "") == "addHandler":
            yield module.fact(call, kind="configures")


def _silences(call: ast.Call) -> bool:
    """Return whether a level is set that hides INFO lines with a handler too."""
    level = argument(call, 0, "level")
    number = level.value if isinstance(level, ast.Constant) and isinstance(level.value, int) else 0
    return number >= WARNING or last_name(level or call).upper() in QUIET or text_of(level).upper() in QUIET


def conclude(facts: Sequence[Fact], project: Project) -> Iterator[Fact]:  # noqa: ARG001  # the facts suffice
    """Report levels when nothing configures a handler."""
    if not any(fact.kind == "configures" for fact in facts):
        for fact in facts:
            yield fact.saying("a level is set, but only Lambda's runtime adds a handler: INFO lines will vanish")
