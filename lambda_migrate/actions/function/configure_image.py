"""Has $LATEST of a function in a container image start the proxy, where the next version is published from."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from lambda_migrate.actions.function.on_latest import Configures
from lambda_migrate.actions.function.proxied_image import ProxiedImage
from lambda_migrate.actions.function.restore_image import RestoreImage

if TYPE_CHECKING:
    from lambda_migrate.actions import Action


@dataclass(frozen=True)
class ConfigureImage(ProxiedImage, Configures):
    """Override what the image starts and add the proxy's variables, on condition of the RevisionId."""

    kind: ClassVar[str] = "configure_image"
    restored_by: ClassVar[type[Action]] = RestoreImage
    absent: ClassVar[str] = "$LATEST does not start the proxy"
