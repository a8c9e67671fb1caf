"""What the layer leaves out of its sources, and that nothing else changes."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

from lambda_migrate.proxy.compact import compact

RUNTIME = Path(__file__).parents[2] / "lambda_migrate" / "proxy" / "runtime"
SOURCE = '''\
"""A module.

Of two lines.
"""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    Pair = tuple[str, Any]

größe: dict[str, int] = {"ä": 1}


class Empty(Exception):
    """Nothing but words."""


class Full:
    """Some words."""

    kept: int
    given: int = 1

    def method(self, first: Any, /, *rest: str, named: str | None = "->", **more: int) -> dict[str, "Any"]:
        """Return it.

        Args: none.
        """
        value: str
        value = f"{first!r}: {named} -> {rest}"  # -> stays
        return {value: more}


def over_lines(
    one: dict[
        str, int
    ],
    two: int = 2,
) -> (
    None
):
    """Do nothing."""
'''
COMPACT = """\





from __future__ import annotations

TYPE_CHECKING = False





größe = {"ä": 1}


class Empty(Exception):
    pass


class Full:


    pass
    given = 1

    def method(self, first, /, *rest, named = "->", **more) :




        pass
        value = f"{first!r}: {named} -> {rest}"  # -> stays
        return {value: more}


def over_lines(
    one

,
    two = 2,
) -> (
    None
):
    pass
"""


class _Bare(ast.NodeTransformer):
    """Drops from a tree what should be left out of a source."""

    def visit(self, node: ast.AST) -> ast.AST | None:
        if isinstance(node, ast.If) and isinstance(node.test, ast.Name) and node.test.id == "TYPE_CHECKING":
            return None
        self.generic_visit(node)
        documented = isinstance(node, (ast.Module, ast.ClassDef, ast.FunctionDef))
        if documented and ast.get_docstring(node) is not None:
            node.body = node.body[1:] or [ast.Pass()]
        if isinstance(node, ast.FunctionDef):
            node.returns = None  # none of the sources has one over several lines
        if isinstance(node, ast.arg):
            node.annotation = None
        if isinstance(node, ast.AnnAssign):
            return ast.Pass() if node.value is None else ast.Assign([node.target], node.value)
        return node


def test_annotations_docstrings_and_types_go_and_every_line_keeps_its_number() -> None:
    assert [line.rstrip() for line in compact(SOURCE).splitlines()] == COMPACT.splitlines()


def test_what_is_compact_stays_as_it_is() -> None:
    assert compact(COMPACT) == COMPACT


@pytest.mark.parametrize("path", sorted(RUNTIME.rglob("*.py")), ids=lambda path: path.relative_to(RUNTIME).as_posix())
def test_a_source_of_the_layer_does_the_same_on_the_same_lines(path: Path) -> None:
    source = path.read_text(encoding="utf-8")

    found = compact(source)

    assert ast.dump(ast.parse(found)) == ast.dump(_Bare().visit(ast.parse(source)))
    assert found.count("\n") == source.count("\n")
    statements = {line for line in _statement_lines(found) if "pass" not in found.splitlines()[line - 1]}
    assert statements <= _statement_lines(source)


def _statement_lines(source: str) -> set[int]:
    return {node.lineno for node in ast.walk(ast.parse(source)) if isinstance(node, ast.stmt)}


def test_what_is_not_python_is_refused() -> None:
    with pytest.raises(SyntaxError):
        compact("def :\n")
