"""How every action changes AWS: look first, write only what is still to be done, and let others finish.

An action's ``apply`` and ``undo`` are harmless where they have been done already, refuse where somebody else has been,
and are tried again where AWS says that another operation is in progress.
"""

from __future__ import annotations

from functools import wraps
from typing import TYPE_CHECKING, NoReturn, TypeVar

from lambda_migrate.actions.base import Observed
from lambda_migrate.errors import AlreadyThere, AwsError, Drifted, GateClosed, PreconditionFailed

if TYPE_CHECKING:
    from collections.abc import Callable

    from lambda_migrate.actions.base import Action
    from lambda_migrate.aws.session import Aws

PAUSES = (0.1, 0.5, 2.0, 5.0)
"""Seconds between attempts of a change that another operation stands in the way of."""

_CONCURRENT = ("ConcurrentModificationException", "ConcurrentAccessException")

SomeAction = TypeVar("SomeAction", bound="Action")


def pending(action: Action, aws: Aws, goal: Observed) -> bool:
    """Wait while AWS moves the thing, then return whether there is still something to do to reach the goal.

    Raises:
        Drifted: It is neither as before nor as after.
        AwsError: AWS moves it for longer than the deadline.
    """
    waited, pause = 0.0, 0.05
    while (seen := action.observe(aws)) is Observed.MOVING:
        if waited >= aws.deadline:
            raise AwsError(
                f"AWS is still at it after {waited:.0f} s: {action.describe()}", hint="run the same command again"
            )
        aws.sleep(pause)
        waited, pause = waited + pause, min(pause * 2, 5.0)
    if seen is Observed.DRIFT:
        raise Drifted(
            f"{action.describe()}: found {action.current(aws)}",
            hint="somebody else changed it; put it back, then `lambda-migrate plan` again",
            docs="troubleshooting#drift",
        )
    return seen is not goal


def contended(change: Callable[[SomeAction, Aws], None]) -> Callable[[SomeAction, Aws], None]:
    """Make a change that looks before it writes try again where another operation was in the way.

    Lambda and EventBridge answer so while an update of the same thing is in progress, and also where the thing exists
    already; the next attempt looks again and tells the two apart.
    """

    @wraps(change)
    def tried(action: SomeAction, aws: Aws) -> None:
        for pause in PAUSES:
            try:
                return change(action, aws)
            except AwsError as error:
                if not isinstance(error, AlreadyThere) and error.aws_code not in _CONCURRENT:
                    raise
            aws.sleep(pause)
        return change(action, aws)

    return tried


def overtaken(what: str) -> PreconditionFailed:
    """Return the error of a change that somebody else overtook between our look and our write; nothing was written."""
    return PreconditionFailed(f"{what}: somebody changed it at the same moment", hint="run the same command again")


def cannot_be_undone(action: Action) -> NoReturn:
    """Refuse to undo an irreversible action.

    Raises:
        GateClosed: Always.
    """
    raise GateClosed(f"{action.describe()}: this cannot be undone", hint="what is left of it is in the backup")
