"""What came of going back: the steps that were undone, and why others stayed."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal, NamedTuple

from lambda_migrate.errors import Drifted, MigrateError, NoCredentials, NotAllowed

if TYPE_CHECKING:
    from lambda_migrate.engine.plan import Step
    from lambda_migrate.engine.runs import Run

Why = Literal["stuck", "held", "skipped", "passed", "left"]


class Stayed(NamedTuple):
    """A step that was not undone.

    Attributes:
        run: Its run.
        step: The step.
        why: ``stuck``: it could not go back. ``held``: a later step that stays may need it. ``skipped``: somebody said
            so. ``passed``: nothing needs it to go back. ``left``: it may still carry traffic.
        reason: The same in the words of this case, one line.
        error: What went wrong, where it is stuck.
        until: When it may go, where it is left; seconds since the epoch.
    """

    run: Run
    step: Step
    why: Why
    reason: str
    error: MigrateError | None = None
    until: float = 0.0

    def __str__(self) -> str:
        return self.reason if self.step.id in self.reason else f"{self.step.id}: {self.reason}"


@dataclass
class Outcome:
    """What came of going back.

    Attributes:
        undone: The steps that were undone, in that order.
        stayed: Those that were not.
    """

    undone: list[Step] = field(default_factory=list)
    stayed: list[Stayed] = field(default_factory=list)

    def of(self, *why: Why) -> list[Stayed]:
        """Return the steps that stayed for one of these reasons."""
        return [each for each in self.stayed if each.why in why]

    def error(self) -> MigrateError | None:
        """Return the error that some steps could not go back; None where all did that were to."""
        stuck = self.of("stuck")
        if not stuck:
            return None
        errors = [each.error for each in stuck if each.error is not None]
        lost = next((each for each in errors if isinstance(each, NoCredentials)), None)
        if lost is not None:
            return self._without(lost)
        if not self.undone and all(isinstance(each, NotAllowed) for each in errors):
            return errors[0]
        names = " ".join(f"--skip {each.step.id}" for each in stuck)
        count = _counted(stuck)
        return Drifted(
            f"{count} could not go back: {'; '.join(map(str, stuck))}",
            hint=f"fix it and run the same command again, or leave it as it is: `lambda-migrate rollback {names}`",
            topic="drift",
        )

    def _without(self, lost: NoCredentials) -> NoCredentials:
        """Return that AWS does not know who asks; to leave steps out (`--skip`) would be the wrong advice."""
        if not self.undone:
            return lost
        return NoCredentials(f"{lost.message}: {_counted(self.of('stuck'))} could not go back", hint=lost.hint)


def _counted(steps: list[Stayed]) -> str:
    return "1 step" if len(steps) == 1 else f"{len(steps)} steps"
