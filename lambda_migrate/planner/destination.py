"""Where triggers go that reach the service without Lambda: migration.yaml, and what was seen of the service."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lambda_migrate.triggers.base import Destination

if TYPE_CHECKING:
    from collections.abc import Mapping

    from lambda_migrate.config import Migration


def destination(
    config: Migration,
    consumers: frozenset[str] = frozenset(),
    resources: Mapping[str, Mapping[str, str]] | None = None,
) -> Destination:
    """Return where triggers go.

    Args:
        config: What the user wants.
        consumers: ARNs and URLs of the queues that the service was seen to poll.
        resources: What kinds have looked up for themselves, by their names; see ``triggers.look_up``.
    """
    service = config.service
    url = service.public_url or service.url or ""
    return Destination(url, service.api_key or "", consumers, resources or {})
