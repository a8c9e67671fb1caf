"""Runs a plan, one action at a time: intent → change → read back → outcome; the way back is in `way_back`.

The whole plan is recorded first. Running again carries on with the recorded plan; a step that a crash left without an
outcome is checked against AWS. A step found done before our intent is drift, not success: otherwise a rollback
would undo what somebody else did.
"""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING

from lambda_migrate.actions import Observed, action_to_dict
from lambda_migrate.actions.base import Drawing, Guarded, Vanishing
from lambda_migrate.actions.remaining import remains
from lambda_migrate.aws.arn import function_name
from lambda_migrate.engine.baking import Baking
from lambda_migrate.engine.events import RunEvent
from lambda_migrate.engine.runs import Run, open_run, runs
from lambda_migrate.engine.way_back import WayBack
from lambda_migrate.engine.work import Work
from lambda_migrate.errors import (
    Drifted,
    GateClosed,
    Interrupted,
    MigrateError,
    NoAnswer,
    StalePlan,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from lambda_migrate.engine.bake import Ask
    from lambda_migrate.engine.outcome import Outcome
    from lambda_migrate.engine.plan import Plan, Step
    from lambda_migrate.engine.verdict import Judge


VANISHED = 3
"""How often a thing is made again that AWS has taken away."""


@dataclass
class Executor(Work):
    """Runs plans over one ledger.

    Args:
        judge: Judges gated steps; None for plans that have none.
        asked: Returns what a person who watches a bake has asked for since the last time, or None.
    """

    judge: Judge | None = None
    asked: Callable[[], Ask | None] = lambda: None

    def run(self, plan: Plan) -> Run:
        """Start `plan`, or carry on with the one that the ledger holds open. Safe to run again after any crash.

        Returns:
            The finished run.

        Raises:
            GateClosed: The plan is blocked, another phase is open, or a verdict was `fail` (its steps are undone).
            Inconclusive: A verdict was inconclusive; the run pauses there.
            Drifted: AWS differs from what the plan saw.
            Interrupted: `stop` said so; the next run carries on.
        """
        self._guarding.reconcile()
        if not any(step.guard for step in plan.steps):
            self._guarding.end()
        run = self._start(plan)
        self.reconcile(run)
        for step in reversed(run.applied_steps):
            self._see_it_last(run, step)
        baking = self._other(Baking, judge=self.judge, asked=self.asked)
        for step in run.unjudged:
            baking.bake(run, step)
        for step in run.remaining:
            self._pause_point()
            self._require_unguarded(step)
            self._guard(run, step, self.now() + step.propagation + step.bake)
            try:
                self._apply(run, step)
            except Drifted:
                self._guarding.let_go(run, step)
                raise
            self._see_it_last(run, step)
            if step.gated:
                baking.bake(run, step)
        self._finish(run)
        self.watch(RunEvent("finished", text=f"{plan.phase}: every step is done"))
        return run

    def _finish(self, run: Run) -> None:
        """Close a run; where all of its traffic is moved, nothing puts it back any more.

        A verdict has seen to that, unless a person has let the last step pass, or the process ended right then.
        """
        last = next((step for step in reversed(run.plan.steps) if step.guard), None)
        if last and isinstance(last.action, Guarded) and last.action.complete and last.id in run.applied:
            self._guarding.cancel(run, last)
        self._note(run, "finished")

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
        outcome = self._other(WayBack).go(chosen, to=to, skip=skip or {}, hurry=hurry)
        self._guarding.after_rollback(known)
        return outcome

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
            if seen is Observed.BEFORE and remains(step.action, self.aws):
                continue  # it is tried again, or removed on the way back
            self._record(run, step, seen)
            outcome = "applied" if seen is Observed.AFTER else "undone"
            self.watch(RunEvent("reconciled", step, f"{step.id} had no outcome; AWS shows it is {outcome}"))

    def _start(self, plan: Plan) -> Run:
        run = open_run(self.ledger)
        if run is not None and not run.under_way:
            self._note(run, "rolled-back")
            run = None
        if run is not None and run.phase != plan.phase and run.complete:
            self._finish(run)  # it was cut off between its last step and the record of its end
            run = None
        if run is not None:
            if run.phase != plan.phase:
                raise GateClosed(
                    f"`{run.phase}` of {run.at} is not finished ({_steps(len(run.remaining))} to go)",
                    gate="run-unfinished",
                    hint="finish it, or roll it back with `lambda-migrate rollback --last`",
                )
            self.watch(RunEvent("resume", text=f"carrying on with the plan of {run.at}"))
            if plan.summary == run.summary:
                run.guard_as(plan)
            return run
        if plan.blockers:
            raise GateClosed.by(plan.blockers[0], hint="`lambda-migrate plan` shows everything that is in the way")
        document = plan.to_dict()
        record = self.ledger.note("plan", plan=document)
        self.watch(RunEvent("plan", text=f"{plan.phase}: {_steps(len(plan.steps))}"))
        return Run(record.seq, document, record.at)

    def _apply(self, run: Run, step: Step) -> None:
        """Take one step: only from where the plan left it, only to where the plan takes it."""
        change = self._towards(step, Observed.AFTER)
        seen = Observed.BEFORE if change.awaits_an_answer() else change.observe()
        if seen is Observed.AFTER and not step.action.reversible:
            self._record(run, step, seen)  # somebody else has done it: no rollback would undo that
            self.watch(RunEvent("done", step, step.action.describe()))
            return
        if seen is not Observed.BEFORE:
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
        self.watch(RunEvent("done", step, self._done(step)))

    def _done(self, step: Step) -> str:
        """Return what was done, with the name that AWS drew for it, where a person needs that."""
        told = step.action.describe()
        if isinstance(step.action, Drawing):
            with suppress(MigrateError):  # it can be looked up later
                made = step.action.made(self.aws)
                return f"{told}: {made}" if made else told
        return told

    def _see_it_last(self, run: Run, step: Step) -> None:
        """Wait until a change is everywhere, before the next one rests on it; make again what AWS took away again."""
        self._wait_for_propagation(run, step)
        for _ in range(VANISHED):
            lasts = not isinstance(step.action, Vanishing) or not run.remaining
            if lasts or self._towards(step, Observed.AFTER).observe() is not Observed.BEFORE:
                return
            self._apply(run, step)
            self._wait_for_propagation(run, step)

    def _wait_for_propagation(self, run: Run, step: Step) -> None:
        ahead = run.applied[step.id].time + step.propagation - self.now()
        left = min(ahead, step.propagation)  # more is a clock that was ahead when the step was recorded
        if step.propagation and left > 0:
            self.watch(RunEvent("wait", step, step.action.describe(), left))
            self._wait(left)


def check_fresh(plan: Plan, fingerprint: str) -> None:
    """Refuse a plan whose world has moved.

    Raises:
        StalePlan: The fingerprint is another one now.
    """
    if plan.fingerprint != fingerprint:
        raise StalePlan(
            f"the plan {plan.id} is stale: `{function_name(plan.function)}` or its triggers changed since",
            hint="make it again with `lambda-migrate plan` and look at what it says now",
        )


def _steps(number: int) -> str:
    return f"{number} step{'' if number == 1 else 's'}"
