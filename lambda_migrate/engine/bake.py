"""A bake as whoever watches sees it, and what a person may ask of it meanwhile."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from lambda_migrate.engine.guard_schedule import ArmedSchedule
    from lambda_migrate.engine.verdict import Side

Ask = Literal["pause", "extend", "next", "abort"]
"""What a person may ask: hold weight and clock (or let them go on), add time, judge now, put traffic back."""

SHARE_ADDED = 3
"""`extend` adds a third of the bake time."""


@dataclass(frozen=True)
class Bake:
    """How a bake stands.

    Attributes:
        left: Seconds until the verdict; while it is paused, those that are left when it goes on.
        length: Seconds that it lasts altogether, with what was added.
        more: Seconds that `extend` adds.
        paused: Whether weight and clock are held.
        guard: The schedule that would put traffic back by itself, or None.
        sides: What each version did until now; empty where nothing is counted.
        seen: The same held against each other, in one line, or "".
    """

    left: float
    length: float
    more: float
    paused: bool = False
    guard: ArmedSchedule | None = None
    sides: tuple[Side, ...] = ()
    seen: str = ""


@dataclass(frozen=True)
class Delay:
    """What a person has made of the end of a bake, as the ledger says.

    Attributes:
        seconds: What was added, and how long it was paused, in seconds.
        paused: Since when it is paused, in seconds since the epoch; None where it is not.
        aborted: Whether it was aborted; the verdict that follows may be missing, where the process was killed.
    """

    seconds: float = 0.0
    paused: float | None = None
    aborted: bool = False

    def noted(self, note: dict[str, object], at: float) -> Delay:
        """Return the delay after a note of kind ``bake`` that was written at a time."""
        match note.get("act"):
            case "paused":
                return replace(self, paused=at)
            case "resumed" if self.paused is not None:
                return replace(self, seconds=self.seconds + max(0.0, at - self.paused), paused=None)
            case "extended":
                seconds = note.get("seconds")
                added = float(seconds) if isinstance(seconds, int | float) else 0.0
                return replace(self, seconds=self.seconds + added)
            case "aborted":
                return replace(self, aborted=True)
            case _:
                return self
