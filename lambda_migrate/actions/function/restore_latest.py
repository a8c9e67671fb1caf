"""Takes the proxy off $LATEST again, once its version is published."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from lambda_migrate.actions.base import Touched
from lambda_migrate.actions.function.latest import Proxied, seen

if TYPE_CHECKING:
    from lambda_migrate.actions.base import Observed
    from lambda_migrate.aws.session import Aws


@dataclass(frozen=True)
class RestoreLatest(Proxied):
    """Detach the proxy's layer from $LATEST, remove its variables and give the handler back."""

    kind: ClassVar[str] = "restore_latest"
    reversible: ClassVar[bool] = True
    symbol: ClassVar[str] = "~"

    def describe(self) -> str:
        """Return one line for a person."""
        return f"$LATEST of {self.function}: {self.change_back}"

    def describe_back(self) -> str:
        """Return what undoing it does, in one line for a person."""
        return f"$LATEST of {self.function}: stays the original"

    def observe(self, aws: Aws) -> Observed:
        """Return whether $LATEST still carries the proxy or is the original."""
        return seen(self, aws, "proxy", "original")

    def apply(self, aws: Aws) -> None:
        """Take the proxy off."""
        self.detach(aws)

    def undo(self, aws: Aws) -> None:
        """Put the proxy on."""
        self.attach(aws)

    def touches(self) -> Touched:
        """Return what of the function it changes."""
        return Touched(proxy="before")

    def current(self, aws: Aws) -> str:
        """Return what is there now, in one line."""
        return self.summary(aws)
