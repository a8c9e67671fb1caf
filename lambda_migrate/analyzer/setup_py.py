"""What `setup.py` says in `install_requires`, without running it: lists, names, sums, and files that it reads."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from lambda_migrate.analyzer.parsing import parsed

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

DEEPEST = 10
READ_AS_LINES = frozenset(
    {"read", "readlines", "read_text", "splitlines", "split", "list", "open", "parse_requirements"}
)


class Unreadable(ValueError):
    """Only running `setup.py` can tell what it requires."""


def install_requires(path: Path) -> tuple[str, ...]:
    """Return the requirement lines that the file gives to `setup`; empty where it gives none.

    Raises:
        Unreadable: they are made in a way that only running the file can tell.
        OSError, SyntaxError, ValueError: the file cannot be read.
    """
    tree = parsed(path.read_bytes())
    given = [node.value for node in ast.walk(tree) if isinstance(node, ast.keyword) and node.arg == "install_requires"]
    lines = (line.strip() for node in given for line in _lines(node, tree, path, DEEPEST))
    return tuple(line for line in lines if line and not line.startswith(("#", "-")))


def _lines(node: ast.AST, tree: ast.Module, path: Path, depth: int) -> Sequence[str]:
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return node.value.splitlines()
    if depth and isinstance(node, ast.Name):
        return _named(node.id, tree, path, depth)
    if depth and isinstance(node, ast.Call):
        return _called(node, tree, path, depth)
    parts = _parts(node) if depth else None
    if parts is None:
        raise Unreadable
    return [line for part in parts for line in _lines(part, tree, path, depth - 1)]


def _parts(node: ast.AST) -> Sequence[ast.AST] | None:
    """Return what the lines of an expression are made of, one after the other; None for any other expression."""
    if isinstance(node, (ast.List, ast.Tuple, ast.Set)):
        return node.elts
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add):
        return (node.left, node.right)
    if isinstance(node, (ast.ListComp, ast.GeneratorExp)):
        return (node.generators[0].iter,)
    return (node.value,) if isinstance(node, ast.Starred) else None


def _named(name: str, tree: ast.Module, path: Path, depth: int) -> Sequence[str]:
    lines: list[str] = []
    known = False
    for statement in ast.walk(tree):
        if isinstance(statement, (ast.Assign, ast.AnnAssign)) and statement.value is not None:
            targets = statement.targets if isinstance(statement, ast.Assign) else [statement.target]
            if any(isinstance(target, ast.Name) and target.id == name for target in targets):
                known, lines = True, list(_lines(statement.value, tree, path, depth - 1))
        elif isinstance(statement, ast.AugAssign) and getattr(statement.target, "id", "") == name:
            lines += _lines(statement.value, tree, path, depth - 1)
        elif isinstance(statement, ast.With):
            for item in statement.items:
                if getattr(item.optional_vars, "id", "") == name:
                    known, lines = True, list(_lines(item.context_expr, tree, path, depth - 1))
    if not known:
        raise Unreadable
    return lines


def _called(call: ast.Call, tree: ast.Module, path: Path, depth: int) -> Sequence[str]:
    """Return the lines of a file that a call reads, by whatever chain of `open`, `read` and `splitlines`."""
    name = str(getattr(call.func, "attr", None) or getattr(call.func, "id", ""))
    files = list(dict.fromkeys(_text_files(call, path)))
    if files:
        return [line for file in files for line in file.read_text(encoding="utf-8-sig").splitlines()]
    if name in READ_AS_LINES and isinstance(call.func, ast.Attribute):
        return _lines(call.func.value, tree, path, depth - 1)
    if name in READ_AS_LINES and call.args:
        return _lines(call.args[0], tree, path, depth - 1)
    function = next((each for each in tree.body if isinstance(each, ast.FunctionDef) and each.name == name), None)
    if function is None:
        raise Unreadable
    return [line for file in dict.fromkeys(_text_files(function, path)) for line in file.read_text().splitlines()]


def _text_files(node: ast.AST, path: Path) -> Iterator[Path]:
    """Return the requirement files beside `setup.py` that are named anywhere below a node."""
    folder = path.parent.resolve()
    for part in ast.walk(node):
        if isinstance(part, ast.Constant) and isinstance(part.value, str) and part.value.endswith((".txt", ".in")):
            file = (folder / part.value).resolve()
            if file.is_file() and file.is_relative_to(folder):
                yield file
