"""Takes one action there or back: waits while AWS works, writes, tries again after a conflict, and reads back.

All waiting, retrying and telling of drift is here; an action only observes and writes.
"""

from __future__ import annotations

import re
from contextlib import suppress
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from lambda_migrate.actions.base import Job, Observed, Reminding, Slow, irreversible
from lambda_migrate.actions.in_parts import InParts
from lambda_migrate.actions.remaining import remains
from lambda_migrate.aws.session import ASKED_ONCE
from lambda_migrate.errors import AlreadyThere, AwsError, Drifted, MigrateError, NoAnswer, NotFound, PreconditionFailed
from lambda_migrate.function.transfer import Transfer
from lambda_migrate.waiting import wait_until

if TYPE_CHECKING:
    from collections.abc import Callable

    from lambda_migrate.actions.base import Action
    from lambda_migrate.aws.session import Aws

MOVING_DEADLINE = 600.0
"""Seconds that AWS may take over one change (an event source mapping takes minutes)."""

READ_BACK_DEADLINE = 60.0
"""Seconds until a change that AWS accepted must show: its reads are eventually consistent."""

REMINDER = 30.0
"""Seconds after which somebody for whose answer AWS waits is asked once more: what was lost does not come by itself."""

PAUSES = (0.1, 0.5, 2.0, 5.0)
"""Seconds between attempts of a write that something was in the way of; each attempt looks again first."""

ROLE_PAUSES = (2.0, 3.0, *(5.0,) * 11)
"""The same where a service cannot assume a new role yet: IAM takes up to a minute to tell everybody of it
("Troubleshoot IAM", changes that are not immediately visible)."""

_ROLE = re.compile(r"cannot be assumed by|to assume the role")
_CONCURRENT = ("ConcurrentModification", "ConcurrentModificationException", "ConcurrentAccessException")
"""IAM's code is the first, alone among the services."""


