"""Where requests and events go: by the proxy, and by triggers that reach the service without Lambda."""

from __future__ import annotations

import re
from ipaddress import ip_address
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from lambda_migrate.addresses import in_the_clear
from lambda_migrate.targets import TARGETS
from lambda_migrate.triggers import s3, scheduler, sns
from lambda_migrate.triggers.base import Destination, VpcLink, VpcOrigin

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from lambda_migrate.config import Migration, Service

_INTERNAL = re.compile(r"internal-.+[.]elb[.]amazonaws[.]com([.]cn)?$", re.IGNORECASE)


def destination(
    config: Migration,
    consumers: frozenset[str] = frozenset(),
    resources: Mapping[str, Mapping[str, str]] | None = None,
    require: str = "open",
    notified: frozenset[str] = frozenset(),
) -> Destination:
    """Return where triggers go.

    Args:
        config: What the user wants.
        consumers: ARNs and URLs of the queues that the service was seen to poll.
        resources: What kinds have looked up for themselves, by their names; see ``triggers.look_up``.
        require: What the service says that it asks of requests.
        notified: ARNs of the queues that the service was seen to poll for notifications.
    """
    service = config.service
    url = service.public_url or service.url or ""
    boundary = config.permissions_boundary or ""
    return Destination(
        url,
        api_key=service.api_key or "",
        consumers=consumers,
        resources=resources or {},
        boundary=boundary,
        door_key=service.door_key or "",
        require=require,
        notified=notified,
        queues=queues(config),
        weights=tuple(config.cutover.weights),
        target_group=service.target_group or "",
        link=_link(service),
        vpc_origin=_vpc_origin(service),
        hidden=bool(service.vpc_link and not service.public_url),
        plain_http=service.plain_http,
        pipes=frozenset(service.pipes),
    )


def _vpc_origin(service: Service) -> VpcOrigin | None:
    if service.vpc_origin is None:
        return None
    return VpcOrigin(
        service.vpc_origin.id, service.vpc_origin.server_name or urlsplit(service.url or "").hostname or ""
    )


def _link(service: Service) -> VpcLink | None:
    if service.vpc_link is None:
        return None
    where = urlsplit(service.url or "")
    host = where.hostname if where.scheme == "https" else ""
    return VpcLink(service.vpc_link.id, service.vpc_link.listener, service.vpc_link.server_name or host or "")


def queues(config: Migration) -> dict[str, dict[str, str]]:
    """Return the ARNs of the queues that triggers send to in place of the URL, by their kinds and names."""
    service = config.service
    return {sns.KIND: service.sns_queues, s3.KIND: service.s3_queues, scheduler.KIND: service.schedule_queues}


def not_public(url: str, addresses: tuple[str, ...] | None) -> tuple[str, bool]:
    """Return why AWS cannot reach a URL, one clause, or ""; and whether that is certain wherever one asks.

    Internal load balancers have names of their own; everything else is told by its addresses
    (https://docs.aws.amazon.com/elasticloadbalancing/latest/application/application-load-balancers.html).

    Args:
        url: Of the service.
        addresses: Those of its host; None where AWS is an emulator on this machine, which reaches what we reach.
    """
    host = urlsplit(url).hostname or ""
    if addresses is None:
        return "", False
    if _INTERNAL.match(host):
        return "it is an internal load balancer", True
    try:
        return ("" if ip_address(host).is_global else f"{host} is not a public address"), True
    except ValueError:
        private = [each for each in addresses if not ip_address(each.partition("%")[0]).is_global]
    if private:
        return f"{host} has the address {private[0]}, which is not public", False
    return ("" if addresses else f"{host} cannot be looked up from here"), False


def alone(config: Migration) -> str:
    """Return that one instance alone stands behind the service, one clause; "" for more, or where nobody knows."""
    target = config.service.target
    instances = TARGETS[target.kind].instances(target)
    if instances is None or instances[0] > 1:
        return ""
    return "one instance stands behind the service: while it is down or replaced, direct callers get 503"


def warnings(config: Migration) -> Iterator[str]:
    """Yield what to know about the way from the proxy to the service."""
    if in_the_clear(config.service.url or ""):
        yield (
            f"service.url `{config.service.url}` is plain HTTP: whoever is on the way reads requests and events, and "
            "can alter answers; use https"
        )
