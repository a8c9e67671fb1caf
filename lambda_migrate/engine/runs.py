"""What the ledger's records add up to: runs of plans, the steps that stand, the one that hangs."""

from __future__ import annotations

from copy import copy
from dataclasses import dataclass, field, replace
from functools import cached_property
from sys import intern
from typing import TYPE_CHECKING, Any, Literal, Protocol

from lambda_migrate.engine.bake import Delay

if TYPE_CHECKING:
    from collections.abc import Callable

    from lambda_migrate.engine.plan import Plan, Step
    from lambda_migrate.engine.record import Record

Closing = Literal["", "finished", "rolled-back"]


@dataclass
class Run:
    """One plan that was recorded, and what came of it.

    Attributes:
        number: The `seq` of the record that holds the plan.
        recorded: The plan as it was recorded, :meth:`lambda_migrate.engine.plan.Plan.to_dict`, or what reads it again.
        at: When it was recorded, ISO 8601.
        applied: Step ids that stand, in the order they were applied, with the record that says so.
        first: Step ids that were ever applied, with the first record that says so; it may have been undone since.
        undone: Step ids that were rolled back, with the record that says so.
        open_intents: Step ids whose intent has no outcome, with that intent.
        passed: Step ids that the way back passed by, because nothing needs them to go, with the record that says why.
        left: Step ids whose thing the way back left in place for a while, with the record that says until when.
        verdicts: The latest verdict of each gated step since it was last applied: its result.
        failed: Gated steps that stand although their verdict was a fail, with the record that says so.
        delays: By how much a person has put off the verdict of a gated step since it was last applied, or last failed.
        closed: How it ended, or "" while it is open.
    """

    number: int
    recorded: dict[str, Any] | Callable[[], dict[str, Any]]
    at: str
    applied: dict[str, Record] = field(default_factory=dict)
    first: dict[str, Record] = field(default_factory=dict)
    undone: dict[str, Record] = field(default_factory=dict)
    open_intents: dict[str, Record] = field(default_factory=dict)
    passed: dict[str, Record] = field(default_factory=dict)
    left: dict[str, Record] = field(default_factory=dict)
    verdicts: dict[str, str] = field(default_factory=dict)
    failed: dict[str, Record] = field(default_factory=dict)
    delays: dict[str, Delay] = field(default_factory=dict)
    closed: Closing = ""

    @cached_property
    def document(self) -> dict[str, Any]:
        """The plan as it was recorded."""
        return self.recorded if isinstance(self.recorded, dict) else self.recorded()

    @cached_property
    def plan(self) -> Plan:
        """The plan; made when it is asked for, because `status` needs none and has to be quick."""
        from lambda_migrate.engine.plan import Plan  # noqa: PLC0415  # as above

        return Plan.from_dict(self.document)

    @property
    def under_way(self) -> bool:
        """Whether there is something to finish or to roll back; a run without an applied step makes room for others."""
        return not self.closed and not self.is_back

    @property
    def complete(self) -> bool:
        """Whether nothing is left to do, whatever the last record says."""
        return bool(self.applied) and not (self.open_intents or self.remaining or self.unjudged)

    @property
    def dangling(self) -> Record | None:
        """The latest intent without an outcome, or None."""
        return next(reversed(self.open_intents.values()), None)

    @property
    def is_back(self) -> bool:
        """Whether nothing of it stands, and nothing is open."""
        return not (self.applied or self.open_intents)

    @property
    def to_undo(self) -> tuple[Step, ...]:
        """Steps that stand, or may, the latest first."""
        open_steps = [self.step(name) for name in self.open_intents if name not in self.applied]
        return (*open_steps[::-1], *self.applied_steps)

    @cached_property
    def phase(self) -> str:
        """The plan's phase."""
        return str(self.document.get("phase", ""))

    @cached_property
    def summary(self) -> dict[str, str]:
        """The plan's facts."""
        return dict(self.document.get("summary") or {})

    @cached_property
    def kinds(self) -> dict[str, str]:
        """The kind of every step's action, by the step's id."""
        return {intern(step["id"]): intern(step["action"]["kind"]) for step in self.document.get("steps", ())}

    @cached_property
    def triggers(self) -> dict[str, tuple[str, str]]:
        """The trigger that a step re-points, ``sqs:<queue>``, and what a person calls it, by the step's id."""
        steps = (step for step in self.document.get("steps", ()) if ":" in step.get("trigger", ""))
        return {intern(step["id"]): (intern(step["trigger"]), intern(_called(step))) for step in steps}

    @property
    def actions(self) -> dict[str, dict[str, Any]]:
        """The recorded action of every step, by the step's id."""
        return {step["id"]: step["action"] for step in self.document.get("steps", ())}

    def step(self, id: str) -> Step:  # noqa: A002  # the step's own word
        """Return the step of that id."""
        return next(step for step in self.plan.steps if step.id == id)

    def guard_as(self, plan: Plan) -> None:
        """Guard the steps as the same plan does that somebody has just read, in place of what was recorded."""
        guards = {step.id: step.guard for step in plan.steps if step.guard}
        steps = (
            replace(each, guard=guards.get(each.id, each.guard)) if each.guard else each for each in self.plan.steps
        )
        self.plan = replace(self.plan, steps=tuple(steps))

    def is_called(self, step: Step, name: str) -> bool:
        """Return whether a name means a step of this run: its id, or ``6/02-publish_layer`` where others have it."""
        return name in (step.id, f"{self.number}/{step.id}")

    @property
    def remaining(self) -> tuple[Step, ...]:
        """Steps that do not stand, in the plan's order."""
        return tuple(step for step in self.plan.steps if step.id not in self.applied)

    @property
    def applied_steps(self) -> tuple[Step, ...]:
        """Steps that are applied, the latest first."""
        return tuple(self.step(name) for name in reversed(self.applied))

    @property
    def unjudged(self) -> tuple[Step, ...]:
        """Gated steps that stand and have no `pass` yet."""
        return tuple(
            step
            for step in self.plan.steps
            if step.gated and step.id in self.applied and self.verdicts.get(step.id) != "pass"
        )

    def judged_from(self, step: Step) -> float:
        """Return from when on an applied step is watched, in seconds since the epoch.

        Until its change has spread some of the traffic goes the old way. What came before a fail that left traffic
        where it is has been judged: whoever carries on has changed something since.
        """
        spread = self.applied[step.id].time + step.propagation
        return max(spread, self.failed[step.id].time) if step.id in self.failed else spread

    def delay(self, step: Step) -> Delay:
        """Return by how much a person has put off the end of a step's bake."""
        return self.delays.get(step.id, Delay())

    def take(self, record: Record) -> None:
        """Account for one record of this run."""
        if record.event in ("intent", "undo-intent"):
            self.open_intents[record.id] = record
        elif record.event == "applied":
            self.open_intents.pop(record.id, None)
            self.left.pop(record.id, None)
            self.passed.pop(record.id, None)
            self.applied[record.id] = record
            self.first.setdefault(record.id, record)
            self.undone.pop(record.id, None)
            self.verdicts.pop(record.id, None)
            self.failed.pop(record.id, None)
            self.delays.pop(record.id, None)
        elif record.event == "undone":
            self.open_intents.pop(record.id, None)
            if self.applied.pop(record.id, None):
                self.undone[record.id] = record
            self.verdicts.pop(record.id, None)
        elif record.note:
            self._take_note(record, record.note)

    def _take_note(self, record: Record, note: dict[str, Any]) -> None:
        kind = note.get("kind")
        if kind == "verdict":
            self.verdicts[record.id] = str(note.get("result"))
            if note.get("result") == "fail":
                self.failed[record.id] = record
                self.delays.pop(record.id, None)
        elif kind == "bake":
            self.delays[record.id] = self.delays.get(record.id, Delay()).noted(note, record.time)
        elif kind in ("passed", "left"):
            self.open_intents.pop(record.id, None)
            self.applied.pop(record.id, None)
            (self.left if kind == "left" else self.passed)[record.id] = record
        elif kind == "finished":
            self.closed = "finished"
        elif kind == "rolled-back":
            self.closed = "rolled-back"

    def forget(self, again: Callable[[], dict[str, Any]]) -> None:
        """Drop the plan, which `again` reads where it is asked for; what is asked of all of them stays at hand."""
        self.recorded = again
        vars(self).pop("document", None)

    def copy(self) -> Run:
        """Return one that can be changed without changing this."""
        other = copy(self)
        for book in _BOOKS:
            setattr(other, book, dict(getattr(self, book)))
        return other


