"""Whether a URL leads to the function: by a custom domain, a distribution or a load balancer in front of it.

A load or a comparison that was meant for the service, or for a copy of it, would otherwise meet production.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple
from urllib.parse import urlsplit

from lambda_migrate.addresses import address, is_loopback, same_place
from lambda_migrate.errors import MigrateError
from lambda_migrate.inventory import domains
from lambda_migrate.workflow import reading

if TYPE_CHECKING:
    from lambda_migrate.inventory.domains import Domains
    from lambda_migrate.workflow.context import Context


class Way(NamedTuple):
    """How a URL leads to the function.

    Attributes:
        by: What answers there, ``CloudFront``; "" where nothing is known to lead to it.
        unknown: What could not be looked at, in one clause; "" where all of it was.
    """

    by: str = ""
    unknown: str = ""


def way(context: Context, url: str) -> Way:
    """Return whether a URL leads to the function of migration.yaml; the service's own URLs are not looked up.

    Args:
        context: Of the command.
        url: Of ``--against``.
    """
    service, host = context.migration.service, (urlsplit(url).hostname or "").rstrip(".")
    ours = any(same_place(url, own) for own in (service.url, service.public_url) if own)
    if ours or is_loopback(host) or address(host):
        return Way()
    context.progress.begin(f"looking whether {host} leads to the function")
    try:
        known = domains.read(context.aws_read_only, reading.recorded_inventory(context))
    except MigrateError as error:
        return Way(unknown=error.message)
    finally:
        context.progress.end()
    by = by_way_of(known, host)
    return Way(by, "" if by else "; ".join(each.removeprefix("unknown: ") for each in known.unread))


def by_way_of(known: Domains, host: str) -> str:
    """Return what leads from a host to the function; "" if nothing is known to.

    A name whose records lead elsewhere by now has left the function, whatever API Gateway still knows of it.
    """
    if host in known.hosts:
        return known.hosts[host]
    domain = known.named(host)
    targets = {record.target for record in domain.records} if domain else set()
    return domain.by if domain and (not targets or domain.host in targets) else ""


def doubt(way: Way, url: str) -> str:
    """Return what could not be checked, for the question; "" if everything was."""
    host = urlsplit(url).hostname or url
    return f"Whether {host} leads to the function could not be looked up: {way.unknown}." if way.unknown else ""
