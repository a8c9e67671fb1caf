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
from lambda_migrate.planner import direct
from lambda_migrate.verify.probe import probe
from lambda_migrate.workflow import readiness, reading
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
        found: What there is.
        resources: What kinds of trigger have to know of the service, by the names of the kinds.
        consumers: ARNs and URLs of the queues that the service polls.
    """

    found: Inventory
    resources: Mapping[str, Mapping[str, str]]
    consumers: frozenset[str]


def gather(context: Context, _overrides: Overrides) -> Inputs:
    """Read the function, and ask the service through the proxy version which queues it polls."""
    found = reading.recorded_inventory(context)
    aws, function, version = context.aws_read_only, found.function, proxied(found.function)
    resources = triggers.look_up(aws, function, context.migration.service, found.triggers)
    consumers = probe(aws, function.name, version.number).consumers if version else frozenset()
    return Inputs(found, resources, consumers)


def plan(inputs: Inputs, config: Migration, overrides: Overrides) -> Plan:
    """Plan the move of every trigger to the service."""
    return direct.plan(
        inputs.found, config, consumers=inputs.consumers, resources=inputs.resources, bake=overrides.bake
    )


def gates(context: Context, inputs: Inputs, plan: Plan, *, wait: bool) -> Iterator[Blocker]:
    """Ask for what `cutover` asks for, and for a key that EventBridge takes."""
    yield from readiness.of_api_key(context, plan)
    yield from readiness.of_traffic(context, inputs.found.function, wait=wait)


def question(_plan: Plan, inputs: Inputs) -> Question:
    """Ask whether to point the triggers to the service."""
    return Question(f"Point the triggers of {inputs.found.function.name} straight to the service?")
