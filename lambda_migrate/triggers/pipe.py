"""Pipes of EventBridge: the function is the target, or enriches events on the way to it.

A pipe invokes with a role of its own, which has to be allowed to invoke the alias first. While a pipe is changed it
stops for a moment, and goes on from the same position.

Straight to the service its target becomes an API destination, which takes one record at a time and has five seconds.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from lambda_migrate.actions.pipes.point_pipe import PointPipe
from lambda_migrate.actions.pipes.send_pipe import DESTINATION, SendPipe
from lambda_migrate.engine.plan import Step
from lambda_migrate.gates import caller_not_permitted, pipe_impossible
from lambda_migrate.gates.gate import closed
from lambda_migrate.triggers import base, duration, invoking_role, pipe_target, stream_metrics
from lambda_migrate.triggers.base import Repoint
from lambda_migrate.triggers.stream_metrics import LARGEST

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from lambda_migrate.aws.session import Aws
    from lambda_migrate.config import Service
    from lambda_migrate.engine.blocker import Blocker
    from lambda_migrate.engine.source_metrics import SourceMetrics
    from lambda_migrate.function.model import Function
    from lambda_migrate.triggers.base import Destination, Trigger

KIND = "pipe"
LABEL = "EventBridge pipe"
TRAFFIC = "events"
FOUND = "the list of all pipes: target and enrichment"
PRINCIPALS = ("pipes.amazonaws.com",)
ALIAS = "the ARN of the target, or of the enrichment, is replaced, with its parameters as they were"
SERVICE = "its target becomes an API destination with the service's key, if `service.pipes` names the pipe"
STAYS = "it invokes; it goes on to the service if `service.pipes` names it and it sends one record at a time"
COUNTED = pipe_target.COUNTED
FAILING = pipe_target.FAILING
CALLS = stream_metrics.CALLS
"""What it calls itself, from which the policies of IAM are made."""

BACK = "the ARN is put back, with the parameters as they are then"
TWICE = "the batch that the pipe was handling when it was changed"
PAUSABLE = True
PROPAGATION = 90.0
"""As of an event source mapping, whose pollers a pipe shares; no time is documented."""

SETTLES = PROPAGATION
CALL = "events:InvokeApiDestination"
_ROLE = "role"


@dataclass(frozen=True, kw_only=True)
class Settings(base.Settings):
    """What is known of a pipe.

    Attributes:
        pipe: Its name.
        part: ``Target`` or ``Enrichment``.
        role: The ARN of the role that it invokes with.
        function: The ARN that it invokes, as it stands there.
        parameters: Of its target, without the input template.
        templated: Whether it has one.
        batch: How many records it hands over at once; 0 for its source's default.
    """

    pipe: str
    part: str
    role: str
    function: str
    parameters: dict[str, Any] = field(default_factory=dict)
    templated: bool = False
    batch: int = 0


def physical_id(trigger: Trigger[Settings]) -> str:
    """Return what CloudFormation calls the pipe: its name."""
    return trigger.settings.pipe


def to_alias(trigger: Trigger[Settings], function: Function, alias: str) -> Repoint:
    """Replace the ARN of its part."""
    settings = trigger.settings
    action = PointPipe(settings.pipe, settings.function, function.qualified_arn(alias), settings.part)
    return Repoint((Step("", action, "its events reach the alias", propagation=PROPAGATION),))


def preflight(aws: Aws, trigger: Trigger[Settings], function: Function, alias: str) -> Iterator[Blocker]:
    """Yield that its role may not invoke the alias."""
    settings, caller = trigger.settings, f"{LABEL} `{trigger.name}`"
    yield from invoking_role.not_permitted(aws, settings.role, function.qualified_arn(alias), caller, trigger.name)


def look_up(
    aws: Aws, function: Function, service: Service, triggers: Sequence[Trigger[Settings]] = ()
) -> dict[str, str]:
    """Return how long the function takes, how large events are, and whether each role may call the API destination."""
    named = [trigger for trigger in triggers if stream_metrics.is_named(trigger, service.pipes)]
    if not named:
        return {}
    looked = {**duration.look_up(aws, function, service)}
    looked |= stream_metrics.endpoint(aws, pipe_target.name(function, KIND))
    invoked = f"{pipe_target.arn(function, KIND)}/*"
    for trigger in named:
        settings = trigger.settings
        refusal = invoking_role.may_not(aws, settings.role, CALL, invoked, "call the API destination")
        looked[f"{_ROLE} {trigger.name}"] = refusal.text if refusal else ""
        largest = stream_metrics.largest_event(aws, settings.pipe)
        looked |= {} if largest is None else {f"{LARGEST} {trigger.name}": largest}
    return looked


def to_service(trigger: Trigger[Settings], function: Function, destination: Destination) -> Repoint | None:
    """Replace its target, where migration.yaml names the pipe and an API destination bears what it hands over."""
    if not stream_metrics.is_named(trigger, destination.pipes):
        return None
    settings, caller = trigger.settings, f"{LABEL} `{trigger.name}`"
    cannot = [*_cannot(settings)]
    if cannot:
        text = f"{caller} cannot be pointed at the service: {'; '.join(cannot)}; take it out of `service.pipes`"
        return Repoint(blockers=(closed(pipe_impossible, text, trigger.name),))
    goal = f"{DESTINATION}{pipe_target.name(function, KIND)}"
    action = SendPipe(settings.pipe, settings.function, goal, settings.part, settings.parameters)
    looked = destination.resources.get(KIND, {})
    role = looked.get(f"{_ROLE} {trigger.name}", "its role has not been checked")
    blockers = (
        *pipe_target.blockers(trigger, caller, function, destination),
        *pipe_target.too_large(trigger, caller, looked.get(f"{LARGEST} {trigger.name}"), pipe_target.LARGEST),
        *((closed(caller_not_permitted, f"{caller}: {role}", trigger.name),) if role else ()),
    )
    return Repoint(
        (Step("", action, "its records go to the service", propagation=PROPAGATION),),
        blockers,
        preparation=pipe_target.preparation(function, destination, KIND),
        source_metrics=pipe_target.metrics(settings.pipe),
    )


def _cannot(settings: Settings) -> Iterator[str]:
    """Yield what a pipe does for a function that it does not for an API destination, one clause each."""
    if settings.part != "Target":
        yield "the function is its enrichment, and the function's answer goes on to the target"
    if settings.batch != 1:
        yield "an API destination takes one record at a time; set the batch size of its source to 1 first"
    if settings.templated:
        yield "its input template changes what the function gets"
    if (settings.parameters.get("LambdaFunctionParameters") or {}).get("InvocationType") == "FIRE_AND_FORGET":
        yield "it does not wait for the function, and Lambda retries failures"


def source_metrics(trigger: Trigger[Settings]) -> SourceMetrics | None:
    """Return what the pipe counts, whatever its target is."""
    return pipe_target.metrics(trigger.settings.pipe)
