"""What is known of the things that can invoke a function, and what a trigger kind can do."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from lambda_migrate.aws.session import Aws
    from lambda_migrate.engine.blocker import Blocker
    from lambda_migrate.engine.plan import Step
    from lambda_migrate.engine.source_metrics import SourceMetrics
    from lambda_migrate.function.model import Function


@dataclass(frozen=True)
class Trigger:
    """Something that can invoke the function.

    Attributes:
        kind: The registry's name of it (``http_api``, ``sns``, ``sqs``, ``eventbridge``), the name of a kind that is
            only detected (``s3``, ``rest_api``, ...), or ``unknown``.
        id: What identifies it among its kind, stable across runs: an ARN, a UUID, ``api-id/integration-id``.
        name: What a person calls it.
        qualifier: What it invokes: ``""`` unqualified, else an alias or version.
        settings: The AWS documents that a flip has to keep, JSON-able, without secrets. ``source`` in it is the ARN
            that the resource policy's statements name for it.
        enabled: False where it exists but delivers nothing (a disabled mapping, a parked subscription).
    """

    kind: str
    id: str
    name: str
    qualifier: str = ""
    settings: dict[str, Any] = field(default_factory=dict)
    enabled: bool = True


@dataclass(frozen=True)
class Flip:
    """What re-pointing one trigger takes; the ids of its steps are still "".

    Attributes:
        steps: What moves events or requests, in order.
        blockers: What stands against it.
        warnings: What a person should know.
        preparation: What must be there before; it moves nothing, and may be shared with other triggers.
    """

    steps: tuple[Step, ...] = ()
    blockers: tuple[Blocker, ...] = ()
    warnings: tuple[str, ...] = ()
    preparation: tuple[Step, ...] = ()


@dataclass(frozen=True)
class Destination:
    """Where direct triggers go.

    Attributes:
        url: Where AWS reaches the service, without a path at the end.
        api_key: Reference of the secret that EventBridge sends, ``secretsmanager:...``; "" where none is named.
        consumers: ARNs and URLs of the queues that the service was seen to poll.
    """

    url: str
    api_key: str = ""
    consumers: frozenset[str] = frozenset()


EVENTS_PATH = "/lambda-proxy-non-api-events"
"""Where the service takes events that are no HTTP requests."""


class TriggerKind(Protocol):
    """The module of one trigger kind; ``lambda_migrate.triggers.TRIGGERS`` holds one line for each.

    - ``KIND``: its name; ``PRINCIPALS``: the service principals whose policy statements it explains.
    - ``find(aws, function)``: the triggers of this kind, from an index of AWS where there is one (policy source ARNs,
      ``list_event_source_mappings``, ``list_rule_names_by_target``), so that calls grow with the function's triggers.
      What the same calls show of other kinds comes with it, as triggers of a kind that is only detected.
    - ``to_alias(trigger, function, alias)``: what re-points it to the alias; pure.
    - ``to_service(trigger, function, destination)``: what re-points it straight to the service; pure.
    - ``source_metrics(trigger)``: the metrics of the source that tell what became of its traffic there; pure.
    - ``clean_up(trigger)``: the steps of ``retire`` that remove what the flips left behind; pure.
    """

    KIND: str
    PRINCIPALS: tuple[str, ...]

    def find(self, aws: Aws, function: Function, /) -> Iterable[Trigger]: ...

    def to_alias(self, trigger: Trigger, function: Function, alias: str, /) -> Flip: ...

    def to_service(self, trigger: Trigger, function: Function, destination: Destination, /) -> Flip: ...

    def source_metrics(self, trigger: Trigger, /) -> SourceMetrics: ...

    def clean_up(self, trigger: Trigger, /) -> Sequence[Step]: ...
