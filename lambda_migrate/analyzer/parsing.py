"""Parses the user's code without showing Python's warnings about it."""

from __future__ import annotations

import ast
import warnings


def parsed(source: str | bytes, filename: str = "<unknown>") -> ast.Module:
    r"""Return the tree of a module; ``"\d"`` in it, which newer Pythons warn of, is passed over.

    Args:
        source: The code; bytes are read with their own encoding.
        filename: What errors call it.

    Raises:
        SyntaxError, ValueError, RecursionError, MemoryError: As :func:`ast.parse`.
    """
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return ast.parse(source, filename=filename)
