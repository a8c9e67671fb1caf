"""Which environment variables the code asks for, by itself, through helpers, and as fields of settings classes."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from lambda_migrate.analyzer.parsing import parsed
from lambda_migrate.scaffold import settings_classes
from lambda_migrate.scaffold.asked import Asked

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

_MAPPINGS = ("os.environ", "environ")
_ASKING = ("os.environ.get", "environ.get", "os.getenv", "getenv")
_LIBRARIES = {"decouple": ("config",), "environs": ("env",), "starlette.config": ("config",)}
"""Modules that read variables → the names under which people have what reads."""
_KINDS = {"int": "int", "float": "float", "bool": "bool", "loads": "json"}


def variables(sources: Mapping[str, bytes]) -> dict[str, Asked]:
    """Return the variables that files ask for by name.

    Args:
        sources: Files by path; what cannot be parsed asks for nothing.
    """
    trees = [tree for content in sources.values() if _may_ask(content) for tree in _parsed(content)]
    helpers = {name: asked for tree in trees for name, asked in _helpers(tree)}
    reads: dict[str, Asked] = {}
    for tree in trees:
        for name, asked in (*_asked(tree, helpers), *settings_classes.fields(tree)):
            reads[name] = reads[name].also(asked) if name in reads else asked
    return dict(sorted(reads.items()))


def _may_ask(content: bytes) -> bool:
    return b"env" in content or b"Settings" in content or b"config" in content


def _parsed(content: bytes) -> Iterator[ast.Module]:
    try:
        yield parsed(content)
    except (SyntaxError, ValueError, RecursionError):
        return


def _asked(tree: ast.Module, helpers: Mapping[str, Asked]) -> Iterator[tuple[str, Asked]]:
    written = {id(target) for node in ast.walk(tree) if isinstance(node, ast.Assign) for target in node.targets}
    around = {id(child): node for node in ast.walk(tree) for child in ast.iter_child_nodes(node)}
    refused = set(_refused(tree))
    readers = {name for module in _modules(tree) for name in _LIBRARIES.get(module, ())}
    for node in ast.walk(tree):
        if isinstance(node, ast.Subscript) and id(node) not in written and ast.unparse(node.value) in _MAPPINGS:
            if name := _text(node.slice):
                yield name, Asked(needed=True, kind=_kind(node, around))
        elif isinstance(node, ast.Call) and node.args and (name := _text(node.args[0])):
            called = ast.unparse(node.func)
            if called in _ASKING:
                default = _has_default(node, around)
                kind = _kind(node, around)
                needed = not default and (kind in ("int", "float") or _bound_to(node, around) in refused)
                yield name, Asked(needed, default, kind)
            elif called in helpers:
                default = len(node.args) > 1 or any(each.arg == "default" for each in node.keywords)
                yield name, Asked(helpers[called].needed and not default, helpers[called].default or default)
            elif called.partition(".")[0] in readers:
                yield name, _of_a_library(node)


def _of_a_library(node: ast.Call) -> Asked:
    default = len(node.args) > 1 or any(each.arg == "default" for each in node.keywords)
    cast = next((each.value for each in node.keywords if each.arg == "cast"), None)
    written = ast.unparse(cast) if cast is not None else ast.unparse(node.func).rpartition(".")[2]
    return Asked(not default, default, _KINDS.get(written, "text"))


def _helpers(tree: ast.Module) -> Iterator[tuple[str, Asked]]:
    """Yield functions that read the variable whose name they are given, and how."""
    for function in ast.walk(tree):
        if not isinstance(function, (ast.FunctionDef, ast.AsyncFunctionDef)) or not function.args.args:
            continue
        given = function.args.args[0].arg
        for node in ast.walk(function):
            if isinstance(node, ast.Subscript) and ast.unparse(node.value) in _MAPPINGS and _is(node.slice, given):
                yield function.name, Asked(needed=True)
            elif isinstance(node, ast.Call) and ast.unparse(node.func) in _ASKING and _is(node.args[0], given):
                refuses = any(isinstance(part, ast.Raise) for part in ast.walk(function))
                constant = len(node.args) > 1 and isinstance(node.args[1], ast.Constant)
                yield function.name, Asked(needed=refuses, default=constant)


def _refused(tree: ast.Module) -> Iterator[str]:
    """Yield the names that the module refuses to be empty: ``if not TOKEN: raise …``, or ``exit``."""
    for node in tree.body:
        if isinstance(node, ast.If) and node.body and _ends(node.body[-1]):
            test = node.test.operand if isinstance(node.test, ast.UnaryOp) else node.test
            test = test.left if isinstance(test, ast.Compare) else test
            parts = test.values if isinstance(test, ast.BoolOp) else [test]
            for part in parts:
                inner = part.operand if isinstance(part, ast.UnaryOp) else part
                if isinstance(inner, ast.Name):
                    yield inner.id
        elif isinstance(node, ast.Assert) and isinstance(node.test, ast.Name):
            yield node.test.id


def _ends(statement: ast.stmt) -> bool:
    called = statement.value if isinstance(statement, ast.Expr) else None
    return isinstance(statement, ast.Raise) or (
        isinstance(called, ast.Call) and ast.unparse(called.func) in ("sys.exit", "exit", "quit")
    )


def _bound_to(node: ast.AST, around: Mapping[int, ast.AST]) -> str:
    above = around.get(id(node))
    target = above.targets[0] if isinstance(above, ast.Assign) else getattr(above, "target", None)
    return target.id if isinstance(target, ast.Name) else ""


def _has_default(node: ast.Call, around: Mapping[int, ast.AST]) -> bool:
    given = node.args[1] if len(node.args) > 1 else next((e.value for e in node.keywords if e.arg == "default"), None)
    if given is not None:
        return not (isinstance(given, ast.Constant) and given.value is None)
    above = around.get(id(node))
    if not isinstance(above, ast.BoolOp) or not isinstance(above.op, ast.Or) or above.values[-1] is node:
        return False
    last = above.values[-1]
    return not (isinstance(last, ast.Call) and ast.unparse(last.func) in ("exit", "sys.exit", "quit"))


def _kind(node: ast.AST, around: Mapping[int, ast.AST]) -> str:
    above = around.get(id(node))
    if isinstance(above, ast.Call) and node in above.args:
        return _KINDS.get(ast.unparse(above.func).rpartition(".")[2], "text")
    return "text"


def _modules(tree: ast.Module) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and node.module:
            yield node.module
        elif isinstance(node, ast.Import):
            yield from (each.name for each in node.names)


def _is(node: ast.expr, name: str) -> bool:
    return isinstance(node, ast.Name) and node.id == name


def _text(node: ast.expr) -> str:
    return node.value if isinstance(node, ast.Constant) and isinstance(node.value, str) else ""
