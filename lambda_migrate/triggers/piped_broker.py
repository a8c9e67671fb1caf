"""Topics and queues of brokers that reach the service by a pipe of EventBridge, one message at a time.

A broker keeps for itself how far a consumer has got: Kafka for a consumer group, MQ for each message. So the pipe is
made stopped, the mapping switched off, and the pipe started, which goes on where the mapping was; and the mapping goes
on where the pipe was when it is switched on again. Nothing is read twice but the batch that was under way.

A pipe of Kafka joins the consumer group of the mapping: "If Apache Kafka finds a valid existing consumer group with the
same ID, EventBridge ignores the StartingPosition" (Amazon MSK as a source, EventBridge user guide). What a pipe logs in
with is what the mapping does, a secret that is named and not read.

https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-pipes-msk.html and eb-pipes-mq.html
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from lambda_migrate.actions.event_source.switch_mapping import SwitchMapping
from lambda_migrate.actions.iam.put_role_policy import PutRolePolicy
from lambda_migrate.actions.pipes.create_pipe import CreatePipe
from lambda_migrate.actions.pipes.switch_pipe import SwitchPipe
from lambda_migrate.aws.arn import Arn
from lambda_migrate.engine.plan import Step
from lambda_migrate.gates import pipe_impossible
from lambda_migrate.gates.gate import closed
from lambda_migrate.triggers import duration, pipe_target, piped_stream
from lambda_migrate.triggers.base import Repoint
from lambda_migrate.triggers.event_source import PROPAGATION
from lambda_migrate.triggers.eventbridge import RATE
from lambda_migrate.triggers.stream_metrics import endpoint, is_named

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from lambda_migrate.aws.session import Aws
    from lambda_migrate.config import Service
    from lambda_migrate.engine.blocker import Blocker
    from lambda_migrate.function.model import Function
    from lambda_migrate.triggers.base import Destination, Trigger
    from lambda_migrate.triggers.event_source import MappingSettings

Statement = dict[str, Any]

NETWORK = (
    "ec2:CreateNetworkInterface",
    "ec2:DeleteNetworkInterface",
    "ec2:DescribeNetworkInterfaces",
    "ec2:DescribeSecurityGroups",
    "ec2:DescribeSubnets",
    "ec2:DescribeVpcs",
)
"""What a pipe does to reach a broker in a VPC; none of them takes a resource's ARN for all that it needs."""


@dataclass(frozen=True)
class Source:
    """What a mapping reads, as a pipe takes it.

    Attributes:
        kind: The kind of trigger.
        label: What a person calls one.
        source: A pipe's ``Source``.
        member: Of its ``SourceParameters``.
        parameters: What stands there.
        behind: Where it begins, as :class:`CreatePipe` has it.
        sends: What the service is told that the pipe sends.
        statements: What its role has to be allowed for the broker.
        problems: Why no pipe can do what the mapping does, one clause each.
    """

    kind: str
    label: str
    source: str
    member: str
    parameters: dict[str, Any]
    behind: float
    sends: str
    statements: tuple[Statement, ...]
    problems: tuple[str, ...]


def look_up(
    aws: Aws, function: Function, service: Service, triggers: Sequence[Trigger[MappingSettings]], kind: str
) -> dict[str, str]:
    """Return what is to be known before brokers are read by pipes; nothing where migration.yaml names none."""
    if not any(is_named(trigger, service.pipes) for trigger in triggers):
        return {}
    return {**duration.look_up(aws, function, service), **endpoint(aws, pipe_target.name(function, kind))}


def to_service(
    trigger: Trigger[MappingSettings], function: Function, destination: Destination, source: Source
) -> Repoint:
    """Make a stopped pipe, switch the mapping off, start the pipe."""
    caller = f"{source.label} `{trigger.name}`"
    if source.problems:
        text = f"a pipe cannot send {caller} to the service: {'; '.join(source.problems)}; take it out of"
        return Repoint(blockers=(closed(pipe_impossible, f"{text} `service.pipes`", trigger.name),))
    shared = pipe_target.name(function, source.kind)
    pipe = CreatePipe(
        piped_stream.pipe_name(function, trigger.name),
        source.source,
        shared,
        shared,
        source.member,
        {"BatchSize": 1, **source.parameters},
        {},
        source.behind,
        source.sends,
    )
    reads = PutRolePolicy(shared, pipe.name, {"Version": "2012-10-17", "Statement": list(source.statements)})
    return Repoint(
        _steps(trigger, pipe),
        tuple(_blockers(trigger, caller, function, destination)),
        tuple(_warnings(trigger, caller)),
        piped_stream.preparation(function, destination, source.kind, reads),
        source_metrics=pipe_target.metrics(pipe.name),
    )


