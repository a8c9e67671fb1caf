"""What every change to AWS is: data that holds both sides, facts about it, and one write per direction.

What takes an action there or back is :mod:`lambda_migrate.engine.apply`: it alone waits, tries again, tells drift and
reads back.
"""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass
from enum import Enum
from typing import TYPE_CHECKING, Any, ClassVar, Literal, NoReturn, Protocol, runtime_checkable

from lambda_migrate.errors import GateClosed, PreconditionFailed

if TYPE_CHECKING:
    from lambda_migrate.aws.permissions import Call
    from lambda_migrate.aws.quotas import Quota
    from lambda_migrate.aws.session import Aws
    from lambda_migrate.errors import AwsError


class Observed(Enum):
    """What AWS shows of an action when one looks.

    It is the idempotency check, the drift check, the wait, the crash recovery and the engine of ``status``.
    """

    BEFORE = "before"
    AFTER = "after"
    MOVING = "moving"
    DRIFT = "drift"


class Action(Protocol):
    """A change to AWS, captured when the plan is made, as a frozen dataclass of JSON-able fields.

    An action holds ``before`` and ``after`` (or what identifies them), because after the change AWS can no longer be
    asked what it used to be. It knows facts and one write per direction:

    - ``describe()``: one line for a person, for example ``alias live: 41 → 42``.
    - ``observe(aws)``: where the world stands; reads only.
    - ``apply(aws)``: writes AFTER, once; merges with foreign changes in the same document. It is called where
      ``observe`` showed BEFORE, and again where AWS says that something was in the way. What only starts a job returns
      the job's id.
    - ``undo(aws)``: writes BEFORE, once, as ``apply`` does; never called where ``reversible`` is False.
    - ``current(aws)``: what is there now, as one line, shown next to before and after when it is drift.
    - ``aws_calls()``: every call that all of these may make, from which the policies of IAM are made.

    What some can do besides is in the small protocols below, and is asked for, never guessed from ``kind``.
    """

    kind: ClassVar[str]
    reversible: ClassVar[bool]
    symbol: ClassVar[str]

    def describe(self) -> str: ...

    def observe(self, aws: Aws) -> Observed: ...

    def apply(self, aws: Aws) -> str | None: ...

    def undo(self, aws: Aws) -> str | None: ...

    def current(self, aws: Aws) -> str: ...

    def aws_calls(self) -> tuple[Call, ...]: ...


class Replace(Action, Protocol):
    """An action that puts one of two sides in the place of the other: there and back are the same write.

    - ``write(aws, side)``: puts a side, ``before`` or ``after``, in the place of the other.
    """

    before: Any
    after: Any

    def write(self, aws: Aws, side: Any) -> None:
        """Put a side in the place of the other."""

    def apply(self, aws: Aws) -> None:
        """Put ``after`` in the place of ``before``."""
        self.write(aws, self.after)

    def undo(self, aws: Aws) -> None:
        """Put ``before`` in the place of ``after``."""
        self.write(aws, self.before)


class Irreversible(Action, Protocol):
    """An action without a way back."""

    reversible: ClassVar[bool] = False

    def undo(self, aws: Aws) -> NoReturn:  # noqa: ARG002  # as every action's
        """Refuse.

        Raises:
            GateClosed: Always.
        """
        raise irreversible(self)


@runtime_checkable
class Slow(Protocol):
    """An action that AWS may work on for longer than usual.

    - ``timeout``: Seconds that AWS may take.
    """

    timeout: ClassVar[float]


@runtime_checkable
class Job(Protocol):
    """An action whose write only starts a job, which can fail later.

    - ``failure(aws, job, to)``: why the job did not bring the thing to that side, or None where it runs still or has
      succeeded. `job` is what the write returned.
    """

    def failure(self, aws: Aws, job: str, to: Observed) -> AwsError | None: ...


@runtime_checkable
class Adding(Action, Protocol):
    """An action that makes one more of what AWS allows so many of.

    - ``quota``: Of what, and how many.
    - ``holder()``: what has them, for a person: ``http api a1b2c3``.
    - ``there(aws)``: how many it has; reads only.
    """

    quota: ClassVar[Quota]

    def holder(self) -> str: ...

    def there(self, aws: Aws) -> int: ...


@runtime_checkable
class Reminding(Protocol):
    """An action whose MOVING ends only when somebody else answers, who can be asked once more.

    - ``remind(aws)``: asks once more.
    """

    def remind(self, aws: Aws) -> None: ...


@runtime_checkable
class Vanishing(Protocol):
    """An action whose thing AWS may take away again, because it found one that was just being deleted in its place.

    - ``may_vanish``: that it is so.
    """

    may_vanish: ClassVar[bool]


