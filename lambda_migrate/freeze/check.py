"""Whether the function is still what it was when the freeze began; every command asks."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from lambda_migrate.errors import Drifted
from lambda_migrate.freeze import attribution, snapshot
from lambda_migrate.freeze.differences import RUNTIME, Difference, Ours, differences

if TYPE_CHECKING:
    from lambda_migrate.aws.session import Aws
    from lambda_migrate.engine.ledger import Ledger
    from lambda_migrate.engine.record import Record
    from lambda_migrate.freeze.attribution import Attribution

FROZEN, LIFTED = "freeze", "freeze-lifted"
"""Kinds of the ledger's notes."""

_CALLS = {
    "code": "UpdateFunctionCode",
    "configuration": "UpdateFunctionConfiguration",
    "layers": "UpdateFunctionConfiguration",
    "role": "UpdateFunctionConfiguration",
}
"""Difference → the call that makes it."""


@dataclass(frozen=True)
class ForeignChange:
    """What others have changed since the freeze began.

    Attributes:
        function: The function's name.
        since: When the freeze began, ISO 8601.
        differences: What is not as it was.
        calls: The calls that may have done it, the latest first; empty where CloudTrail shows none (yet).
        unknown: Why CloudTrail could not be asked, or "".
    """

    function: str
    since: str
    differences: tuple[Difference, ...]
    calls: tuple[Attribution, ...] = ()
    unknown: str = ""

    @property
    def harmless(self) -> bool:
        """Whether AWS has patched the runtime, and nothing else has happened."""
        return all(difference.what == RUNTIME for difference in self.differences)

    @property
    def source(self) -> str:
        """Who it was: ``human``, ``pipeline``, ``aws`` or ``unknown``."""
        if self.harmless:
            return "aws"
        return self.decisive.source if self.decisive else "unknown"

    @property
    def decisive(self) -> Attribution | None:
        """The latest call that makes one of the differences; where none is known to, the latest of all; or None."""
        wanted = tuple(_CALLS[kind] for each in self.differences if (kind := each.what.partition(" ")[0]) in _CALLS)
        fitting = (call for call in self.calls if wanted and call.call.startswith(wanted))
        return next(fitting, self.calls[0] if self.calls else None)

    def __str__(self) -> str:
        """Return what happened, in one line."""
        what = ", ".join(difference.what for difference in self.differences)
        if self.harmless:
            return f"AWS has patched the runtime of `{self.function}` since the freeze of {self.since}"
        return f"`{self.function}` was changed since the freeze of {self.since}: {what}; {self.culprit}"

    @property
    def culprit(self) -> str:
        """Who, when and which call, in one clause."""
        if self.decisive:
            return str(self.decisive)
        if self.unknown:
            return f"by whom is unknown ({self.unknown})"
        return "CloudTrail does not show yet who did it, which takes up to 15 minutes"

    def error(self) -> Drifted:
        """Return it as the error that stops a command."""
        return Drifted(
            str(self),
            hint="take the change over with `lambda-migrate freeze --refresh`, or have it undone",
            topic="freeze",
        )

    def to_dict(self) -> dict[str, Any]:
        """Return it as JSON-able data."""
        return {
            "function": self.function,
            "since": self.since,
            "source": self.source,
            "harmless": self.harmless,
            "differences": [vars(difference) for difference in self.differences],
            "calls": [call.to_dict() for call in self.calls],
            "unknown": self.unknown,
            "text": str(self),
        }


def frozen(ledger: Ledger) -> Record | None:
    """Return the record of the freeze that is in force, or None."""
    latest = ledger.projection.latest
    freeze, lifted = latest.get(FROZEN), latest.get(LIFTED)
    return None if freeze and lifted and lifted.seq > freeze.seq else freeze


def check(aws: Aws, ledger: Ledger, function: str) -> ForeignChange | None:
    """Return what others have changed since the freeze began; None if nothing, or without a freeze.

    CloudTrail is only asked where something has changed.

    Args:
        aws: Where to look; reads only.
        ledger: Says what the function was, and what this tool has changed itself.
        function: The function's name.

    Raises:
        NotFound: The function does not exist.
    """
    record = frozen(ledger)
    if record is None or record.note is None:
        return None
    then = snapshot.Snapshot.from_dict(record.note["snapshot"])
    now = snapshot.read(aws, function)
    changes = differences(then, now, Ours.of(ledger.each()))
    if not changes:
        return None
    change = ForeignChange(function, str(record.note.get("began", record.at)), changes)
    if change.harmless:
        return change
    arn = str(record.note.get("function", "")) or function
    calls, unknown = attribution.lookup(aws, arn, _began(ledger, record, aws.now()))
    return ForeignChange(function, change.since, changes, calls, unknown)


def _began(ledger: Ledger, record: Record, now: float) -> datetime | None:
    """Return when a freeze began at the latest; None where that is not known.

    A clock that was ahead when it was recorded is found out by what was recorded after it, or by the time it is now: a
    change would be looked for in hours that come after it.
    """
    later = [each.time for each in ledger.each() if each.seq >= record.seq]
    began = min([record.time, *later])
    # CloudTrail tells time in whole seconds.
    return datetime.fromtimestamp(int(began), UTC) if began <= now else None
