"""Every gate has a file and a place that asks it, and every place names a gate that exists."""

from __future__ import annotations

import ast
from dataclasses import replace
from functools import cache
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING

import pytest

from lambda_migrate.actions import ACTIONS
from lambda_migrate.analyzer.rules import NAMES as RULES
from lambda_migrate.cli.registry import ENTRIES, load
from lambda_migrate.engine.blocker import Blocker
from lambda_migrate.errors import GateClosed, MigrateError
from lambda_migrate.gates import GATES, pages, snap_start, trigger
from lambda_migrate.gates.gate import Gate, closed
from lambda_migrate.planner.journey import PHASES
from lambda_migrate.render.result import error_to_dict
from lambda_migrate.workflow.topics import topics
from tests.support.source import dotted

if TYPE_CHECKING:
    from collections.abc import Iterator

PACKAGE = Path(__file__).parents[2] / "lambda_migrate"
ROOM = PACKAGE / "gates"

PLANNED = {
    "planner/cutover.py": "cutover",
    "planner/direct.py": "cutover --direct",
    "planner/proxy.py": "proxy deploy",
    "planner/retire.py": "retire",
}
"""Modules that plan one phase: what they ask, that command asks."""


ADDED = ("blockers.append", "blockers.insert", "missing.append")
REFUSALS = ("GateClosed", "GateClosed.by", "Blocker", *ADDED)


@cache
def refusals(file: Path) -> tuple[tuple[str, ast.Call], ...]:
    """Return the calls in a file that refuse something, or add to what stands against a plan, with what is called."""
    source = file.read_text(encoding="utf-8")
    if not any(name.rpartition(".")[2] in source for name in REFUSALS):
        return ()
    made = [(dotted(node.func), node) for node in ast.walk(ast.parse(source)) if isinstance(node, ast.Call)]
    return tuple((name, call) for name, call in made if name in REFUSALS or name.endswith(ADDED))


def used(file: Path) -> set[str]:
    """Return the gates whose modules a file imports and uses."""
    source = file.read_text(encoding="utf-8")
    if "lambda_migrate.gates" not in source:
        return set()
    tree = ast.parse(source)
    imported = {
        name.asname or name.name: name.name.replace("_", "-")
        for node in ast.walk(tree)
        if isinstance(node, ast.ImportFrom) and node.module == "lambda_migrate.gates"
        for name in node.names
    }
    names = {node.id for node in ast.walk(tree) if isinstance(node, ast.Name)}
    return {gate for name, gate in imported.items() if name in names} - {"pages", "GATES"}


FILES = [file for file in PACKAGE.rglob("*.py") if ROOM not in file.parents and "_templates" not in file.parts]


def written(file: Path) -> Iterator[str]:
    """Yield the gates that a file below this room, which may not import it, names in its refusals."""
    for name, call in refusals(file):
        if name == "GateClosed":
            gate = next(each.value for each in call.keywords if each.arg == "gate")
            if isinstance(gate, ast.Constant):
                yield gate.value


def test_every_gate_is_asked_somewhere() -> None:
    assert {name for file in FILES for name in (*used(file), *written(file))} == set(GATES)


def test_whoever_may_import_a_gate_does_not_write_its_name_out() -> None:
    rooms = {file.relative_to(PACKAGE).parts[0] for file in FILES if any(written(file))}

    assert rooms == {"actions", "engine"}


def kinds_of_error(kind: type[MigrateError] = MigrateError) -> Iterator[type[MigrateError]]:
    yield kind
    for each in kind.__subclasses__():
        if each.__module__.startswith("lambda_migrate."):
            yield from kinds_of_error(each)


def test_nothing_is_refused_without_a_gate() -> None:
    """Of all errors `GateClosed` alone ends with exit code 3; it asks for a gate, and `by` takes what names one."""
    assert [kind.__name__ for kind in kinds_of_error() if kind.exit_code == GateClosed.exit_code] == ["GateClosed"]
    blockers = {ast.unparse(call.args[0]) for file in FILES for name, call in refusals(file) if name == "GateClosed.by"}
    assert blockers == {"plan.blockers[0]", "str(blocker)", "str(closed(run_unfinished, text))"}
    with pytest.raises(TypeError, match="gate"):
        GateClosed("no")  # type: ignore[call-arg]


def test_a_refusal_leads_to_the_page_of_its_gate() -> None:
    failed = GateClosed("it failed", gate="verdict-failed", hint="fix it")
    blocked = GateClosed.by("trigger:s3: `in` stays", hint="`explain` says why")

    assert error_to_dict(failed) == {
        "code": "gate",
        "message": "it failed",
        "hint": "fix it",
        "gate": "verdict-failed",
        "explain": "lambda-migrate explain verdict-failed",
    }
    assert error_to_dict(blocked) == {
        "code": "gate",
        "message": "trigger:s3: `in` stays",
        "hint": "`explain` says why",
        "gate": "trigger:s3",
    }


