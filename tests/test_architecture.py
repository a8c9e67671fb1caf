"""Reads the imports and holds the house to its shape: who may import what, and in which direction."""

from __future__ import annotations

import ast
import re
import sys
from functools import cache
from graphlib import TopologicalSorter
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.support.source import dotted

if TYPE_CHECKING:
    from collections.abc import Iterator

PACKAGE = Path(__file__).parent.parent / "lambda_migrate"
LIBRARY = PACKAGE.parent / "service_library" / "lambda_migrate_service"
FILES = sorted(path for path in PACKAGE.rglob("*.py") if "_templates" not in path.parts)
ONLY_IN = {
    "typer": ("cli",),
    "rich": ("render",),
    "boto3": ("aws",),
    "botocore": ("aws",),
    "httpx": ("http",),
    "ministack": ("sandbox",),
    "jinja2": ("scaffold", "targets"),
}
"""Packages that only some rooms import; the sandbox brings up an AWS of its own and may import what that needs."""
RANKS = (
    ("__main__",),
    ("cli",),
    ("sandbox",),
    ("workflow",),
    ("render",),
    ("load",),
    ("planner", "verify", "freeze", "scaffold", "report", "assess", "handover", "shadow"),
    ("config", "inventory"),
    ("triggers", "targets", "analyzer", "declarations"),
    ("gates",),
    ("engine",),
    ("actions",),
    ("function",),
    ("proxy", "aws", "service_health"),
    ("http", "fields", "waiting", "archive", "durations", "clock", "detached"),
    (
        "errors",
        "hashing",
        "file_names",
        "regular_file",
        "text_encoding",
        "addresses",
        "deadline",
        "yaml_nesting",
        "secret_detection",
        "__init__",
    ),
)
"""The rooms from the command line down; every module is in one. Imports go to the same room or to a lower rank."""
RANK = {room: rank for rank, rooms in enumerate(RANKS) for room in rooms}


def part(path: Path) -> str:
    """Return the part of the package that a file belongs to: ``cli``, ``aws``, ``proxy/runtime``."""
    inside = path.relative_to(PACKAGE)
    if inside.parts[:2] == ("proxy", "runtime"):
        return "proxy/runtime"
    return inside.parts[0].removesuffix(".py")


@cache
def imported(path: Path) -> tuple[tuple[int, str], ...]:
    """Return line and full name of every import that happens at run time, wherever in the file it stands."""
    return tuple(_imports(path))


def _imports(path: Path) -> Iterator[tuple[int, str]]:
    tree = ast.parse(path.read_bytes())
    typing_only = {
        id(inner)
        for node in ast.walk(tree)
        if isinstance(node, ast.If) and dotted(node.test).endswith("TYPE_CHECKING")
        for statement in node.body
        for inner in ast.walk(statement)
    }
    for node in ast.walk(tree):
        if id(node) in typing_only:
            continue
        if isinstance(node, ast.Import):
            yield from ((node.lineno, name.name) for name in node.names)
        elif isinstance(node, ast.ImportFrom):
            module = ".".join([*_package(path, node.level), *([node.module] if node.module else [])])
            yield from ((node.lineno, f"{module}.{name.name}") for name in node.names)


def _package(path: Path, level: int) -> list[str]:
    """Return the package that a relative import starts from; nothing for an absolute one."""
    parents = path.relative_to(PACKAGE.parent).parent.parts
    return list(parents[: len(parents) - level + 1]) if level else []


def our_part(name: str) -> str | None:
    """Return the part that an import of our own package reaches, or None for other packages."""
    words = name.split(".")
    if words[0] != "lambda_migrate":
        return None
    return words[1] if len(words) > 1 else "__init__"


@pytest.mark.parametrize("package", sorted(ONLY_IN))
def test_a_package_is_imported_only_where_it_belongs(package: str) -> None:
    intruders = [
        f"{path.relative_to(PACKAGE)}:{line}"
        for path in FILES
        for line, name in imported(path)
        if name.split(".")[0] == package and part(path) not in ONLY_IN[package] and part(path) != "sandbox"
    ]

    assert intruders == []


def test_rich_is_owned_by_one_module() -> None:
    owners = {
        str(path.relative_to(PACKAGE))
        for path in FILES
        for _line, name in imported(path)
        if name.split(".")[0] == "rich" and part(path) != "sandbox"
    }

    assert owners == {"render/drawing.py"}


def test_what_runs_inside_lambda_imports_the_standard_library_only() -> None:
    foreign = [
        f"{path.relative_to(PACKAGE)}:{line} {name}"
        for path in FILES
        if part(path) == "proxy/runtime"
        for line, name in imported(path)
        if name.split(".")[0] not in sys.stdlib_module_names and not name.startswith("lambda_migrate.proxy.runtime")
    ]

    assert foreign == []


def test_every_module_has_a_rank() -> None:
    assert {part(path).partition("/")[0] for path in FILES} - set(RANK) == set()


def test_the_page_shows_the_ranks_and_names_files_that_exist() -> None:
    text = (PACKAGE.parent / "docs" / "architecture.md").read_text(encoding="utf-8")
    shown = text.partition("```ranks\n")[2].partition("```")[0]
    named = re.findall(r"`((?:[a-z_]+/)+[a-z_]+\.py)`", text)

    assert tuple(tuple(line.split()) for line in shown.splitlines()) == RANKS
    assert [
        name for name in named if not any((folder / name).exists() for folder in (PACKAGE, PACKAGE.parent, LIBRARY))
    ] == []


