"""Guards a canary: before traffic moves, a schedule in AWS is set that puts it back unless somebody says otherwise.

So production is safe where nobody watches any more: the terminal closed, the credentials expired. What the schedule did
is ours: whoever runs next finds the alias where it would put it, and the schedule gone, and goes on from there.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from typing import TYPE_CHECKING, Any, Literal

from lambda_migrate.actions import Observed
from lambda_migrate.actions.base import Guarded
from lambda_migrate.actions.scheduler.schedule_return import ScheduleReturn
from lambda_migrate.engine.apply import bring
from lambda_migrate.engine.events import RunEvent
from lambda_migrate.engine.guard_calls import schedule_of
from lambda_migrate.engine.guard_role import role_of
from lambda_migrate.engine.guard_schedule import ArmedSchedule, armed_schedule
from lambda_migrate.engine.guarded_steps import guarded_step, guards_nothing, moved
from lambda_migrate.engine.runs import runs
from lambda_migrate.errors import AwsError, MigrateError, NoCredentials, NotAllowed
from lambda_migrate.waiting import wait_until

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from lambda_migrate.actions import Action
    from lambda_migrate.aws.documents import Document
    from lambda_migrate.aws.session import Aws
    from lambda_migrate.engine.ledger import Ledger
    from lambda_migrate.engine.plan import Step
    from lambda_migrate.engine.runs import Run

EARLY = 90.0
"""Seconds by which a schedule may act before its time by our clock: Scheduler keeps to the minute, clocks differ."""

SLACK = 30.0
"""A schedule that acts so many seconds from when it should is not moved again."""

ROLE_KNOWN = 60.0
"""Seconds that a new role may take until Scheduler can assume it: IAM is eventually consistent."""

REMOVED = "; `lambda-migrate cleanup` removes it"

State = Literal["armed", "cancelled", "acted", "refused"]


@dataclass(frozen=True)
class Guarding:
    """Sets, moves and cancels the schedule of one function's canary, and records it.

    Args:
        ledger: Open for writing.
        aws: A session that may change things.
        watch: Told of every moment.
        wait: Waits so many seconds.
        now: The time, in seconds since the epoch.
    """

    ledger: Ledger
    aws: Aws
    watch: Callable[[RunEvent], None]
    wait: Callable[[float], None]
    now: Callable[[], float]

    def reconcile(self) -> bool:
        """Where the schedule has acted, record that what it put back is undone; whatever else stands there is drift.

        Returns:
            Whether it has.
        """
        self.remove_left_role()
        known = runs(self.ledger)
        armed, guarded = armed_schedule(self.ledger), guarded_step(self.ledger, known)
        if armed is None or guarded is None or not armed.may_have_acted(self.now() + EARLY):
            return False
        action = guarded.action
        if schedule_of(action, "").read(self.aws) or not action.is_home(self.aws):
            return False
        for each, step in moved(known, action):
            each.take(self.ledger.append("undone", id=step.id, run=each.number))
        self._note(guarded.run, guarded.step, "acted", **self._role_left(guarded.run))
        text = f"alias {armed.alias} went back to version {armed.version} by itself, at {armed.time}"
        self.watch(RunEvent("reconciled", text=text))
        return True

    def arm(self, run: Run, step: Step, until: float) -> None:
        """Have traffic go back by itself at a time; recorded before it is set, so that nothing acts unknown.

        Args:
            run: The run of the step.
            step: The step that moves traffic; one without a guard is passed by.
            until: When, in seconds since the epoch.

        Raises:
            NotAllowed: AWS does not let us, and the step requires it.
            NoCredentials: AWS does not know who asks; no traffic moves without a guard for that.
            Drifted: Somebody else changed the schedule or its role.
        """
        armed = armed_schedule(self.ledger)
        if step.guard is None or not isinstance(step.action, Guarded):
            return
        near = armed is not None and armed.step == step.id and abs(armed.at - until) <= min(SLACK, step.guard.grace / 2)
        if armed and near and self._stands(step.action, armed):
            return
        at = _text(until)
        self._note(run, step, "armed", at=at, alias=step.action.alias, version=step.action.home)
        try:
            self._try_to_set(run, step, schedule_of(step.action, at), armed)
        except NotAllowed as error:  # not NoCredentials: whoever signs in again may be allowed to
            if step.guard.required:
                raise NotAllowed(
                    f"no-guard: nothing would put traffic back by itself: {error.message}",
                    hint=f"no traffic was moved; {error.hint}, or accept `no-guard` in migration.yaml",
                ) from error
            self.watch(RunEvent("notice", text=f"no guard: {error.message}"))

    def _stands(self, action: Guarded, armed: ArmedSchedule) -> bool:
        """Return whether AWS has the schedule that was recorded: what was cut off right then has none."""
        try:
            schedule = schedule_of(action, "").read(self.aws)
        except NotAllowed:
            return False
        return schedule is not None and schedule["ScheduleExpression"] == f"at({_text(armed.at)})"

    def _try_to_set(self, run: Run, step: Step, wanted: ScheduleReturn, before: ArmedSchedule | None) -> None:
        """Set the schedule; where AWS refuses, record what stands: a schedule that nobody knows of would act one day.

        Raises:
            NotAllowed, NoCredentials: AWS refuses.
        """
        try:
            schedule = wanted.read(self.aws)
        except (NotAllowed, NoCredentials):
            self._note_refused(run, step, before)
            raise
        before = before if schedule else None  # what was recorded and cut off before it was set never stood
        try:
            self._set(run, wanted, schedule, step.guard.boundary if step.guard else "")
        except (NotAllowed, NoCredentials):
            if self._is_unset(wanted, before):
                self._note_refused(run, step, before, **({} if before else self._role_left(run)))
            raise

    def _is_unset(self, wanted: ScheduleReturn, before: ArmedSchedule | None) -> bool:
        """Return whether it is certain that the schedule is not set, nor moved; it is removed where it is new."""
        try:
            if before is None:
                wanted.remove(self.aws)
                return True
        except MigrateError:
            pass  # then AWS is looked at
        try:
            schedule = wanted.read(self.aws)
        except MigrateError:
            return False
        return schedule is None or schedule["ScheduleExpression"] != f"at({wanted.at})"

    def _note_refused(self, run: Run, step: Step, before: ArmedSchedule | None, **left: str) -> None:
        """Record that AWS refused the schedule: the earlier one stands, or none, with what is left of it."""
        if before is None:
            self._note(run, step, "refused", **left)
            return
        known = {"at": _text(before.at), "alias": before.alias, "version": before.version}
        run.take(self.ledger.note("guard", run=before.run, id=before.step, state="armed", **known))

    def let_go(self, run: Run, step: Step) -> None:
        """Cancel the schedule where somebody else has moved the alias meanwhile: it would overwrite what they did."""
        if isinstance(step.action, Guarded) and step.guard is not None and self._is_elsewhere(step.action):
            self.warn_where_it_fails(partial(self.cancel, run, step))

    def hold(self, run: Run, step: Step) -> None:
        """Have traffic that stays where it is on purpose go back after `hold`; where that fails it is told."""
        if step.guard is not None:
            self.warn_where_it_fails(partial(self.arm, run, step, self.now() + step.guard.hold))

    def cancel(self, run: Run, step: Step) -> None:
        """Have nothing put traffic back any more; the role goes with the schedule.

        Raises:
            AwsError: The schedule cannot be deleted, so it would act.
        """
        if step.guard is None or not isinstance(step.action, Guarded) or armed_schedule(self.ledger) is None:
            return
        schedule = schedule_of(step.action, "")
        current = schedule.read(self.aws)
        if current:
            at = current["ScheduleExpression"].removeprefix("at(").rstrip(")")
            bring(schedule_of(step.action, at), self.aws, Observed.BEFORE, sleep=self.wait)
        else:
            schedule.remove(self.aws)  # it may not show yet
        # The role goes before the record: who is killed in between cancels once more, and the role is not forgotten.
        self._note(run, step, "cancelled", **self._role_left(run))

    def before_rollback(self, action: Action) -> None:
        """Cancel the schedule before traffic goes back, where it would then take it elsewhere.

        What guards a key's rotation puts traffic back on the version before, which proxies too; where everything goes
        back, and that takes longer than the bake and its grace, it would move the traffic off the original.

        Args:
            action: What is about to be undone.
        """
        guarded = guarded_step(self.ledger, runs(self.ledger))
        if guarded is None or not isinstance(action, Guarded):
            return
        theirs = guarded.action
        if _alias(theirs) == _alias(action) and theirs.home != action.home:
            self.warn_where_it_fails(partial(self.cancel, guarded.run, guarded.step))

    def after_rollback(self, known: Sequence[Run]) -> None:
        """Cancel what guards traffic that has gone back; where some of it still is away, hold it."""
        self.remove_left_role()
        guarded = guarded_step(self.ledger, known)
        if guarded is None:
            return
        away = next(moved(known, guarded.action), None)
        if away is None or self._is_elsewhere(guarded.action):
            self.warn_where_it_fails(partial(self.cancel, guarded.run, guarded.step), REMOVED)
        else:
            self.hold(*away)

    def end(self) -> None:
        """Cancel a schedule that guards nothing: all of its traffic is back, and it could not be cancelled then."""
        known = runs(self.ledger)
        guarded = guarded_step(self.ledger, known)
        if guarded is not None and guards_nothing(guarded, known):
            self.warn_where_it_fails(partial(self.cancel, guarded.run, guarded.step), REMOVED)

    def _is_elsewhere(self, action: Guarded) -> bool:
        try:
            return action.is_elsewhere(self.aws)
        except MigrateError:
            return False

    def _set(self, run: Run, wanted: ScheduleReturn, schedule: Document | None, boundary: str) -> None:
        if schedule is None:
            for action in role_of(run.plan.function, boundary):
                bring(action, self.aws, Observed.AFTER, sleep=self.wait)
        before = schedule["ScheduleExpression"].removeprefix("at(").rstrip(")") if schedule else ""
        action = ScheduleReturn(**{**vars(wanted), "before": before})
        look = partial(self._taken, action)
        wait_until(look, bool, sleep=self.wait, deadline=ROLE_KNOWN, first=1.0)
        bring(action, self.aws, Observed.AFTER, sleep=self.wait)

    def _taken(self, action: ScheduleReturn) -> bool:
        """Set the schedule; return whether Scheduler took it, which it does not before it knows a new role."""
        try:
            bring(action, self.aws, Observed.AFTER, sleep=self.wait)
        except AwsError as error:
            if error.aws_code != "ValidationException" or "assume the role" not in error.message:
                raise
            return False
        return True

    def _drop_role(self, run: Run) -> None:
        for action in reversed(role_of(run.plan.function)):
            bring(action, self.aws, Observed.BEFORE, sleep=self.wait)

    def _role_left(self, run: Run) -> dict[str, str]:
        """Remove the role; return what the record says where it stays: the next run tries again."""
        try:
            self._drop_role(run)
        except MigrateError as error:
            self.watch(RunEvent("notice", text=f"the guard: {error.message}{REMOVED}"))
            return {"role": "left"}
        return {}

    def remove_left_role(self) -> None:
        """Remove the role that an earlier run could not remove."""
        record = self.ledger.projection.latest.get("guard")
        note = record.note if record else None
        if record is None or not note or note.get("role") != "left":
            return
        run = next((each for each in runs(self.ledger) if each.number == record.run), None)
        if run is not None and not self._role_left(run):
            self._note(run, run.step(record.id), note["state"])

    def warn_where_it_fails(self, act: Callable[[], object], advice: str = "") -> None:
        """Do something that must not stop what it belongs to; say where it fails."""
        try:
            act()
        except MigrateError as error:
            self.watch(RunEvent("notice", text=f"the guard: {error.message}{advice}"))

    def _note(self, run: Run, step: Step, state: State, **data: Any) -> None:
        run.take(self.ledger.note("guard", run=run.number, id=step.id, state=state, **data))


def _alias(action: Guarded) -> tuple[str, str]:
    return action.function, action.alias


def _text(seconds: float) -> str:
    """Return a time as a schedule has it, never earlier."""
    return datetime.fromtimestamp(math.ceil(seconds), UTC).strftime("%Y-%m-%dT%H:%M:%S")
