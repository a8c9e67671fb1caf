"""The bake of a gated step: it is watched, judged at the end, and stays, waits or goes back as the verdict says."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import takewhile
from typing import TYPE_CHECKING

from lambda_migrate.actions import Observed
from lambda_migrate.actions.base import Guarded
from lambda_migrate.engine.events import RunEvent
from lambda_migrate.engine.runs import runs
from lambda_migrate.engine.way_back import WayBack
from lambda_migrate.engine.work import Work
from lambda_migrate.errors import GateClosed, Inconclusive, MigrateError

if TYPE_CHECKING:
    from lambda_migrate.engine.plan import Step
    from lambda_migrate.engine.runs import Run
    from lambda_migrate.engine.verdict import Judge, Verdict


@dataclass
class Baking(Work):
    """Bakes steps over one ledger.

    Args:
        judge: Gives the verdicts; None for plans whose steps need none.
    """

    judge: Judge | None = None

    def bake(self, run: Run, step: Step) -> None:
        """Watch a gated step for its bake time, then judge it; a `fail` at any moment takes the gated steps back."""
        if self.judge is None:
            raise MigrateError(
                f"{step.id} needs a verdict and nothing judges it",
                hint="this is a bug in lambda-migrate; no traffic was moved",
            )
        since = min(run.judged_from(step), self.now())  # else whoever recorded it had a clock that was ahead
        first, end = min(self._first(run, step), since), since + step.bake
        self.watch(RunEvent("bake", step, step.action.describe(), max(0.0, end - self.now())))
        self._guard(run, step, max(end, self.now()))
        glance = max(1.0, min(30.0, step.bake / 5))
        while (left := end - self.now()) > 0:
            self._wait(min(glance, left))
            verdict = self.judge(step, since, first=first, final=False)
            if verdict.result == "fail":
                self._failed(run, step, verdict)
            if verdict.seen:
                self.watch(RunEvent("seen", step, verdict.seen))
        change = self._towards(step, Observed.AFTER)
        if change.observe() is not Observed.AFTER:
            self._require_unguarded(step)
            self._guarding.let_go(run, step)
            raise change.drift()  # what was watched is not what stands there
        verdict = self._last_look(run, self.judge, step, since, first)
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

    def _last_look(self, run: Run, judge: Judge, step: Step, since: float, first: float) -> Verdict:
        """Judge at the end, again and again for as long as numbers may still be on their way."""
        waiting = False
        while True:
            verdict = judge(step, since, first=first, final=True)
            left = since + step.bake + verdict.awaits - self.now()
            if verdict.result != "inconclusive" or left <= 0:
                return verdict
            if not waiting:
                waiting = True
                self._guard(run, step, self.now() + left)
                self.watch(RunEvent("bake", step, f"waiting for metrics: {'; '.join(verdict.reasons)}", left))
            self._wait(min(left, max(1.0, min(15.0, verdict.awaits / 10))))

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
        gated = list(takewhile(lambda applied: applied.gated, run.applied_steps))
        stuck = [each for each in self._other(WayBack).undo(run, gated).stayed if each.error is not None]
        self._guarding.after_rollback([run])
        hint = "traffic is back where it was; fix the service, then run the same command again"
        if stuck:
            hint = f"not all traffic is back: {'; '.join(map(str, stuck))}; see `lambda-migrate rollback --last`"
        raise GateClosed(f"{step.id} failed: {'; '.join(verdict.reasons)}", gate="verdict-failed", hint=hint)
