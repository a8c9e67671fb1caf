"""Finds code that takes handlers from the root logger, or changes the one it expects there.

## Why it breaks
On Lambda the root logger has exactly one handler, put there by the runtime. On a server it has none, so `handlers[0]`
raises `IndexError` at import; or it has those of the server's own configuration, which are then removed.

## Instead
Configure logging once at start, and replace handlers by configuration instead of by hand.
"""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from lambda_migrate.analyzer.findings import Fact, Severity
from lambda_migrate.analyzer.patterns import root_logger

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lambda_migrate.analyzer.module import Module

CODE = "LM703"
SEVERITY = Severity.WARN
HINT = "configure logging once at start instead"

VALID = (
    "import logging\nlogger = logging.getLogger('app')\nlogger.handlers[0].setLevel('INFO')\n",
    "import logging\nif not logging.getLogger().handlers:\n    logging.basicConfig()\n",
)
INVALID = (
    "import logging\nlogging.getLogger().handlers[0].setFormatter(None)\n",
    "import logging\nroot = logging.getLogger()\nfor handler in root.handlers:\n    root.removeHandler(handler)\n",
    "import logging\nlogging.root.handlers.clear()\n",
    "import logging\nlogging.getLogger().handlers = []\n",
)
KNOWN_MISSES = ("import logging\nfirst, *_ = logging.getLogger().handlers\n",)
MUTATORS = frozenset({"clear", "pop", "remove"})


def check(module: Module) -> Iterator[Fact]:
    """Report the first handler, loops over handlers, and their removal, where the logger is the root."""
    if not module.mentions(b"handlers", b"removeHandler"):
        return
    used: set[int] = {id(node.value) for node, _ in module.of(ast.Subscript)}
    used |= {id(node.iter) for node, _ in module.of(ast.For)}
    for call, _ in module.calls(*MUTATORS):
        if isinstance(call.func, ast.Attribute):
            used.add(id(call.func.value))
    for attribute, scope in module.attributes("handlers"):
        if (id(attribute) in used or isinstance(attribute.ctx, ast.Store)) and root_logger(
            module, attribute.value, scope
        ):
            yield module.fact(attribute, "expects the one handler that Lambda's runtime puts on the root logger")
    for call, scope in module.calls("removeHandler"):
        if isinstance(call.func, ast.Attribute) and root_logger(module, call.func.value, scope):
            yield module.fact(call, "removes a handler that Lambda's runtime puts on the root logger")
