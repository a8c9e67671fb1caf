"""Plans how triggers leave Lambda: each is pointed straight at the service."""

from __future__ import annotations

from dataclasses import replace
from ipaddress import ip_address
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from lambda_migrate.engine.blocker import Blocker
from lambda_migrate.inventory.reader import FUNCTION_URLS
from lambda_migrate.planner import blockers
from lambda_migrate.planner.builder import Draft
from lambda_migrate.triggers import TRIGGERS, policy
from lambda_migrate.triggers.base import Destination

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lambda_migrate.config import Migration
    from lambda_migrate.engine.plan import Plan
    from lambda_migrate.engine.source_metrics import SourceMetrics
    from lambda_migrate.inventory import Inventory
    from lambda_migrate.triggers.base import Flip, Trigger

REQUESTS = frozenset({"api", "all"})
EVENTS = frozenset({"non-api", "all"})


def plan(
    found: Inventory,
    config: Migration,
    *,
    consumers: frozenset[str] = frozenset(),
    bake: float | None = None,
) -> Plan:
    """Plan the move of every trigger straight to the service.

    Args:
        found: What there is.
        config: What the user wants.
        consumers: ARNs and URLs of the queues that the service was seen to poll.
        bake: How long the service is watched after each trigger, in seconds; default: migration.yaml's.

    Returns:
        The plan; without steps where no trigger invokes the function any more.
    """
    draft = Draft("direct", found, config)
    url = config.service.public_url or config.service.url
    if not url:
        text = "migration.yaml does not say where AWS reaches the service; set `service.public_url`"
        draft.block(Blocker("service-url", text, acceptable=False))
        return draft.finish()
    destination = _destination(config, url, consumers)
    draft.summary |= {"service": url}
    moving = [trigger for trigger in found.triggers if trigger.enabled and trigger.kind in TRIGGERS]
    flips = [TRIGGERS[trigger.kind].to_service(trigger, found.function, destination) for trigger in moving]
    for trigger, flip in zip(moving, flips, strict=True):
        draft.add(*flip.preparation, trigger=trigger.kind)
    for trigger, flip in zip(moving, flips, strict=True):
        source_metrics = TRIGGERS[trigger.kind].source_metrics(trigger)
        draft.take(_watched(flip, source_metrics, config.cutover.bake if bake is None else bake), trigger.kind)
    if moving:
        draft.block(*_encrypted(url), *_cut_over(found, moving), *_untold(found, moving))
    draft.block(*blockers.unread(found, FUNCTION_URLS), *blockers.not_direct(found))
    return draft.finish()


def _destination(config: Migration, url: str, consumers: frozenset[str]) -> Destination:
    return Destination(
        url=url,
        api_key=config.service.api_key or "",
        consumers=consumers,
    )


def _watched(flip: Flip, source_metrics: SourceMetrics, bake: float) -> Flip:
    """Return the flip with every step judged: the last one by the trigger's traffic too, watched for a while.

    Before its last step a trigger has not moved, or not all of it, so that its traffic would prove nothing; there the
    service's health alone is asked, and nothing pauses.

    Where the service fails, the executor takes back the gated steps that follow each other: all triggers that were
    moved so far. What is only prepared stands before them and does no harm.
    """
    if not flip.steps:
        return flip
    *before, last = (replace(step, gated=True) for step in flip.steps)
    return replace(flip, steps=(*before, replace(last, bake=bake, source_metrics=source_metrics)))


def _encrypted(url: str) -> Iterator[Blocker]:
    parts = urlsplit(url)
    if parts.scheme != "https" and not _loopback(parts.hostname or ""):
        text = f"`{url}` is not encrypted, and AWS would send requests, events and the key there; use https"
        yield Blocker("service-without-https", text, url)


def _loopback(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def _untold(found: Inventory, moving: list[Trigger]) -> Iterator[Blocker]:
    """Yield the triggers whose source counts where this account and region do not see it: no verdict would come."""
    for trigger in moving:
        if policy.Source("", trigger.settings["source"]).elsewhere(found.function):
            text = (
                f"{trigger.kind} `{trigger.name}` is in another account or region, so that its metrics cannot be read"
                " and nothing could judge it; point it at the service by hand, and take it from the function"
            )
            yield Blocker("source-elsewhere", text, trigger.name, acceptable=False)


def _cut_over(found: Inventory, moving: list[Trigger]) -> Iterator[Blocker]:
    """Yield what has not been proven through the proxy first, where a step back is one alias away."""
    alias = found.function.alias(found.alias)
    version = found.function.version(alias.version) if alias and not alias.weights else None
    events = version.proxy_events if version else ""
    for trigger in moving:
        if events not in (REQUESTS if trigger.kind == "http_api" else EVENTS):
            text = f"{trigger.kind} `{trigger.name}` is not proxied to the service yet; `cutover` first"
            yield Blocker("not-cut-over", text, trigger.name)
