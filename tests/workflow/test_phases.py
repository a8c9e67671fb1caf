"""Phases are kinds: each is one file and one line, and a made-up one is walked through everything that knows phases."""

from __future__ import annotations

import sys
from pkgutil import iter_modules
from types import ModuleType, SimpleNamespace
from typing import TYPE_CHECKING

import pytest

from lambda_migrate.cli.registry import ENTRIES
from lambda_migrate.engine.plan import Plan
from lambda_migrate.engine.runs import Projection, Run
from lambda_migrate.errors import ConfigError
from lambda_migrate.planner import journey
from lambda_migrate.planner.journey import Facts, Mark, Phase
from lambda_migrate.planner.status import Stage, status_of
from lambda_migrate.render.result import Result
from lambda_migrate.workflow import phases
from lambda_migrate.workflow.phase import PhaseKind, Question
from lambda_migrate.workflow.run import run
from lambda_migrate.workflow.topics import Topic, find

if TYPE_CHECKING:
    from collections.abc import Iterator

AT = "2026-01-02T03:04:05.000Z"
NAMES = [phase.name for phase in journey.PHASES]


@pytest.mark.parametrize("name", NAMES)
def test_each_phase_says_what_it_is_and_which_command_runs_it(name: str) -> None:
    kind = phases.load(name)
    words = kind.phase.command.split()
    entry = next(entry for entry in ENTRIES if entry.name == words[0])

    assert kind.phase.name == name
    assert kind.documentation.splitlines()[0].endswith(".")
    assert len(kind.documentation.splitlines()) > 2, "one line, and what a person has to know"
    assert set(words[:2]) & set(entry.changes), "the command changes something"
    assert find(name) == Topic(name, "phase", kind.documentation.splitlines()[0], find(name).text)  # type: ignore[union-attr]


def test_every_module_of_the_phases_has_its_line_in_the_journey() -> None:
    modules = {module.name for module in iter_modules(phases.__path__)}

    assert {name.replace("-", "_") for name in NAMES} == modules


def test_what_lacks_a_question_is_not_a_phase() -> None:
    module = ModuleType("halfway", "Goes half the way.")
    module.gather = module.plan = lambda *_: None  # type: ignore[attr-defined]

    with pytest.raises(TypeError, match="halfway is not a phase: it has no question"):
        PhaseKind.of(Phase("halfway", "", "halfway"), module)


def test_a_name_that_no_phase_has_is_refused() -> None:
    with pytest.raises(ConfigError) as refusal:
        phases.load("later")

    assert (refusal.value.message, refusal.value.hint) == (
        "`later` is not a phase",
        "`lambda-migrate explain phases` lists them",
    )


@pytest.fixture
def rehearse(monkeypatch: pytest.MonkeyPatch) -> Iterator[ModuleType]:
    """A phase that this product does not have: one module, and one line in the journey."""
    module = ModuleType("lambda_migrate.workflow.phases.rehearse", "Plays it through.\n\nNothing moves.")
    module.WORKS_WITHOUT_STEPS, module.ON_DRIFT = True, "ignore"  # type: ignore[attr-defined]
    module.gather = lambda _context, overrides: {"overrides": overrides}  # type: ignore[attr-defined]
    module.plan = lambda _inputs, _config, _overrides: Plan("rehearse", "arn", "f")  # type: ignore[attr-defined]
    module.question = lambda plan, _inputs: Question(f"Play {plan.phase}?")  # type: ignore[attr-defined]
    module.facts = lambda _inputs: [("stage", "empty")]  # type: ignore[attr-defined]
    module.perform = lambda work: Result({"played": work.plan.phase}, "Played.", ("cutover",))  # type: ignore[attr-defined]
    line = Phase(
        "rehearse",
        journey.LIFT,
        "rehearse",
        marks=lambda facts: iter([Mark(journey.LIFT, "now", "rehearsed")] if facts.latest("rehearse") else []),
        due=lambda facts: not facts.latest("rehearse"),
        ahead=lambda facts: (f"rehearse {facts.function}",),
        planned=True,
    )
    monkeypatch.setattr(journey, "PHASES", (*journey.PHASES, line))
    monkeypatch.setitem(sys.modules, module.__name__, module)
    phases.load.cache_clear()
    yield module
    phases.load.cache_clear()


class Desk:
    """What the workflow needs of a context where no AWS is asked."""

    def __init__(self) -> None:
        self.said: list[str] = []
        self.migration = None
        self.paint = SimpleNamespace(width=80)
        self.terminal = self
        self.aws_read_only = SimpleNamespace(endpoint_url="http://127.0.0.1:9")
        self.ledger = self
        self.projection = Projection()

    def say(self, text: str = "") -> None:
        self.said.append(text)

    def heading(self, more: str) -> str:
        return f"orders  ·  {more}"


@pytest.mark.usefixtures("rehearse")
def test_a_made_up_phase_is_asked_for_and_run() -> None:
    desk, asked = Desk(), []

    result = run(desk, "rehearse", confirm=asked.append)  # type: ignore[arg-type]

    plan = Plan("rehearse", "arn", "f")
    assert result == Result({"plan": plan.to_dict(), "played": "rehearse"}, "Played.", ("cutover",))
    assert desk.said == ["orders  ·  phase: rehearse\n\n  stage  empty", ""]
    assert asked == [Question("Play rehearse?")]


@pytest.mark.usefixtures("rehearse")
def test_a_made_up_phase_takes_its_place_in_the_status_and_is_explained() -> None:
    done = Run(2, {"phase": "rehearse", "steps": []}, AT, closed="finished")
    before = status_of((), lifted=False, function="orders")
    after = status_of((done,), lifted=False, function="orders")

    assert (before.phase, before.next) == ("rehearse", ("rehearse orders",))
    assert (after.phase, after.next) == ("proxy", ("doctor", "init"))
    assert after.stages[0] == Stage("1 lift", "now", "rehearsed")
    assert find("rehearse") == Topic("rehearse", "phase", "Plays it through.", "Nothing moves.")


def test_facts_are_silent_where_nothing_was_done() -> None:
    facts = Facts("orders", lifted=False)

    assert (facts.latest("proxy"), facts.under_way("proxy"), facts.moved, facts.proxied) == (
        None,
        None,
        frozenset(),
        "",
    )
