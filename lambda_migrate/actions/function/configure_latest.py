"""Puts the proxy on $LATEST, where the next version is published from; $LATEST itself goes on as it did."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from lambda_migrate.actions.base import Touched
from lambda_migrate.actions.function.latest import Proxied, seen
from lambda_migrate.actions.function.restore_latest import RestoreLatest

if TYPE_CHECKING:
    from lambda_migrate.actions import Action
    from lambda_migrate.actions.base import Observed
    from lambda_migrate.aws.session import Aws


@dataclass(frozen=True)
class ConfigureLatest(Proxied):
    """Attach the proxy's layer to $LATEST, add its variables and swap the handler, on condition of the RevisionId."""

    kind: ClassVar[str] = "configure_latest"
    reversible: ClassVar[bool] = True
    symbol: ClassVar[str] = "~"

    def describe(self) -> str:
        """Return one line for a person."""
        return f"$LATEST of {self.function}: {self.change}"

    def describe_back(self) -> str:
        """Return what undoing it does, in one line for a person."""
        return f"$LATEST of {self.function}: {self.change_back}"

    def observe(self, aws: Aws) -> Observed:
        """Return whether $LATEST is the original or carries the proxy."""
        return seen(self, aws, "original", "proxy")

    def joined(self, later: Action) -> ConfigureLatest | None:
        """Return this, where the later one takes off again what it put on: there and back, $LATEST is the original.

        To undo both one by one would put the proxy on, only to take it off again: two writes to what is in production.
        """
        return self if isinstance(later, RestoreLatest) and vars(later) == vars(self) else None

    def needless(self, aws: Aws) -> str:
        """Return whether nothing of the proxy is on $LATEST, whatever else somebody has changed there."""
        return "" if self.carried(aws) else "$LATEST does not carry the proxy"

    def apply(self, aws: Aws) -> None:
        """Put the proxy on."""
        self.attach(aws)

    def undo(self, aws: Aws) -> None:
        """Take the proxy off."""
        self.detach(aws)

    def touches(self) -> Touched:
        """Return what of the function it changes."""
        return Touched(proxy="after")

    def current(self, aws: Aws) -> str:
        """Return what is there now, in one line."""
        return self.summary(aws)
