"""Has $LATEST of a function in a container image start the proxy, where the next version is published from."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from lambda_migrate.actions.base import Touched
from lambda_migrate.actions.function.proxied_image import ProxiedImage, seen, written
from lambda_migrate.actions.function.restore_image import RestoreImage

if TYPE_CHECKING:
    from lambda_migrate.actions import Action
    from lambda_migrate.actions.base import Observed
    from lambda_migrate.aws.session import Aws


@dataclass(frozen=True)
class ConfigureImage(ProxiedImage):
    """Override what the image starts and add the proxy's variables, on condition of the RevisionId."""

    kind: ClassVar[str] = "configure_image"
    reversible: ClassVar[bool] = True
    symbol: ClassVar[str] = "~"

    def describe(self) -> str:
        """Return one line for a person."""
        return f"$LATEST of {self.function}: {written(self.after)}"

    def describe_back(self) -> str:
        """Return what undoing it does, in one line for a person."""
        return f"$LATEST of {self.function}: {written(self.before)}"

    def observe(self, aws: Aws) -> Observed:
        """Return whether $LATEST starts the original or the proxy."""
        return seen(self, aws, "original", "proxy")

    def joined(self, later: Action) -> ConfigureImage | None:
        """Return this, where the later one takes away what it added: there and back, $LATEST starts the original."""
        return self if isinstance(later, RestoreImage) and vars(later) == vars(self) else None

    def needless(self, aws: Aws) -> str:
        """Return whether nothing of the proxy is on $LATEST, whatever else somebody has changed there."""
        return "" if self.carried(aws) else "$LATEST does not start the proxy"

    def apply(self, aws: Aws) -> None:
        """Have it start the proxy."""
        self.attach(aws)

    def undo(self, aws: Aws) -> None:
        """Have it start the original."""
        self.detach(aws)

    def touches(self) -> Touched:
        """Return what of the function it changes."""
        return Touched(proxy="after")

    def current(self, aws: Aws) -> str:
        """Return what is there now, in one line."""
        return self.summary(aws)
