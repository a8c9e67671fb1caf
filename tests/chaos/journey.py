"""A journey: commands that are struck, then typed again until they are done, and what the account holds after each."""

from __future__ import annotations

import re
import signal
import time
from collections import Counter
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, NamedTuple

from lambda_migrate.engine.guard_role import name_of
from lambda_migrate.engine.ledger import Ledger
from lambda_migrate.engine.runs import runs
from lambda_migrate.freeze import frozen
from tests.chaos import story
from tests.chaos.account import differences, shape
from tests.chaos.program import Program
from tests.chaos.strikes import Usual, draw_fault, draw_kill
from tests.support.chaos import FULL

if TYPE_CHECKING:
    import random
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from lambda_migrate.sandbox.embedded_aws import EmbeddedAws
    from tests.chaos.account import Document
    from tests.chaos.service import Service
    from tests.chaos.story import Phase
    from tests.chaos.strikes import Strike
    from tests.failures.intercepting_proxy import InterceptingProxy
    from tests.support.forked import Loaded
    from tests.support.screen import Answer

ATTEMPTS = 12
"""Times that a command is typed until it is done; retiring waits so long for silence."""

IN_A_ROW = 4 if FULL else 2
"""Times at most that something happens to a command until it is left alone."""

SIGNS_OF_A_DEFECT = re.compile(r"Traceback|defect|unexpected \w*Error|hunter2|key-of-the-service")


class Stage(NamedTuple):
    """What all journeys have in common: the account, what stands before it, the service, and the program."""

    account: EmbeddedAws
    looking: Callable[[str], Any]
    interceptor: InterceptingProxy
    service: Service
    loaded: Loaded
    environ: dict[str, str]


@dataclass(frozen=True)
class Reference:
    """The journey to which nothing happens.

    Attributes:
        phases: Those that it is made of.
        before: What the account holds before each phase, by name.
        after: The same after it.
        usual: What each command does, by phase and its place there: 0 is there, from 1 on back.
    """

    phases: tuple[Phase, ...]
    before: dict[str, Document] = field(default_factory=dict)
    after: dict[str, Document] = field(default_factory=dict)
    usual: dict[tuple[str, int], Usual] = field(default_factory=dict)


@dataclass
class Journey:
    """A journey under way.

    Attributes:
        stage: What it has in common with others.
        folder: Where commands are typed.
        told: What was typed, what happened and what came of it, one line each.
        counted: How often each thing happened.
        left: Roles that a command has said it could not remove.
    """

    stage: Stage
    folder: Path
    program: Program
    statuses: list[int]
    told: list[str] = field(default_factory=list)
    counted: Counter[str] = field(default_factory=Counter)
    left: set[str] = field(default_factory=set)

    @property
    def ledger(self) -> Path:
        return self.folder / "ledger.yaml"

    def type(self, command: tuple[str, ...], strike: Strike | None = None) -> Answer:
        """Type a command, to which something may happen."""
        self.stage.interceptor.well()
        timer = strike.arm(self.program, self.stage.interceptor, self.ledger) if strike else None
        self.program.start(*command, cold=bool(strike and strike.cold))
        answer = self.program.wait()
        if timer:
            timer.cancel()
        self.stage.interceptor.quiet()
        if strike and strike.struck and strike.what == "kill":
            strike.struck = answer.code == -signal.SIGKILL
        self.told.append(f"{' '.join(command)}: {strike or 'nothing happens'}: {answer.code} {_error(answer)}")
        if strike and strike.struck:
            self.counted["kills" if strike.what == "kill" else "faults"] += 1
            self.counted["kills of a newly started program"] += strike.cold
        if "the guard: " in answer.out + answer.err:
            self.left.add(name_of(story.NAME))
        assert not SIGNS_OF_A_DEFECT.search(answer.out + answer.err), f"{answer.out}\n{answer.err}\n{self}"
        return answer

    def settle(self, phase: Phase, place: int, command: tuple[str, ...]) -> None:
        """Type a command until it is done."""
        for _attempt in range(ATTEMPTS):
            if place and self.is_back(phase, command):
                return
            answer = self.type(command)
            if answer.code == 0 or (not place and phase.done and phase.done in answer.err):
                return
        raise AssertionError(f"`{' '.join(command)}` never comes to an end\n{self}")

    def is_back(self, phase: Phase, command: tuple[str, ...]) -> bool:
        ledger = Ledger.read(self.ledger)
        if "--lift" in command:
            return frozen(ledger) is None
        standing = [run.phase for run in runs(ledger) if not run.is_back]
        return command == story.LAST and (not standing or standing[-1] != _phase(phase))

    def require(self, expected: Document, where: str) -> None:
        """Compare what the account holds, but for what a command has said it could not remove."""
        sides = [
            {**side, "roles": [role for role in side["roles"] if role["RoleName"] not in self.left]}
            for side in (expected, shape(self.stage.looking))
        ]
        found = list(differences(*sides))
        assert not found, "\n".join([f"the account differs {where}:", *found, str(self)])
        failed = [status for status in self.statuses if status != 200]
        assert not failed, f"{len(failed)} requests failed {where}: {failed}\n{self}"

    def __str__(self) -> str:
        return "\n".join(["this was typed:", *self.told])


