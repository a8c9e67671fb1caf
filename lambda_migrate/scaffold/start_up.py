"""Whether plain Starlette could run an application's start-up code: it enters ``router.lifespan_context``."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from lambda_migrate.analyzer import analyze
from lambda_migrate.analyzer.parsing import parsed

if TYPE_CHECKING:
    from pathlib import Path

WITH_A_LIFESPAN = ("fastapi", "starlette")
"""Frameworks whose applications have it, of which FastAPI's is Starlette's."""


def of_its_own(source: Path, handler: str, application: str) -> str:
    """Return what an application is that takes the events of the ASGI lifespan protocol itself; "" for all others.

    Nothing is run. What the code does not say, such as the class of what a function returns, counts as
    Starlette's: the repository's own tests start it.

    Args:
        source: The folder with the lifted code.
        handler: What Lambda called, ``main.handler``.
        application: ``main:app``, or ``main:create()``.
    """
    adapter = analyze(source, handler).adapter
    served = adapter.application.removesuffix("()") if adapter else ""
    if adapter and adapter.framework and served == application.removesuffix("()"):
        return "" if adapter.framework in WITH_A_LIFESPAN else f"an application of {adapter.framework}"
    module, _, name = application.partition(":")
    path = source.joinpath(*module.split("."))
    files = [file for file in (path.with_suffix(".py"), path / "__init__.py") if file.is_file()]
    return _plain(parsed(files[0].read_bytes()), name) if files else ""


def _plain(tree: ast.Module, name: str) -> str:
    """Return whether a name of a module is a function that speaks ASGI, or made from a class that has no base."""
    classes = {node.name for node in tree.body if isinstance(node, ast.ClassDef) and not node.bases}
    for node in tree.body:
        if isinstance(node, ast.AsyncFunctionDef) and node.name == name:
            return "a function"
        if not isinstance(node, ast.Assign | ast.AnnAssign):
            continue
        named, value = node.targets if isinstance(node, ast.Assign) else [node.target], node.value
        made = value.func.id if isinstance(value, ast.Call) and isinstance(value.func, ast.Name) else ""
        if made in classes and any(isinstance(each, ast.Name) and each.id == name for each in named):
            return f"made from the class `{made}`"
    return ""
