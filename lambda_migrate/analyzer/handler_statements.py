"""The statements of one handler around its adapter: what is asked of them has this in common."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import ast

    from lambda_migrate.analyzer.module import Module
    from lambda_migrate.analyzer.patterns import Function


class HandlerStatements:
    """The statements of one handler.

    Args:
        module: the handler's.
        function: the handler.
        call: the adapter's call.
        event: name of the parameter that holds the event.
    """

    def __init__(self, module: Module, function: Function, call: ast.Call, event: str) -> None:
        self.module = module
        self.function = function
        self.call = call
        self.event = event
        self.inner = module.inside(function)
