"""The routes that an application declares on itself, as far as its code tells without being run."""

from __future__ import annotations

import ast
from functools import cache
from runpy import run_path
from typing import TYPE_CHECKING

from lambda_migrate.analyzer.parsing import parsed
from lambda_migrate.scaffold.service_wheel import IMPORT_NAME, folder

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

METHODS = ("get", "post", "put", "patch", "delete", "options", "trace")


def routes(contents: Mapping[str, bytes], app: str) -> list[tuple[str, str]]:
    """Return method and path of each route that is declared by a decorator of the application, ``@app.get("/x")``.

    Routers are left out: their prefix may come from anywhere.

    Args:
        contents: The code, by path.
        app: ``module:name``.
    """
    module, _, name = app.removesuffix("()").partition(":")
    place = module.replace(".", "/")
    content = contents.get(f"{place}.py", contents.get(f"{place}/__init__.py", b""))
    try:
        tree = parsed(content)
    except (SyntaxError, ValueError, RecursionError):
        return []
    return list(_declared(tree, name))


def _declared(tree: ast.Module, name: str) -> Iterator[tuple[str, str]]:
    for each in tree.body:
        for decorator in each.decorator_list if isinstance(each, (ast.FunctionDef, ast.AsyncFunctionDef)) else ():
            called = decorator.func if isinstance(decorator, ast.Call) else None
            if not (isinstance(called, ast.Attribute) and isinstance(called.value, ast.Name)):
                continue
            if (
                called.value.id == name
                and called.attr in METHODS
                and isinstance(decorator, ast.Call)
                and decorator.args
            ):
                path = decorator.args[0]
                if isinstance(path, ast.Constant) and isinstance(path.value, str):
                    yield called.attr.upper(), path.value


@cache
def overlap() -> Callable[[str, str], bool]:
    """Return what tells whether two routes take a path in common: the service's own answer, from its library."""
    told: Callable[[str, str], bool] = run_path(str(folder() / IMPORT_NAME / "route_overlap.py"))["overlap"]
    return told
