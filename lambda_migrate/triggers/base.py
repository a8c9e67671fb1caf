"""What is known of a function and of the things that can invoke it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from lambda_migrate.aws import Aws
    from lambda_migrate.plan import Step
    from lambda_migrate.source_metrics import SourceMetrics


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
class Qualified:
    """What belongs to one qualifier of the function (``""`` is the unqualified function).

    Attributes:
        policy: The resource policy's statements, as AWS returns them; an empty tuple where there is no policy.
        event_invoke: The asynchronous invocation settings as ``get_function_event_invoke_config`` returns them,
            less ARN and date; None where there are none.
        url: The function URL, or "".
        url_auth: Who may use the function URL: ``NONE`` or ``AWS_IAM``; "" where there is none.
        provisioned: Provisioned concurrency, in instances; 0 where there is none.
    """

    policy: tuple[dict[str, Any], ...] = ()
    event_invoke: dict[str, Any] | None = None
    url: str = ""
    url_auth: str = ""
    provisioned: int = 0


@dataclass(frozen=True)
class Version:
    """A published version.

    Attributes:
        environment_sha256: Over names and values; the values themselves are never kept.
        configuration_sha256: Over everything that decides how it runs, code and environment included.
        proxy_events: The events that it proxies, or "" where it is no proxy version.
        signing_key: Identifier of the key that it signs with, or "".
    """

    number: str
    code_sha256: str
    handler: str
    layers: tuple[str, ...]
    environment_sha256: str
    description: str = ""
    proxy_events: str = ""
    last_modified: str = ""
    configuration_sha256: str = ""
    role: str = ""
    dead_letter: str = ""
    signing_key: str = ""


@dataclass(frozen=True)
class Alias:
    """An alias: the version it points at and the weights of a second one (fractions of 1)."""

    name: str
    version: str
    weights: dict[str, float] = field(default_factory=dict)
    description: str = ""


@dataclass(frozen=True)
class Function:
    """A Lambda function as it stands: ``$LATEST``, versions, aliases, and what belongs to each qualifier.

    Attributes:
        environment_size: The environment variables as JSON, in bytes; Lambda allows 4,096.
        code_size: The zipped code package, in bytes.
        layer_sizes: The zipped layers, in bytes, by ARN.
        configuration_sha256: As for :class:`Version`.
        code_signing: ARN of the code signing configuration, or "".
        snap_start: True where published versions are snapshots.
        special: What else makes the function unlike others: ``durable``, ``tenancy``, ``capacity-provider``.
    """

    name: str
    arn: str
    runtime: str
    handler: str
    package_type: str
    code_sha256: str
    role: str
    timeout: int
    memory: int
    architectures: tuple[str, ...]
    layers: tuple[str, ...]
    environment_names: tuple[str, ...]
    environment_sha256: str
    versions: tuple[Version, ...] = ()
    aliases: tuple[Alias, ...] = ()
    qualified: dict[str, Qualified] = field(default_factory=dict)
    vpc: dict[str, Any] = field(default_factory=dict)
    dead_letter: str = ""
    reserved_concurrency: int | None = None
    tags: dict[str, str] = field(default_factory=dict)
    edge: bool = False
    code_size: int = 0
    layer_sizes: dict[str, int] = field(default_factory=dict)
    last_modified: str = ""
    environment_size: int = 0
    configuration_sha256: str = ""
    code_signing: str = ""
    snap_start: bool = False
    special: tuple[str, ...] = ()

    @property
    def qualifiers(self) -> tuple[str, ...]:
        """``""`` for the unqualified function, then every alias."""
        return ("", *(alias.name for alias in self.aliases))

    def qualified_arn(self, qualifier: str) -> str:
        """Return the ARN that names a qualifier, ``""`` being the unqualified function."""
        return f"{self.arn}:{qualifier}" if qualifier else self.arn

    def qualifier_of(self, arn: str) -> str | None:
        """Return the qualifier that an ARN names, or None where it is not of this function; ``$LATEST`` is ``""``."""
        if arn == self.arn:
            return ""
        qualifier = arn.removeprefix(f"{self.arn}:")
        if qualifier == arn or ":" in qualifier:
            return None
        return "" if qualifier == "$LATEST" else qualifier

    def alias(self, name: str) -> Alias | None:
        """Return the alias of that name, or None."""
        return next((alias for alias in self.aliases if alias.name == name), None)

    def version(self, number: str) -> Version | None:
        """Return the published version of that number, or None."""
        return next((version for version in self.versions if version.number == number), None)


@dataclass(frozen=True)
class Blocker:
    """Why something must not happen yet.

    Attributes:
        gate: The name that ``accept:`` in migration.yaml takes, for example ``trigger:s3``.
        text: What is wrong and what to do, one line.
        subject: The thing that is in the way, by the name that people give it; ``path:`` of an acceptance.
        acceptable: False where AWS itself would refuse, so that nobody can accept it.
    """

    gate: str
    text: str
    subject: str = ""
    acceptable: bool = True

    def __str__(self) -> str:
        return f"{self.gate}: {self.text}"


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
