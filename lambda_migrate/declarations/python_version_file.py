"""``.python-version``, as pyenv and uv write it, and ``runtime.txt``."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from lambda_migrate.declarations.model import Declaration

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

NAME = "version of Python"
FILES = (".python-version", "runtime.txt", ".tool-versions")
_VERSION = re.compile(r"^(?:python[ -])?(?:cpython-)?(3\.\d{1,2})(?:\.\d+\S*)?\s*$", re.MULTILINE)


def read(path: Path, text: str) -> Iterator[Declaration]:  # noqa: ARG001  # the shape of every reader
    """Yield the first version of Python that it names."""
    match = _VERSION.search(text)
    if match:
        yield Declaration(line=text.count("\n", 0, match.start()) + 1, python=match[1])
