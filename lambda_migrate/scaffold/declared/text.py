"""Reads requirements files as pip does (requirements file format): continued lines, includes, constraints, options."""

from __future__ import annotations

import os
import re
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from lambda_migrate.file_names import slashed
from lambda_migrate.scaffold.declared.requirement import applies, parse, shown
from lambda_migrate.text_encoding import decoded

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lambda_migrate.scaffold.declared.declarations import Declarations

_INCLUDE = re.compile(r"^(-r|--requirement|-c|--constraint)[\s=]*(\S+)")
_EDITABLE = re.compile(r"^(-e|--editable)[\s=]+")
_BUILT = re.compile(r"^([\w.-]+)\s*@\s*file:///?(?=/|[A-Za-z]:)(?!\$)")
"""What `pip freeze` writes of a package that conda has installed."""
_INDEX = re.compile(r"^(-i|--index-url|--extra-index-url|-f|--find-links)[\s=]+(\S+)")


def read(
    path: Path,
    folder: Path,
    python: str,
    declarations: Declarations,
    *,
    constraint: bool = False,
    within: Path | None = None,
) -> None:
    """Read one file and what it includes.

    Args:
        path: The file.
        folder: The old project's.
        python: Version of Python that markers are judged by.
        declarations: What is added to.
        constraint: Whether it only chooses versions of what others require.
        within: Nothing outside of it is read; default: the project's folder.
    """
    places = (folder.resolve(), (within or folder).resolve())
    _read(path, places, python, declarations, constraint=constraint, seen=set())


def _read(
    path: Path,
    places: tuple[Path, Path],
    python: str,
    declarations: Declarations,
    *,
    constraint: bool,
    seen: set[Path],
) -> None:
    folder, within = places
    seen.add(path.resolve())
    name = Path(os.path.relpath(path.resolve(), folder)).as_posix()
    for line in _lines(path.read_bytes()):
        include = _INCLUDE.match(line)
        index = _INDEX.match(line)
        if include:
            other = (path.parent / slashed(include[2])).resolve()
            if not other.is_relative_to(within) or not other.is_file():
                declarations.notes.append(missing(include[2], name))
            elif other not in seen:
                only = constraint or include[1] in ("-c", "--constraint")
                _read(other, places, python, declarations, constraint=only, seen=seen)
        elif index:
            declarations.notes.append(
                f"`{name}` looks for packages at `{_host(index[2])}` too; name it to pip where the service is built"
            )
        elif not line.startswith("-") or _EDITABLE.match(line):
            _require(_EDITABLE.sub("", line), name, python, declarations, constraint=constraint)


def missing(file: str, name: str) -> str:
    """Return that a file is not there, or not in the project, which another one includes."""
    return f"`{file}`, which `{name}` includes, is not there; add what it requires"


def _host(address: str) -> str:
    """Return the host of an index, or the folder that stands in the place of one; never what its user logs in with."""
    try:
        host = urlsplit(address).hostname
    except ValueError:
        host = None
    return host or shown(address)


def _require(text: str, name: str, python: str, declarations: Declarations, *, constraint: bool) -> None:
    requirement = parse(text)
    built = _BUILT.match(text) if requirement is None else None
    if built and not constraint:
        requirement = parse(built[1])
        declarations.notes.append(f"`{built[1]}` of `{name}` is a build for another machine; pin its version")
    if requirement is None:
        declarations.unread(text, name)
    elif not applies(requirement.marker, python):
        return
    elif not constraint:
        declarations.required.append(requirement)
    elif requirement.exact:
        declarations.pins.setdefault(requirement.name, requirement)


def _lines(content: bytes) -> Iterator[str]:
    """Yield the lines that say something, joined where they go on, without comments and options such as hashes."""
    joined = re.sub(r"\\\n\s*", " ", decoded(content, "replace"))
    for raw in joined.splitlines():
        line = re.sub(r"(^|\s)#.*$", "", raw).strip()
        if line.startswith("-"):
            yield line
        elif line:
            yield re.sub(r"(?<!\s)\s+--[a-z].*$", "", line).strip()
