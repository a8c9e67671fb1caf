"""Streams that reach the service by a pipe of EventBridge: AWS's own poller, and no consumer of ours.

The pipe is made stopped, while Lambda reads, and begins before where Lambda is; then the mapping is switched off, and
the pipe started. So nothing lies between the two, and one of them reads at a time: order stays as it is in each shard,
and some records come again. A pipe sends an API destination one record at a time, within its limits; what a pipe cannot
do for a stream is a gate, and the stream stays on the alias.

https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-pipes.html
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from lambda_migrate.actions.event_source.switch_mapping import SwitchMapping
from lambda_migrate.actions.iam.create_role import CreateRole
from lambda_migrate.actions.iam.put_role_policy import PutRolePolicy
from lambda_migrate.actions.pipes.create_pipe import OLDEST, CreatePipe
from lambda_migrate.actions.pipes.switch_pipe import SwitchPipe
from lambda_migrate.aws.arn import Arn
from lambda_migrate.durations import duration as shown
from lambda_migrate.engine.plan import Step
from lambda_migrate.gates import pipe_impossible, pipe_too_slow
from lambda_migrate.gates.gate import closed
from lambda_migrate.hashing import sha256
from lambda_migrate.triggers import pipe_target
from lambda_migrate.triggers.base import Repoint
from lambda_migrate.triggers.event_source import PROPAGATION
from lambda_migrate.triggers.eventbridge import RATE, ROLE_PROPAGATION, allow
from lambda_migrate.triggers.stream_metrics import BEHIND, PEAK, is_named
from lambda_migrate.triggers.stream_metrics import LARGEST as RECORD

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lambda_migrate.engine.blocker import Blocker
    from lambda_migrate.function.model import Function
    from lambda_migrate.triggers.base import Destination, Trigger
    from lambda_migrate.triggers.event_source import MappingSettings

RAW = pipe_target.LARGEST * 3 // 4 - 4096
"""Bytes of data that fit in there, which a pipe writes in base64, among some 2 KB of its own."""

DAY = 86_400.0
FILTERS = 5
"""Patterns that a pipe takes ("FilterCriteria" in the API reference of EventBridge Pipes)."""

_KEPT = ("MaximumRetryAttempts", "MaximumRecordAgeInSeconds", "ParallelizationFactor")


@dataclass(frozen=True)
class Stream:
    """What a kind of stream is to EventBridge Pipes.

    Attributes:
        kind: Its name.
        label: What a person calls one.
        member: Of a pipe's ``SourceParameters``.
        sends: What the service is told that the pipe sends.
        actions: What its role has to be allowed for the stream ("Event source permissions", EventBridge user guide).
        by_time: Whether a pipe can begin at a time, and not only with the oldest record or the next.
        metrics: Namespace and dimension under which the stream counts what is put; "" where it does not.
    """

    kind: str
    label: str
    member: str
    sends: str
    actions: tuple[str, ...]
    by_time: bool
    metrics: str = ""


def to_service(
    trigger: Trigger[MappingSettings], function: Function, destination: Destination, stream: Stream
) -> Repoint | None:
    """Make a stopped pipe that begins before where Lambda is, switch the mapping off, start the pipe."""
    if not is_named(trigger, destination.pipes):
        return None
    caller, looked = f"{stream.label} `{trigger.name}`", destination.resources.get(stream.kind, {})
    cannot = [*_cannot(trigger.settings.mapping, trigger.settings.source)]
    if cannot:
        text = f"a pipe cannot send {caller} to the service: {'; '.join(cannot)}; take it out of `service.pipes`"
        return Repoint(blockers=(closed(pipe_impossible, text, trigger.name),))
    pipe = CreatePipe(
        pipe_name(function, trigger.settings.source),
        trigger.settings.source,
        pipe_target.name(function, stream.kind),
        pipe_target.name(function, stream.kind),
        stream.member,
        _parameters(trigger.settings.mapping),
        trigger.settings.mapping.get("FilterCriteria", {}),
        _begin(stream, looked),
        stream.sends,
    )
    return Repoint(
        _steps(trigger, pipe),
        tuple(_blockers(trigger, caller, function, destination, stream)),
        tuple(_warnings(trigger, caller)),
        preparation(function, destination, stream.kind, _own(trigger, function, stream)),
        source_metrics=pipe_target.metrics(pipe.name),
    )


def _steps(trigger: Trigger[MappingSettings], pipe: CreatePipe) -> tuple[Step, ...]:
    again = "up to a day" if pipe.behind == OLDEST else f"about {shown(pipe.behind)}"
    off = SwitchMapping(trigger.id, trigger.name, before=True, after=False)
    started = SwitchPipe(pipe.name, before=False, after=True)
    return (
        Step("", pipe, "it begins before where Lambda is, so that nothing is left out"),
        Step("", off, "one reads at a time, so that the order stays", propagation=PROPAGATION),
        Step(
            "",
            started,
            "its records go to the service",
            propagation=PROPAGATION,
            risk=f"records of {again} come again, in their order",
        ),
    )


def _begin(stream: Stream, looked: Any) -> float:
    if not stream.by_time:
        return OLDEST
    return float(looked.get(BEHIND) or DAY)


def _cannot(mapping: dict[str, Any], source: str) -> Iterator[str]:
    """Yield what a mapping does that no pipe to an API destination can, one clause each."""
    if mapping.get("TumblingWindowInSeconds"):
        yield "it aggregates in windows"
    if "/consumer/" in source:
        yield "it reads through enhanced fan-out"
    if len((mapping.get("FilterCriteria") or {}).get("Filters") or ()) > FILTERS:
        yield f"it has more than {FILTERS} filters"
    failed = _on_failure(mapping)
    if failed and Arn.parse(failed).service not in ("sqs", "sns"):
        yield "what fails goes to a bucket"


def _on_failure(mapping: dict[str, Any]) -> str:
    destination: dict[str, Any] = (mapping.get("DestinationConfig") or {}).get("OnFailure") or {}
    return str(destination.get("Destination") or "")


def _parameters(mapping: dict[str, Any]) -> dict[str, Any]:
    """Return the source's parameters: what the mapping has, and one record at a time, as API destinations ask."""
    kept = {name: mapping[name] for name in _KEPT if name in mapping}
    failed = _on_failure(mapping)
    return {"BatchSize": 1, **kept, **({"DeadLetterConfig": {"Arn": failed}} if failed else {})}


