"""Watches a gated step until it can be judged, and does what a person asks meanwhile: pause, extend, next, abort.

What was done is recorded: the next run of a command that was cut off knows how long the bake was paused and what was
added. No key goes past a failing verdict, and traffic never stays unguarded longer than the guard's own `hold`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from lambda_migrate.durations import duration
from lambda_migrate.engine.bake import SHARE_ADDED, Ask, Bake
from lambda_migrate.engine.events import RunEvent
from lambda_migrate.engine.guard_schedule import armed_schedule
from lambda_migrate.engine.verdict import Verdict
from lambda_migrate.engine.work import Work
from lambda_migrate.errors import MigrateError

if TYPE_CHECKING:
    from collections.abc import Callable

    from lambda_migrate.engine.plan import Step
    from lambda_migrate.engine.runs import Run
    from lambda_migrate.engine.verdict import Judge

_ABORTED = Verdict("fail", ("aborted by a key, before the bake was over",))


@dataclass(frozen=True)
class Trial:
    """The step that is watched.

    Attributes:
        run: Its run.
        step: The step.
        since: From when on it is watched, in seconds since the epoch.
        first: When a change of its group was first made, likewise.
        judge: Gives the verdicts.
    """

    run: Run
    step: Step
    since: float
    first: float
    judge: Judge

    @property
    def length(self) -> float:
        """Seconds that the bake lasts, with what was added and how long it was paused."""
        return self.step.bake + self.run.delay(self.step).seconds

    @property
    def end(self) -> float:
        """When it is over, in seconds since the epoch, unless it is paused."""
        return self.since + self.length

    @property
    def more(self) -> float:
        """Seconds that `extend` adds."""
        return self.step.bake / SHARE_ADDED

    def judged(self, *, final: bool) -> Verdict:
        """Judge it as it is now."""
        return self.judge(self.step, self.since, first=self.first, final=final)

    def left(self, now: float) -> float:
        """Return the seconds until it is over; those stand still while it is paused."""
        paused = self.run.delay(self.step).paused
        return self.end - (now if paused is None else min(now, paused))


@dataclass
class Watching(Work):
    """Watches steps over one ledger.

    Args:
        asked: Returns what a person has asked for since the last time, or None.
    """

    asked: Callable[[], Ask | None] = lambda: None

    def until_over(self, trial: Trial) -> Verdict | None:
        """Watch a step to the end of its bake.

        Returns:
            The verdict that ended it before its time, a fail or the pass that somebody asked for; None where it lasted.
            A bake that an earlier command was killed in after somebody had aborted it fails at once.
        """
        if trial.run.delay(trial.step).aborted:
            return _ABORTED
        self._resume(trial)
        text, left = trial.step.action.describe(), max(0.0, trial.end - self.now())
        self.watch(RunEvent("bake", trial.step, text, left, self._state(trial)))
        self._guard(trial.run, trial.step, max(trial.end, self.now()))
        glance = max(1.0, min(30.0, trial.step.bake / 5))
        seen = Verdict("pass", ())
        while (left := trial.left(self.now())) > 0:
            ask = self._wait_for_ask(min(glance, left))
            if ask:
                verdict = self._do(ask, trial)
                if verdict:
                    return verdict
            else:
                if trial.run.delay(trial.step).paused is not None:
                    self._require_unguarded(trial.step)
                verdict = trial.judged(final=False)
                if verdict.result == "fail":
                    return verdict
                seen = verdict
            self.watch(RunEvent("seen", trial.step, seen.seen, bake=self._state(trial, seen)))
        return None

    def last_look(self, trial: Trial) -> Verdict:
        """Judge at the end, again and again for as long as numbers may still be on their way."""
        waiting = False
        while True:
            verdict = trial.judged(final=True)
            left = trial.end + verdict.awaits - self.now()
            if verdict.result != "inconclusive" or left <= 0:
                return verdict
            if not waiting:
                waiting = True
                self._guard(trial.run, trial.step, self.now() + left)
                text = f"waiting for metrics: {'; '.join(verdict.reasons)}"
                self.watch(RunEvent("bake", trial.step, text, left, self._state(trial, verdict, left)))
            ask = self._wait_for_ask(min(left, max(1.0, min(15.0, verdict.awaits / 10))))
            if ask == "abort":
                return self._abort(trial)
            if ask:
                self._tell(f"not done ({ask}): the bake is over, its metrics are still on their way")

    def _state(self, trial: Trial, verdict: Verdict | None = None, left: float | None = None) -> Bake:
        return Bake(
            max(0.0, trial.left(self.now())) if left is None else left,
            trial.length if left is None else left,
            trial.more,
            trial.run.delay(trial.step).paused is not None,
            armed_schedule(self.ledger) if trial.step.guard else None,
            verdict.sides if verdict else (),
            verdict.seen if verdict else "",
        )

    def _wait_for_ask(self, seconds: float) -> Ask | None:
        left = seconds
        while left > 0:
            self._pause_point()
            self.sleep(min(left, 0.5))
            left -= 0.5
            if ask := self.asked():
                return ask
        return None

    def _do(self, ask: Ask, trial: Trial) -> Verdict | None:
        """Do what was asked; return the verdict that it brought, if it brought one."""
        if ask == "abort":
            return self._abort(trial)
        if ask == "next":
            return self._next(trial)
        if trial.run.delay(trial.step).paused is not None and ask == "pause":
            self._resume(trial)
            return None
        try:
            if ask == "pause":
                self._pause(trial)
            else:
                self._extend(trial)
        except MigrateError as error:
            self._tell(f"not done ({ask}): the guard: {error.message}")
        return None

    def _pause(self, trial: Trial) -> None:
        """Hold weight and clock; the guard waits for its `hold`, and is moved first: it must not act on the pause."""
        guard = trial.step.guard
        if guard:
            self._guarding.arm(trial.run, trial.step, self.now() + guard.hold)
        self._note(trial.run, "bake", trial.step, act="paused")
        held = f"; unless it goes on, the guard acts in {duration(int(guard.hold))}" if guard else ""
        self._tell(f"paused: the weight stays{held}")

    def _resume(self, trial: Trial) -> None:
        """Let a bake that is paused go on, also one that an earlier command has left so."""
        if trial.run.delay(trial.step).paused is None:
            return
        self._note(trial.run, "bake", trial.step, act="resumed")
        self._guarding.warn_where_it_fails(lambda: self._guard(trial.run, trial.step, max(trial.end, self.now())))
        self._tell(f"goes on: {duration(max(0, int(trial.left(self.now()))))} left")

    def _extend(self, trial: Trial) -> None:
        """Add time; the guard is moved first, so that it does not act within what was added."""
        if trial.run.delay(trial.step).paused is None:
            self._guard(trial.run, trial.step, trial.end + trial.more)
        self._note(trial.run, "bake", trial.step, act="extended", seconds=trial.more)
        self._tell(f"extended by {duration(int(trial.more))}")

    def _next(self, trial: Trial) -> Verdict | None:
        """Judge now as at the end; what is inconclusive is watched on, and a fail goes back as any other."""
        verdict = trial.judged(final=True)
        if verdict.result == "inconclusive":
            self._tell(f"not yet: {'; '.join(verdict.reasons)}")
            return None
        if trial.run.delay(trial.step).paused is not None:
            self._note(trial.run, "bake", trial.step, act="resumed")
        self._note(trial.run, "bake", trial.step, act="next")
        return verdict

    def _abort(self, trial: Trial) -> Verdict:
        self._note(trial.run, "bake", trial.step, act="aborted")
        return _ABORTED

    def _tell(self, text: str) -> None:
        self.watch(RunEvent("notice", text=f"    {text}"))