_BOOKS = ("applied", "first", "undone", "open_intents", "passed", "left", "verdicts", "failed", "delays")
"""What a run keeps about its steps, by their ids."""


@dataclass
class Projection:
    """What the records of a ledger add up to, kept up to date record by record; small, however long the ledger.

    Attributes:
        count: How many records there are.
        last: The last of them.
        latest: The latest note of each kind.
    """

    count: int = 0
    last: Record | None = None
    latest: dict[str, Record] = field(default_factory=dict)
    _runs: dict[int, Run] = field(default_factory=dict)

    def take(self, record: Record, again: Callable[[], dict[str, Any]] | None = None) -> None:
        """Account for one record.

        Args:
            record: The next one.
            again: Reads the plan of a plan note again, so that those of ten thousand runs need not be held.
        """
        self.count, self.last = self.count + 1, record
        kind = str(record.note.get("kind")) if record.note else ""
        if record.note and kind == "plan":
            self._runs[record.seq] = run = Run(record.seq, record.note.get("plan") or {}, record.at)
            if again:
                _ = run.phase, run.summary, run.kinds, run.triggers  # what is asked of all of them
                run.forget(again)
            return
        if kind:
            self.latest[kind] = record
        if record.run in self._runs:
            self._runs[record.run].take(record._replace(prev=""))  # ten thousands of hashes that nobody asks for

    @property
    def runs(self) -> list[Run]:
        """Every run, the oldest first; whoever asks may change those that are not back for good."""
        return [run if run.closed == "rolled-back" and run.is_back else run.copy() for run in self._runs.values()]

    @property
    def open_run(self) -> Run | None:
        """The run that was neither finished nor rolled back."""
        return next((run.copy() for run in self._runs.values() if not run.closed), None)


class Projected(Protocol):
    """A ledger, as far as it is asked here."""

    @property
    def projection(self) -> Projection:
        """What its records add up to."""


def runs(ledger: Projected) -> list[Run]:
    """Return every run that the ledger holds, the oldest first."""
    return ledger.projection.runs


def open_run(ledger: Projected) -> Run | None:
    """Return the run that was neither finished nor rolled back, or None."""
    return ledger.projection.open_run


def _called(step: dict[str, Any]) -> str:
    """Return what a person calls the trigger of a recorded step: ``SQS queue jobs``."""
    source = step["trigger"].rpartition(":")[2].rpartition("/")[2]  # records before 0.2 have no name
    return f"{step.get('group', '')} {step.get('trigger_name') or source}".strip()
