"""What the executor tells whoever watches."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from lambda_migrate.engine.bake import Bake
    from lambda_migrate.engine.plan import Step


@dataclass(frozen=True)
class RunEvent:
    """Something that happened, for whoever watches.

    Attributes:
        kind: ``plan``, ``resume``, ``reconciled``, ``notice``, ``start``, ``done``, ``wait``, ``bake``, ``seen``,
            ``verdict``, ``undo``, ``undone``, ``passed``, ``left``, ``stuck``, ``held``, ``skipped``, ``finished``.
        step: The step, or None where it is about the whole run.
        text: One line.
        seconds: How long a wait lasts, in seconds.
        bake: How the bake stands, for ``bake`` and ``seen``; None where nobody may ask anything of it.
    """

    kind: str
    step: Step | None = None
    text: str = ""
    seconds: float = 0.0
    bake: Bake | None = None