@pytest.mark.parametrize("room", ["targets", "freeze", "workflow"])
def test_what_stands_against_a_plan_is_a_gate(room: str) -> None:
    """Blockers are lines of text in a plan: each of them is made by `closed`."""
    made = [
        ast.unparse(call.args[-1])
        for path in (PACKAGE / room).rglob("*.py")
        for name, call in refusals(path)
        if name.endswith(ADDED)
    ]

    assert [each for each in made if not each.startswith("str(closed(")] == []


def test_a_gate_is_closed_by_its_module_and_never_by_a_name_that_is_written_out() -> None:
    made = [f"{file}:{call.lineno}" for file in FILES for name, call in refusals(file) if name == "Blocker"]

    assert made == []


def test_every_file_of_the_room_is_registered_once() -> None:
    files = {path.stem.replace("_", "-") for path in ROOM.glob("*.py")}

    assert files - {"--init--", "gate", "pages", "documentation"} == {gate.name for gate in GATES.values()}
    assert list(GATES) == [gate.name for gate in GATES.values()]


@pytest.mark.parametrize("file", PLANNED)
def test_a_gate_says_which_command_asks_it(file: str) -> None:
    asked = {gate.name: gate.asked for gate in GATES.values()}

    silent = {name for name in used(PACKAGE / file) if PLANNED[file] not in asked[name]}
    assert silent == set()


@pytest.mark.parametrize("gate", GATES.values(), ids=lambda gate: gate.name)
def test_a_gate_explains_itself(gate: Gate) -> None:
    assert gate.title.endswith(".")
    assert gate.acceptance.endswith(".")
    assert gate.acceptance.startswith("Accept ") is gate.acceptable
    assert "Nobody can" not in gate.acceptance  # it is read after "It cannot be accepted:"
    assert [len(line) for line in gate.documentation.splitlines() if len(line) > 120] == []
    assert all(gate.documentation.split(f"## {heading}\n\n")[1].strip() for heading in ("Why it matters", "What to do"))


@pytest.mark.parametrize("command", sorted({command for gate in GATES.values() for command in gate.asked}))
def test_the_commands_that_ask_exist(command: str) -> None:
    names = {entry.name: entry for entry in ENTRIES}
    first, *rest = command.split()
    options = [word for word in rest if word.startswith("--")]
    found = load(first)
    if names[first].commands:
        found = found.commands[rest[0]] if rest else found.alone

    assert set(options) <= {name for parameter in found.params for name in parameter.opts}


def test_no_gate_has_the_name_of_something_else_that_is_explained() -> None:
    others = {*(phase.name for phase in PHASES), *ACTIONS, *RULES, *(entry.name for entry in ENTRIES)}

    assert {gate.name for gate in GATES.values()} & others == set()
    assert [name for name, topic in topics().items() if topic.kind == "gate"] == [gate.name for gate in GATES.values()]


def test_a_closed_gate_is_a_blocker_with_the_gates_own_name() -> None:
    assert closed(snap_start, "it is on", "orders") == Blocker("snap-start", "it is on", "orders", acceptable=True)
    assert closed(trigger, "stays", "news", of="s3", acceptable=False) == Blocker(
        "trigger:s3", "stays", "news", acceptable=False
    )


def made_up(name: str = "full-moon", documentation: str | None = None) -> ModuleType:
    module = ModuleType("lambda_migrate.gates.full_moon")
    page = "The moon is full.\n\n## Why it matters\n\nWolves.\n\n## What to do\n\nWait."
    module.__doc__ = page if documentation is None else documentation
    vars(module).update(NAME=name, ACCEPTABLE=True, ACCEPTANCE="Accept it by day.", ASKED=("cutover",))
    return module


def test_a_gate_is_one_module() -> None:
    gate = Gate.of(made_up())

    assert gate == Gate("full-moon", True, "Accept it by day.", ("cutover",), "", made_up().__doc__ or "")
    assert pages.page(replace(gate, acceptable=False, acceptance="wolves cannot read.")) == (
        "# full-moon\n\nThe moon is full.\n\n## Why it matters\n\nWolves.\n\n## What to do\n\nWait.\n\n"
        "## Accepting it\n\nIt cannot be accepted: wolves cannot read.\n\n## Asked by\n\n`cutover`\n"
    )


@pytest.mark.parametrize("wrong", [made_up("new-moon"), made_up(documentation=""), made_up(documentation="The moon.")])
def test_a_module_that_lacks_something_is_refused_when_the_registry_is_imported(wrong: ModuleType) -> None:
    with pytest.raises(TypeError, match=r"^lambda_migrate\.gates\.full_moon is not a gate: see the others"):
        Gate.of(wrong)


def test_a_module_without_a_name_is_refused() -> None:
    module = made_up()
    del module.ACCEPTANCE

    with pytest.raises(AttributeError, match="ACCEPTANCE"):
        Gate.of(module)
