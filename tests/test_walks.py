"""The walks of docs/architecture.md: their files are there, lead from one to the next, and no room is entered twice."""

from __future__ import annotations

import ast
import re
from pathlib import Path
from typing import NamedTuple

import pytest

ROOT = Path(__file__).parent.parent
PACKAGE = ROOT / "lambda_migrate"
LIBRARY = ROOT / "service_library" / "lambda_migrate_service"
PAGE = (ROOT / "docs" / "architecture.md").read_text(encoding="utf-8")
NUMBERS = ("", "One", "Two", "Three", "Four", "Five", "Six", "Seven", "Eight", "Nine", "Ten")


class Walk(NamedTuple):
    """One walk: its title, its rows (room, files), and what is said below the table."""

    title: str
    rows: tuple[tuple[str, tuple[Path, ...]], ...]
    text: str


def files_of(room: str, cell: str) -> tuple[Path, ...]:
    home = {"proxy/runtime": PACKAGE / "proxy" / "runtime", "lambda_migrate_service": LIBRARY}.get(room, PACKAGE)
    return tuple(home / name for name in re.findall(r"`([\w/.]+(?:\.py|/))`", cell))


def walks() -> list[Walk]:
    section = PAGE.split("## Walks\n")[1].split("\n## ")[0]
    found = []
    for part in section.split("\n### ")[1:]:
        rows = re.findall(r"^\| (?!room|---)([^|]+) \| (.+) \|$", part, re.MULTILINE)
        text = part.rpartition("|\n")[2].strip()
        found.append(Walk(part.partition("\n")[0], tuple((room, files_of(room, cell)) for room, cell in rows), text))
    return found


def imported(file: Path) -> set[Path]:
    """Return the files that a file imports, or names as an action's module and class."""
    names: set[str] = set()
    package = file.relative_to(ROOT / "service_library" if LIBRARY in file.parents else ROOT).with_suffix("").parts
    for node in ast.walk(ast.parse(file.read_bytes())):
        if isinstance(node, ast.Import):
            names |= {each.name for each in node.names}
        elif isinstance(node, ast.ImportFrom):
            base = ".".join(package[: -node.level]) if node.level else ""
            module = ".".join(filter(None, (base, node.module)))
            names |= {module, *(f"{module}.{each.name}" for each in node.names)}
    paths = [root.joinpath(*name.split(".")) for name in names for root in (ROOT, ROOT / "service_library")]
    return {each for path in paths for each in (path.with_suffix(".py"), path / "__init__.py")}


WALKS = walks()


def test_there_are_four() -> None:
    assert len(WALKS) == 4
    assert all(walk.rows for walk in WALKS)


@pytest.mark.parametrize("walk", WALKS, ids=[walk.title for walk in WALKS])
def test_every_file_of_a_walk_is_there(walk: Walk) -> None:
    assert [str(file) for _room, files in walk.rows for file in files if not file.exists()] == []
    assert [room for room, files in walk.rows if not files] == []


@pytest.mark.parametrize("walk", WALKS, ids=[walk.title for walk in WALKS])
def test_a_walk_enters_no_room_twice_and_says_how_many_there_are(walk: Walk) -> None:
    rooms = [room for room, _files in walk.rows]

    assert sorted(set(rooms)) == sorted(rooms)
    assert walk.text.startswith(f"{NUMBERS[len(rooms)]} rooms")


@pytest.mark.parametrize("walk", WALKS, ids=[walk.title for walk in WALKS])
def test_every_file_of_a_walk_is_on_it(walk: Walk) -> None:
    """Each imports another one of the walk, or is imported by one.

    Actions are found by name, in their registry; the parts of a service are put together by its own `main.py`.
    """
    named = [file for _room, files in walk.rows for file in files]
    files = [file / "__init__.py" if file.is_dir() else file for file in named]
    edges = {file: imported(file) for file in files}
    offered = imported(LIBRARY / "__init__.py")
    joined = {file for file in files if "actions" in file.parts or file in offered}
    joined |= {file for file in files if edges[file] & (edges.keys() - {file})}
    joined |= {other for file in files for other in edges[file] if other in edges}

    assert [str(file.relative_to(ROOT)) for file in files if file not in joined] == []
