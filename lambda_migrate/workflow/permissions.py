"""What a phase and its way back may call: read from its plan, from what the ledger says was done, and from the engine.

A phase that comes later is planned as if those before it had been done, so that its policy can be written on the first
day: the numbers of versions, which nobody knows yet, stand in no ARN that matters.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, NamedTuple

from lambda_migrate.actions.function.publish_layer import PublishLayer
from lambda_migrate.actions.serving import Serving
from lambda_migrate.aws.arn import Arn
from lambda_migrate.aws.permissions import Call, Place, calls, permissions
from lambda_migrate.aws.session import READ_PREFIXES
from lambda_migrate.engine import guard_calls
from lambda_migrate.engine.plan import Step
from lambda_migrate.engine.runs import runs
from lambda_migrate.function import encryption_keys
from lambda_migrate.function.model import Alias, Version
from lambda_migrate.function.versions import original, proxied
from lambda_migrate.handover import agents
from lambda_migrate.inventory import domains, images
from lambda_migrate.inventory.model import PROXY_LAYER
from lambda_migrate.inventory.permissions import of_inventory
from lambda_migrate.planner.retire import Remains
from lambda_migrate.triggers import kind_of
from lambda_migrate.workflow import phases, recording, remote_states, standing
from lambda_migrate.workflow.overrides import Overrides
from lambda_migrate.workflow.phase_calls import EXTRA, Facts, directly, instances, judging
from lambda_migrate.workflow.reading import code_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from lambda_migrate.aws.permissions import Permission
    from lambda_migrate.config import Migration
    from lambda_migrate.engine.plan import Plan
    from lambda_migrate.function.model import Function
    from lambda_migrate.inventory import Inventory
    from lambda_migrate.triggers.base import Settings, Trigger
    from lambda_migrate.workflow.context import Context
    from lambda_migrate.workflow.phase import PhaseKind

PRETENDED = "999999"
"""Number of a version that is not published yet."""

NONE = Overrides()
LOOK = "inspect"
MOVED = frozenset({"rotate", "direct", "retire", "domain"})
"""Phases that come after the traffic has moved to the proxy version."""


class Needed(NamedTuple):
    """What a phase needs.

    Attributes:
        phase: Its name.
        permissions: What a policy has to allow, sorted.
        notes: What no policy of ours can name, one line each.
    """

    phase: str
    permissions: tuple[Permission, ...]
    notes: tuple[str, ...] = ()


def place_of(context: Context) -> Place:
    """Return where the calls of a command go."""
    aws = context.aws_read_only
    return Place(aws.partition, aws.region_name, aws.account)


def needed(context: Context, phase: str, overrides: Overrides = NONE) -> Needed:
    """Return what a phase and its way back need; changes nothing.

    Args:
        context: Of the command.
        phase: Its name, or ``inspect`` for the commands that only look.
        overrides: What the command line says besides.

    Raises:
        ConfigError: The phase does not exist.
        MigrateError: What its plan is made from cannot be read.
    """
    place = place_of(context)
    states = list(remote_states.calls_of(code_of(context)))
    made = [*_looking(context), *states] if phase == LOOK else _calls(context, phases.load(phase), overrides)
    allowed = {each for call in made for each in permissions(call, place)}
    optional = (_OF_STATES,) if states and phase != LOOK else ()
    return Needed(phase, tuple(sorted(allowed)), (*_notes(phase), *optional))


def _calls(context: Context, kind: PhaseKind, overrides: Overrides) -> Iterator[Call]:
    config, phase = context.migration, kind.phase.name
    plans, deployed = planned(context, kind, overrides)
    facts = Facts(config, deployed.function.role if deployed else "")
    yield from of_inventory(config.function)
    if deployed:
        yield from encryption_keys.calls_of(deployed.function, phase)
    if deployed and deployed.image:
        yield from images.calls_of(deployed.image, Arn.parse(deployed.function.arn).account)
    known = [run for run in runs(context.ledger) if run.phase == phase]
    steps = [*(step for plan in plans for step in plan.steps), *(step for run in known for step in run.plan.steps)]
    yield from of_steps(phase, facts, plans[0].function, steps)


def of_steps(phase: str, facts: Facts, function: str, steps: Iterable[Step]) -> Iterator[Call]:
    """Yield what a phase calls besides its look at the function: its steps, there and back, and all around them.

    Args:
        phase: Its name.
        facts: What the calls depend on besides the plan.
        function: The function's ARN.
        steps: Of its plans.
    """
    listed = list(steps)
    yield from _engine(facts.config)
    yield from EXTRA[phase](facts)
    for step in listed:
        yield from step.action.aws_calls()
        yield from guard_calls.calls_of(step, function)
    if any(step.gated for step in listed):
        yield from judging(facts)


def _looking(context: Context) -> Iterator[Call]:
    """Yield what commands without changes call: `inspect`, `doctor`, `policy`, `status --aws` and `verify record`."""
    config = context.migration
    facts = Facts(config, "")
    for step in standing.moved(runs(context.ledger)):
        yield from (call for call in step.action.aws_calls() if call.name.partition(":")[2].startswith(READ_PREFIXES))
    yield from of_inventory(config.function)
    yield from (Call(name) for name in (*domains.CALLS, *agents.CALLS))
    yield from calls("lambda", "GetAlias", FunctionName=config.function)
    yield from calls("scheduler", "GetSchedule")
    yield from calls("iam", "GetRole")
    yield from instances(config)
    yield from recording.calls_of(config)
    yield from directly(facts)


def planned(context: Context, kind: PhaseKind, overrides: Overrides) -> tuple[list[Plan], Inventory | None]:
    """Return the plans of a phase, now and as if those before it had been done, and what there is, where it looked."""
    inputs = kind.gather(context, overrides)
    deployed: Inventory | None = None
    later = inputs
    if hasattr(inputs, "_replace") and hasattr(inputs, "inventory"):
        deployed = inputs.inventory
        later = inputs._replace(inventory=_pretended(inputs.inventory, kind.phase.name))
        if getattr(later, "keys", None) == []:
            later = later._replace(keys=["k1"])
        if hasattr(later, "remains"):
            later = later._replace(remains=Remains((), tuple(served(inputs.inventory))))
        if hasattr(later, "ours"):
            later = later._replace(ours=frozenset(trigger.id for trigger in later.inventory.triggers))
    plans = [kind.plan(each, context.migration, overrides) for each in (inputs, later)]
    return plans, deployed


def served(inventory: Inventory) -> Iterator[Step]:
    """Yield the steps of earlier phases whose things `retire` deletes with the function."""
    function = inventory.function
    if not inventory.image:
        yield Step("", PublishLayer(f"{PROXY_LAYER}{function.name}", "", ""))
    for trigger in inventory.triggers:
        repoint = kind_of(trigger).to_alias(trigger, function, inventory.alias) if not trigger.qualifier else None
        yield from (step for step in (repoint.preparation if repoint else ()) if isinstance(step.action, Serving))


def _pretended(inventory: Inventory, phase: str) -> Inventory:
    """Return an inventory with the versions that a phase needs; for the last phases, with the traffic on the proxy."""
    function = inventory.function
    made = replace(function, versions=(*function.versions, *_unpublished(function, phase)))
    if phase not in MOVED:
        return replace(inventory, function=made)
    newest = proxied(made)
    moved = Alias(inventory.alias, newest.number if newest else PRETENDED)
    others = tuple(alias for alias in function.aliases if alias.name != inventory.alias)
    triggers = tuple(_moved(trigger, inventory.alias, phase) for trigger in inventory.triggers)
    return replace(inventory, function=replace(made, aliases=(*others, moved)), triggers=triggers)


def _moved(trigger: Trigger[Settings], alias: str, phase: str) -> Trigger[Settings]:
    """Return a trigger on the alias; before `retire`, what has gone to the service is parked or switched off."""
    on_alias = replace(trigger, qualifier=alias) if trigger.qualifier == "" else trigger
    return replace(on_alias, enabled=False) if phase == "retire" else on_alias


def _unpublished(function: Function, phase: str) -> Iterator[Version]:
    if phase in ("proxy", "rotate-finish"):
        return
    if original(function) is None:
        yield _version(function, "999998", "")
    if proxied(function) is None:
        yield _version(function, PRETENDED, "all")


def _version(function: Function, number: str, events: str) -> Version:
    return Version(
        number,
        function.code_sha256,
        function.handler,
        function.layers,
        function.environment_sha256,
        proxy_events=events,
        configuration_sha256="" if events else function.configuration_sha256,
        role=function.role,
        dead_letter=function.dead_letter,
    )


def _engine(config: Migration) -> Iterator[Call]:
    """Yield what every run calls: the lock between machines, and the look for changes of others."""
    name = config.function
    changing = "GetAlias CreateAlias UpdateAlias DeleteAlias ListVersionsByFunction"
    yield from calls("lambda", changing, FunctionName=name)
    yield from calls("cloudtrail", "LookupEvents")


_OF_STATES = (
    "Terraform's state is read too, if you may (`policy --phase inspect` has the calls); without it a plan cannot say"
    " what Terraform owns"
)


def _notes(phase: str) -> tuple[str, ...]:
    """Return what no policy of ours can name."""
    keys = (
        "where a key of your own encrypts a secret, a queue or a bucket, allow kms:Decrypt on it; the keys of the"
        " function itself are listed in the phases that read it"
    )
    behalf = (
        "CloudFormation and Elastic Beanstalk make what their templates name with the caller's permissions:"
        " those are not listed here"
    )
    return (keys, *((behalf,) if phase in ("service", "pipeline") else ()))
