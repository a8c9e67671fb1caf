"""What the executor tells whoever watches, and asks whoever judges."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from lambda_migrate.plan import Step
    from lambda_migrate.verify.verdict import Verdict


@dataclass(frozen=True)
class Moment:
    """Something that happened, for whoever watches.

    Attributes:
        kind: ``plan``, ``resume``, ``start``, ``done``, ``settled``, ``wait``, ``bake``, ``verdict``, ``undo``,
            ``undone``, ``finished``.
        step: The step, or None where it is about the whole run.
        text: One line.
        seconds: How long a wait lasts, in seconds.
    """

    kind: str
    step: Step | None = None
    text: str = ""
    seconds: float = 0.0


class Judge(Protocol):
    """Looks at a gated step and says ``pass``, ``fail`` or ``inconclusive``.

    Args:
        step: The step.
        since: When it was applied and had spread (`Step.settle`), in seconds since the epoch.
        first: When its change was made for the first time: what came before that can be held against it.
        final: False while the bake still runs: then only ``fail`` counts.
    """

    def __call__(self, step: Step, since: float, *, first: float, final: bool) -> Verdict:  # noqa: D102  # the class says it
        ...
