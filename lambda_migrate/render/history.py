"""The ledger, read back as a table."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from lambda_migrate.actions import action_from_dict
from lambda_migrate.aws.arn import Arn
from lambda_migrate.errors import ConfigError
from lambda_migrate.render.drawing import columns
from lambda_migrate.render.format import counted, duration

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from lambda_migrate.engine.record import Record
    from lambda_migrate.render.terminal import Paint


def history(records: Sequence[Record], paint: Paint) -> str:
    """Return one line for each outcome and note; an intent is shown only while it has no outcome.

    Args:
        records: The ledger's records, the oldest first.
        paint: How to colour it.
    """
    rows = [
        (paint(str(record.seq), "dim"), _time(record.at), who(record.by), *what)
        for record, what in _told(records, paint)
    ]
    return "\n".join(columns(rows, paint.width, indent=0))


def who(by: str) -> str:
    """Return the short name of a caller: what comes last in its ARN."""
    return Arn.parse(by).last or by


def _time(at: str) -> str:
    return f"{at[:10]} {at[11:19]}Z"


def _told(records: Sequence[Record], paint: Paint) -> Iterable[tuple[Record, tuple[str, str]]]:
    intents: dict[tuple[int, str], Record] = {}
    for record in records:
        key = (record.run, record.id)
        if record.event in ("intent", "undo-intent"):
            intents[key] = record
        elif record.event in ("applied", "undone"):
            intent = intents.pop(key, None)
            mark = paint("+", "green") if record.event == "applied" else paint("-", "yellow")
            yield record, (mark, f"{record.id}: {_described(intent)}")
        elif record.note:
            yield record, (paint("·", "dim"), note(record))
    for record in intents.values():
        yield record, (paint("?", "red"), f"{record.id}: {_described(record)} (no outcome)")


def _described(record: Record | None) -> str:
    if record is None or record.action is None:
        return "checked against AWS"
    try:
        return action_from_dict(record.action).describe()
    except (ConfigError, TypeError):
        return str(record.action.get("kind", "unknown action"))


def note(record: Record) -> str:
    """Return what a note says, in one line."""
    data: dict[str, Any] = dict(record.note or {})
    kind = str(data.pop("kind", "note"))
    if kind in _TOLD:
        return _TOLD[kind](record.id, data)
    of = {"evicted": data.get("of"), "lock-taken-over": data.get("of"), "secrets-stored": _names(data)}.get(kind)
    return kind.replace("-", " ") + (f": {of}" if of is not None else "")


def _plan(_step: str, data: dict[str, Any]) -> str:
    plan = data["plan"]
    return f"{plan['phase']}: plan {plan['id']}, {counted(len(plan['steps']), 'step')}"


def _verdict(step: str, data: dict[str, Any]) -> str:
    return f"{step} verdict {data.get('result')}: {'; '.join(data.get('reasons', []))}"


def _opened(_step: str, data: dict[str, Any]) -> str:
    return f"ledger of {data.get('function')}"


def _guard(step: str, data: dict[str, Any]) -> str:
    when = f", to act at {data['at']} UTC" if "at" in data else ""
    return f"{step} guard {data.get('state')}{when}"


def _bake(step: str, data: dict[str, Any]) -> str:
    added = f" by {duration(data['seconds'])}" if "seconds" in data else ""
    return f"{step} bake {data.get('act')}{added}"


def _load(_step: str, data: dict[str, Any]) -> str:
    result = data.get("result")
    if data.get("holds"):
        return f"load {result}: holds {data['holds']:g} requests a second"
    return f"load {result}: holds none of the rates" if result == "fail" else f"load {result}"


_TOLD: dict[str, Callable[[str, dict[str, Any]], str]] = {
    "plan": _plan,
    "verdict": _verdict,
    "opened": _opened,
    "guard": _guard,
    "bake": _bake,
    "load": _load,
}
"""What a note says, by its kind."""


def _names(data: dict[str, Any]) -> str:
    return ", ".join(map(str, data.get("names", [])))
