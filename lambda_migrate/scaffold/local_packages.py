"""Packages of the project itself that the function's code requires by their path: monorepos, workspaces, layers."""

from __future__ import annotations

import re
import tomllib
from typing import TYPE_CHECKING, Any

from lambda_migrate.analyzer.distributions import DEVELOPMENT, distribution_name
from lambda_migrate.declarations.deployment import folders_above
from lambda_migrate.declarations.model import mapping
from lambda_migrate.file_names import slashed
from lambda_migrate.scaffold.distributions import normalised
from lambda_migrate.text_encoding import decoded

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

    from lambda_migrate.scaffold.source import Source

_MOST = 30
_EDITABLE = re.compile(r"^(?:(?:-e|--editable)[\s=]+|[\w.-]+\s*@\s*)?(?:file:(?://)?)?(\.{1,2}(?:/[^\s;#\[]*)?)")
_REFERENCE = re.compile(r"@\s*(?:file:(?://)?/?)?(?:\{root:uri\}|\$\{PROJECT_ROOT\})?/?(\.{1,2}/\S*)")
"""A path in a requirement (PEP 508), also as hatch and PDM write it."""
_UNREADABLE = (OSError, ValueError, KeyError, TypeError, AttributeError, RecursionError, NotImplementedError)


def folders(code: Path) -> dict[Path, str]:
    """Return the folders of packages that the code requires by path, and what those require in turn.

    Args:
        code: The folder of the code; what it requires may be said in the folders above it.

    Returns:
        Folder → where it is required: ``pyproject.toml``.
    """
    known: dict[Path, str] = {}
    start = next((each for each in (code, *folders_above(code)) if any(_files(each))), code)
    waiting = [start]
    while waiting and len(known) < _MOST:
        for folder, where in _required(waiting.pop()):
            place = folder.resolve()
            if place.is_dir() and place not in known and not code.resolve().is_relative_to(place):
                known[place] = where
                waiting.append(place)
    return known


def names(layers: Iterable[Source]) -> Iterator[str]:
    """Yield the distributions of folders that are lifted along, and the names of the folders, ``/common``."""
    for each in layers:
        if each.folder is not None:
            yield f"/{normalised(each.folder.name)}"
            document = _toml(each.folder / "pyproject.toml")
            for table in (mapping(document.get("project")), mapping(mapping(document.get("tool")).get("poetry"))):
                if isinstance(name := table.get("name"), str):
                    yield normalised(name)


def _files(folder: Path) -> Iterator[Path]:
    yield from (each for each in (folder / "pyproject.toml", folder / "Pipfile") if each.is_file())
    yield from sorted(folder.glob("requirements*.txt"))


def _required(folder: Path) -> Iterator[tuple[Path, str]]:
    for path in _files(folder):
        try:
            if path.suffix == ".txt":
                lines = (slashed(line.strip()) for line in decoded(path.read_bytes()).splitlines())
                yield from ((folder / match[1], path.name) for line in lines if (match := _EDITABLE.match(line)))
            elif path.name == "Pipfile":
                yield from ((place, path.name) for place in _of_tables(folder, _toml(path).get("packages", {})))
            else:
                yield from ((place, path.name) for place in _of_project(folder, _toml(path)))
        except _UNREADABLE:
            continue  # whoever reads what is required says so


def _of_project(folder: Path, document: dict[str, Any]) -> Iterator[Path]:
    yield from _of_uv(folder, document)
    poetry = document.get("tool", {}).get("poetry", {})
    yield from _of_tables(folder, poetry.get("dependencies", {}))
    for name, group in poetry.get("group", {}).items():
        yield from _of_tables(folder, {} if DEVELOPMENT.search(name) else group.get("dependencies", {}))
    for line in document.get("project", {}).get("dependencies", ()):
        if match := _REFERENCE.search(line):
            yield folder / match[1]


def _of_uv(folder: Path, document: dict[str, Any]) -> Iterator[Path]:
    """Yield what uv takes from a folder: by its sources, also those of the workspace, and members by their names."""
    sources = document.get("tool", {}).get("uv", {}).get("sources", {})
    for given in (each for one in sources.values() for each in (one if isinstance(one, list) else [one])):
        if isinstance(given, dict) and isinstance(given.get("path"), str):
            yield folder / slashed(given["path"])
    lines = document.get("project", {}).get("dependencies", ())
    for name in dict.fromkeys([*map(distribution_name, lines), *map(normalised, sources)]):
        yield from _member(folder, name)


def _of_tables(folder: Path, tables: dict[str, Any]) -> Iterator[Path]:
    for value in tables.values():
        for each in value if isinstance(value, list) else [value]:
            if isinstance(each, dict) and isinstance(each.get("path"), str):
                yield folder / slashed(each["path"])


def _member(folder: Path, name: str) -> Iterator[Path]:
    """Yield the member of uv's workspace that has a name, or what the workspace's sources name so."""
    for root in (folder, *folders_above(folder)):
        uv = _toml(root / "pyproject.toml").get("tool", {}).get("uv", {})
        members = uv.get("workspace", {}).get("members", ())
        for pattern in members:
            for place in sorted(root.glob(pattern)):
                if normalised(str(_toml(place / "pyproject.toml").get("project", {}).get("name", ""))) == name:
                    yield place
        if members:
            given = next((each for key, each in uv.get("sources", {}).items() if normalised(key) == name), None)
            if root != folder and isinstance(given, dict) and isinstance(given.get("path"), str):
                yield root / slashed(given["path"])
            return


def _toml(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(decoded(path.read_bytes()))
    except (OSError, ValueError, RecursionError):
        return {}
