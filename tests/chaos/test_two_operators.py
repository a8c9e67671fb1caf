"""Two people with a folder each migrate one function at once: one at a time, and nothing is left behind."""

from __future__ import annotations

import random
import shutil
import threading
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple

import pytest

from lambda_migrate.engine.ledger import Ledger
from lambda_migrate.engine.runs import runs
from tests.chaos import story
from tests.chaos.account import differences, shape
from tests.chaos.journey import SIGNS_OF_A_DEFECT, Stage, travelling
from tests.chaos.program import Program
from tests.failures.intercepting_proxy import changes, standing_between
from tests.support.chaos import rounds

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from tests.support.screen import Answer

pytestmark = [pytest.mark.sandbox, pytest.mark.chaos, pytest.mark.timeout(1800)]

COMMANDS = (
    ("freeze", "--yes"),
    ("proxy", "deploy", "--events", "all", "--yes"),
    ("proxy", "deploy", "--events", "non-api", "--yes"),
    ("cutover", "--weights", "100", "--bake", "1s", "--yes"),
    ("rollback", "--last", "--yes"),
    ("rollback", "--yes"),
)
ENOUGH = 12
"""Commands of one of them."""

LOCK = ("lambda:CreateAlias", "lambda:UpdateAlias", "lambda:DeleteAlias")
"""Calls that may be the lock's: whoever is refused has tried it."""


class Typed(NamedTuple):
    """A command, when its first and its last change arrived, as their numbers, what came of it, and what it changed."""

    by: str
    command: tuple[str, ...]
    changes: tuple[int, int]
    answer: Answer
    called: tuple[str, ...]


@dataclass
class Operator:
    """Somebody in a folder of their own, who types commands at random."""

    name: str
    program: Program
    dice: random.Random
    order: list[tuple[str, str]] = field(default_factory=list)
    typed: list[Typed] = field(default_factory=list)

    def type(self, command: tuple[str, ...]) -> Answer:
        before = len(self.order)
        self.program.start(*command)
        answer = self.program.wait()
        mine = [place for place, (who, _call) in enumerate(self.order) if place >= before and who == self.name]
        called = tuple(self.order[place][1] for place in mine)
        self.typed.append(Typed(self.name, command, (mine[0], mine[-1]) if mine else (0, -1), answer, called))
        assert not SIGNS_OF_A_DEFECT.search(answer.out + answer.err), answer
        return answer

    def work(self) -> None:
        for _ in range(4):
            self.type(self.dice.choice(COMMANDS))

    @property
    def standing(self) -> bool:
        """Whether something of what they did stands, as far as their ledger knows."""
        return any(not run.is_back for run in runs(Ledger.read(self.program.folder / "ledger.yaml")))

    def go_home(self) -> None:
        """Roll back what stands, unless that is refused, because the other one has to go first."""
        self.type(("freeze", "--lift", "--yes"))
        self.type(("rollback", "--yes"))


@contextmanager
def working(stage: Stage, folder: Path, name: str, seed: int, order: list[tuple[str, str]]) -> Iterator[Operator]:
    """Give somebody a folder, a program and a way to AWS of their own, by which their changes are told apart."""
    with standing_between(stage.account.port) as interceptor:
        environ = {**stage.environ, "AWS_ENDPOINT_URL": interceptor.url}
        interceptor.arrived = lambda call: order.append((name, call)) if changes(call) and call not in LOCK else None
        yield Operator(name, Program(folder, environ, stage.loaded), random.Random(seed), order)


@pytest.mark.parametrize("_round", rounds(1, 10))
def test_two_operators_never_work_at_once_and_leave_nothing_behind(
    _round: int, chaos_seed: int, stage: Stage, tmp_path: Path, record_property: Callable[[str, object], None]
) -> None:
    order: list[tuple[str, str]] = []
    first, second = tmp_path / "anna", tmp_path / "bob"

    with travelling(stage, first) as journey:
        journey.settle(story.JOURNEY[0], 0, story.JOURNEY[0].there)
        (first / "ledger.yaml").unlink()
        before = shape(stage.looking)
        shutil.copytree(first, second)
        with (
            working(stage, first, "anna", chaos_seed, order) as anna,
            working(stage, second, "bob", chaos_seed + 1, order) as bob,
        ):
            threads = [threading.Thread(target=each.work) for each in (anna, bob)]
            for thread in threads:
                thread.start()
            for thread in threads:
                thread.join()
            while anna.standing or bob.standing:
                assert len(anna.typed) < ENOUGH, [anna.typed, bob.typed]
                for each in (anna, bob):
                    each.go_home()

    typed = [*anna.typed, *bob.typed]
    said = "\n".join(
        f"{each.by}: {' '.join(each.command)}: {each.answer.code} {each.called} {each.answer.err}" for each in typed
    )
    assert at_once(anna.typed, bob.typed) == [], said
    assert list(differences(before, shape(stage.looking))) == [], said
    assert set(journey.statuses) == {200}, said
    record_property("chaos", {"commands of two operators": len(typed)})


def at_once(ours: list[Typed], theirs: list[Typed]) -> list[tuple[Typed, Typed]]:
    """Return the commands whose changes overlap."""
    return [
        (one, other)
        for one in ours
        for other in theirs
        if one.changes[0] <= other.changes[1] and other.changes[0] <= one.changes[1]
    ]
