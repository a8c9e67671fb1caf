"""The version of Python in ``pyproject.toml``: ``requires-python`` (PEP 621), and Poetry's own."""

from __future__ import annotations

import re
import tomllib
from typing import TYPE_CHECKING

from packaging.specifiers import InvalidSpecifier, SpecifierSet

from lambda_migrate.declarations.model import Declaration, Unreadable, line_of, mapping

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

NAME = "project's file"
FILES = ("pyproject.toml",)
RUNTIMES = ("3.12", "3.13", "3.11", "3.14", "3.10", "3.9")
"""Of Lambda, the ones that a range most likely means first."""


def read(path: Path, text: str) -> Iterator[Declaration]:  # noqa: ARG001  # the shape of every reader
    """Yield the version that it asks for: the one it names, else the first of Lambda's that is in its range.

    Raises:
        Unreadable: It is not TOML.
    """
    try:
        document = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise Unreadable(str(error)) from error
    poetry = mapping(mapping(mapping(document.get("tool")).get("poetry")).get("dependencies"))
    asked = mapping(document.get("project")).get("requires-python") or poetry.get("python")
    asked = mapping(asked).get("version", asked)
    version = chosen(asked) if isinstance(asked, str) else ""
    if version:
        yield Declaration(line=line_of(text, r"^\s*(requires-python|python)\s*="), python=version)


def chosen(asked: str) -> str:
    """Return a version of Lambda's that a range allows, "" where none is: the lowest that it names is preferred."""
    return next((version for each in asked.split("||") if (version := _within(each))), "")


def _within(asked: str) -> str:
    text = re.sub(r"\^\s*(3(?:\.\d+)*)", r">=\1,<4", asked)
    text = re.sub(r"(?<![~=<>!])~\s*(3\.\d+)", r"==\1.*,", text).replace(" ", "").rstrip(",")
    exact = re.fullmatch(r"(3\.\d+)(\.\d+|\.\*)?", text)
    text = f"=={exact[1]}.*" if exact else text
    try:
        allowed = SpecifierSet(text)
    except InvalidSpecifier:
        return ""
    lowest = re.search(r"(?:>=|==|~=)\s*(3\.\d+)", text)
    order = (*([lowest[1]] if lowest else []), *RUNTIMES)
    return next((each for each in order if each in RUNTIMES and _allows(allowed, each)), "")


def _allows(allowed: SpecifierSet, version: str) -> bool:
    return any(allowed.contains(f"{version}.{patch}") for patch in (0, 99))
