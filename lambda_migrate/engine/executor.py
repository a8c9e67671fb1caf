"""Runs a plan and rolls it back, one action at a time: intent → change → read back → outcome.

The whole plan is recorded first. Running again carries on with the recorded plan; a step that a crash left without an
outcome is settled by looking at AWS. A step found done before our intent is drift, not success: otherwise a rollback
would undo what somebody else did.
"""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from itertools import takewhile
from typing import TYPE_CHECKING, Literal

from lambda_migrate.actions import Observed, action_to_dict
from lambda_migrate.engine.apply import Change
from lambda_migrate.engine.events import RunEvent
from lambda_migrate.engine.runs import Run, open_run, runs
from lambda_migrate.engine.undo_order import next_step
from lambda_migrate.errors import (
    GateClosed,
    Inconclusive,
    Interrupted,
    MigrateError,
    NoAnswer,
    StalePlan,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from lambda_migrate.aws.session import Aws
    from lambda_migrate.engine.ledger import Ledger
    from lambda_migrate.engine.plan import Plan, Step
    from lambda_migrate.engine.verdict import Judge, Verdict

Verb = Literal["apply", "undo"]


@dataclass
class Executor:
    """Runs plans over one ledger.

    Args:
        ledger: Open for writing.
        aws: A session that may change things.
        judge: Judges gated steps; None for plans that have none.
        watch: Told of every moment.
        stop: Asked at every clean point whether to stop there.
        sleep: Waits so many seconds.
        now: The time, in seconds since the epoch.
    """

    ledger: Ledger
    aws: Aws
    judge: Judge | None = None
    watch: Callable[[RunEvent], None] = field(default=lambda _moment: None)
    stop: Callable[[], bool] = field(default=lambda: False)
    sleep: Callable[[float], None] = time.sleep
    now: Callable[[], float] = time.time

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
        run = self._start(plan)
        self.reconcile(run)
        for step in reversed(run.applied_steps):
            self._wait_until_spread(run, step)
        for step in run.unjudged:
            self._bake(run, step)
        for step in run.remaining:
            self._pause_point()
            self._change(run, step, "apply")
            self._wait_until_spread(run, step)
            if step.gated:
                self._bake(run, step)
        self._note(run, "finished")
        self.watch(RunEvent("finished", text=f"{plan.phase}: every step is done"))
        return run

    def rollback(self, taken: Sequence[Run] | None = None, *, to: str = "") -> list[Step]:
        """Undo recorded steps, the latest first.

        Args:
            taken: The runs to undo; default: every run of the ledger.
            to: The step to go back to, which then still stands, as :meth:`Run.is_called`; "" undoes all.

        Returns:
            The steps that were undone, in that order.

        Raises:
            GateClosed: A step on the way cannot be undone.
            Drifted, Interrupted: As for :meth:`run`.
        """
        chosen = list(runs(self.ledger)) if taken is None else list(taken)
        undone: list[Step] = []
        for run in reversed(chosen):
            self.reconcile(run)
            names = [run.is_called(step, to) for step in run.applied_steps]
            undone += self._take_back(run, run.applied_steps[: names.index(True)] if any(names) else run.applied_steps)
            if any(names):
                return undone
            if run.closed != "rolled-back":
                self._note(run, "rolled-back")
        return undone

    def reconcile(self, run: Run) -> None:
        """Find out by looking what came of the step that has no outcome, and record it.

        Raises:
            Drifted: It is neither as before nor as after.
        """
        record = run.dangling
        if record is None:
            return
        step = run.step(record.id)
        change = self._towards(step, Observed.AFTER if record.event == "intent" else Observed.BEFORE)
        change.remind()
        seen = change.standing()
        if seen is Observed.DRIFT:
            raise change.drift()
        outcome: Literal["applied", "undone"] = "applied" if seen is Observed.AFTER else "undone"
        run.take(self.ledger.append(outcome, id=step.id, run=run.number))
        self.watch(RunEvent("settled", step, f"{step.id} had no outcome; AWS shows it is {outcome}"))

    def _start(self, plan: Plan) -> Run:
        run = open_run(self.ledger)
        if run is not None and not run.under_way:
            self._note(run, "rolled-back")
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

    def _change(self, run: Run, step: Step, verb: Verb) -> None:
        """Take one step in one direction: only from where the plan left it, only to where the plan takes it."""
        start, end = (Observed.BEFORE, Observed.AFTER) if verb == "apply" else (Observed.AFTER, Observed.BEFORE)
        change = self._towards(step, end)
        if change.standing() is not start:
            raise change.drift()
        run.take(
            self.ledger.append(
                "intent" if verb == "apply" else "undo-intent",
                id=step.id,
                run=run.number,
                action=action_to_dict(step.action),
            )
        )
        self.watch(RunEvent("start" if verb == "apply" else "undo", step, step.action.describe()))
        try:
            change.make()
        except (Interrupted, NoAnswer):
            raise  # the change may still come about: the next run looks
        except MigrateError:
            self._reconcile_after(run, step)
            raise
        run.take(self.ledger.append("applied" if verb == "apply" else "undone", id=step.id, run=run.number))
        self.watch(RunEvent("done" if verb == "apply" else "undone", step, step.action.describe()))

    def _towards(self, step: Step, side: Observed) -> Change:
        return Change(step.action, self.aws, side, self._wait, step.id)

    def _reconcile_after(self, run: Run, step: Step) -> None:
        """After a refused call, record what AWS shows where that is certain; else leave the step to the next run."""
        try:
            seen = step.action.observe(self.aws)
        except MigrateError:
            return
        if seen in (Observed.BEFORE, Observed.AFTER):
            outcome: Literal["applied", "undone"] = "applied" if seen is Observed.AFTER else "undone"
            run.take(self.ledger.append(outcome, id=step.id, run=run.number))

    def _take_back(self, run: Run, steps: Sequence[Step], *, hurried: bool = False) -> list[Step]:
        """Undo steps of one run, each once AWS has spread what it depends on; `hurried` stops for nobody in between."""
        left, undone = list(steps), []
        while left:
            step, wait = next_step(run, left, self.now())
            if not step.action.reversible:
                raise GateClosed(
                    f"{step.id} cannot be undone: {step.action.describe()}",
                    hint="what came after it is undone; `lambda-migrate explain "
                    + step.action.kind
                    + "` says what is left",
                )
            if wait > 0:
                self.watch(RunEvent("wait", step, step.action.describe(), wait))
                self._wait(wait)
            elif not hurried:
                self._pause_point()
            self._change(run, step, "undo")
            left.remove(step)
            undone.append(step)
        return undone

    def _wait_until_spread(self, run: Run, step: Step) -> None:
        left = run.applied[step.id].time + step.settle - self.now()
        if step.settle and left > 0:
            self.watch(RunEvent("wait", step, step.action.describe(), left))
            self._wait(left)

    def _bake(self, run: Run, step: Step) -> None:
        """Watch a gated step for its bake time, then judge it; a `fail` at any moment takes the gated steps back."""
        if self.judge is None:
            raise GateClosed(f"{step.id} needs a verdict and nothing judges it", hint="this is a defect; nothing moved")
        since = run.judged_from(step)
        first, end = self._first(run, step), since + step.bake
        self.watch(RunEvent("bake", step, step.action.describe(), max(0.0, end - self.now())))
        glance = max(1.0, min(30.0, step.bake / 5))
        while (left := end - self.now()) > 0:
            self._wait(min(glance, left))
            verdict = self.judge(step, since, first=first, final=False)
            if verdict.result == "fail":
                self._failed(run, step, verdict)
        change = self._towards(step, Observed.AFTER)
        if change.standing() is not Observed.AFTER:
            raise change.drift()  # what was watched is not what stands there
        verdict = self._last_look(self.judge, step, since, first)
        if verdict.result == "fail":
            self._failed(run, step, verdict)
        self._record_verdict(run, step, verdict)
        if verdict.result == "inconclusive":
            raise Inconclusive(
                f"{step.id}: {'; '.join(verdict.reasons)}",
                hint="traffic stays where it is; run the same command again to judge it again",
            )

    def _last_look(self, judge: Judge, step: Step, since: float, first: float) -> Verdict:
        """Judge at the end, again and again for as long as numbers may still be on their way."""
        waiting = False
        while True:
            verdict = judge(step, since, first=first, final=True)
            left = since + step.bake + verdict.awaits - self.now()
            if verdict.result != "inconclusive" or left <= 0:
                return verdict
            if not waiting:
                waiting = True
                self.watch(RunEvent("bake", step, f"waiting for metrics: {'; '.join(verdict.reasons)}", left))
            self._wait(min(left, max(1.0, min(15.0, verdict.awaits / 10))))

    def _first(self, run: Run, step: Step) -> float:
        """Return when traffic was first moved: by this step, or by one of its group that was judged before it.

        What came before the first weight went to the original alone. An attempt that failed and went back is no time
        before it either.
        """
        group = [each for each in run.plan.steps if each.gated and each.group == step.group and each.id in run.applied]
        actions, known = [run.actions[each.id] for each in group], runs(self.ledger)
        return min(
            record.time for each in known for name, record in each.first.items() if each.actions[name] in actions
        )

    def _record_verdict(self, run: Run, step: Step, verdict: Verdict) -> None:
        self._note(run, "verdict", step, result=verdict.result, reasons=list(verdict.reasons), **verdict.evidence)
        self.watch(RunEvent("verdict", step, f"{verdict.result}: {'; '.join(verdict.reasons)}"))

    def _failed(self, run: Run, step: Step, verdict: Verdict) -> None:
        self._record_verdict(run, step, verdict)
        if verdict.stays:
            raise GateClosed(
                f"{step.id} failed: {'; '.join(verdict.reasons)}",
                hint="traffic stays where it is: roll back (`lambda-migrate rollback --last`), or fix the service and"
                " run the same command again",
            )
        self._take_back(run, list(takewhile(lambda standing: standing.gated, run.applied_steps)), hurried=True)
        raise GateClosed(
            f"{step.id} failed: {'; '.join(verdict.reasons)}",
            hint="traffic is back where it was; mend the service, then run the same command again",
        )

    def _note(self, run: Run, kind: str, step: Step | None = None, **data: object) -> None:
        run.take(self.ledger.note(kind, run=run.number, id=step.id if step else "", **data))

    def _wait(self, seconds: float) -> None:
        left = seconds
        while left > 0:
            self._pause_point()
            self.sleep(min(left, 0.5))
            left -= 0.5

    def _pause_point(self) -> None:
        if self.stop():
            raise Interrupted("stopped at a clean point", hint="the same command carries on from here; see `status`")


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