@runtime_checkable
class Needless(Protocol):
    """An action that the way back can pass by where nothing on it needs the action to be undone.

    - ``needless(aws)``: why that is so now, one clause; "" where it has to be undone.
    """

    def needless(self, aws: Aws) -> str: ...


@runtime_checkable
class Named(Protocol):
    """An action whose thing AWS does not delete for as long as aliases name it.

    - ``named_by(aws)``: the names of those aliases.
    """

    def named_by(self, aws: Aws) -> frozenset[str]: ...


@runtime_checkable
class Joining(Protocol):
    """An action that moves traffic and takes nothing away; what several of them did is undone in one write.

    - ``joined(later)``: the action from where this one began to where `later` ended; None where they are about
      different things.
    """

    def joined(self, later: Action) -> Action | None: ...


@runtime_checkable
class Lingering(Protocol):
    """An action whose thing has to be changed on the way back although it is left in place.

    - ``leave(aws)``: has it carry nothing new.
    - ``gone(aws)``: whether it is not there at all.
    """

    def leave(self, aws: Aws) -> None: ...

    def gone(self, aws: Aws) -> bool: ...


@runtime_checkable
class Used(Protocol):
    """An action whose thing others may have come to use, which nobody could bring back once it is gone.

    - ``in_use(aws)``: how, one clause; "" where nobody uses it.
    """

    def in_use(self, aws: Aws) -> str: ...


@runtime_checkable
class Drawing(Protocol):
    """An action whose thing AWS gives a name that a person needs: an address to which clients move.

    - ``made(aws)``: the name, "" if there is none.
    """

    def made(self, aws: Aws) -> str: ...


@runtime_checkable
class Guarded(Protocol):
    """An action that moves traffic, which a schedule in AWS can put back where it came from without us.

    - ``function``, ``alias``: names of what it moves.
    - ``home``: the version that the traffic comes from.
    - ``complete``: whether all of the traffic is moved after it.
    - ``is_home(aws)``: whether the alias stands exactly where the schedule would put it.
    - ``is_elsewhere(aws)``: whether it stands where neither we nor the schedule put it, and none of the traffic goes
      where we moved it.
    """

    function: str
    alias: str

    @property
    def home(self) -> str: ...

    @property
    def complete(self) -> bool: ...

    def is_home(self, aws: Aws) -> bool: ...

    def is_elsewhere(self, aws: Aws) -> bool: ...


@runtime_checkable
class Creates(Protocol):
    """An action that may make the service, in place of changing one that there is.

    - ``creates``: whether it does.
    """

    @property
    def creates(self) -> bool: ...


@dataclass(frozen=True)
class Touched:
    """What of a function an action changes, so that the change is not taken for somebody else's.

    Attributes:
        aliases: Names of aliases.
        statements: Statements of its resource policies: qualifier ("" for the unqualified function) and Sid.
        codes: ``CodeSha256`` of images that it has ``$LATEST`` run.
        proxy: The side on which ``$LATEST`` carries the proxy, or "" where the action leaves ``$LATEST`` alone.
    """

    aliases: frozenset[str] = frozenset()
    statements: frozenset[tuple[str, str]] = frozenset()
    proxy: Literal["", "before", "after"] = ""
    codes: frozenset[str] = frozenset()


@runtime_checkable
class Touches(Protocol):
    """An action that changes the function itself.

    - ``touches()``: what of it.
    """

    def touches(self) -> Touched: ...


@runtime_checkable
class Backward(Protocol):
    """An action whose way back does not read as the way there with its two sides swapped.

    - ``describe_back()``: one line for a person, as ``describe()``.
    """

    def describe_back(self) -> str: ...


def repoints(action: Action) -> bool:
    """Return whether an action has a trigger point elsewhere: what it pointed at before is there all the time."""
    return action.symbol == "→"


def backwards(action: Action) -> str:
    """Return what undoing an action does, in one line."""
    if isinstance(action, Backward):
        return action.describe_back()
    if not action.reversible:
        return f"{action.describe()} (stays as it is)"
    before, after = (getattr(action, side) for side in ("before", "after"))
    return dataclasses.replace(action, before=after, after=before).describe()  # type: ignore[type-var]  # a dataclass


def irreversible(action: Action) -> GateClosed:
    """Return the error that an action cannot be undone."""
    text = f"{action.describe()}: this cannot be undone"
    return GateClosed(text, gate="irreversible", hint="what is left of it is in the backup")


def bars(action: Action) -> bool:
    """Return whether nothing before an action can be undone, because it cannot and the rest needs what it took."""
    return not action.reversible and not isinstance(action, Needless)


def conflict(what: str) -> PreconditionFailed:
    """Return the error of a write that somebody else overtook since AWS was read; nothing was written."""
    return PreconditionFailed(f"{what}: somebody changed it at the same moment", hint="run the same command again")
