"""Runs a plan, one action at a time: intent → change → read back → outcome; the way back is in `way_back`.

The whole plan is recorded first. Running again carries on with the recorded plan; a step that a crash left without an
outcome is checked against AWS. A step found done before our intent is drift, not success: otherwise a rollback
would undo what somebody else did.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import takewhile
from typing import TYPE_CHECKING

from lambda_migrate.actions import Observed, action_to_dict
from lambda_migrate.actions.base import Guarded
from lambda_migrate.engine.events import RunEvent
from lambda_migrate.engine.guard import Guarding
from lambda_migrate.engine.runs import Run, open_run, runs
from lambda_migrate.engine.way_back import WayBack
from lambda_migrate.engine.work import Work
from lambda_migrate.errors import (
    GateClosed,
    Inconclusive,
    Interrupted,
    MigrateError,
    NoAnswer,
    StalePlan,
)

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from lambda_migrate.engine.plan import Plan, Step
    from lambda_migrate.engine.verdict import Judge, Verdict
    from lambda_migrate.engine.way_back import Outcome


@dataclass
class Executor(Work):
    """Runs plans over one ledger.

    Args:
        judge: Judges gated steps; None for plans that have none.
    """

    judge: Judge | None = None

    def run(self, plan: Plan) -> Run:
        """Start `plan`, or carry on with the one that the ledger holds open. Safe to run again after any crash.

        Returns:
            The finished run.

        Raises:
            GateClosed: The plan is blocked, another phase is open, or a verdict was `fail` (its steps are undone).
            Inconclusive: A verdict was inconclusive; the run pauses there.
            Drifted: AWS is not what the plan saw.
            Interrupted: `stop` said so; the next run carries on.
        """
        self._guarding.reconcile()
        run = self._start(plan)
        self.reconcile(run)
        for step in reversed(run.applied_steps):
            self._wait_for_propagation(run, step)
        for step in run.unjudged:
            self._bake(run, step)
        for step in run.remaining:
            self._pause_point()
            self._guard(run, step, self.now() + step.propagation + step.bake)
            self._apply(run, step)
            self._wait_for_propagation(run, step)
            if step.gated:
                self._bake(run, step)
        self._note(run, "finished")
        self.watch(RunEvent("finished", text=f"{plan.phase}: every step is done"))
        return run

    def rollback(self, taken: Sequence[Run] | None = None, *, to: str = "") -> list[Step]:
        """Go back, and fail where a step cannot; :meth:`way_back` tells more.

        Args:
            taken: The runs to undo; default: every run of the ledger.
            to: The step to go back to, which then still stands, as :meth:`Run.is_called`; "" undoes all.

        Returns:
            The steps that were undone, in that order.

        Raises:
            GateClosed: A step on the way cannot be undone.
            Drifted, AwsError: A step could not go back; what does not depend on it is undone.
            Interrupted: As for :meth:`run`.
        """
        outcome = self.way_back(taken, to=to)
        errors = [each.error for each in outcome.stayed if each.error is not None]
        if errors[1:]:
            raise outcome.error() or errors[0]
        if errors:
            raise errors[0]
        return outcome.undone

    def way_back(
        self,
        taken: Sequence[Run] | None = None,
        *,
        to: str = "",
        skip: Mapping[str, str] | None = None,
        hurry: bool = False,
    ) -> Outcome:
        """Undo recorded steps, the latest first; one that cannot go back never holds up what does not depend on it.

        Args:
            taken: The runs to undo; default: every run of the ledger.
            to: The step to go back to, which then still stands, as :meth:`Run.is_called`; "" undoes all.
            skip: Steps to leave as they are, as :meth:`Run.is_called`, with the reason.
            hurry: Leave in place what would have to be waited for: nothing but tidiness needs it to go.

        Raises:
            Interrupted: `stop` said so; the same call carries on.
        """
        self._guarding.warn_where_it_fails(self._guarding.reconcile)
        numbers = None if taken is None else {run.number for run in taken}
        known = runs(self.ledger)
        chosen = [run for run in known if (numbers is None or run.number in numbers) and not run.is_back]
        outcome = self._way_back.go(chosen, to=to, skip=skip or {}, hurry=hurry)
        self._guarding.after_rollback(known)
        return outcome

    @property
    def _way_back(self) -> WayBack:
        return WayBack(
            ledger=self.ledger, aws=self.aws, watch=self.watch, stop=self.stop, sleep=self.sleep, now=self.now
        )

    def reconcile(self, run: Run) -> None:
        """Find out by looking what came of the steps that have no outcome, and record it.

        Raises:
            Drifted: It is neither as before nor as after.
        """
        for record in list(run.open_intents.values()):
            step = run.step(record.id)
            change = self._towards(step, Observed.AFTER if record.event == "intent" else Observed.BEFORE)
            change.remind()
            seen = change.observe()
            if seen is Observed.DRIFT:
                raise change.drift()
            self._record(run, step, seen)
            outcome = "applied" if seen is Observed.AFTER else "undone"
            self.watch(RunEvent("reconciled", step, f"{step.id} had no outcome; AWS shows it is {outcome}"))

    @property
    def _guarding(self) -> Guarding:
        return Guarding(self.ledger, self.aws, self.watch, self.sleep, self.now)

    def _guard(self, run: Run, step: Step, end: float) -> None:
        """See that traffic goes back by itself where nobody has judged it some time after `end`."""
        if step.guard:
            self._guarding.arm(run, step, end + step.guard.grace)

    def _start(self, plan: Plan) -> Run:
        run = open_run(self.ledger)
        if run is not None and not run.under_way:
            self._note(run, "rolled-back")
            run = None
        if run is not None and run.phase != plan.phase and run.complete:
            self._note(run, "finished")  # it was cut off between its last step and the record of its end
            run = None
        if run is not None:
            if run.phase != plan.phase:
                raise GateClosed(
                    f"`{run.phase}` of {run.at} is not finished ({_steps(len(run.remaining))} to go)",
                    hint="finish it, or roll it back with `lambda-migrate rollback --last`",
                )
            self.watch(RunEvent("resume", text=f"carrying on with the plan of {run.at}"))
            return run
        if plan.blockers:
            raise GateClosed(plan.blockers[0], hint="`lambda-migrate plan` shows everything that is in the way")
        document = plan.to_dict()
        record = self.ledger.note("plan", plan=document)
        self.watch(RunEvent("plan", text=f"{plan.phase}: {_steps(len(plan.steps))}"))
        return Run(record.seq, document, record.at)

    def _apply(self, run: Run, step: Step) -> None:
        """Take one step: only from where the plan left it, only to where the plan takes it."""
        change = self._towards(step, Observed.AFTER)
        if not change.awaits_an_answer() and change.observe() is not Observed.BEFORE:
            raise change.drift()
        document = action_to_dict(step.action)
        run.take(self.ledger.append("intent", id=step.id, run=run.number, action=document))
        self.watch(RunEvent("start", step, step.action.describe()))
        try:
            change.make()
        except (Interrupted, NoAnswer):
            raise  # the change may still come about: the next run looks
        except MigrateError:
            self._reconcile_after(run, step)
            raise
        self._record(run, step, Observed.AFTER)
        self.watch(RunEvent("done", step, step.action.describe()))

    def _wait_for_propagation(self, run: Run, step: Step) -> None:
        left = run.applied[step.id].time + step.propagation - self.now()
        if step.propagation and left > 0:
            self.watch(RunEvent("wait", step, step.action.describe(), left))
            self._wait(left)

    def _bake(self, run: Run, step: Step) -> None:
        """Watch a gated step for its bake time, then judge it; a `fail` at any moment takes the gated steps back."""
        if self.judge is None:
            raise GateClosed(
                f"{step.id} needs a verdict and nothing judges it",
                hint="this is a bug in lambda-migrate; no traffic was moved",
            )
        since = run.judged_from(step)
        first, end = self._first(run, step), since + step.bake
        self.watch(RunEvent("bake", step, step.action.describe(), max(0.0, end - self.now())))
        self._guard(run, step, max(end, self.now()))
        glance = max(1.0, min(30.0, step.bake / 5))
        while (left := end - self.now()) > 0:
            self._wait(min(glance, left))
            verdict = self.judge(step, since, first=first, final=False)
            if verdict.result == "fail":
                self._failed(run, step, verdict)
        change = self._towards(step, Observed.AFTER)
        if change.observe() is not Observed.AFTER:
            self._require_unguarded(step)
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

    def _require_unguarded(self, step: Step) -> None:
        """Refuse to go on where the guard has put traffic back meanwhile: this process was not there in time.

        Raises:
            GateClosed: It has.
        """
        if self._guarding.reconcile():
            raise GateClosed(
                f"{step.id}: traffic went back by itself before it was judged",
                hint="run the same command again, which begins with the first weight",
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
                hint="traffic stays where it is: roll back (`lambda-migrate rollback --last`), or fix the service and"
                " run the same command again",
            )
        gated = list(takewhile(lambda standing: standing.gated, run.applied_steps))
        stuck = [each for each in self._way_back.undo(run, gated).stayed if each.error is not None]
        self._guarding.after_rollback([run])
        hint = "traffic is back where it was; fix the service, then run the same command again"
        if stuck:
            hint = f"not all traffic is back: {'; '.join(map(str, stuck))}; see `lambda-migrate rollback --last`"
        raise GateClosed(f"{step.id} failed: {'; '.join(verdict.reasons)}", hint=hint)


def check_fresh(plan: Plan, fingerprint: str) -> None:
    """Refuse a plan whose world has moved.

    Raises:
        StalePlan: The fingerprint is another one now.
    """
    if plan.fingerprint != fingerprint:
        raise StalePlan(
            f"the plan {plan.id} is stale: `{plan.function.rpartition(':')[2]}` or its triggers changed since",
            hint="make it again with `lambda-migrate plan` and look at what it says now",
        )


def _steps(number: int) -> str:
    return f"{number} step{'' if number == 1 else 's'}"