def _steps(trigger: Trigger[MappingSettings], pipe: CreatePipe) -> tuple[Step, ...]:
    off = SwitchMapping(trigger.id, trigger.name, before=True, after=False)
    return (
        Step("", pipe, "it goes on where the mapping is, once it is started"),
        Step("", off, "one reads at a time, so that the order stays", propagation=PROPAGATION),
        Step(
            "",
            SwitchPipe(pipe.name, before=False, after=True),
            "its messages go to the service",
            propagation=PROPAGATION,
            risk="the batch that was under way comes again",
        ),
    )


def _blockers(
    trigger: Trigger[MappingSettings], caller: str, function: Function, destination: Destination
) -> Iterator[Blocker]:
    yield from pipe_target.blockers(trigger, caller, function, destination)
    yield from pipe_target.too_large(trigger, caller, None, 0)


def _warnings(trigger: Trigger[MappingSettings], caller: str) -> Iterator[str]:
    size = trigger.settings.mapping.get("BatchSize", 1)
    if size != 1:
        yield f"{caller} comes in batches of up to {size} messages; through a pipe each message is an event of its own"
    yield (
        f"the pipe of {caller} reaches the brokers from their subnets, which need a way to EventBridge, by NAT or by"
        " endpoints; until it runs, messages wait at the broker"
    )
    yield f"AWS does not count the messages of {caller}, and its API destination lets {RATE} a second through"
    yield f"the pipe of {caller} tries a message that fails again, and reads nothing behind it meanwhile"


def common_problems(mapping: dict[str, Any]) -> Iterator[str]:
    """Yield what a mapping of a broker does that no pipe to an API destination can, one clause each."""
    if (mapping.get("FilterCriteria") or {}).get("Filters"):
        yield "its filters are written for events of Lambda, which nest messages otherwise"
    if ((mapping.get("DestinationConfig") or {}).get("OnFailure") or {}).get("Destination"):
        yield "what fails goes to a destination, which pipes of brokers do not have"


def accesses(mapping: dict[str, Any]) -> dict[str, list[str]]:
    """Return how a mapping reaches its broker, by the types of ``SourceAccessConfigurations``; secrets by ARN."""
    made: dict[str, list[str]] = {}
    for each in mapping.get("SourceAccessConfigurations") or ():
        made.setdefault(str(each["Type"]), []).append(str(each["URI"]))
    return made


def credentials(reached: dict[str, list[str]], names: dict[str, str]) -> dict[str, Any]:
    """Return a pipe's ``Credentials``; empty where the broker asks for none, or for those of the role.

    Args:
        reached: What :func:`accesses` returns.
        names: The members of the pipe's union, by Lambda's types.
    """
    return next(({"Credentials": {member: reached[kind][0]}} for kind, member in names.items() if kind in reached), {})


def role_statements(reached: dict[str, list[str]], *more: Statement) -> tuple[Statement, ...]:
    """Return what a role may do to reach a broker: its own statements, the network, the secrets that are named.

    A secret may be encrypted with a key of the account, as MSK demands ("Sign-in credentials authentication", its
    developer guide). Only the secret tells which key it is, so the role may decrypt these secrets with any key, and
    nothing else: Secrets Manager names the secret in the encryption context ("Secret encryption and decryption", its
    user guide).
    """
    stored = sorted(uri for uris in reached.values() for uri in uris if Arn.parse(uri).service == "secretsmanager")
    reads = {"Effect": "Allow", "Action": ["secretsmanager:GetSecretValue"], "Resource": stored}
    decrypts = {
        "Effect": "Allow",
        "Action": ["kms:Decrypt"],
        "Resource": "*",
        "Condition": {"StringEquals": {"kms:EncryptionContext:SecretARN": stored}},
    }
    network = {"Effect": "Allow", "Action": list(NETWORK), "Resource": "*"}
    return (*more, network, *((reads, decrypts) if stored else ()))
