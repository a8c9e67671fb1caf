"""Goes back: undoes recorded steps, the latest first.

What stands where it is to go counts as undone. A step that cannot go back holds up only what depends on it; it is
collected, and reported at the end. What may still carry traffic is left in place, with the time after which it may go.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import partial
from typing import TYPE_CHECKING, Any, NamedTuple

from lambda_migrate.actions import Observed, action_from_dict, action_to_dict
from lambda_migrate.actions.base import Joining, Lingering, Named, Needless, Touches, backwards
from lambda_migrate.engine.apply import Change
from lambda_migrate.engine.events import RunEvent
from lambda_migrate.engine.left_standing import HURRIED, left_in_a_hurry, standing_elsewhere
from lambda_migrate.engine.outcome import Outcome, Stayed
from lambda_migrate.engine.runs import runs
from lambda_migrate.engine.undo_order import Leg, holds, legs, moves, next_leg
from lambda_migrate.engine.work import Work
from lambda_migrate.errors import GateClosed, Interrupted, MigrateError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from lambda_migrate.engine.outcome import Why
    from lambda_migrate.engine.plan import Step
    from lambda_migrate.engine.runs import Run


class _Moving(NamedTuple):
    """A leg that AWS is at; `written` where our own write is what it is at, whose job's id is `job`."""

    leg: Leg
    written: bool
    job: str | None = None


