"""The bake of a gated step: it is watched, judged at the end, and stays, waits or goes back as the verdict says."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import takewhile
from typing import TYPE_CHECKING

from lambda_migrate.actions import Observed
from lambda_migrate.actions.base import Guarded
from lambda_migrate.actions.undeployed import Undeployed
from lambda_migrate.engine.events import RunEvent
from lambda_migrate.engine.runs import runs
from lambda_migrate.engine.watching import Trial, Watching
from lambda_migrate.engine.way_back import WayBack
from lambda_migrate.engine.work import Work
from lambda_migrate.errors import GateClosed, Inconclusive, MigrateError

if TYPE_CHECKING:
    from collections.abc import Callable

    from lambda_migrate.engine.bake import Ask
    from lambda_migrate.engine.plan import Step
    from lambda_migrate.engine.runs import Run
    from lambda_migrate.engine.verdict import Judge, Verdict


@dataclass
class Baking(Work):
    """Bakes steps over one ledger.

    Args:
        judge: Gives the verdicts; None for plans whose steps need none.
        asked: Returns what a person has asked for since the last time, or None.
    """

    judge: Judge | None = None
    asked: Callable[[], Ask | None] = lambda: None

    def bake(self, run: Run, step: Step) -> None:
        """Watch a gated step for its bake time, then judge it; a `fail` at any moment takes the gated steps back.

        With them goes what nobody is served yet and the next deployment of others would ship.
        """
        if self.judge is None:
            raise MigrateError(
                f"{step.id} needs a verdict and nothing judges it",
                hint="this is a bug in lambda-migrate; no traffic was moved",
            )
        since = min(run.judged_from(step), self.now())  # else whoever recorded it had a clock that was ahead
        trial = Trial(run, step, since, min(self._first(run, step), since), self.judge)
        watching = self._other(Watching, asked=self.asked)
        early = watching.until_over(trial)
        if early and early.result == "fail":
            self._failed(run, step, early)
        change = self._towards(step, Observed.AFTER)
        if change.observe() is not Observed.AFTER:
            self._require_unguarded(step)
            self._guarding.let_go(run, step)
            raise change.drift()  # what was watched is not what stands there
        verdict = early or watching.last_look(trial)
        if verdict.result == "fail":
            self._failed(run, step, verdict)
        if verdict.result == "pass":
            self._passed(run, step)
        self._record_verdict(run, step, verdict)
        if verdict.result == "inconclusive":
            self._guarding.hold(run, step)
            raise Inconclusive(
                f"{step.id}: {'; '.join(verdict.reasons)}",
                hint="traffic stays where it is; run the same command again to judge it again",
            )

    def _passed(self, run: Run, step: Step) -> None:
        """Let traffic stay: for good once all of it is moved, else until the next command.

        It is done before the verdict is recorded: a run that ends in between judges, and guards, once more.
        """
        if isinstance(step.action, Guarded) and step.action.complete:
            self._guarding.cancel(run, step)
        elif step.id == run.plan.steps[-1].id:
            self._guarding.hold(run, step)

    def _first(self, run: Run, step: Step) -> float:
        """Return when traffic was first moved: by this step, or by one of its group that was judged before it.

        What came before the first weight went to the original alone. An attempt that failed and went back is not a time
        before it either.
        """
        group = [each for each in run.plan.steps if each.gated and each.group == step.group and each.id in run.applied]
        actions, kinds = [run.actions[each.id] for each in group], {run.kinds[each.id] for each in group}
        return min(
            record.time
            for each in runs(self.ledger)
            for name, record in each.first.items()
            if each.kinds[name] in kinds and each.actions[name] in actions
        )

    def _record_verdict(self, run: Run, step: Step, verdict: Verdict) -> None:
        self._note(run, "verdict", step, result=verdict.result, reasons=list(verdict.reasons), **verdict.evidence)
        self.watch(RunEvent("verdict", step, f"{verdict.result}: {'; '.join(verdict.reasons)}"))

    def _failed(self, run: Run, step: Step, verdict: Verdict) -> None:
        self._record_verdict(run, step, verdict)
        self._require_unguarded(step)
        if verdict.stays:
            self._guarding.hold(run, step)
            raise GateClosed(
                f"{step.id} failed: {'; '.join(verdict.reasons)}",
                gate="verdict-failed",
                hint="traffic stays where it is: roll back (`lambda-migrate rollback --last`), or fix the service and"
                " run the same command again",
            )
        applied = list(run.applied_steps)
        gated = list(takewhile(lambda each: each.gated, applied))
        shippable = [each for each in applied[len(gated) :] if isinstance(each.action, Undeployed)]
        stuck = [each for each in self._other(WayBack).undo(run, [*gated, *shippable]).stayed if each.error is not None]
        self._guarding.after_rollback(runs(self.ledger))  # what an earlier run has moved may be away still
        hint = "traffic is back where it was; fix the service, then run the same command again"
        if stuck:
            hint = f"not all traffic is back: {'; '.join(map(str, stuck))}; see `lambda-migrate rollback --last`"
        raise GateClosed(f"{step.id} failed: {'; '.join(verdict.reasons)}", gate="verdict-failed", hint=hint)
