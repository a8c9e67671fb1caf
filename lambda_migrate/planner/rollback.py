"""Chooses which steps are rolled back, the latest first; pure."""

from __future__ import annotations

import difflib
from dataclasses import dataclass
from typing import TYPE_CHECKING

from lambda_migrate.errors import ConfigError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from lambda_migrate.engine.plan import Step
    from lambda_migrate.engine.runs import Run


@dataclass(frozen=True)
class Rollback:
    """What is rolled back.

    Attributes:
        runs: The runs that are gone through, the oldest first.
        steps: Their steps on the way, by run, the latest first.
    """

    runs: tuple[Run, ...]
    steps: tuple[tuple[Run, tuple[Step, ...]], ...]

    @property
    def every(self) -> tuple[Step, ...]:
        """The steps of all runs, the latest first."""
        return tuple(step for _run, steps in self.steps for step in steps)

    @property
    def irreversible(self) -> Step | None:
        """The step before which it ends, because that cannot be undone; None where all can."""
        return next((step for step in self.every if not step.action.reversible), None)


def choose(runs: Sequence[Run], *, last: bool = False, to: str = "") -> Rollback:
    """Choose the steps to roll back.

    Args:
        runs: Of the ledger, the oldest first.
        last: Only the latest run of which something is applied.
        to: The step to go back to, which stays applied; "" rolls back all.

    Raises:
        ConfigError: The step to go back to is not applied.
    """
    applied = tuple(run for run in runs if run.applied or run.dangling)
    chosen = applied[-1:] if last else applied
    return Rollback(chosen, tuple(_on_the_way(chosen, to)))


def _on_the_way(chosen: Sequence[Run], to: str) -> list[tuple[Run, tuple[Step, ...]]]:
    found: list[tuple[Run, tuple[Step, ...]]] = []
    for run in reversed(chosen):
        steps: list[Step] = []
        for step in run.applied_steps:
            if to and run.is_called(step, to):
                return [*found, (run, tuple(steps))] if steps else found
            steps.append(step)
        found.append((run, tuple(steps)))
    if to:
        near = difflib.get_close_matches(to, [step.id for _run, steps in found for step in steps], n=1)
        hint = f"did you mean `{near[0]}`?" if near else "`lambda-migrate rollback --dry-run` lists those that do"
        raise ConfigError(f"no step `{to}` is applied", hint=hint)
    return found
