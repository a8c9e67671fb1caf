"""Plans how triggers leave Lambda: each is pointed straight at the service."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from lambda_migrate.addresses import in_the_clear
from lambda_migrate.gates import not_cut_over, service_not_public, service_url, service_without_https, source_elsewhere
from lambda_migrate.gates.gate import closed
from lambda_migrate.inventory.model import FUNCTION_URLS, STACKS
from lambda_migrate.planner import blockers
from lambda_migrate.planner.builder import PlanBuilder
from lambda_migrate.planner.destination import alone, destination, not_public, queues
from lambda_migrate.triggers import TRIGGERS, dynamodb, kafka, kind_of, kinesis, labelled, mq, pipe, policy
from lambda_migrate.triggers.stream_metrics import is_named

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from lambda_migrate.config import Migration
    from lambda_migrate.engine.blocker import Blocker
    from lambda_migrate.engine.plan import Plan
    from lambda_migrate.engine.source_metrics import SourceMetrics
    from lambda_migrate.inventory import Inventory
    from lambda_migrate.triggers.base import Repoint, Settings, Trigger

PROXIED = {"requests": frozenset({"api", "all"}), "events": frozenset({"non-api", "all"})}
"""What a version has to send to the service, by the traffic of a trigger, before that can do without the proxy."""

PIPED = (kinesis.KIND, dynamodb.KIND, kafka.KIND, mq.KIND, pipe.KIND)
"""Kinds that may go by a pipe of EventBridge."""

STAYING = "move it to the service by hand, or accept that it stays on Lambda"


def plan(
    inventory: Inventory,
    config: Migration,
    *,
    consumers: frozenset[str] = frozenset(),
    resources: Mapping[str, Mapping[str, str]] | None = None,
    bake: float | None = None,
    addresses: tuple[str, ...] | None = None,
    require: str = "open",
    notified: frozenset[str] = frozenset(),
) -> Plan:
    """Plan the move of every trigger straight to the service.

    Args:
        inventory: What there is.
        config: What the user wants.
        consumers: ARNs and URLs of the queues that the service was seen to poll.
        resources: What kinds of trigger have looked up of the service for themselves; see ``triggers.look_up``.
        bake: How long the service is watched after each trigger, in seconds; default: migration.yaml's.
        addresses: Of the service's public URL; None where AWS is an emulator on this machine.
        require: What the service says that it asks of requests: ``open``, ``header``, ``signed``.
        notified: ARNs of the queues that the service was seen to poll for notifications.

    Returns:
        The plan; without steps where no trigger invokes the function any more.
    """
    builder = PlanBuilder("direct", inventory, config)
    goal = destination(config, consumers, resources, require, notified)
    if not goal.url:
        text = "migration.yaml does not say where AWS reaches the service; set `service.public_url`"
        builder.block(closed(service_url, text))
        return builder.finish()
    builder.summary |= {"service": goal.url}
    moves: list[tuple[Trigger[Settings], Repoint]] = []
    staying: list[Trigger[Settings]] = []
    for trigger in inventory.triggers:
        repoint = kind_of(trigger).to_service(trigger, inventory.function, goal) if trigger.enabled else None
        if repoint is not None:
            moves.append((trigger, repoint))
        elif trigger.enabled:
            staying.append(trigger)
    for trigger, repoint in moves:
        builder.add(*repoint.preparation, trigger=trigger.kind)
    for trigger, repoint in moves:
        source_metrics = repoint.source_metrics or kind_of(trigger).source_metrics(trigger)
        builder.take(_watched(repoint, source_metrics, config.cutover.bake if bake is None else bake), trigger)
    for trigger, repoint in moves:
        builder.add(*repoint.afterwards, trigger=trigger.kind)
    builder.warn(*_without_trigger(config, inventory), *filter(None, [alone(config)]))
    moving = [trigger for trigger, _ in moves]
    if any(not repoint.private for _, repoint in moves):
        builder.block(*_encrypted(goal.url), *_public(goal.url, addresses))
    if moving:
        builder.block(*_cut_over(inventory, moving), *_untold(inventory, moving))
    builder.block(*blockers.unread(inventory, FUNCTION_URLS, STACKS), *blockers.of_stacks(inventory, moving))
    builder.warn(*blockers.of_code(inventory, moving))
    builder.block(*(blockers.goes_on(trigger, STAYING) for trigger in staying))
    return builder.finish()


def _watched(repoint: Repoint, source_metrics: SourceMetrics | None, bake: float) -> Repoint:
    """Return it with every step judged: the last one by the trigger's traffic too, watched for a while.

    Before its last step a trigger has not moved, or not all of it, so that its traffic would prove nothing; there the
    service's health alone is asked, and nothing pauses. A kind that moves a share at a time says what counts it after
    each step, and each is watched as the last one is.

    Where the service fails, the executor rolls back the gated steps that follow each other: all triggers that were
    moved so far, and what the next deployment of others would ship. What else is prepared stands before them and does
    no harm.
    """
    if not repoint.steps:
        return repoint
    *before, last = (replace(step, gated=True, bake=bake if step.source_metrics else 0.0) for step in repoint.steps)
    sources = last.source_metrics
    if source_metrics and source_metrics not in sources:
        sources = (*sources, source_metrics)
    return replace(repoint, steps=(*before, replace(last, bake=bake, source_metrics=sources)))


def _encrypted(url: str) -> Iterator[Blocker]:
    if in_the_clear(url):
        text = f"`{url}` is not encrypted, and AWS would send requests, events and the key there; use https"
        yield closed(service_without_https, text, url)


def _without_trigger(config: Migration, inventory: Inventory) -> Iterator[str]:
    """Yield that migration.yaml names a queue, or a pipe, for something that does not invoke the function."""
    for kind, named in queues(config).items():
        names = {trigger.name for trigger in inventory.triggers if trigger.kind == kind}
        for name in sorted(named.keys() - names):
            whom = f"{TRIGGERS[kind].label} `{name}`"
            yield f"migration.yaml names a queue for {whom}, which does not invoke the function"
    for name in config.service.pipes:
        if not any(is_named(trigger, (name,)) for trigger in inventory.triggers if trigger.kind in PIPED):
            yield f"service.pipes names `{name}`, which does not invoke the function"


def _public(url: str, addresses: tuple[str, ...] | None) -> Iterator[Blocker]:
    why, certain = not_public(url, addresses)
    if why:
        text = (
            f"AWS cannot reach `{url}`: {why}; set `service.public_url` to a public name of the service, or"
            " `service.vpc_link` for its APIs and `service.vpc_origin` for CloudFront"
        )
        yield closed(service_not_public, text, url, acceptable=not certain)


def _untold(inventory: Inventory, moving: list[Trigger[Settings]]) -> Iterator[Blocker]:
    """Yield the triggers whose source counts where this account and region do not see it: no verdict would come."""
    for trigger in moving:
        if policy.PermittedInvoker("", trigger.settings.source).elsewhere(inventory.function):
            text = (
                f"{labelled(trigger)} is in another account or region, so its metrics cannot be read"
                " and the change cannot be judged; point it at the service by hand, and remove it from the function"
            )
            yield closed(source_elsewhere, text, trigger.name)


def _cut_over(inventory: Inventory, moving: list[Trigger[Settings]]) -> Iterator[Blocker]:
    """Yield what has not been proven through the proxy first, where a step back is one alias away."""
    alias = inventory.function.alias(inventory.alias)
    version = inventory.function.version(alias.version) if alias and not alias.weights else None
    events = version.proxy_events if version else ""
    for trigger in moving:
        if events not in PROXIED[kind_of(trigger).traffic]:
            text = f"{labelled(trigger)} is not proxied to the service yet; `cutover` first"
            yield closed(not_cut_over, text, trigger.name)
