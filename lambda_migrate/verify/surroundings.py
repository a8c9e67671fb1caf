"""What a verdict looks at beside the traffic: the service's health, alarms, and whether metrics can arrive at all."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Sequence

WELL = "the service is healthy"


@dataclass(frozen=True)
class Health:
    """How the service is.

    Attributes:
        problem: What is wrong, or "" for healthy.
        seconds: How long the slowest answer took, in seconds.
        reached: Whether it answered at all.
        slow: Whether all that is wrong is that it was slow.
        refused: Whether the connection was refused, so that no answer is on its way.
        seen: What each place that asked saw, by the place.
    """

    problem: str = ""
    seconds: float = 0.0
    reached: bool = True
    slow: bool = False
    refused: bool = False
    seen: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Alarms:
    """What the alarms of `verify.alarms` say: their states by name, ``MISSING`` for one that does not exist."""

    states: dict[str, str] = field(default_factory=dict)

    def of(self, state: str) -> list[str]:
        """Return the names of the alarms in a state."""
        return [name for name, known in self.states.items() if known == state]

    @property
    def problem(self) -> str:
        """Why the verdict is a fail, or ""."""
        return _named(self.of("ALARM"), "in ALARM")

    @property
    def doubt(self) -> str:
        """Why the verdict cannot be a pass, or ""."""
        return _named(self.of("MISSING"), "not there")

    @property
    def remark(self) -> str:
        """What a person should know, or ""."""
        return _named(self.of("INSUFFICIENT_DATA"), "without enough data")


@dataclass(frozen=True)
class Surroundings:
    """What is looked at beside the traffic.

    Attributes:
        health: Of the service.
        alarms: Of `verify.alarms`.
        silence: Why the proxy's metrics would not arrive, as far as AWS tells, or "".
    """

    health: Health = field(default_factory=Health)
    alarms: Alarms = field(default_factory=Alarms)
    silence: str = ""

    @property
    def problem(self) -> str:
        """Why the verdict is a fail whatever the traffic says, or ""."""
        return f"the service is not healthy: {self.health.problem}" if self.health.problem else self.alarms.problem

    def evidence(self) -> dict[str, Any]:
        """Return it as JSON-able data."""
        document: dict[str, Any] = {"health": self.health.problem or "healthy"}
        document |= {"asked": self.health.seen} if self.health.seen else {}
        return document | ({"alarms": self.alarms.states} if self.alarms.states else {})

    @property
    def remarks(self) -> list[str]:
        """What is said beside a pass."""
        return [remark for remark in (WELL, self.alarms.remark) if remark]


def _named(names: Sequence[str], state: str) -> str:
    listed = ", ".join(f"`{name}`" for name in names)
    return f"alarm{'s' if len(names) > 1 else ''} {listed} {'are' if len(names) > 1 else 'is'} {state}" if names else ""
