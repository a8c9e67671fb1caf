"""What the ledger says of the schedule that would put traffic back by itself; quick to import, `status` asks it."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from lambda_migrate.engine.runs import Projected


class ArmedSchedule(NamedTuple):
    """The schedule that would act.

    Attributes:
        run: Number of the run that set it.
        step: Id of the step that it guards.
        alias: Name of the alias.
        version: The version that the alias would go back to.
        at: When, in seconds since the epoch.
        since: When it was set, by the clock of whoever did.
    """

    run: int
    step: str
    alias: str
    version: str
    at: float
    since: float = 0.0

    @property
    def time(self) -> str:
        """When, in UTC, as a person reads it."""
        return datetime.fromtimestamp(self.at, UTC).strftime("%Y-%m-%d %H:%M UTC")

    def may_have_acted(self, now: float) -> bool:
        """Return whether AWS may have reached its time; `now` in seconds since the epoch.

        Where it was set in what is the future here, clocks disagree, and only AWS tells.
        """
        return now >= self.at or now < self.since

    def summary(self, now: float) -> str:
        """Return one line about it; `now` in seconds since the epoch."""
        where = f"alias {self.alias} goes back to version {self.version} by itself"
        if now < self.at:
            return f"{where} at {self.time}, unless a command goes on or rolls back before"
        return f"{where} since {self.time}; the next command checks whether it did"


def armed_schedule(ledger: Projected) -> ArmedSchedule | None:
    """Return the schedule that the ledger says would act, or None."""
    record = ledger.projection.latest.get("guard")
    note = record.note if record else None
    if record is None or not note or note.get("state") != "armed":
        return None
    at = datetime.fromisoformat(note["at"]).replace(tzinfo=UTC).timestamp()
    return ArmedSchedule(record.run, record.id, note["alias"], note["version"], at, record.time)
