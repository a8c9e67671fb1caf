"""What is known of a function and of the things that can invoke it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from lambda_migrate.aws import Aws
    from lambda_migrate.plan import Step


@dataclass(frozen=True)
class Trigger:
    """Something that can invoke the function.

    Attributes:
        kind: The registry's name of it: ``http_api``, ``sns``, ``sqs``, ``eventbridge``, or ``unknown``.
        id: What identifies it among its kind, stable across runs: an ARN, a UUID, ``api-id/integration-id``.
        name: What a person calls it.
        qualifier: What it invokes: ``""`` unqualified, else an alias or version.
        settings: The AWS document that a flip has to keep, JSON-able, without secrets.
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
    """

    policy: tuple[dict[str, Any], ...] = ()
    event_invoke: dict[str, Any] | None = None
    url: str = ""


@dataclass(frozen=True)
class Version:
    """A published version. ``environment_sha256`` is over names and values; the values themselves are never kept."""

    number: str
    code_sha256: str
    handler: str
    layers: tuple[str, ...]
    environment_sha256: str
    description: str = ""
    proxy_events: str = ""
    last_modified: str = ""


@dataclass(frozen=True)
class Alias:
    """An alias: the version it points at and the weights of a second one (fractions of 1)."""

    name: str
    version: str
    weights: dict[str, float] = field(default_factory=dict)
    description: str = ""


@dataclass(frozen=True)
class Function:
    """A Lambda function as it stands: ``$LATEST``, versions, aliases, and what belongs to each qualifier."""

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

    def alias(self, name: str) -> Alias | None:
        """Return the alias of that name, or None."""
        return next((alias for alias in self.aliases if alias.name == name), None)

    def version(self, number: str) -> Version | None:
        """Return the published version of that number, or None."""
        return next((version for version in self.versions if version.number == number), None)


class TriggerKind(Protocol):
    """The module of one trigger kind; ``lambda_migrate.triggers.TRIGGERS`` holds one line for each.

    - ``KIND``: its name; ``PRINCIPALS``: the service principals whose policy statements it explains.
    - ``find(aws, function)``: the triggers of this kind, from an index of AWS where there is one (policy source ARNs,
      ``list_event_source_mappings``, ``list_rule_names_by_target``), so that calls grow with the function's triggers.
    - ``to_alias(trigger, function, alias)``: the steps that re-point it to the alias; pure.
    - ``to_service(trigger, function, destination)``: the steps that re-point it straight to the service; pure.
    - ``clean_up(trigger)``: the steps of ``retire`` that remove what the flips left behind; pure.
    """

    KIND: str
    PRINCIPALS: tuple[str, ...]

    def find(self, aws: Aws, function: Function) -> Iterable[Trigger]: ...

    def to_alias(self, trigger: Trigger, function: Function, alias: str) -> Sequence[Step]: ...
