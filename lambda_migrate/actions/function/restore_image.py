"""Has $LATEST of a function in a container image start the original again, once the proxy's version is published."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from lambda_migrate.actions.function.on_latest import Restores
from lambda_migrate.actions.function.proxied_image import ProxiedImage


@dataclass(frozen=True)
class RestoreImage(ProxiedImage, Restores):
    """Take away what is overridden for the proxy, and its variables."""

    kind: ClassVar[str] = "restore_image"