def test_the_page_says_of_every_room_what_it_is_for() -> None:
    page = (PACKAGE.parent / "docs" / "architecture.md").read_text(encoding="utf-8")
    described = re.findall(
        r"^\| (`.+?) \|", page.partition("| room | what it is for |")[2].partition("\n\n")[0], re.MULTILINE
    )

    rooms = {path.name for path in PACKAGE.iterdir() if (path / "__init__.py").is_file()}
    assert {name for cell in described for name in re.findall(r"`(\w+)`", cell)} - {"http"} == rooms


def test_imports_point_one_way() -> None:
    upward = [
        f"{path.relative_to(PACKAGE)}:{line} imports {name}"
        for path in FILES
        for line, name in imported(path)
        if (other := our_part(name)) is not None
        and other != (own := part(path).partition("/")[0])
        and RANK.get(other, len(RANKS)) <= RANK[own]
        and name != "lambda_migrate.__version__"
    ]

    assert upward == []


def test_no_part_imports_itself_by_a_detour() -> None:
    reaches: dict[str, set[str]] = {}
    for path in FILES:
        own = part(path).partition("/")[0]
        others = {our_part(name) for _line, name in imported(path)} - {None, own}
        reaches.setdefault(own, set()).update(str(other) for other in others)

    order = TopologicalSorter(reaches)
    order.prepare()  # raises CycleError, which names the circle

    assert set(RANK) <= set(reaches)


def module_of(path: Path) -> str:
    """Return a file's module: ``lambda_migrate.aws.session``, and ``lambda_migrate.aws`` for a package."""
    return ".".join(path.relative_to(PACKAGE.parent).with_suffix("").parts).removesuffix(".__init__")


def test_no_module_imports_itself_by_a_detour() -> None:
    modules = {module_of(path) for path in FILES}
    reaches: dict[str, set[str]] = {}
    for path in FILES:
        own = module_of(path)
        names = (name for _line, name in imported(path))
        found = {name if name in modules else name.rpartition(".")[0] for name in names}
        reaches[own] = (found & modules) - {own}

    order = TopologicalSorter(reaches)
    order.prepare()  # raises CycleError, which names the circle

    assert set(reaches) == modules


def test_the_planner_decides_and_does_nothing() -> None:
    """Whoever imports no door to the world, and calls none, cannot depend on it; what it is given is all it knows."""
    doors = {"aws", "ledger", "context", "executor", "verify", "secrets"}
    worldly = {"os", "sys", "io", "time", "datetime", "random", "secrets", "uuid", "socket", "subprocess", "tempfile"}
    doing = {"open", "call", "pages", "read_text", "read_bytes", "write_text", "write_bytes", "now", "exists", "mkdir"}
    files = [path for path in FILES if part(path) == "planner"]
    imports = [
        f"{path.name}:{line} imports {name}"
        for path in files
        for line, name in imported(path)
        if our_part(name) in doors or name.split(".")[0] in worldly or name == "pathlib.Path"
    ]
    calls = [
        f"{path.name}:{node.lineno} calls {ast.unparse(node.func)}"
        for path in files
        for node in ast.walk(ast.parse(path.read_bytes()))
        if isinstance(node, ast.Call) and ast.unparse(node.func).rpartition(".")[2] in doing
    ]

    assert len(files) > 5
    assert imports + calls == []


def test_nothing_but_the_entry_points_imports_the_command_line() -> None:
    importers = {
        str(path.relative_to(PACKAGE))
        for path in FILES
        for _line, name in imported(path)
        if our_part(name) == "cli" and part(path) != "cli"
    }

    assert importers <= {"__main__.py"}


def test_only_the_sandbox_imports_the_sandbox_besides_the_command_line() -> None:
    importers = {part(path) for path in FILES for _line, name in imported(path) if our_part(name) == "sandbox"} - {
        "sandbox",
        "cli",
    }

    assert importers == set()


def test_slow_packages_are_imported_inside_the_command_that_needs_them() -> None:
    slow = {"boto3", "botocore", "httpx", "jinja2", "rich", "pydantic"}
    eager = [
        f"{path.relative_to(PACKAGE)}: {name}"
        for path in FILES
        if part(path) in ("cli", "context", "render", "aws", "ledger", "runs", "standing", "plan", "errors", "result")
        for name in _at_module_level(path)
        if name.split(".")[0] in slow
    ]

    assert eager == []


def _at_module_level(path: Path) -> Iterator[str]:
    for node in ast.parse(path.read_bytes()).body:
        if isinstance(node, ast.Import):
            yield from (name.name for name in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield str(node.module)


TESTS = sorted(Path(__file__).parent.rglob("*.py"))


def test_no_test_module_imports_from_another() -> None:
    borrowed = [
        f"{path.relative_to(PACKAGE.parent)}: {node.module}"
        for path in TESTS
        if re.search(rb"from tests\.[\w.]*test_", source := path.read_bytes())
        for node in ast.walk(ast.parse(source))
        if isinstance(node, ast.ImportFrom)
        and node.module
        and node.module.startswith("tests.")
        and node.module.rpartition(".")[2].startswith("test_")
    ]
    assert borrowed == []


def test_tests_wait_in_one_place() -> None:
    sleeping = {
        path.relative_to(PACKAGE.parent).as_posix()
        for path in TESTS
        if b"sleep" in (source := path.read_bytes())
        for node in ast.walk(ast.parse(source))
        if isinstance(node, ast.Call) and dotted(node.func) == "time.sleep"
    }
    assert sleeping == {"tests/support/waiting.py"}
