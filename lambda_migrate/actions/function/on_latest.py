"""What the four actions share that put the proxy on $LATEST of a function and take it off, in a layer or in an image.

One change has two ends: an action of the first kind leads from the original to the proxy, one of the second back.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, Protocol, Self

from lambda_migrate.actions.base import Action, Observed, Touched
from lambda_migrate.errors import Drifted
from lambda_migrate.hashing import sha256

if TYPE_CHECKING:
    from lambda_migrate.aws.session import Aws


class OnLatest(Action, Protocol):
    """An action about what $LATEST carries, the original or the proxy."""

    reversible: ClassVar[bool] = True
    symbol: ClassVar[str] = "~"
    function: str

    @property
    def change(self) -> str:
        """What of the function is replaced, and by what, in a few words."""

    @property
    def change_back(self) -> str:
        """The same on the way back."""

    def side(self, aws: Aws) -> str:
        """Return what $LATEST carries: ``original``, ``proxy``, ``neither``; or ``updating``."""

    def carried(self, aws: Aws) -> bool:
        """Return whether anything of the proxy is on it."""

    def attach(self, aws: Aws) -> None:
        """Put the proxy on, in one conditioned write."""

    def detach(self, aws: Aws) -> None:
        """Take the proxy off, in one conditioned write."""

    def summary(self, aws: Aws) -> str:
        """Return what is on it now, in one line."""

    def current(self, aws: Aws) -> str:
        """Return what is there now, in one line."""
        return self.summary(aws)


class Configures(OnLatest, Protocol):
    """An action that puts the proxy on.

    - ``restored_by``: the kind of action that takes it off again, with the same fields.
    - ``absent``: what is said of a $LATEST that has nothing of the proxy.
    """

    restored_by: ClassVar[type[Action]]
    absent: ClassVar[str]

    def describe(self) -> str:
        """Return one line for a person."""
        return f"$LATEST of {self.function}: {self.change}"

    def describe_back(self) -> str:
        """Return what undoing it does, in one line for a person."""
        return f"$LATEST of {self.function}: {self.change_back}"

    def observe(self, aws: Aws) -> Observed:
        """Return whether $LATEST is the original or carries the proxy."""
        return _seen(self, aws, "original", "proxy")

    def joined(self, later: Action) -> Self | None:
        """Return this, where the later one takes off again what it put on: there and back, $LATEST is the original.

        To undo both one by one would put the proxy on, only to take it off again: two writes to what is in production.
        """
        return self if isinstance(later, self.restored_by) and vars(later) == vars(self) else None

    def needless(self, aws: Aws) -> str:
        """Return whether nothing of the proxy is on $LATEST, whatever else somebody has changed there."""
        return "" if self.carried(aws) else self.absent

    def apply(self, aws: Aws) -> None:
        """Put the proxy on."""
        self.attach(aws)

    def undo(self, aws: Aws) -> None:
        """Take the proxy off."""
        self.detach(aws)

    def touches(self) -> Touched:
        """Return what of the function it changes."""
        return Touched(proxy="after")


class Restores(OnLatest, Protocol):
    """An action that takes the proxy off again, once its version is published."""

    def describe(self) -> str:
        """Return one line for a person."""
        return f"$LATEST of {self.function}: {self.change_back}"

    def describe_back(self) -> str:
        """Return what undoing it does, in one line for a person."""
        return f"$LATEST of {self.function}: stays the original"

    def observe(self, aws: Aws) -> Observed:
        """Return whether $LATEST still carries the proxy or is the original."""
        return _seen(self, aws, "proxy", "original")

    def apply(self, aws: Aws) -> None:
        """Take the proxy off."""
        self.detach(aws)

    def undo(self, aws: Aws) -> None:
        """Put the proxy on."""
        self.attach(aws)

    def touches(self) -> Touched:
        """Return what of the function it changes."""
        return Touched(proxy="before")


def demand_environment(function: str, own: dict[str, str], planned: str) -> None:
    """Demand that a function's own environment is the one that the plan saw.

    Args:
        function: Its name.
        own: Its variables.
        planned: SHA-256 of those that the plan saw.

    Raises:
        Drifted: It is another one.
    """
    if sha256(own) != planned:
        raise Drifted(
            f"the environment of `{function}` is not the one that the plan saw",
            hint="somebody changed it; run `lambda-migrate plan` again",
            topic="drift",
        )


def _seen(action: OnLatest, aws: Aws, before: str, after: str) -> Observed:
    """Return where $LATEST stands between two sides."""
    sides = {before: Observed.BEFORE, after: Observed.AFTER, "updating": Observed.MOVING}
    return sides.get(action.side(aws), Observed.DRIFT)
