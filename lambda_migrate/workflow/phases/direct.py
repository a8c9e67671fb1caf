"""Points every trigger straight to the service, without Lambda in between.

`cutover --direct`: an HTTP API gets an HTTP integration, an SNS topic an HTTPS subscription, an EventBridge
rule an API destination; the service's own consumer takes over a queue before its mapping is switched off. Each
trigger is then watched and judged by what its source counts in CloudWatch and by the service's health: too
little traffic pauses (exit code 7), requests or events that are refused roll the triggers back by themselves.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from lambda_migrate import triggers
from lambda_migrate.function.versions import proxied
from lambda_migrate.http import addresses
from lambda_migrate.planner import direct
from lambda_migrate.verify.probe import Probe, probe
from lambda_migrate.workflow import quotas, readiness, reading
from lambda_migrate.workflow.phase import Question

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from lambda_migrate.config import Migration
    from lambda_migrate.engine.blocker import Blocker
    from lambda_migrate.engine.plan import Plan
    from lambda_migrate.inventory import Inventory
    from lambda_migrate.workflow.context import Context
    from lambda_migrate.workflow.overrides import Overrides

OVERRIDES = ("bake",)
SAVABLE = True


class Inputs(NamedTuple):
    """What the plan is made from.

    Attributes:
        inventory: What there is.
        resources: What kinds of trigger have to know of the service, by the names of the kinds.
        consumers: ARNs and URLs of the queues that the service polls.
        addresses: Of the URL at which AWS reaches the service; None where AWS is an emulator on this machine.
        require: What the service says that it asks of requests: ``open``, ``header``, ``signed``.
        notified: ARNs of the queues that it polls for notifications.
    """

    inventory: Inventory
    resources: Mapping[str, Mapping[str, str]]
    consumers: frozenset[str]
    addresses: tuple[str, ...] | None
    require: str
    notified: frozenset[str]


def gather(context: Context, _overrides: Overrides) -> Inputs:
    """Read the function, and ask the service through the proxy version which queues it polls, and whom it lets in."""
    inventory = reading.recorded_inventory(context)
    aws, function, version = context.aws_read_only, inventory.function, proxied(inventory.function)
    resources = triggers.look_up(aws, function, context.migration.service, inventory.triggers)
    asked = probe(aws, function.name, version.number) if version else Probe("", reached=False)
    url = context.migration.service.public_url or context.migration.service.url or ""
    reached = None if aws.on_this_machine else addresses(url)
    return Inputs(inventory, resources, asked.consumers, reached, asked.require, asked.notified)


def plan(inputs: Inputs, config: Migration, overrides: Overrides) -> Plan:
    """Plan the move of every trigger to the service."""
    return direct.plan(
        inputs.inventory,
        config,
        consumers=inputs.consumers,
        resources=inputs.resources,
        bake=overrides.bake,
        addresses=inputs.addresses,
        require=inputs.require,
        notified=inputs.notified,
    )


def gates(context: Context, inputs: Inputs, plan: Plan, *, wait: bool) -> Iterator[Blocker]:
    """Ask for what `cutover` asks for, for a key that EventBridge takes, and for health where AWS looks."""
    yield from quotas.closed_gates(context, plan)
    yield from readiness.of_api_key(context, plan)
    yield from readiness.of_traffic(context, inputs.inventory.function, wait=wait)
    yield from readiness.of_public(context, wait=wait)


def question(_plan: Plan, inputs: Inputs) -> Question:
    """Ask whether to point the triggers to the service."""
    return Question(f"Point the triggers of {inputs.inventory.function.name} straight to the service?")
