"""CloudFront distributions in front of the function's URL.

A function URL cannot be moved, but what stands in front of it can: the distribution's origin is led to the URL of the
alias, and from there to the service. The origin alone changes, in place, so that all behaviors that use it move
together; everything else of the distribution stays as it is. While only a share of its requests goes to the service, a
second origin stands beside it, and a function of CloudFront selects between them. A write is conditioned by the ETag of
what was read, and is in effect everywhere once the distribution is deployed.

With origin access control, CloudFront signs its requests, and the URL lets in nobody else. The service cannot check
that signature: it has to ask for a key, which CloudFront then adds to requests, or be left open knowingly.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from lambda_migrate.actions.cloudfront.origins import ACCESS, DOMAIN, KEYED, PORTS
from lambda_migrate.actions.cloudfront.point_origin import URL_OF, PointOrigin
from lambda_migrate.actions.cloudfront.share_origin import FUNCTION
from lambda_migrate.actions.cloudfront.share_origin import SERVICE as SERVICE_SIDE
from lambda_migrate.engine.plan import Step
from lambda_migrate.engine.source_metrics import SourceMetrics
from lambda_migrate.gates import distribution_shares, distribution_signed, service_door_closed
from lambda_migrate.gates import trigger as trigger_gate
from lambda_migrate.gates.gate import closed
from lambda_migrate.triggers import base, cloudfront_shares, vpc_origin
from lambda_migrate.triggers.base import Repoint

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from lambda_migrate.aws.session import Aws
    from lambda_migrate.config import Service
    from lambda_migrate.engine.blocker import Blocker
    from lambda_migrate.function.model import Function
    from lambda_migrate.triggers.base import Destination, Trigger

KIND = "cloudfront"
LABEL = "CloudFront distribution"
TRAFFIC = "requests"
FOUND = "the origins of all distributions, where the function has a URL"
PRINCIPALS = ("cloudfront.amazonaws.com",)
ALIAS = "the origin is pointed at the alias' URL; behaviors and other origins stay"
SERVICE = (
    "the origin is pointed at the service's public URL, or its VPC origin (`service.vpc_origin`); behaviors and other"
    " origins stay"
)
GRADUAL = (
    "by a function of CloudFront that selects a second origin, at the percents of `cutover.weights`, then the origin"
    " leads to the service; at once where a behavior runs a viewer function of its own, or the origin is in a group"
)
COUNTED = "successful requests (`Requests` less the shares of `4xxErrorRate` and `5xxErrorRate`)"
FAILING = "a risen share of `5xxErrorRate` or `4xxErrorRate`"
BACK = "the origin gets its earlier domain and access control back, in one write, from any share"
TWICE = "nothing: a request goes to one origin or the other, unless CloudFront tries the second of an origin group"
CALLS = vpc_origin.CALLS
SETTLES = 900.0
"""Seconds within which a change is deployed as a rule; the distribution says when it is, and that is waited for."""

DOOR_HEADER = "x-lambda-migrate-door-key"
"""The header that CloudFront adds; the service's door asks for it."""

COUNTED_IN = "us-east-1"
"""Where CloudFront's metrics are, wherever requests come from ("Viewing CloudFront metrics", CloudFront guide)."""

_PORTS = {"http": 80, "https": 443}


@dataclass(frozen=True, kw_only=True)
class Settings(base.Settings):
    """What is known of an origin that is the function's URL.

    Attributes:
        distribution: The distribution's id; "" where only a permission is known.
        origin: The origin's id.
        custom: Its ``CustomOriginConfig``, whole.
        leads: Where it leads, as the sides of :class:`~lambda_migrate.actions.cloudfront.point_origin.PointOrigin`.
        paths: Path patterns of the behaviors that use it, ``*`` for the default one.
        iam: Whether the URL lets in signed requests alone.
        grouped: Whether it is part of an origin group, whose other origin may be tried after it.
        taken: Paths of those behaviors that run something of their owner's for viewers, so that nothing else can.
        share: Percent of its requests that go to the service already, by a viewer function of ours: an earlier run
            ended there, and is not open any more.
    """

    distribution: str = ""
    origin: str = ""
    custom: dict[str, Any] = field(default_factory=dict)
    leads: dict[str, Any] = field(default_factory=dict)
    paths: tuple[str, ...] = ()
    iam: bool = False
    grouped: bool = False
    taken: tuple[str, ...] = ()
    share: int = 0


def physical_id(trigger: Trigger[Settings]) -> str:
    """Return the distribution's id."""
    return trigger.settings.distribution


def to_alias(trigger: Trigger[Settings], function: Function, alias: str) -> Repoint:
    """Lead the origin to the URL of the alias, which is made for it if there is none."""
    settings = trigger.settings
    if not settings.distribution:
        text = f"only the permission of {LABEL} `{trigger.name}` is known, not its origin"
        text = f"{text}; check it by hand, then accept this"
        return Repoint(blockers=(closed(trigger_gate, text, trigger.name, of=KIND),))
    after = {**settings.leads, DOMAIN: f"{URL_OF}{function.name}:{alias}"}
    action = PointOrigin(settings.distribution, settings.leads, after, settings.origin)
    return Repoint((Step("", action, "its requests reach the alias"),), (), tuple(_warnings(trigger)))


