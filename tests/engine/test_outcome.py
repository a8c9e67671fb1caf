"""What is told of a way back on which the credentials expired."""

from __future__ import annotations

from typing import Any

from lambda_migrate.engine.outcome import Outcome, Stayed
from lambda_migrate.engine.plan import Step
from lambda_migrate.errors import NoCredentials, NotAllowed
from tests.engine.world import SetValue

EXPIRED = NoCredentials("the AWS credentials have expired", hint="sign in again")
RUN: Any = None


def outcome(*errors: Exception, undone: int) -> Outcome:
    """Return what came of going back, with so many steps undone and one stuck by each error."""
    steps = [Step(f"{number:02}-set_value", SetValue("a", "1", "2")) for number in range(9)]
    stayed = [Stayed(RUN, steps[-1], "stuck", str(error), error) for error in errors]  # type: ignore[arg-type]  # ours
    return Outcome(steps[:undone], stayed)


def test_credentials_that_expire_on_the_way_are_told_once_and_no_step_is_advised_to_be_left_out() -> None:
    error = outcome(EXPIRED, NotAllowed("no"), EXPIRED, undone=2).error()

    assert isinstance(error, NoCredentials)
    assert (error.message, error.hint) == (
        "the AWS credentials have expired: 3 steps could not go back",
        "sign in again",
    )


def test_where_nothing_went_back_that_is_all() -> None:
    assert outcome(EXPIRED, EXPIRED, undone=0).error() is EXPIRED
