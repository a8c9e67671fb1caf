"""Look first, write only what is left to do, let others finish: on a thing that needs no AWS."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, ClassVar

import pytest

from lambda_migrate.actions import Observed
from lambda_migrate.actions.change import cannot_be_undone, contended, pending
from lambda_migrate.aws.session import Aws
from lambda_migrate.errors import AlreadyThere, AwsError, Drifted, GateClosed, MigrateError, PreconditionFailed

BUSY = AlreadyThere("lambda:UpdateAlias `orders`: busy", aws_code="ResourceConflictException")
CONCURRENT = AwsError("events:PutTargets failed: busy", aws_code="ConcurrentModificationException")


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

    @contended
    def apply(self, aws: Aws) -> None:
        if pending(self, aws, Observed.AFTER):
            if self.refuses:
                raise self.refuses.pop(0)
            self.changed += 1

    @contended
    def undo(self, aws: Aws) -> None:
        if pending(self, aws, Observed.BEFORE):
            self.changed -= 1

    def current(self, aws: Aws) -> str:  # noqa: ARG002  # as above
        return "3"


def session(slept: list[float], **more: Any) -> Aws:
    return Aws(sleep=slept.append, **more)


@pytest.mark.parametrize("refusal", [BUSY, CONCURRENT])
def test_what_is_busy_is_looked_at_and_tried_again(refusal: AwsError) -> None:
    thing, slept = Thing([Observed.BEFORE], [refusal, refusal]), []

    thing.apply(session(slept))

    assert (thing.changed, slept) == (1, [0.1, 0.5])


def test_what_exists_by_then_is_done() -> None:
    thing, slept = Thing([Observed.BEFORE, Observed.AFTER], [BUSY]), []

    thing.apply(session(slept))

    assert (thing.changed, slept) == (0, [0.1])


def test_what_stays_busy_is_told() -> None:
    thing, slept = Thing([Observed.BEFORE], [BUSY] * 9), []

    with pytest.raises(AlreadyThere):
        thing.apply(session(slept))

    assert (thing.changed, slept) == (0, [0.1, 0.5, 2.0, 5.0])


def test_a_lost_race_is_left_to_whoever_decides() -> None:
    thing, slept = Thing([Observed.BEFORE], [PreconditionFailed("lambda:UpdateAlias `orders`: stale")]), []

    with pytest.raises(PreconditionFailed):
        thing.apply(session(slept))

    assert (thing.changed, slept) == (0, [])


def test_what_moves_is_waited_for() -> None:
    thing, slept = Thing([Observed.MOVING, Observed.MOVING, Observed.BEFORE]), []

    thing.apply(session(slept))

    assert (thing.changed, slept) == (1, [0.05, 0.1])


def test_what_never_stops_moving_is_given_up_at_the_deadline() -> None:
    slept: list[float] = []

    with pytest.raises(AwsError) as raised:
        Thing([Observed.MOVING]).apply(session(slept, deadline=1.0))

    assert raised.value.message == "AWS is still at it after 2 s: thing: 1 → 2"
    assert slept == [0.05, 0.1, 0.2, 0.4, 0.8]


def test_drift_is_refused_with_what_was_found() -> None:
    thing = Thing([Observed.DRIFT])

    with pytest.raises(Drifted) as raised:
        thing.apply(session([]))

    assert (raised.value.message, thing.changed) == ("thing: 1 → 2: found 3", 0)


@pytest.mark.parametrize(("verb", "seen"), [("apply", Observed.AFTER), ("undo", Observed.BEFORE)])
def test_what_is_done_is_not_done_again(verb: str, seen: Observed) -> None:
    thing = Thing([seen])

    getattr(thing, verb)(session([]))

    assert thing.changed == 0


def test_what_cannot_be_undone_says_what_it_was() -> None:
    with pytest.raises(GateClosed) as raised:
        cannot_be_undone(Thing([Observed.AFTER]))

    assert raised.value.message == "thing: 1 → 2: this cannot be undone"
