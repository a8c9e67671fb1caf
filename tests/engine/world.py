"""A small world of named values, and the action that changes one: what the executor's tests run on."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, ClassVar

from lambda_migrate.actions import Observed
from lambda_migrate.engine.executor import Executor
from lambda_migrate.engine.ledger import Identity, Ledger
from lambda_migrate.engine.plan import Plan, Step
from lambda_migrate.engine.verdict import Verdict

if TYPE_CHECKING:
    from pathlib import Path

    from lambda_migrate.engine.events import RunEvent

FUNCTION = "arn:aws:lambda:eu-west-1:123456789012:function:orders"

PASS = Verdict("pass", ("100 invocations",))
FAIL = Verdict("fail", ("the service is not healthy",))
UNSURE = Verdict("inconclusive", ("2 invocations",))
ALL = ("a:1:2", "b:1:2", "c:1:2")


class Killed(BaseException):
    """The process dies here."""


@dataclass
class World:
    """Values by name; `moving` counts the looks until a change shows; `kill` is (call number, "before" or "after").

    `refuse` is raised in place of a change, `lose` after it. `refused` is raised for each change of a name, `slow`
    counts the looks at a name that show it moving, and `written` holds what was written.
    """

    values: dict[str, str] = field(default_factory=dict)
    slow: dict[str, int] = field(default_factory=dict)
    refused: dict[str, Exception] = field(default_factory=dict)
    written: list[str] = field(default_factory=list)
    moving: int = 0
    moves: int = 0
    calls: int = 0
    kill: tuple[int, str] | None = None
    refuse: list[Exception] = field(default_factory=list)
    lose: list[Exception] = field(default_factory=list)

    def write(self, name: str, value: str) -> None:
        self.calls += 1
        if self.kill == (self.calls, "before"):
            raise Killed
        if self.refuse:
            raise self.refuse.pop(0)
        if name in self.refused:
            raise self.refused[name]
        self.written.append(f"{name}={value}")
        self.values[name] = value
        self.moving = self.moves
        if self.lose:
            raise self.lose.pop(0)
        if self.kill == (self.calls, "after"):
            raise Killed


@dataclass(frozen=True)
class SetValue:
    """Set a value."""

    kind: ClassVar[str] = "set_value"
    symbol: ClassVar[str] = "~"
    reversible: ClassVar[bool] = True
    name: str
    before: str
    after: str

    def describe(self) -> str:
        return f"{self.name}: {self.before} → {self.after}"

    def observe(self, aws: Any) -> Observed:
        if aws.moving:
            aws.moving -= 1
            return Observed.MOVING
        if aws.slow.get(self.name):
            aws.slow[self.name] -= 1
            return Observed.MOVING
        return {self.before: Observed.BEFORE, self.after: Observed.AFTER}.get(self.current(aws), Observed.DRIFT)

    def current(self, aws: Any) -> str:
        return str(aws.values[self.name])

    def apply(self, aws: Any) -> None:
        aws.write(self.name, self.after)

    def undo(self, aws: Any) -> None:
        aws.write(self.name, self.before)


@dataclass(frozen=True)
class Burn(SetValue):
    """Set a value for good."""

    kind: ClassVar[str] = "burn"
    reversible: ClassVar[bool] = False


@dataclass(frozen=True)
class Drop(Burn):
    """Set a value for good that nothing earlier needs."""

    kind: ClassVar[str] = "drop"

    def needless(self, _aws: Any) -> str:
        return "nobody needs it"


@dataclass(frozen=True)
class Ask(SetValue):
    """Set a value that somebody else has to confirm; while nobody has, it shows as `asked`."""

    kind: ClassVar[str] = "ask"

    def observe(self, aws: Any) -> Observed:
        return Observed.MOVING if self.current(aws) == "asked" else super().observe(aws)

    def remind(self, aws: Any) -> None:
        self.apply(aws)

    def needless(self, aws: Any) -> str:
        return "nobody has confirmed it" if self.current(aws) == "asked" else ""


@dataclass(frozen=True)
class Shift(SetValue):
    """Move traffic."""

    kind: ClassVar[str] = "shift"

    def joined(self, later: Any) -> Shift | None:
        return Shift(self.name, self.before, later.after) if isinstance(later, Shift) else None


@dataclass(frozen=True)
class Repoint(SetValue):
    """Have a trigger point elsewhere."""

    kind: ClassVar[str] = "repoint"
    symbol: ClassVar[str] = "→"


@dataclass(frozen=True)
class Draft(SetValue):
    """Set a value that the next deployment of anybody ships."""

    kind: ClassVar[str] = "draft"
    undeployed: ClassVar[bool] = True


KINDS = (SetValue, Burn, Drop, Ask, Shift, Repoint, Draft)


def plan(*changes: str, phase: str = "cutover", **options: Any) -> Plan:
    """Return a plan of changes written as ``name:before:after`` (``!``: irreversible, ``?``: gated, ``*``: a draft)."""
    steps = []
    for number, change in enumerate(changes, start=1):
        name, before, after = change.rstrip("!?*").split(":")
        made = Burn if change.endswith("!") else Draft if change.endswith("*") else SetValue
        action = made(name, before, after)
        gated = change.endswith("?")
        steps.append(Step(f"{number:02d}-{action.kind}", action, gated=gated, bake=60.0 if gated else 0.0))
    return Plan(phase, FUNCTION, "f" * 64, tuple(steps), **options)


@dataclass
class Clock:
    """Time that passes only by sleeping."""

    time: float = 1_772_366_400.0

    def sleep(self, seconds: float) -> None:
        self.time += seconds

    def now(self) -> float:
        return self.time


@dataclass
class Stage:
    """A world, a ledger in a file, a clock, and the verdicts to give."""

    path: Path
    world: World
    clock: Clock = field(default_factory=Clock)
    verdicts: list[Verdict] = field(default_factory=list)
    moments: list[RunEvent] = field(default_factory=list)
    stop_at: int = -1
    since: list[tuple[float, float]] = field(default_factory=list)

    def open(self) -> Executor:
        identity = Identity("123456789012", "eu-west-1", FUNCTION)
        ledger = Ledger.open(self.path, identity, command="test", by="alice")
        ledger.clock = lambda: datetime.fromtimestamp(self.clock.time, UTC)
        return Executor(
            ledger,
            self.world,  # type: ignore[arg-type]  # the actions of these tests take a World
            judge=self.judge,
            watch=self.moments.append,
            stop=lambda: self.world.calls == self.stop_at,
            sleep=self.clock.sleep,
            now=self.clock.now,
        )

    def judge(self, _step: Step, since: float, *, first: float, final: bool) -> Verdict:
        if not final:
            return Verdict("pass", ())
        self.since.append((first, since))
        return self.verdicts.pop(0)

    def run(self, what: Plan) -> None:
        executor = self.open()
        with executor.ledger:
            executor.run(what)

    def rollback(self, to: str = "") -> list[str]:
        executor = self.open()
        with executor.ledger:
            return [step.id for step in executor.rollback(to=to)]

    def story(self) -> list[str]:
        """Return the ledger as short lines: event and step, or the note's kind."""
        records = Ledger.read(self.path).records
        return [f"{record.note['kind'] if record.note else record.event} {record.id}".rstrip() for record in records]
