"""Look first, write only what is left to do, let others finish: on a thing that needs no AWS."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, ClassVar

import pytest

from lambda_migrate.actions import Observed
from lambda_migrate.actions.base import Irreversible
from lambda_migrate.aws.session import Aws
from lambda_migrate.engine.apply import PAUSES, REMINDER, bring
from lambda_migrate.errors import (
    AlreadyThere,
    AwsError,
    Drifted,
    GateClosed,
    MigrateError,
    NoAnswer,
    NotFound,
    PreconditionFailed,
)

BUSY = AlreadyThere("lambda:UpdateAlias `orders`: busy", aws_code="ResourceConflictException")
CONCURRENT = AwsError("events:PutTargets failed: busy", aws_code="ConcurrentModificationException")
OF_IAM = AwsError("iam:PutRolePolicy `orders` failed: busy", aws_code="ConcurrentModification")
LOST = PreconditionFailed("lambda:UpdateAlias `orders`: stale", aws_code="PreconditionFailedException")

BEFORE, AFTER, MOVING, DRIFT = Observed.BEFORE, Observed.AFTER, Observed.MOVING, Observed.DRIFT


@dataclass
class Thing:
    """Shows what it is told to show, refuses what it is told to refuse, and counts what was changed."""

    kind: ClassVar[str] = "thing"
    reversible: ClassVar[bool] = True
    symbol: ClassVar[str] = "~"
    shows: list[Observed]
    refuses: list[MigrateError] = field(default_factory=list)
    changed: int = 0

    def describe(self) -> str:
        return "thing: 1 → 2"

    def observe(self, aws: Aws) -> Observed:  # noqa: ARG002  # the verb of every action
        return self.shows.pop(0) if len(self.shows) > 1 else self.shows[0]

    def apply(self, aws: Aws) -> str | None:  # noqa: ARG002  # as above
        if self.refuses:
            raise self.refuses.pop(0)
        self.changed += 1
        return None

    def undo(self, aws: Aws) -> None:  # noqa: ARG002  # as above
        self.changed -= 1

    def current(self, aws: Aws) -> str:  # noqa: ARG002  # as above
        return "3"


@dataclass
class SlowThing(Thing):
    """May take longer than others, or less long."""

    timeout: ClassVar[float] = 1.0


@dataclass
class FailingJob(Thing):
    """Its write starts a job, whose failure it tells."""

    def apply(self, aws: Aws) -> str:
        super().apply(aws)
        return "job-1"

    def failure(self, aws: Aws, job: str, to: Observed) -> AwsError | None:  # noqa: ARG002  # the ability's verb
        return AwsError(f"{job} failed on its way to {to.value}")


@dataclass
class Pending(Thing):
    """Waits for somebody, who can be reminded."""

    reminded: int = 0

    def remind(self, aws: Aws) -> None:  # noqa: ARG002  # the ability's verb
        self.reminded += 1


@dataclass
class Deaf(Pending):
    """Waits for somebody who hears the second reminder only."""

    def observe(self, aws: Aws) -> Observed:  # noqa: ARG002  # the verb of every action
        return AFTER if self.reminded > 1 else MOVING


@dataclass(frozen=True)
class Gone(Irreversible):
    """Has no way back."""

    kind: ClassVar[str] = "gone"
    symbol: ClassVar[str] = "-"

    def describe(self) -> str:
        return "thing: delete"

    def observe(self, aws: Aws) -> Observed:  # noqa: ARG002  # the verb of every action
        return AFTER

    def apply(self, aws: Aws) -> None:
        """Do nothing."""

    def current(self, aws: Aws) -> str:  # noqa: ARG002  # as above
        return "nothing"


def session(slept: list[float], **more: Any) -> Aws:
    return Aws(sleep=slept.append, **more)


@pytest.mark.parametrize(
    "refusal", [BUSY, CONCURRENT, OF_IAM, LOST], ids=["busy", "concurrent", "concurrent in IAM", "lost race"]
)
def test_what_something_is_in_the_way_of_is_looked_at_and_tried_again(refusal: AwsError) -> None:
    thing, slept = Thing([BEFORE, BEFORE, BEFORE, AFTER], [refusal, refusal]), []

    assert bring(thing, session(slept), AFTER)

    assert (thing.changed, slept) == (1, [0.1, 0.5])


@pytest.mark.parametrize("refusal", [BUSY, LOST], ids=["busy", "lost race"])
def test_what_is_done_by_then_is_not_done_again(refusal: AwsError) -> None:
    thing, slept = Thing([BEFORE, AFTER], [refusal]), []

    assert bring(thing, session(slept), AFTER)

    assert (thing.changed, slept) == (0, [0.1])


def test_what_is_something_else_by_then_is_drift() -> None:
    thing = Thing([BEFORE, DRIFT], [LOST])

    with pytest.raises(Drifted) as raised:
        bring(thing, session([]), AFTER)

    assert (raised.value.message, thing.changed) == ("thing: 1 → 2: found 3", 0)


@pytest.mark.parametrize(
    "refusal", [BUSY, CONCURRENT, OF_IAM, LOST], ids=["busy", "concurrent", "concurrent in IAM", "lost race"]
)
def test_what_stays_in_the_way_is_told(refusal: AwsError) -> None:
    thing, slept = Thing([BEFORE], [refusal] * 9), []

    with pytest.raises(type(refusal)) as raised:
        bring(thing, session(slept), AFTER)

    assert (raised.value, thing.changed, slept) == (refusal, 0, [0.1, 0.5, 2.0, 5.0])
    assert len(thing.refuses) == 4


def test_any_other_refusal_is_told_at_once() -> None:
    thing, slept = Thing([BEFORE], [AwsError("no")] * 2), []

    with pytest.raises(AwsError, match="no"):
        bring(thing, session(slept), AFTER)

    assert (len(thing.refuses), slept) == (1, [])


def test_a_thing_that_is_not_found_is_refused_unless_that_is_what_was_wanted() -> None:
    thing, slept = Thing([BEFORE], [NotFound("no such thing")] * 9), []
    with pytest.raises(NotFound):
        bring(thing, session(slept), AFTER)

    assert (len(thing.refuses), slept) == (4, list(PAUSES))
    assert bring(Thing([BEFORE, AFTER], [NotFound("no such thing")]), session([]), AFTER)


def test_what_the_step_before_has_made_and_aws_does_not_show_everywhere_yet_is_asked_again() -> None:
    thing, slept = Thing([BEFORE, BEFORE, BEFORE, AFTER], [NotFound("alias not found: live")] * 2), []

    assert bring(thing, session(slept), AFTER)

    assert (thing.changed, slept) == (1, list(PAUSES[:2]))


def test_what_moves_is_waited_for_before_and_after_the_write() -> None:
    thing, slept = Thing([MOVING, MOVING, BEFORE, MOVING, AFTER]), []

    assert bring(thing, session(slept), AFTER)

    assert (thing.changed, slept) == (1, [0.05, 0.1, 0.05])


def test_what_never_stops_moving_is_given_up_at_its_own_timeout() -> None:
    thing, slept = SlowThing([MOVING]), []

    with pytest.raises(AwsError) as raised:
        bring(thing, session(slept), AFTER)

    assert raised.value.message == "AWS is still working on it after 2 s: thing: 1 → 2"
    assert (thing.changed, slept) == (0, [0.05, 0.1, 0.2, 0.4, 0.8])


def test_a_write_that_never_shows_is_no_answer() -> None:
    thing, slept = Thing([BEFORE]), []

    with pytest.raises(NoAnswer) as raised:
        bring(thing, session(slept), AFTER)

    assert raised.value.message == "thing: 1 → 2: AWS accepted the change and does not show it"
    assert (thing.changed, 60 <= sum(slept) < 63) == (1, True)


def test_drift_is_refused_with_what_was_found() -> None:
    thing = Thing([DRIFT])

    with pytest.raises(Drifted) as raised:
        bring(thing, session([]), AFTER)

    assert (raised.value.message, thing.changed) == ("thing: 1 → 2: found 3", 0)


@pytest.mark.parametrize("side", [AFTER, BEFORE])
def test_what_is_done_is_not_done_again(side: Observed) -> None:
    thing = Thing([side])

    assert not bring(thing, session([]), side)

    assert thing.changed == 0


@pytest.mark.parametrize("shows", [[BEFORE, MOVING, BEFORE], [BEFORE, DRIFT]], ids=["gone back", "given up"])
def test_a_job_that_failed_tells_why(shows: list[Observed]) -> None:
    with pytest.raises(AwsError) as raised:
        bring(FailingJob(shows), session([]), AFTER)

    assert raised.value.message == "job-1 failed on its way to after"


def test_a_job_that_came_about_is_not_asked_why_it_failed() -> None:
    assert bring(FailingJob([BEFORE, MOVING, AFTER]), session([]), AFTER)


def test_who_has_not_answered_is_reminded_once() -> None:
    thing = Pending([MOVING, MOVING, AFTER])

    assert not bring(thing, session([]), AFTER)

    assert (thing.reminded, thing.changed) == (1, 0)


def test_who_does_not_answer_is_reminded_again_while_it_is_waited_for() -> None:
    thing, pauses = Deaf([]), list[float]()

    assert not bring(thing, session(pauses), AFTER)

    assert (thing.reminded, REMINDER <= sum(pauses) <= REMINDER + 2.0) == (2, True)


def test_on_the_way_back_nobody_is_reminded_again() -> None:
    thing = Deaf([])

    with pytest.raises(AwsError, match="AWS is still working on it"):
        bring(thing, session([]), BEFORE)

    assert thing.reminded == 1


def test_what_cannot_be_undone_says_what_it_was() -> None:
    with pytest.raises(GateClosed) as raised:
        bring(Gone(), session([]), BEFORE)

    assert (raised.value.gate, raised.value.message) == ("irreversible", "thing: delete: this cannot be undone")