def _phase(phase: Phase) -> str:
    return {"first key": "rotate", "rotate-finish": "rotate-finish"}.get(phase.name, phase.name)


def _error(answer: Answer) -> str:
    lines = [line for line in answer.err.splitlines() if line.startswith("error: ")]
    return lines[-1] if lines else ""


@contextmanager
def travelling(stage: Stage, folder: Path) -> Iterator[Journey]:
    """Begin a journey in an empty account, with customers."""
    story.reset(stage.account)
    world = story.set_stage(stage.looking, stage.service, folder)
    with story.customers(stage.account, stage.looking, world) as statuses:
        yield Journey(stage, folder, Program(folder, stage.environ, stage.loaded), statuses)


def undisturbed(stage: Stage, folder: Path, phases: tuple[Phase, ...]) -> Reference:
    """Make the journey to which nothing happens."""
    reference = Reference(phases)
    with travelling(stage, folder) as journey:
        for phase in phases:
            reference.before[phase.name] = shape(stage.looking)
            _usual(journey, reference, phase, 0, phase.there)
            reference.after[phase.name] = shape(stage.looking)
            for place, command in enumerate(phase.back, 1):
                _usual(journey, reference, phase, place, command)
            if phase.back:
                journey.require(reference.before[phase.name], f"after the way back of {phase.name}")
                journey.settle(phase, 0, phase.there)
                journey.require(reference.after[phase.name], f"after {phase.name}, taken again")
    return reference


def _usual(journey: Journey, reference: Reference, phase: Phase, place: int, command: tuple[str, ...]) -> None:
    """Type a command until it is done, and note what it does."""
    began, records = time.monotonic(), len(Ledger.read(journey.ledger).records)
    journey.settle(phase, place, command)
    calls, seconds = tuple(journey.stage.interceptor.calls), time.monotonic() - began
    wrote = len(Ledger.read(journey.ledger).records) - records
    reference.usual[phase.name, place] = Usual(calls, wrote, seconds)


@dataclass
class Chaos:
    """What happens to a journey, drawn by a seed."""

    journey: Journey
    reference: Reference
    dice: random.Random

    def travel(self) -> None:
        """Make the journey: every phase is struck, most are rolled back in between, under strikes too."""
        for phase in self.reference.phases:
            if phase.back and self.dice.random() < 1 / 3:
                self._turn_back(phase)
            self._there(phase)
            if phase.back:
                self._back(phase)
                self._there(phase)

    def _there(self, phase: Phase) -> None:
        self._strike(phase, 0, phase.there)
        self.journey.settle(phase, 0, phase.there)
        self.journey.require(self.reference.after[phase.name], f"after {phase.name}")

    def _back(self, phase: Phase) -> None:
        for place, command in enumerate(phase.back, 1):
            self._strike(phase, place, command)
            self.journey.settle(phase, place, command)
        self.journey.require(self.reference.before[phase.name], f"after the way back of {phase.name}")

    def _turn_back(self, phase: Phase) -> None:
        """Begin a phase, be struck, and go back at once."""
        self._strike(phase, 0, phase.there)
        self._back(phase)

    def _strike(self, phase: Phase, place: int, command: tuple[str, ...]) -> None:
        """Type a command and have something happen to it, some times in a row."""
        usual = self.reference.usual[phase.name, place]
        for _time in range(self.dice.randint(1, IN_A_ROW)):
            if place and self.journey.is_back(phase, command):
                return
            draw = draw_kill if self.dice.random() < 2 / 5 else draw_fault
            strike = draw(self.dice, usual)
            if self.journey.type(command, strike).code == 0:
                return
