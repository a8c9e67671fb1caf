"""Packages of the project itself that the function's code requires by their path: monorepos, workspaces, layers."""

from __future__ import annotations

import re
import tomllib
from typing import TYPE_CHECKING, Any

from lambda_migrate.declarations.deployment import folders_above
from lambda_migrate.scaffold.distributions import normalised
from lambda_migrate.text_encoding import decoded

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

    from lambda_migrate.scaffold.source import Source

_MOST = 30
_EDITABLE = re.compile(r"^(?:(?:-e|--editable)[\s=]+|[\w.-]+\s*@\s*)?(?:file:(?://)?)?(\.{1,2}(?:/[^\s;#\[]*)?)")
_UNREADABLE = (OSError, ValueError, KeyError, TypeError, AttributeError)


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
    """Yield the distributions, and the paths as files write them, of folders that are lifted along."""
    for each in layers:
        if each.folder is not None:
            yield normalised(each.folder.name)
            document = _toml(each.folder / "pyproject.toml")
            for table in (document.get("project", {}), document.get("tool", {}).get("poetry", {})):
                if isinstance(table.get("name"), str):
                    yield normalised(table["name"])


def _files(folder: Path) -> Iterator[Path]:
    yield from (each for each in (folder / "pyproject.toml", folder / "Pipfile") if each.is_file())
    yield from sorted(folder.glob("requirements*.txt"))


def _required(folder: Path) -> Iterator[tuple[Path, str]]:
    for path in _files(folder):
        try:
            if path.suffix == ".txt":
                lines = decoded(path.read_bytes()).splitlines()
                yield from (
                    (folder / match[1], path.name) for line in lines if (match := _EDITABLE.match(line.strip()))
                )
            elif path.name == "Pipfile":
                yield from ((place, path.name) for place in _of_tables(folder, _toml(path).get("packages", {})))
            else:
                yield from ((place, path.name) for place in _of_project(folder, _toml(path)))
        except _UNREADABLE:
            continue  # whoever reads what is required says so


def _of_project(folder: Path, document: dict[str, Any]) -> Iterator[Path]:
    tools = document.get("tool", {})
    for source in tools.get("uv", {}).get("sources", {}).items():
        name, given = source
        if isinstance(given, dict) and "path" in given:
            yield folder / given["path"]
        elif isinstance(given, dict) and given.get("workspace"):
            yield from _member(folder, normalised(name))
    poetry = tools.get("poetry", {})
    yield from _of_tables(folder, poetry.get("dependencies", {}))
    for group in poetry.get("group", {}).values():
        yield from _of_tables(folder, group.get("dependencies", {}))
    for line in document.get("project", {}).get("dependencies", ()):
        if match := re.search(r"@\s*file:(?://)?(\.{1,2}/\S*)", line):
            yield folder / match[1]


def _of_tables(folder: Path, tables: dict[str, Any]) -> Iterator[Path]:
    for value in tables.values():
        for each in value if isinstance(value, list) else [value]:
            if isinstance(each, dict) and isinstance(each.get("path"), str):
                yield folder / each["path"]


def _member(folder: Path, name: str) -> Iterator[Path]:
    """Yield the member of uv's workspace that has a name, looked for in the folders above."""
    for root in (folder, *folders_above(folder)):
        members = _toml(root / "pyproject.toml").get("tool", {}).get("uv", {}).get("workspace", {}).get("members", ())
        for pattern in members:
            for place in sorted(root.glob(pattern)):
                if normalised(str(_toml(place / "pyproject.toml").get("project", {}).get("name", ""))) == name:
                    yield place
        if members:
            return


def _toml(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(decoded(path.read_bytes()))
    except (OSError, ValueError):
        return {}
