"""Where requests and events go: by the proxy, and by triggers that reach the service without Lambda."""

from __future__ import annotations

from ipaddress import ip_address
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from lambda_migrate.triggers.base import Destination

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

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
    boundary = config.permissions_boundary or ""
    return Destination(url, service.api_key or "", consumers, resources or {}, boundary)


def in_the_clear(url: str) -> bool:
    """Return whether what goes to a URL can be read on the way: plain HTTP that leaves the machine."""
    parts = urlsplit(url)
    host = parts.hostname or ""
    try:
        local = ip_address(host).is_loopback
    except ValueError:
        local = host == "localhost"
    return bool(url) and parts.scheme != "https" and not local


def warnings(config: Migration) -> Iterator[str]:
    """Yield what to know about the way from the proxy to the service."""
    if in_the_clear(config.service.url or ""):
        yield (
            f"service.url `{config.service.url}` is plain HTTP: whoever is on the way reads requests and events, and "
            "can alter answers; use https"
        )
