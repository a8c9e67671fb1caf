"""What every place has where the service can live: its settings, what is to run, and how it is there."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Annotated, Any, Literal

from pydantic import AfterValidator, Field

from lambda_migrate.fields import Duration, KeyReference, Strict

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

    from lambda_migrate.engine.blocker import Blocker
    from lambda_migrate.engine.plan import Step
    from lambda_migrate.function.model import Function

ANSWER_WITHIN = 3.0
"""Seconds that a service may take to say whether it is ready."""

SIGNING_KEYS = "LAMBDA_MIGRATE_SIGNING_KEYS"
"""Environment variable of the service that says where the keys are that the proxy signs with.

Targets hand down the reference, not the value: the service reads the secret itself, and again after a rotation, which
so needs no restart. What the service runs as must be allowed to read that secret.
"""

_SECRET = re.compile(r"secret|passw|token|credential|private|signing|api_?key|access_?key|_dsn$|webhook", re.IGNORECASE)
_NAME = re.compile(r"^[A-Za-z_][A-Za-z0-9_]*$")


def signing_keys(references: Mapping[str, str]) -> dict[str, str]:
    """Return the variable that stays a reference in the service's environment, if it is among these."""
    return {name: reference for name, reference in references.items() if name == SIGNING_KEYS}


def looks_secret(name: str) -> bool:
    """Return whether the name of an environment variable says that its value is a secret."""
    return bool(_SECRET.search(name))


def _no_secrets(environment: dict[str, str]) -> dict[str, str]:
    for name in environment:
        if looks_secret(name):
            msg = f"`{name}` looks like a secret; say under `secrets:` where it is kept, like secretsmanager:{name}"
            raise ValueError(msg)
    return environment


def _names(values: dict[str, str]) -> dict[str, str]:
    for name in values:
        if not _NAME.match(name):
            msg = f"`{name}` is not a valid name of an environment variable"
            raise ValueError(msg)
    return values


class Target(Strict):
    """What every target has that starts the service itself."""

    environment: Annotated[dict[str, str], AfterValidator(_names), AfterValidator(_no_secrets)] = Field(
        default_factory=dict, description="Environment variables that are not secrets."
    )
    secrets: Annotated[dict[str, KeyReference], AfterValidator(_names)] = Field(
        default_factory=dict, description="Environment variables whose values are read from a secret."
    )
    wait: Duration = Field(1200.0, description="How long a deployment may take until it is healthy.")


class Scaling(Strict):
    """How many instances there are."""

    minimum: int = Field(2, ge=1, description="Never fewer.")
    maximum: int = Field(6, ge=1, description="Never more.")
    cpu: int = Field(60, ge=10, le=90, description="Percent of CPU above which instances are added.")


class Network(Strict):
    """Where in a VPC the service runs; what is left out is taken from the function."""

    vpc: str | None = Field(None, pattern="^vpc-", description="The VPC.")
    subnets: list[str] = Field(default_factory=list, description="Subnets of the service.")
    load_balancer_subnets: list[str] = Field(default_factory=list, description="Subnets of the load balancer.")
    security_groups: list[str] = Field(default_factory=list, description="Security groups of the service.")
    public: bool = Field(default=False, description="Whether the load balancer is reached from the internet.")


@dataclass(frozen=True)
class Deployment:
    """What is to run, and where everything of it is.

    Attributes:
        name: The function's name; what is made for the service is named after it.
        folder: The service's repository.
        state: Folder for what a target keeps on this machine: bundles, pid and log of a process.
        url: Where the service answers, as configured; "" where it is not.
        health: Path that answers 200 while the process lives.
        readiness: Path that answers 200 once requests may come.
        secrets: Environment variable → reference, for what every deployment needs (the signing keys).
        environment: Variables that the service shares with the proxy; those of `environment:` come first.
        boundary: ARN of the permissions boundary of every role that is made; "" for none.
        function: The function as it stands, for its role, network and limits; None where AWS is not asked.
    """

    name: str
    folder: Path
    state: Path
    url: str = ""
    health: str = "/healthz"
    readiness: str = "/readyz"
    secrets: Mapping[str, str] = field(default_factory=dict)
    environment: Mapping[str, str] = field(default_factory=dict)
    boundary: str = ""
    function: Function | None = None


@dataclass(frozen=True)
class Local:
    """What runs on this machine: how it is started, in place of what runs already, and how it is stopped."""

    start: Callable[[], object]
    stop: Callable[[], object]


@dataclass(frozen=True)
class DeploymentPlan:
    """What deploying would change.

    Attributes:
        steps: What changes in AWS; the ids are still "".
        blockers: Why it must not happen, one line each.
        warnings: What a person should know, one line each.
        summary: Facts for whoever shows it, for example ``{"version": "orders-3f2a…"}``.
        gates: What stands in the way unless somebody accepts it.
        files: What is written on this machine before the first step: path → content.
        local: What is started on this machine after the last step, or None.
    """

    steps: tuple[Step, ...] = ()
    blockers: tuple[str, ...] = ()
    warnings: tuple[str, ...] = ()
    summary: dict[str, str] = field(default_factory=dict)
    files: dict[Path, bytes] = field(default_factory=dict)
    local: Local | None = None
    gates: tuple[Blocker, ...] = ()


Condition = Literal["absent", "changing", "healthy", "unhealthy", "unknown"]


@dataclass(frozen=True)
class State:
    """How the service is where it runs.

    Attributes:
        condition: In one word.
        text: In one line.
        version: What runs, as the target calls it; "" where it does not know.
        url: Where it answers; "" where nobody knows.
        facts: What else there is to tell, JSON-able, without secrets.
    """

    condition: Condition
    text: str
    version: str = ""
    url: str = ""
    facts: dict[str, Any] = field(default_factory=dict)

    def to_dict(self) -> dict[str, Any]:
        """Return it as JSON-able data."""
        return dict(vars(self))


@dataclass(frozen=True)
class Event:
    """Something that happened to the service.

    Attributes:
        at: When, in seconds since the epoch.
        text: What, in one line.
        bad: Whether it is an error.
    """

    at: float
    text: str
    bad: bool = False


@dataclass(frozen=True)
class PipelineTemplate:
    """How a pipeline deploys to a target.

    Attributes:
        template: Which of our templates makes it, below ``templates``; it fills the blocks of
            ``pipeline/pipeline.yaml``.
        bucket: The bucket that migration.yaml names for uploads; None for one of the function's own.
        values: What the template asks for, beside what every pipeline has.
    """

    template: str
    bucket: str | None
    values: dict[str, Any]