@dataclass
class WayBack(Work):
    """The way back over one ledger.

    Args:
        hurried: Stops for nobody in between.
    """

    hurried: bool = False
    _outcome: Outcome = field(default_factory=Outcome)
    _undone: list[Leg] = field(default_factory=list)
    _moving: list[_Moving] = field(default_factory=list)
    _unwaited: list[tuple[Step, float]] = field(default_factory=list)
    _staying: list[dict[str, Any]] = field(default_factory=list)
    _hurry: bool = False

    def go(self, taken: Sequence[Run], *, to: str, skip: Mapping[str, str], hurry: bool) -> Outcome:
        """Undo what stands of some runs, and close those of which nothing has to.

        Args:
            taken: The runs, the oldest first.
            to: The step to go back to, which stays; "" undoes all.
            skip: Steps to leave as they are, with the reason.
            hurry: Leave in place what would have to be waited for.

        Raises:
            Interrupted: `stop` said so.
        """
        self._hurry = hurry
        self._unwaited += [each for run in taken for each in left_in_a_hurry(run)]
        steps: list[tuple[Run, Step]] = []
        whole: list[Run] = []
        for run in reversed(taken):
            applied = run.to_undo
            names = [bool(to) and run.is_called(step, to) for step in applied]
            chosen = applied[: names.index(True)] if any(names) else applied
            for step in chosen:
                reason = next((why for name, why in skip.items() if run.is_called(step, name)), "")
                if reason:
                    self._stay(run, step, "skipped", reason)
                else:
                    steps.append((run, step))
            if any(names):
                break
            whole.append(run)
        self._staying = list(standing_elsewhere(runs(self.ledger), steps))
        self._back(steps)
        stuck = {each.run.number for each in self._outcome.of("stuck")}
        held = {each.run.number for each in self._outcome.of("held")} if stuck else set()
        for run in whole:
            if run.number not in stuck | held and run.closed != "rolled-back":
                self._note(run, "rolled-back")
        return self._outcome

    def undo(self, run: Run, steps: Sequence[Step]) -> Outcome:
        """Undo some steps of one run at once; `stop` is not asked."""
        self.hurried = True
        self._back([(run, step) for step in steps])
        return self._outcome

    def _back(self, steps: Sequence[tuple[Run, Step]]) -> None:
        left = legs([(run, step) for run, step in steps if not self._never_came_about(run, step)])
        while left or self._moving:
            chosen = next_leg(left, [each.leg for each in self._moving], self._undone, self.now()) if left else None
            if self._moving and (chosen is None or chosen[1] > 0):
                self._finish(self._moving.pop(0))
                continue
            if chosen is None:
                break  # unreachable: without anything moving the first leg is free
            leg, wait = chosen
            left.remove(leg)
            if self._kept_back(leg):
                continue
            until = self._not_waited_for(leg, wait)
            if wait > 0 and not until and not self._stays(leg):
                self.watch(RunEvent("wait", leg.step, leg.action.describe(), wait))
                self._wait(wait)
            elif not self.hurried:
                self._pause_point()
            self._guarded(leg, partial(self._begin, leg, until))

    def _never_came_about(self, run: Run, step: Step) -> bool:
        """Return whether a step that a crash left without an outcome stands as before, and record that it does.

        Joined with the steps before it, it would be looked for at its end, where it never was.
        """
        if not isinstance(step.action, Joining) or step.id in run.applied or step.id not in run.open_intents:
            return False
        leg = Leg(step.action, ((run, step),))
        if self._stands(leg) is not Observed.BEFORE:
            return False
        self._wait(self.lag)
        if self._stands(leg) is not Observed.BEFORE:
            return False
        self._went(leg)
        return True

    def _kept_back(self, leg: Leg) -> bool:
        """Keep a leg because something later stays that may need it."""
        for kept in self._outcome.stayed:
            later = _place(kept.run, kept.step) > _place(*leg.steps[-1])
            if later and kept.why in ("stuck", "held", "skipped") and holds(kept.step, leg.step):
                self._keep(leg, "held", f"stays because {kept.step.id} does")
                return True
        return False

    def _not_waited_for(self, leg: Leg, wait: float) -> float:
        """Return until when a leg stays because nobody wants to wait for it, or for what needs it; 0.0 where none."""
        kept = [(step, until) for step, until in self._unwaited if holds(step, leg.step)]
        holding = [until for step, until in kept if moves(step) or not moves(leg.step)]
        hurried = self._hurry and wait > 0 and not self._stays(leg)
        return max([self.now() + max(wait, leg.step.lingers), *holding]) if holding or hurried else 0.0

    def _stays(self, leg: Leg) -> bool:
        """Return whether a leg is left in place without a write."""
        return bool(leg.step.lingers) and not isinstance(leg.action, Lingering)

    def _guarded(self, leg: Leg, act: Callable[[], None]) -> None:
        """Do something about a leg; what goes wrong is kept for the end."""
        try:
            act()
        except Interrupted:
            raise
        except MigrateError as error:
            stands = self._stands(leg)
            if stands is Observed.BEFORE:
                self._went(leg)  # the write came about, and its answer was lost
                return
            for run, step in reversed(leg.steps):  # the last word is of where it stands, which is the latest step's end
                if stands is Observed.AFTER and step.id in run.open_intents:
                    self._record(run, step, Observed.AFTER)
            self._keep(leg, "stuck", error.message, error)

    def _stands(self, leg: Leg) -> Observed | None:
        """Return what AWS shows where that is certain once a call was refused."""
        try:
            seen = leg.action.observe(self.aws)
            return None if self._change(leg).left_over(seen) else seen
        except MigrateError:
            return None

    def _begin(self, leg: Leg, stays_until: float = 0.0) -> None:
        """Look where a leg stands, and undo it where that takes something, and is not left to stand until a time."""
        change, seen = self._change(leg), self._seen(leg)
        if change.left_over(seen):
            self._write(leg, change)  # a failed attempt never carried anything: nobody has to be waited for
            return
        if seen is Observed.BEFORE:
            self._went(leg)
            return
        if self._left_standing(leg, stays_until):
            return
        if seen is Observed.MOVING:
            self._moving.append(_Moving(leg, written=False))
        elif seen is Observed.DRIFT:
            raise change.drift()
        elif not leg.action.reversible:
            raise GateClosed(
                f"{leg.step.id} cannot be undone: {leg.action.describe()}",
                gate="irreversible",
                hint=f"what came after it is undone; `lambda-migrate explain {leg.action.kind}` says what is left",
            )
        elif leg.step.lingers:
            if isinstance(leg.action, Lingering):
                leg.action.leave(self.aws)
            self._leave(leg, self.now() + leg.step.lingers, "it may still carry traffic")
        else:
            self._write(leg, change)

    def _left_standing(self, leg: Leg, stays_until: float) -> bool:
        """Leave a leg that nothing needs to go, that something else needs, or that nobody wants to wait for."""
        if not moves(leg.step) and action_to_dict(leg.action) in self._staying:
            self._keep(leg, "passed", "an earlier run has made it too, and stays")
            return True
        reason = leg.action.needless(self.aws) if isinstance(leg.action, Needless) else ""
        if reason and (until := self._named_by_leftovers(leg)):
            self._leave(leg, until, reason)
        elif reason and not self._stays(leg):
            self._keep(leg, "passed", reason)
        elif stays_until:
            self._unwaited.append((leg.step, stays_until))
            self._leave(leg, stays_until, HURRIED)
        else:
            return False
        return True

    def _seen(self, leg: Leg) -> Observed:
        """Return what AWS shows of a leg; where a crash left no outcome, once reads show what was sent before it."""
        seen = leg.action.observe(self.aws)
        cut_off = any(step.id not in run.applied and step.id in run.open_intents for run, step in leg.steps)
        if seen is Observed.BEFORE and cut_off:
            self._wait(self.lag)
            seen = leg.action.observe(self.aws)
        return seen

    def _named_by_leftovers(self, leg: Leg) -> float:
        """Return until when a leg stays because an alias that is left in place names it; 0.0 where none does."""
        if not isinstance(leg.action, Named):
            return 0.0
        names = leg.action.named_by(self.aws)
        left = [(each.until, each.step.action) for each in self._outcome.of("left")]
        left += [
            (float((record.note or {}).get("until", 0.0)), action_from_dict(run.actions[name]))
            for run in runs(self.ledger)  # of a way back before this one
            for name, record in run.left.items()
        ]
        return max(
            (until for until, other in left if isinstance(other, Touches) and names & other.touches().aliases),
            default=0.0,
        )

    def _write(self, leg: Leg, change: Change) -> None:
        for run, step in leg.steps:
            if step.id not in run.applied and not change.left_over(Observed.BEFORE):
                self._record(run, step, Observed.AFTER)
            document = action_to_dict(step.action)
            run.take(self.ledger.append("undo-intent", id=step.id, run=run.number, action=document))
        self.watch(RunEvent("undo", leg.step, backwards(leg.action)))
        self._guarding.before_rollback(leg.action)
        job = change.write()
        if leg.action.observe(self.aws) is Observed.BEFORE:
            self._went(leg)
        else:
            self._moving.append(_Moving(leg, written=True, job=job))

    def _finish(self, moving: _Moving) -> None:
        """Wait for a leg that AWS is at."""
        self._guarded(moving.leg, partial(self._read_back if moving.written else self._stopped, moving))

    def _read_back(self, moving: _Moving) -> None:
        self._change(moving.leg).shown(moving.job)
        self._went(moving.leg)

    def _stopped(self, moving: _Moving) -> None:
        self._change(moving.leg).observe()
        self._begin(moving.leg)

    def _change(self, leg: Leg) -> Change:
        return Change(leg.action, self.aws, Observed.BEFORE, self._wait, leg.step.id)

    def _went(self, leg: Leg) -> None:
        for run, step in leg.steps:
            self._record(run, step, Observed.BEFORE)
            self._outcome.undone.append(step)
            self.watch(RunEvent("undone", step, backwards(step.action)))
        self._undone.append(leg)

    def _leave(self, leg: Leg, until: float, reason: str) -> None:
        for run, step in leg.steps:
            self._note(run, "left", step, until=until, reason=reason)
            self._outcome.stayed.append(Stayed(run, step, "left", reason, until=until))
            self.watch(RunEvent("left", step, f"{step.action.describe()}: {reason}"))

    def _keep(self, leg: Leg, why: Why, reason: str, error: MigrateError | None = None) -> None:
        for run, step in leg.steps:
            if why == "passed":
                self._note(run, "passed", step, reason=reason)
            self._stay(run, step, why, reason, error)

    def _stay(self, run: Run, step: Step, why: Why, reason: str, error: MigrateError | None = None) -> None:
        self._outcome.stayed.append(Stayed(run, step, why, reason, error))
        self.watch(RunEvent(why, step, f"{step.action.describe()}: {reason}"))


def _place(run: Run, step: Step) -> tuple[int, int]:
    """Return where a step stands in the ledger: its run, and its place there."""
    return run.number, run.plan.steps.index(step)
