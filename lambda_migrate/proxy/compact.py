"""Takes out of a Python source what a running program does not need, so that a cold start compiles less.

Lambda reads the layer's sources and compiles them at every cold start: a layer cannot keep bytecode, since functions
run different versions of Python. Annotations, docstrings and what only type checkers see are cut out where they stand;
every statement keeps its line, so that a traceback from Lambda names the line of the source. Cutting by position gives
the same text under every version of Python that builds a layer.
"""

from __future__ import annotations

import ast
from functools import cache
from itertools import accumulate
from typing import NamedTuple

_FLAG = "TYPE_CHECKING"


class _Cut(NamedTuple):
    """Bytes to be replaced."""

    start: int
    end: int
    by: bytes


@cache  # one process asks for the layer several times, and it takes a tenth of a second
def compact(source: str) -> str:
    """Return the source without annotations, docstrings and `if TYPE_CHECKING:` blocks; it has as many lines as before.

    Args:
        source: Python, with `from __future__ import annotations` or without.

    Raises:
        SyntaxError: It is not Python.
    """
    content = source.encode("utf-8")
    cuts = sorted(_Cuts(content).of(ast.parse(source)))
    pieces, at = [], 0
    for cut in cuts:
        if cut.start < at:  # inside a block that is gone already
            continue
        pieces += [content[at : cut.start], cut.by, b"\n" * content.count(b"\n", cut.start, cut.end)]
        at = cut.end
    return b"".join([*pieces, content[at:]]).decode("utf-8")


class _Cuts:
    """Finds what to cut out of one source."""

    def __init__(self, content: bytes) -> None:
        self._content = content
        self._lines = [0, *accumulate(len(line) for line in content.splitlines(keepends=True))]

    def of(self, tree: ast.Module) -> list[_Cut]:
        """Return the cuts of a whole source, in no order."""
        cuts = self._docstring(tree)
        for node in ast.walk(tree):
            if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
                cuts += [*self._docstring(node), *self._signature(node)]
            elif isinstance(node, ast.ClassDef):
                cuts += self._docstring(node)
            elif isinstance(node, ast.AnnAssign):
                cuts.append(self._assignment(node))
            elif isinstance(node, ast.If) and isinstance(node.test, ast.Name) and node.test.id == _FLAG:
                cuts.append(_Cut(self._start(node), self._end(node), b""))
        return cuts

    def _docstring(self, node: ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef) -> list[_Cut]:
        if ast.get_docstring(node, clean=False) is None:
            return []
        by = b"" if len(node.body) > 1 else b"pass"
        return [_Cut(self._start(node.body[0]), self._end(node.body[0]), by)]

    def _signature(self, function: ast.FunctionDef | ast.AsyncFunctionDef) -> list[_Cut]:
        given = function.args
        every = [*given.posonlyargs, *given.args, *given.kwonlyargs, *filter(None, (given.vararg, given.kwarg))]
        cuts = [
            _Cut(self._start(each) + len(each.arg.encode("utf-8")), self._end(each), b"")
            for each in every
            if each.annotation is not None
        ]
        if function.returns is not None:
            arrow = self._content.rindex(b"->", 0, self._start(function.returns))
            cut = _Cut(arrow, self._end(function.returns), b"")
            if b"\n" not in self._content[cut.start : cut.end]:  # a line break outside brackets would end the statement
                cuts.append(cut)
        return cuts

    def _assignment(self, node: ast.AnnAssign) -> _Cut:
        if node.value is None:
            return _Cut(self._start(node), self._end(node), b"pass")
        return _Cut(self._end(node.target), self._end(node.annotation), b"")

    def _start(self, node: ast.stmt | ast.expr | ast.arg) -> int:
        return self._lines[node.lineno - 1] + node.col_offset

    def _end(self, node: ast.stmt | ast.expr | ast.arg) -> int:
        assert node.end_lineno is not None  # noqa: S101  # the parser always gives an end
        assert node.end_col_offset is not None  # noqa: S101
        return self._lines[node.end_lineno - 1] + node.end_col_offset
