"""Puts the proxy on $LATEST, where the next version is published from; $LATEST itself goes on as it did."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from lambda_migrate.actions.function.latest import Proxied
from lambda_migrate.actions.function.on_latest import Configures
from lambda_migrate.actions.function.restore_latest import RestoreLatest

if TYPE_CHECKING:
    from lambda_migrate.actions import Action


@dataclass(frozen=True)
class ConfigureLatest(Proxied, Configures):
    """Attach the proxy's layer to $LATEST, add its variables and swap the handler, on condition of the RevisionId."""

    kind: ClassVar[str] = "configure_latest"
    restored_by: ClassVar[type[Action]] = RestoreLatest
    absent: ClassVar[str] = "$LATEST does not carry the proxy"