def _blockers(
    trigger: Trigger[MappingSettings], caller: str, function: Function, destination: Destination, stream: Stream
) -> Iterator[Blocker]:
    looked = destination.resources.get(stream.kind)
    yield from pipe_target.blockers(trigger, caller, function, destination)
    peak = (looked or {}).get(f"{PEAK} {trigger.name}")
    if peak is not None and float(peak) > RATE:
        text = f"{caller} had {peak} records a second, and its API destination lets {RATE} through"
        yield closed(pipe_too_slow, text, trigger.name)
    yield from pipe_target.too_large(trigger, caller, (looked or {}).get(f"{RECORD} {trigger.name}"), RAW)


def _warnings(trigger: Trigger[MappingSettings], caller: str) -> Iterator[str]:
    size = trigger.settings.mapping.get("BatchSize", 1)
    if size != 1:
        yield f"{caller} comes in batches of up to {size} records; through a pipe each record is an event of its own"
    if trigger.settings.mapping.get("MaximumRetryAttempts", -1) == -1:
        text = "tries a record that fails again until it expires, and reads nothing behind it meanwhile"
        yield f"the pipe of {caller} {text}, as its mapping does"


def preparation(function: Function, destination: Destination, kind: str, reads: PutRolePolicy) -> tuple[Step, ...]:
    """Return the steps that make what the pipes of a kind share, and what the role may do for one of them.

    Args:
        function: The function.
        destination: Where the pipes send.
        kind: Of the triggers.
        reads: What the role may do for this one.
    """
    shared, account = pipe_target.name(function, kind), Arn.parse(function.arn).account
    trust = allow(
        Principal={"Service": "pipes.amazonaws.com"},
        Action="sts:AssumeRole",
        Condition={"StringEquals": {"aws:SourceAccount": account}},
    )
    sends = allow(Action="events:InvokeApiDestination", Resource=f"{pipe_target.arn(function, kind)}/*")
    role = (
        Step("", CreateRole(shared, trust, destination.boundary), "pipes of this account take it on"),
        Step("", PutRolePolicy(shared, "invoke-api-destination", sends), "to call this API destination and no other"),
    )
    own = Step("", reads, "to read this source and no other", propagation=ROLE_PROPAGATION)
    made = pipe_target.preparation(function, destination, kind)
    return (*(role if made else ()), *made, own)


def _own(trigger: Trigger[MappingSettings], function: Function, stream: Stream) -> PutRolePolicy:
    shared = pipe_target.name(function, stream.kind)
    return PutRolePolicy(shared, pipe_name(function, trigger.settings.source), _reads(trigger, stream))


def _reads(trigger: Trigger[MappingSettings], stream: Stream) -> dict[str, Any]:
    statements = [{"Effect": "Allow", "Action": list(stream.actions), "Resource": trigger.settings.source}]
    failed = _on_failure(trigger.settings.mapping)
    if failed:
        send = {"sqs": "sqs:SendMessage", "sns": "sns:Publish"}[Arn.parse(failed).service]
        statements.append({"Effect": "Allow", "Action": [send], "Resource": failed})
    return {"Version": "2012-10-17", "Statement": statements}


def pipe_name(function: Function, source: str) -> str:
    """Return the name of the pipe of what identifies a source, the same at every run."""
    return f"lambda-migrate-{function.name}"[: pipe_target.NAMES - 9] + f"-{sha256(source)[:8]}"
