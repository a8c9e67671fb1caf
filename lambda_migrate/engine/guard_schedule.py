"""What the ledger says of the schedule that would put traffic back by itself; quick to import, `status` asks it."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Sequence

    from lambda_migrate.engine.record import Record


class ArmedSchedule(NamedTuple):
    """The schedule that would act.

    Attributes:
        run: Number of the run that set it.
        step: Id of the step that it guards.
        alias: Name of the alias.
        version: The version that the alias would go back to.
        at: When, in seconds since the epoch.
    """

    run: int
    step: str
    alias: str
    version: str
    at: float

    @property
    def time(self) -> str:
        """When, in UTC, as a person reads it."""
        return datetime.fromtimestamp(self.at, UTC).strftime("%Y-%m-%d %H:%M UTC")

    def summary(self, now: float) -> str:
        """Return one line about it; `now` in seconds since the epoch."""
        where = f"alias {self.alias} goes back to version {self.version} by itself"
        if now < self.at:
            return f"{where} at {self.time}, unless a command goes on or rolls back before"
        return f"{where} since {self.time}; the next command checks whether it did"


def armed_schedule(records: Sequence[Record]) -> ArmedSchedule | None:
    """Return the schedule that the ledger says would act, or None."""
    for record in reversed(records):
        note = record.note
        if note and note.get("kind") == "guard":
            if note.get("state") != "armed":
                return None
            at = datetime.fromisoformat(note["at"]).replace(tzinfo=UTC).timestamp()
            return ArmedSchedule(record.run, record.id, note["alias"], note["version"], at)
    return None