@dataclass(frozen=True)
class Change:
    """One action, on its way to one of its sides.

    Args:
        action: The action.
        aws: A session that may change things.
        to: The side, BEFORE or AFTER.
        sleep: Waits so many seconds.
        name: What messages call it, a step's id; "" if there is none.
        transfer: What a write of many parts may do between two of them.
    """

    action: Action
    aws: Aws
    to: Observed
    sleep: Callable[[float], None]
    name: str = ""
    transfer: Transfer = field(default_factory=Transfer)

    def observe(self) -> Observed:
        """Return what AWS shows once it has stopped moving.

        Raises:
            AwsError: It moves for longer than the action's timeout.
        """
        return self._look_until(lambda _seen: True)

    def make(self) -> None:
        """Write, and read back until the side shows. What stands in the way is waited out, and looked at again.

        Raises:
            Drifted: It is neither as before nor as after.
            PreconditionFailed, AlreadyThere, AwsError: Something is in the way at every attempt.
            NoAnswer: AWS accepted the write and does not show it.
        """
        self.shown(self.write())

    def shown(self, job: str | None = None) -> None:
        """Read back until the side shows.

        Args:
            job: What :meth:`write` returned.

        Raises:
            Drifted, NoAnswer, AwsError: As for :meth:`make`.
        """
        seen = self._look_until(lambda seen: seen in (self.to, Observed.DRIFT), job)
        if seen is Observed.DRIFT:
            raise self.drift()
        if seen is not self.to:
            raise NoAnswer(
                f"{self._subject}: AWS accepted the change and does not show it", hint="run the same command again"
            )

    def awaits_an_answer(self) -> bool:
        """Return whether AWS waits for somebody else's answer, which a write asks for once more."""
        return isinstance(self.action, Reminding) and self.action.observe(self.aws) is Observed.MOVING

    def left_over(self, seen: Observed) -> bool:
        """Return whether a failed attempt has left something to remove, although it shows BEFORE, where it is to go."""
        return seen is Observed.BEFORE is self.to and remains(self.action, self.aws)

    def remind(self) -> None:
        """Where AWS waits for somebody else's answer, ask for it once more."""
        if isinstance(self.action, Reminding) and self.awaits_an_answer():
            self.action.remind(self.aws)

    def drift(self) -> Drifted:
        """Return the error that AWS shows neither side, with what it shows."""
        try:
            current = self.action.current(self.aws)
        except NotFound:
            current = "nothing"
        described = self.action.describe()
        return Drifted(
            f"{self.name} ({described}): found {current}" if self.name else f"{described}: found {current}",
            hint="somebody else changed it; put it back or roll the run back, then run `lambda-migrate plan` again",
            topic="drift",
        )

    @property
    def _subject(self) -> str:
        return self.name or self.action.describe()

    def write(self) -> str | None:
        """Write once AWS lets us; return the job's id where the write only starts one.

        Raises:
            Drifted, PreconditionFailed, AlreadyThere, AwsError, NoAnswer: As for :meth:`make`.
        """
        write = self._apply if self.to is Observed.AFTER else self.action.undo
        pauses, role_pauses = list(PAUSES), list(ROLE_PAUSES)
        missing: NotFound | None = None
        while True:
            try:
                return write(self.aws)
            except NotFound as error:
                if self._shows():
                    return None  # what was to be deleted is deleted: the answer to an attempt before was lost
                missing = missing or error  # the first says what is missing; a later one may not get as far
                if not pauses or self.to is Observed.BEFORE:
                    raise missing from None
                self.sleep(pauses.pop(0))  # what the step before has made may not be everywhere yet
            except AwsError as error:
                left = role_pauses if _awaits_a_role(error) else pauses if _in_the_way(error) else []
                if not left:
                    raise
                self.sleep(left.pop(0))
                seen = self.observe()
                if seen is Observed.DRIFT:
                    raise self.drift() from error
                if seen is self.to and not self.left_over(seen):
                    return None  # an attempt whose answer was lost had come about

    def _apply(self, aws: Aws) -> str | None:
        if isinstance(self.action, InParts):
            self.action.apply_in_parts(aws, self.transfer)
            return None
        return self.action.apply(aws)

    def _shows(self) -> bool:
        with suppress(MigrateError):
            seen = self.action.observe(self.aws)
            return seen is self.to and not self.left_over(seen)
        return False

    def _look_until(self, done: Callable[[Observed], bool], job: str | None = None) -> Observed:
        """Return what AWS shows once it has stopped moving and, within a deadline, is what is waited for."""
        timeout = self.action.timeout if isinstance(self.action, Slow) else MOVING_DEADLINE
        waited = wait_until(
            lambda: self._observe(job),
            lambda seen: seen is not Observed.MOVING and done(seen),
            sleep=self._reminding(),
            deadline=lambda seen: timeout if seen is Observed.MOVING else READ_BACK_DEADLINE,
            longest=min(10.0, max(2.0, timeout / 300)),
        )
        if waited.last is Observed.MOVING:
            described = f"{self.name}: " if self.name else ""
            raise AwsError(
                f"{described}AWS is still working on it after {waited.seconds:.0f} s: {self.action.describe()}",
                hint="run the same command again; it carries on here",
            )
        return waited.last

    def _reminding(self) -> Callable[[float], None]:
        """Return what waits, and on the way there asks once more, again and again, for an answer that AWS waits for."""
        silent = 0.0

        def wait(seconds: float) -> None:
            nonlocal silent
            self.sleep(seconds)
            silent += seconds
            if silent >= REMINDER and self.to is Observed.AFTER:
                silent = 0.0
                self.remind()

        return wait

    def _observe(self, job: str | None) -> Observed:
        """Look once.

        Raises:
            AwsError: The job that was to change it has failed.
        """
        seen = self.action.observe(self.aws)
        if job is not None and isinstance(self.action, Job) and seen not in (self.to, Observed.MOVING):
            failure = self.action.failure(self.aws, job, self.to)
            if failure is not None:
                raise failure
        return seen


def bring(action: Action, aws: Aws, to: Observed, *, sleep: Callable[[float], None] | None = None) -> bool:
    """Bring an action to one of its sides, from wherever it stands; harmless where it is there already.

    Args:
        action: The action.
        aws: A session that may change things.
        to: AFTER or BEFORE.
        sleep: Waits so many seconds; the session's where none is given.

    Returns:
        Whether there was something to do.

    Raises:
        GateClosed: It cannot be undone.
        Drifted: It is neither as before nor as after.
        AwsError: As AWS answered; or it takes longer than the deadline.
    """
    if to is Observed.BEFORE and not action.reversible:
        raise irreversible(action)
    change = Change(action, aws, to, sleep or aws.sleep)
    change.remind()
    seen = change.observe()
    if seen is Observed.DRIFT:
        raise change.drift()
    if seen is to and not change.left_over(seen):
        return False
    change.make()
    return True


def _in_the_way(error: AwsError) -> bool:
    """Return whether a write may succeed once AWS has been looked at again.

    Lambda and EventBridge answer a conflict while an update of the same thing is in progress, and also where the thing
    exists already; S3, Lambda and IAM refuse a condition where somebody else was quicker. A call that would make one
    thing more each time is repeated only once it was looked for.
    """
    if isinstance(error, NoAnswer):
        return error.operation in ASKED_ONCE
    return isinstance(error, (AlreadyThere, PreconditionFailed)) or error.aws_code in _CONCURRENT


def _awaits_a_role(error: AwsError) -> bool:
    """Return whether a service refused a role that it cannot assume, which a new one cannot be for a moment."""
    return error.aws_code == "ValidationException" and _ROLE.search(error.message) is not None
