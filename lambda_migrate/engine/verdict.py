"""What a judge says of a gated step: ``pass``, ``fail`` or ``inconclusive``; too little traffic is never a pass."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal, Protocol

if TYPE_CHECKING:
    from lambda_migrate.engine.plan import Step

Result = Literal["pass", "fail", "inconclusive"]


@dataclass(frozen=True)
class Side:
    """What one version, or one way of a trigger, did until now; None is not known, and never zero.

    Attributes:
        name: ``version 42 (proxy)``.
        share: Of the traffic, 0 to 1.
        invocations: How many there were.
        errors: Those that ended in an error.
        p95: Of their duration, in milliseconds.
        seconds: How long was counted.
    """

    name: str
    share: float | None = None
    invocations: int | None = None
    errors: int | None = None
    p95: float | None = None
    seconds: float = 0.0

    @property
    def rate(self) -> float | None:
        """Invocations a second."""
        return None if self.invocations is None or self.seconds <= 0 else self.invocations / self.seconds


@dataclass(frozen=True)
class Verdict:
    """What was decided, why, and on what evidence (JSON-able).

    Attributes:
        awaits: For how long after the bake an inconclusive verdict may become another by itself, because numbers are
            still on their way; in seconds.
        stays: Whether traffic stays where it is after a fail, because the user wants to look first.
        seen: What was counted until now, in one line, for whoever watches; "" where nothing is counted.
        sides: The same for each version, likewise.
    """

    result: Result
    reasons: tuple[str, ...]
    evidence: dict[str, Any] = field(default_factory=dict)
    awaits: float = 0.0
    stays: bool = False
    seen: str = ""
    sides: tuple[Side, ...] = ()


class Judge(Protocol):
    """Looks at a gated step and says ``pass``, ``fail`` or ``inconclusive``.

    Args:
        step: The step.
        since: When it was applied and had spread (`Step.propagation`), in seconds since the epoch.
        first: When a change of its group was made for the first time: what came before that can be held against it.
        final: False while the bake still runs: then only ``fail`` counts.
    """

    def __call__(self, step: Step, since: float, *, first: float, final: bool) -> Verdict:  # noqa: D102  # the class says it
        ...
