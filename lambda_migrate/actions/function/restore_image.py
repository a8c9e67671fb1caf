"""Has $LATEST of a function in a container image start the original again, once the proxy's version is published."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from lambda_migrate.actions.base import Touched
from lambda_migrate.actions.function.proxied_image import ProxiedImage, seen, written

if TYPE_CHECKING:
    from lambda_migrate.actions.base import Observed
    from lambda_migrate.aws.session import Aws


@dataclass(frozen=True)
class RestoreImage(ProxiedImage):
    """Take away what is overridden for the proxy, and its variables."""

    kind: ClassVar[str] = "restore_image"
    reversible: ClassVar[bool] = True
    symbol: ClassVar[str] = "~"

    def describe(self) -> str:
        """Return one line for a person."""
        return f"$LATEST of {self.function}: {written(self.before)}"

    def describe_back(self) -> str:
        """Return what undoing it does, in one line for a person."""
        return f"$LATEST of {self.function}: stays the original"

    def observe(self, aws: Aws) -> Observed:
        """Return whether $LATEST still starts the proxy or the original."""
        return seen(self, aws, "proxy", "original")

    def apply(self, aws: Aws) -> None:
        """Have it start the original."""
        self.detach(aws)

    def undo(self, aws: Aws) -> None:
        """Have it start the proxy."""
        self.attach(aws)

    def touches(self) -> Touched:
        """Return what of the function it changes."""
        return Touched(proxy="before")

    def current(self, aws: Aws) -> str:
        """Return what is there now, in one line."""
        return self.summary(aws)
