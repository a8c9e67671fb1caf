"""The version of Python in a ``Pipfile``."""

from __future__ import annotations

import re
import tomllib
from typing import TYPE_CHECKING

from lambda_migrate.declarations.model import Declaration, Unreadable, line_of, mapping

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

NAME = "Pipfile"
FILES = ("Pipfile",)


def read(path: Path, text: str) -> Iterator[Declaration]:  # noqa: ARG001  # the shape of every reader
    """Yield the version that it requires.

    Raises:
        Unreadable: It is not TOML.
    """
    try:
        requires = mapping(mapping(tomllib.loads(text)).get("requires"))
    except tomllib.TOMLDecodeError as error:
        raise Unreadable(str(error)) from error
    version = re.match(r"3\.\d{1,2}", str(requires.get("python_version") or requires.get("python_full_version") or ""))
    if version:
        yield Declaration(line=line_of(text, r"^\s*python(_full)?_version\s*="), python=version[0])
