"""Reads which environment variables the code asks for."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

_MAPPINGS = ("os.environ", "environ")
_ASKING = ("os.environ.get", "environ.get", "os.getenv", "getenv")


def variables(sources: Mapping[str, bytes]) -> dict[str, bool]:
    """Return the variables that files ask for by name, and whether some of them cannot do without.

    Args:
        sources: Files by path; what cannot be parsed asks for nothing.
    """
    reads: dict[str, bool] = {}
    for content in sources.values():
        if b"env" in content:
            for name, needed in _asked(content):
                reads[name] = reads.get(name, False) or needed
    return dict(sorted(reads.items()))


def _asked(content: bytes) -> Iterator[tuple[str, bool]]:
    try:
        tree = ast.parse(content)
    except (SyntaxError, ValueError, RecursionError):
        return
    written = {id(target) for node in ast.walk(tree) if isinstance(node, ast.Assign) for target in node.targets}
    for node in ast.walk(tree):
        if isinstance(node, ast.Subscript) and id(node) not in written and ast.unparse(node.value) in _MAPPINGS:
            name = _text(node.slice)
            if name:
                yield name, True
        elif isinstance(node, ast.Call) and node.args and ast.unparse(node.func) in _ASKING:
            name = _text(node.args[0])
            if name:
                yield name, False


def _text(node: ast.expr) -> str:
    return node.value if isinstance(node, ast.Constant) and isinstance(node.value, str) else ""