def to_service(trigger: Trigger[Settings], _function: Function, destination: Destination) -> Repoint | None:
    """Lead the origin to the service; None where only a permission is known."""
    settings = trigger.settings
    if not settings.distribution:
        return None
    secrets = {DOOR_HEADER: destination.door_key} if destination.door_key else {}
    private = destination.vpc_origin
    if private:
        before, after = vpc_origin.sides(settings.leads, settings.custom, private.id)
        after[DOMAIN] = private.server_name or urlsplit(destination.url).hostname
    else:
        before, after = settings.leads, _by_url(settings.leads, destination.url)
    after |= {ACCESS: "", KEYED: sorted(secrets)}
    looked = destination.resources.get(KIND)
    blockers = (
        *_blockers(trigger, destination),
        *vpc_origin.blockers(destination, looked, f"{LABEL} `{trigger.name}`", trigger.name),
    )
    warnings = tuple(_warnings(trigger))
    whole, shares = cloudfront_shares.impossible(settings), cloudfront_shares.asked(destination.weights, settings.share)
    unshared = (_unshared(trigger, whole),) if shares and whole else ()
    if settings.share or (shares and not whole):  # what an earlier run has left beside the origin goes with it
        leads, weights = {FUNCTION: before, SERVICE_SIDE: after}, () if whole else destination.weights
        shared = cloudfront_shares.repoint(trigger, weights, leads, secrets, source_metrics(trigger))
        blockers = (*blockers, *unshared)
        return replace(shared, blockers=blockers, warnings=warnings, private=private is not None)
    action = PointOrigin(settings.distribution, before, after, settings.origin, secrets)
    step = Step("", action, "all its requests go straight to the service")
    return Repoint((step,), (*blockers, *unshared), warnings, private=private is not None)


def _unshared(trigger: Trigger[Settings], why: str) -> Blocker:
    text = f"{LABEL} `{trigger.name}` cannot send a share of its requests to the service: {why}"
    text = f"{text}; set `cutover.weights: [100]`, or accept that all of them move at once"
    return closed(distribution_shares, text, trigger.name)


def _by_url(leads: dict[str, Any], url: str) -> dict[str, Any]:
    """Return where an origin leads by a URL: its host, protocol and port."""
    parts = urlsplit(url)
    protocol, which = ("https-only", "HTTPSPort") if parts.scheme == "https" else ("http-only", "HTTPPort")
    return {**leads, DOMAIN: parts.hostname or "", PORTS[0]: protocol, which: parts.port or _PORTS[parts.scheme]}


def look_up(
    aws: Aws, _function: Function, service: Service, _triggers: Sequence[Trigger[Settings]] = ()
) -> dict[str, str]:
    """Return what AWS says of the service's VPC origin; nothing where migration.yaml names none."""
    return vpc_origin.look_up(aws, service)


def _blockers(trigger: Trigger[Settings], destination: Destination) -> Iterator[Blocker]:
    called = f"{LABEL} `{trigger.name}`"
    path = urlsplit(destination.url).path
    if path and not destination.vpc_origin:
        text = f"{called}: an origin is a host, and `service.public_url` has the path `{path}`, which would be left out"
        text = f"{text}; name a host of its own for the service, or move the origin by hand and accept this"
        yield closed(trigger_gate, text, trigger.name, of=KIND)
    if destination.require == "signed":
        text = (
            f"{called}: the service answers 403 to all but the proxy (LAMBDA_MIGRATE_REQUIRE=signed); set"
            " LAMBDA_MIGRATE_REQUIRE=header and `service.door_key`"
        )
        yield closed(service_door_closed, text, trigger.name)
    elif destination.require == "header" and not destination.door_key:
        text = (
            f"{called}: the service asks for a key (LAMBDA_MIGRATE_REQUIRE=header) that CloudFront would not add; name"
            " its secret in `service.door_key`"
        )
        yield closed(service_door_closed, text, trigger.name)
    elif destination.require == "open" and not destination.vpc_origin and _signed(trigger):
        text = (
            f"{called}: the function's URL accepts signed requests only, the service's own URL all requests; set"
            " LAMBDA_MIGRATE_REQUIRE=header and `service.door_key`, or protect it otherwise and accept this"
        )
        yield closed(distribution_signed, text, trigger.name)


def _signed(trigger: Trigger[Settings]) -> bool:
    return trigger.settings.iam or bool(trigger.settings.leads[ACCESS])


def _warnings(trigger: Trigger[Settings]) -> Iterator[str]:
    settings = trigger.settings
    if len(settings.paths) > 1:
        named = ", ".join(f"`{path}`" for path in settings.paths)
        yield f"{LABEL} `{trigger.name}`: {named} move together, since they share the origin `{settings.origin}`"
    if settings.grouped:
        yield (
            f"{LABEL} `{trigger.name}`: origin `{settings.origin}` is in an origin group, so CloudFront may try"
            " another origin after it, and a request may run twice"
        )


def source_metrics(trigger: Trigger[Settings]) -> SourceMetrics:
    """Return what CloudFront counts of a distribution ("Types of metrics for CloudFront", CloudFront guide).

    It counts the requests of all its origins, and failures as a percentage of those.
    """
    rates = {"4xxErrorRate": "Requests", "5xxErrorRate": "Requests"}
    return SourceMetrics(
        "AWS/CloudFront",
        {"DistributionId": trigger.settings.distribution, "Region": "Global"},
        tried={"Requests": 1},
        reached={"Requests": 1, "4xxErrorRate": -1, "5xxErrorRate": -1},
        failed={"5xxErrorRate": 1},
        suspect={"4xxErrorRate": 1},
        failing="5xx",
        suspicious="4xx",
        region=COUNTED_IN,
        rates=rates,
    )
