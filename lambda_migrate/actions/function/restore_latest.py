"""Takes the proxy off $LATEST again, once its version is published."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from lambda_migrate.actions.function.latest import Proxied
from lambda_migrate.actions.function.on_latest import Restores


@dataclass(frozen=True)
class RestoreLatest(Proxied, Restores):
    """Detach the proxy's layer from $LATEST, remove its variables and give the handler back."""

    kind: ClassVar[str] = "restore_latest"
