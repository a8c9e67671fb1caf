"""What running a plan and going back have in common: the ledger, AWS, the guard, the clock, and who watches."""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal, TypeVar

from lambda_migrate.actions import Observed
from lambda_migrate.actions.remaining import remains
from lambda_migrate.clock import steady
from lambda_migrate.engine.apply import Change
from lambda_migrate.engine.guard import Guarding
from lambda_migrate.errors import GateClosed, Interrupted, MigrateError
from lambda_migrate.function.transfer import Transfer, Unfinished

if TYPE_CHECKING:
    from collections.abc import Callable

    from lambda_migrate.aws.session import Aws
    from lambda_migrate.engine.events import RunEvent
    from lambda_migrate.engine.ledger import Ledger
    from lambda_migrate.engine.plan import Step
    from lambda_migrate.engine.runs import Run

LAG = 3.0
"""Seconds after which AWS shows in reads what was written before."""

_Kind = TypeVar("_Kind", bound="Work")


@dataclass
class Work:
    """Work on one ledger.

    Args:
        ledger: Open for writing.
        aws: A session that may change things.
        watch: Told of every moment.
        stop: Asked at every clean point whether to stop there.
        sleep: Waits so many seconds.
        now: The time, in seconds since the epoch.
        lag: Seconds after which reads show a write that was sent before.
    """

    ledger: Ledger
    aws: Aws
    watch: Callable[[RunEvent], None] = field(default=lambda _moment: None)
    stop: Callable[[], bool] = field(default=lambda: False)
    sleep: Callable[[float], None] = time.sleep
    now: Callable[[], float] = steady
    lag: float = LAG

    @property
    def _guarding(self) -> Guarding:
        return Guarding(self.ledger, self.aws, self.watch, self.sleep, self.now)

    def _guard(self, run: Run, step: Step, end: float) -> None:
        """See that traffic goes back by itself where nobody has judged it some time after `end`."""
        if step.guard:
            self._guarding.arm(run, step, end + step.guard.grace)

    def _require_unguarded(self, step: Step) -> None:
        """Refuse to go on where the guard has put traffic back meanwhile: this process was not there in time.

        Raises:
            GateClosed: It has.
        """
        if self._guarding.reconcile():
            raise GateClosed(
                f"{step.id}: traffic went back by itself meanwhile",
                gate="guard-acted",
                hint="run the same command again, which begins with the first weight",
            )

    def _towards(self, step: Step, side: Observed) -> Change:
        transfer = Transfer(self._pause_point, Unfinished.beside(self.ledger.path))
        return Change(step.action, self.aws, side, self._wait, step.id, transfer)

    def _record(self, run: Run, step: Step, seen: Observed) -> None:
        """Record where a step stands: applied or undone."""
        outcome: Literal["applied", "undone"] = "applied" if seen is Observed.AFTER else "undone"
        run.take(self.ledger.append(outcome, id=step.id, run=run.number))

    def _reconcile_after(self, run: Run, step: Step) -> None:
        """After a refused call, record what AWS shows where that is certain; else leave the step to the next run.

        Another call may have changed something before it, which reads need not show at once. A failed attempt that has
        left something has no outcome either: the way back removes it.
        """
        try:
            seen = step.action.observe(self.aws)
            if seen is Observed.BEFORE:
                self.sleep(self.lag)
                seen = step.action.observe(self.aws)
            if seen is Observed.BEFORE and remains(step.action, self.aws):
                return
        except MigrateError:
            return
        if seen in (Observed.BEFORE, Observed.AFTER):
            self._record(run, step, seen)

    def _note(self, run: Run, kind: str, step: Step | None = None, **data: object) -> None:
        run.take(self.ledger.note(kind, run=run.number, id=step.id if step else "", **data))

    def _wait(self, seconds: float) -> None:
        left = seconds
        while left > 0:
            self._pause_point()
            self.sleep(min(left, 0.5))
            left -= 0.5

    def _other(self, kind: type[_Kind], **more: object) -> _Kind:
        """Return another kind of work over the same ledger."""
        shared = (self.ledger, self.aws, self.watch, self.stop, self.sleep, self.now, self.lag)
        return kind(*shared, **more)  # type: ignore[arg-type]  # what the kind has besides

    def _pause_point(self) -> None:
        if self.stop():
            raise Interrupted("stopped at a clean point", hint="the same command carries on from here; see `status`")
