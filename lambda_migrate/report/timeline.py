"""What a ledger tells of a migration: its timeline, its verdicts, and the share of traffic over time."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from lambda_migrate.actions import action_from_dict
from lambda_migrate.errors import ConfigError
from lambda_migrate.report.model import Judgement, Moment, Share

if TYPE_CHECKING:
    from collections.abc import Iterable

    from lambda_migrate.engine.record import Record

LONGEST = 300
"""Moments that are kept, the latest; a page that is longer is not read."""

WHOLE = 100.0

VERDICT = ("kind", "result", "reasons")
"""What a note of a verdict holds besides what was counted."""

_Key = tuple[int, str]


@dataclass
class Story:
    """What the records of a ledger add up to, taken one by one, so that a long ledger is never held.

    Attributes:
        moments: The latest of them, the oldest first.
        count: How many there were.
        judgements: The latest verdicts, the oldest first.
        shares: Of the traffic, on the version on trial, in the order of time.
        plans: Of each recorded plan: who recorded it, when, and what it warned of.
    """

    moments: deque[Moment] = field(default_factory=lambda: deque(maxlen=LONGEST))
    count: int = 0
    judgements: deque[Judgement] = field(default_factory=lambda: deque(maxlen=LONGEST))
    shares: deque[Share] = field(default_factory=lambda: deque(maxlen=LONGEST))
    plans: deque[tuple[str, str, tuple[str, ...]]] = field(default_factory=lambda: deque(maxlen=LONGEST))
    _intents: dict[_Key, Record] = field(default_factory=dict)
    _gated: dict[_Key, bool] = field(default_factory=dict)

    def take(self, record: Record) -> None:
        """Account for one record."""
        key = (record.run, record.id)
        if record.event in ("intent", "undo-intent"):
            self._intents[key] = record
        elif record.event in ("applied", "undone"):
            self._outcome(record, self._intents.pop(key, None))
        elif record.note is not None:
            self._note(record, record.note)

    def finish(self) -> Story:
        """Tell of the steps without an outcome, which come last."""
        for intent in self._intents.values():
            self._add(intent, "open", f"{intent.id}: {described(intent.action)} (no outcome)")
        self._intents.clear()
        return self

    def _outcome(self, record: Record, intent: Record | None) -> None:
        done = record.event == "applied"
        action = intent.action if intent else None
        text = described(action) if action else "checked against AWS"
        self._add(record, "done" if done else "undone", f"{record.id}: {text}")
        if action and action.get("kind") == "shift_weight" and self._gated.get((record.run, record.id)):
            self.shares.append(Share(record.time, _percent(action["after" if done else "before"], action, done=done)))

    def _note(self, record: Record, note: dict[str, Any]) -> None:
        kind = note.get("kind")
        if kind == "plan":
            plan = note.get("plan") or {}
            steps = plan.get("steps", ())
            self._gated |= {(record.seq, step["id"]): bool(step.get("gated")) for step in steps}
            self._begin(record, steps)
            self.plans.append((record.by, record.at, tuple(plan.get("warnings", ()))))
            self._add(record, "planned", f"{plan.get('phase')}: plan {plan.get('id')}, steps: {len(steps)}")
        elif kind == "verdict":
            reasons, result = tuple(map(str, note.get("reasons", ()))), str(note.get("result"))
            self._add(record, "verdict", f"{record.id}: {'; '.join(reasons) or result}", result)
            evidence = tuple(_flat({name: value for name, value in note.items() if name not in VERDICT}))
            self.judgements.append(Judgement(record.at, record.id, result, reasons, evidence))
        else:
            self._add(record, "note", _told(record, note))

    def _begin(self, record: Record, steps: list[dict[str, Any]]) -> None:
        """Tell which share a run begins at, where it moves weights."""
        weights = (step["action"] for step in steps if step.get("gated") and step["action"]["kind"] == "shift_weight")
        first = next(weights, None)
        if first:
            self.shares.append(Share(record.time, _percent(first["before"], first, done=False)))

    def _add(self, record: Record, what: Any, text: str, result: str = "") -> None:
        self.count += 1
        self.moments.append(Moment(record.at, record.by, what, text, result))


def story(records: Iterable[Record]) -> Story:
    """Return what the records of a ledger add up to.

    Args:
        records: All of them, the oldest first.
    """
    told = Story()
    for record in records:
        told.take(record)
    return told.finish()


def described(action: dict[str, Any] | None) -> str:
    """Return a recorded action in one line; one of a newer version by its kind."""
    try:
        return action_from_dict(action or {}).describe()
    except (ConfigError, TypeError, KeyError):
        return str((action or {}).get("kind", "unknown action"))


def _percent(side: dict[str, Any], action: dict[str, Any], *, done: bool) -> float:
    """Return the share that a side of a weight step gives to the version on trial.

    On the way there a side without weights is the whole of it; on the way back it is where the canary began.
    """
    weights: dict[str, float] = side.get("weights") or {}
    if weights:
        return round(sum(weights.values()) * WHOLE, 2)
    moved = side.get("version") != action["before"].get("version") or bool(action["before"].get("weights"))
    return WHOLE if done and moved else 0.0


def _told(record: Record, note: dict[str, Any]) -> str:
    about = {name: value for name, value in note.items() if name != "kind" and isinstance(value, str | int | float)}
    words = str(note.get("kind", "note")).replace("-", " ")
    more = ", ".join(f"{name} {value}" for name, value in about.items())
    return ": ".join(part for part in (f"{record.id} {words}".strip(), more) if part)


def _flat(evidence: dict[str, Any], above: str = "") -> Iterable[tuple[str, str]]:
    """Yield what was counted, a name and a text each; nested names are joined by a point."""
    for name, value in evidence.items():
        path = f"{above}.{name}" if above else str(name)
        if isinstance(value, dict):
            yield from _flat(value, path)
        elif isinstance(value, list | tuple):
            yield path, ", ".join(map(str, value)) or "none"
        else:
            yield path, "unknown" if value is None else str(value)
