"""What the demo came to."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from lambda_migrate.sandbox.demo.traffic import Summary


@dataclass(frozen=True)
class StoryOutcome:
    """What the demo came to.

    Attributes:
        summary: The account of all traffic, by the application's own notes.
        retired: Whether the function is gone.
        seconds: How long the migration took, in seconds.
    """

    summary: Summary
    retired: bool
    seconds: float

    @property
    def sound(self) -> bool:
        """Whether nothing failed, nothing was lost, and the function is gone."""
        requests, events = self.summary.requests, self.summary.events
        return bool(requests.sent and events.sent and self.retired) and not requests.failed and not events.lost

    def to_dict(self) -> dict[str, Any]:
        """Return it as plain JSON: ``requests``, ``events``, ``failures``, ``lost``, ``duplicates``, ``retired``."""
        return {**self.summary.to_dict(), "retired": self.retired, "seconds": round(self.seconds, 1)}
