"""Where the service lives: the target of migration.yaml, and what deploying to it would change."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from lambda_migrate.engine.plan import Plan
from lambda_migrate.errors import ConfigError, NotFound
from lambda_migrate.hashing import sha256
from lambda_migrate.planner.builder import weighed
from lambda_migrate.targets import TARGETS, Deployment
from lambda_migrate.targets.base import SIGNING_KEYS
from lambda_migrate.workflow import reading

if TYPE_CHECKING:
    from lambda_migrate.config import Migration
    from lambda_migrate.targets import DeploymentPlan, State, TargetKind
    from lambda_migrate.workflow.context import Context

API_KEY = "LAMBDA_MIGRATE_API_KEY"
DOOR_KEY, REQUIRE = "LAMBDA_MIGRATE_DOOR_KEY", "LAMBDA_MIGRATE_REQUIRE"
BASE_PATH = "SERVICE_BASE_PATH"
"""What the service takes off the paths of those who reach it without the proxy: the same as the proxy does."""


@dataclass(frozen=True)
class ServiceTarget:
    """The target, its settings, and what is to run there.

    Attributes:
        kind: The target.
        settings: What migration.yaml says of it.
        deployment: What is to run.
        function: The function's ARN, unqualified; "" where nobody knows it.
    """

    kind: TargetKind
    settings: Any
    deployment: Deployment
    function: str = ""

    def state(self, context: Context) -> State:
        """Return how the service is."""
        return self.kind.state(context.aws_read_only, self.deployment, self.settings)

    def prepare(self, context: Context) -> DeploymentPlan:
        """Return what deploying would change."""
        return self.kind.prepare(context.aws_read_only, self.deployment, self.settings)


def place(context: Context, *, with_function: bool) -> ServiceTarget:
    """Return where the service of migration.yaml lives.

    Args:
        context: Of the command.
        with_function: Look at the function too, whose role, network and limits a deployment takes over.
    """
    config = context.migration
    settings = config.service.target
    named = {
        SIGNING_KEYS: config.proxy.signing_keys,
        API_KEY: config.service.api_key,
        DOOR_KEY: config.service.door_key,
    }
    deployment = Deployment(
        name=config.function,
        folder=context.service_folder,
        state=context.folder / ".lambda-migrate" / "service",
        url=config.service.url or "",
        health=config.service.health,
        readiness=config.service.readiness,
        secrets={name: reference for name, reference in named.items() if reference},
        environment=_environment(config),
        boundary=config.permissions_boundary or "",
    )
    target = ServiceTarget(TARGETS[settings.kind], settings, deployment)
    return _looked(context, target) if with_function else target


def _environment(config: Migration) -> dict[str, str]:
    """Return the variables of a deployed service that migration.yaml decides; not those at their defaults."""
    base_path, require = config.proxy.base_path, config.service.require
    return {
        **({} if base_path is None else {BASE_PATH: base_path}),
        **({} if require == "open" else {REQUIRE: require}),
    }


def _looked(context: Context, target: ServiceTarget) -> ServiceTarget:
    try:
        function = reading.inventory_of(context).function
    except NotFound:
        pinned = context.ledger.identity
        return replace(target, function=pinned.function if pinned else "")
    return replace(target, deployment=replace(target.deployment, function=function), function=function.arn)


def plan(phase: str, target: ServiceTarget, prepared: DeploymentPlan, config: Migration) -> Plan:
    """Return what would change in AWS as a plan like all others.

    Args:
        phase: ``service`` or ``pipeline``.
        target: Where the service lives.
        prepared: What would change.
        config: What the user accepts.
    """
    refused, accepted = weighed(config, prepared.gates, phase)
    steps = tuple(
        replace(step, id=f"{number:02}-{step.action.kind}") for number, step in enumerate(prepared.steps, start=1)
    )
    return Plan(
        phase=phase,
        function=target.function,
        fingerprint=sha256([step.to_dict() for step in steps]),
        steps=steps,
        blockers=(*prepared.blockers, *refused),
        warnings=(*prepared.warnings, *accepted),
        summary=prepared.summary,
    )


def require_function(context: Context, plan: Plan) -> None:
    """Refuse to change anything in AWS where it cannot be recorded: the ledger is about a function.

    Raises:
        ConfigError: Nobody knows the function.
    """
    if plan.steps and not plan.function:
        raise ConfigError(
            f"function `{context.migration.function}` does not exist, and no ledger knows it",
            hint="what is deployed is recorded in the function's ledger; name the one in `ledger:`",
        )
