"""The proxy's layer in a file, for those who deploy by other means; needs no credentials."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from lambda_migrate.config import Proxy
from lambda_migrate.errors import ConfigError
from lambda_migrate.proxy import layer
from lambda_migrate.targets.base import SIGNING_KEYS

if TYPE_CHECKING:
    from pathlib import Path

    from lambda_migrate.proxy.layer import Layer
    from lambda_migrate.workflow.context import Context


@dataclass(frozen=True)
class Built:
    """What was built.

    Attributes:
        file: Where the layer's zip is.
        layer: The layer.
        environment: The proxy's variables; empty where the value is not known without AWS.
    """

    file: Path
    layer: Layer
    environment: dict[str, str]

    def to_dict(self) -> dict[str, Any]:
        """Return it as JSON-able data."""
        return {
            "file": str(self.file),
            "bytes": len(self.layer.content),
            "sha256": self.layer.sha256,
            "handler": self.layer.handler,
            "environment": self.environment,
            "to_be_set": [name for name, value in self.environment.items() if not value],
            "runtimes": list(layer.PYTHON_VERSIONS),
            "architectures": list(layer.ARCHITECTURES),
        }


def build(
    context: Context, out: Path, events: str | None, service_url: str | None, original_handler: str | None
) -> Built:
    """Build the layer and write it to a file.

    Args:
        context: Of the command.
        out: The file.
        events: What a proxy version passes on; None takes migration.yaml's, else all.
        service_url: Where the service is; None takes migration.yaml's.
        original_handler: The handler that the function has now, or None.

    Raises:
        ConfigError: The file cannot be written.
    """
    made = layer.build()
    try:
        out.write_bytes(made.content)
    except OSError as error:
        raise ConfigError(f"`{out}` cannot be written: {error.strerror}", hint="name another file in `-o`") from error
    return Built(out, made, _environment(context, events, service_url, original_handler))


def _environment(
    context: Context, events: str | None, service_url: str | None, original_handler: str | None
) -> dict[str, str]:
    """Return the proxy's variables, as far as they are known without AWS; what is not known is empty."""
    proxy, known_url, known_events = Proxy(), "", "all"
    if context.configured:
        proxy, known_url = context.migration.proxy, context.migration.service.url or ""
        known_events = proxy.events
    given = {
        "service_url": service_url or known_url,
        "events": events or known_events,
        "original_handler": original_handler or "",
    }
    known = layer.environment(proxy, **given)
    required = {f"LAMBDA_MIGRATE_{name.upper()}": value for name, value in given.items()}
    return {**required, SIGNING_KEYS: "", **known}
