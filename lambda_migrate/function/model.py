"""A Lambda function as it stands: ``$LATEST``, its versions, its aliases, and what belongs to each qualifier."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping

    from lambda_migrate.function.web_adapter import WebAdapter


STACK_TAG = "aws:cloudformation:stack-name"
"""The tag of a function that a CloudFormation stack made."""

ENFORCE = "Enforce"
"""What Lambda does about code that is not signed: it refuses it ("CodeSigningPolicies", Lambda API reference)."""


@dataclass(frozen=True)
class Qualified:
    """What belongs to a qualifier of the function: an alias, a version's number, ``""`` for the unqualified function.

    Attributes:
        policy: The resource policy's statements, as AWS returns them; an empty tuple if there is no policy.
        event_invoke: The asynchronous invocation settings as ``get_function_event_invoke_config`` returns them,
            less ARN and date; None if there are none.
        url: The function URL, or "".
        url_auth: Who may use the function URL: ``NONE`` or ``AWS_IAM``; "" if there is none.
        url_mode: How the function URL answers: ``BUFFERED`` or ``RESPONSE_STREAM``; "" if there is none.
        url_cors: What it answers to browsers, ``Cors`` as AWS writes it.
        provisioned: Provisioned concurrency, in instances; 0 if there is none.
    """

    policy: tuple[dict[str, Any], ...] = ()
    event_invoke: dict[str, Any] | None = None
    url: str = ""
    url_auth: str = ""
    url_mode: str = ""
    url_cors: dict[str, Any] = field(default_factory=dict)
    provisioned: int = 0


@dataclass(frozen=True)
class Version:
    """A published version.

    Attributes:
        environment_sha256: Over names and values; the values themselves are never kept.
        configuration_sha256: Over everything that decides how it runs, code and environment included.
        proxy_events: The events that it proxies, or "" where it is not a proxy version.
        signing_key: Identifier of the key that it signs with, or "".
        proxy_settings: What the proxy is told by variables of ours, none of which is a secret.
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
    proxy_settings: dict[str, str] = field(default_factory=dict)


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
        unsigned_code: What Lambda does about code that is not signed: ``Enforce``, ``Warn``; "" where unknown.
        signing_profiles: The versions of signing profiles whose signatures it takes, as ARNs.
        snap_start: True where published versions are snapshots.
        exec_wrapper: The script that starts the runtime (``AWS_LAMBDA_EXEC_WRAPPER``), or "".
        web_adapter: How the AWS Lambda Web Adapter is set, or None where the function runs without one.
        runtime_updates: When Lambda updates the runtime: ``Auto``, ``FunctionUpdate``, ``Manual``; "" where unknown.
        runtime_version: ARN of the runtime's version where Lambda does not update it by itself; else "".
        special: What else makes the function unlike others: ``durable``, ``tenancy``, ``capacity-provider``.
        kms_key: ARN of the customer managed key that encrypts the environment, or "".
        source_kms_key: Likewise of the one that encrypts the package.
        file_systems: Where file systems are mounted, ``/mnt/models``, with the ARN of each.
        unknown: Settings that AWS shows and this program does not know, by AWS's names.
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
    unsigned_code: str = ""
    signing_profiles: tuple[str, ...] = ()
    snap_start: bool = False
    exec_wrapper: str = ""
    web_adapter: WebAdapter | None = None
    runtime_updates: str = ""
    runtime_version: str = ""
    special: tuple[str, ...] = ()
    kms_key: str = ""
    source_kms_key: str = ""
    file_systems: dict[str, str] = field(default_factory=dict)
    unknown: tuple[str, ...] = ()

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

    def by_qualifier(self, arns: Mapping[str, str]) -> list[tuple[str, dict[str, str]]]:
        """Return those of some ARNs that are of this function, by the qualifiers that they name, in order.

        Args:
            arns: The ARNs, by the places where they stand.
        """
        qualifiers = {place: self.qualifier_of(arn) for place, arn in arns.items()}
        return [
            (qualifier, {place: arn for place, arn in arns.items() if qualifiers[place] == qualifier})
            for qualifier in sorted({each for each in qualifiers.values() if each is not None})
        ]

    def alias(self, name: str) -> Alias | None:
        """Return the alias of that name, or None."""
        return next((alias for alias in self.aliases if alias.name == name), None)

    def version(self, number: str) -> Version | None:
        """Return the published version of that number, or None."""
        return next((version for version in self.versions if version.number == number), None)
