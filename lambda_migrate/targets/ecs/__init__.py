"""ECS: a Fargate service behind a load balancer, from CloudFormation templates that are part of the repository.

CodeBuild builds the image, so that no Docker is needed on this machine. A deployment is one change of one stack; ECS's
circuit breaker fails it where the new tasks do not get healthy, and CloudFormation then rolls it back.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal

from pydantic import Field, model_validator

from lambda_migrate.actions.cloudformation.put_stack import stack_named
from lambda_migrate.actions.codebuild.build_image import BuildImage
from lambda_migrate.actions.iam.create_service_linked_role import CreateServiceLinkedRole
from lambda_migrate.errors import AwsError, NotAllowed
from lambda_migrate.targets import (
    bundle,
    network,
    roles,
    stacks,
    storage,
    templates,
    timeouts,
    way_out,
)
from lambda_migrate.targets.base import (
    Deployment,
    DeploymentPlan,
    Network,
    PipelineTemplate,
    Scaling,
    Target,
    signing_keys,
)
from lambda_migrate.targets.ecs.names import (
    image_stack,
    log_group,
    project,
    repository,
    role_path,
    service_name,
    service_stack,
)
from lambda_migrate.targets.ecs.observation import events, logs, state
from lambda_migrate.targets.pending import PendingSteps

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from lambda_migrate.aws.session import Aws
    from lambda_migrate.engine.blocker import Blocker
    from lambda_migrate.targets.network import NetworkPlacement
    from lambda_migrate.targets.templates import Template

__all__ = ["FOLDER", "KIND", "Settings", "events", "logs", "pipeline", "prepare", "render_image", "state"]

KIND = "ecs"
FOLDER = "deploy/ecs"
"""Where the templates are in the repository."""

_ENDPOINTS = ("ecr.api", "ecr.dkr", "s3", "logs")
"""What Fargate reaches before a task runs: the image, its layers, the log."""

_PROPAGATION = 20.0
"""Seconds until ECS finds its own new role: what IAM has accepted is not everywhere at once."""

_ANYWHERE = "0.0.0.0/0"
_FARGATE = {
    256: (512, 1024, 2048),
    512: range(1024, 4096 + 1, 1024),
    1024: range(2048, 8192 + 1, 1024),
    2048: range(4096, 16384 + 1, 1024),
    4096: range(8192, 30720 + 1, 1024),
}
"""CPU units → the memory, in MiB, that Fargate allows with them."""


class Settings(Target):
    """An ECS service on Fargate."""

    kind: Literal["ecs"] = "ecs"
    cpu: Literal[256, 512, 1024, 2048, 4096] = Field(512, description="CPU units of a task; 1024 are one vCPU.")
    memory: int = Field(1024, ge=512, description="Memory of a task, in MiB; Fargate allows certain pairs only.")
    scaling: Scaling = Field(default_factory=Scaling)
    network: Network = Field(default_factory=Network)
    public_tasks: bool = Field(
        default=False, description="Give tasks public addresses; needed in a network without NAT."
    )
    certificate: str | None = Field(None, pattern="^arn:aws[a-z-]*:acm:", description="Certificate for HTTPS.")
    bucket: str | None = Field(None, description="Where bundles and templates go; default: one of the function's own.")

    @model_validator(mode="after")
    def _pair(self) -> Settings:
        allowed = _FARGATE[self.cpu]
        if self.memory not in allowed:
            pairs = ", ".join(str(each) for each in allowed[:3]) + (f" … {allowed[-1]}" if len(allowed) > 3 else "")  # noqa: PLR2004  # the first few
            msg = f"memory {self.memory} does not go with cpu {self.cpu}; Fargate allows {pairs}"
            raise ValueError(msg)
        return self


def prepare(aws: Aws, deployment: Deployment, settings: Settings) -> DeploymentPlan:
    """Return the steps of a deployment: what builds images, the image, and the service."""
    pending = PendingSteps(aws, KIND)
    place = network.placement(deployment, settings.network, default=False)
    references = roles.references(deployment, settings)
    secrets = roles.find(aws, references)
    pending.blockers += [*place.blockers, *secrets.missing]
    may = roles.permissions(aws, deployment)
    warnings = list(may.warnings)
    clients = _clients(aws, place, warnings)
    _account_role(pending, warnings)
    image = templates.in_repository(deployment.folder / FOLDER / "image.yaml", render_image(deployment))
    values = {
        **_values(deployment, settings, place),
        **_may(may, secrets, signing_keys(references)),
        "clients": len(clients),
        "environment": {**deployment.environment, **settings.environment, **signing_keys(references)},
    }
    service = templates.in_repository(
        deployment.folder / FOLDER / "service.yaml", templates.render("targets/ecs/service.yaml", **values)
    )
    packed = bundle.pack(deployment.folder, _as_extra(deployment.folder, image, service))
    files = {template.path: template.content for template in (image, service)}
    files |= _steps(pending, aws, deployment, settings, _parameters(settings, place, clients), packed, image, service)
    warnings += [*place.warnings, *_warnings(settings, packed, image, service)]
    summary = {
        "stack": service_stack(deployment),
        "image": f"{repository(deployment)}:{packed.short}",
        "version": packed.short,
    }
    gates = _gates(aws, deployment, settings, place, secrets)
    return DeploymentPlan(
        tuple(pending.steps), tuple(pending.blockers), tuple(warnings), summary, files, gates=tuple(gates)
    )


def _may(may: roles.Permissions, secrets: roles.SecretArns, kept: Mapping[str, str]) -> dict[str, Any]:
    """Return what the tasks may do, and which secrets they get, as the template has it.

    The platform reads secrets when a task starts; the service reads its signing keys itself, whenever they change.
    """
    arns = dict(secrets.arns)
    keys = roles.reading([arns.pop(name) for name in kept if name in arns], secrets.keys)
    return {
        "secrets": arns,
        "secrets_policy": roles.reading(arns.values(), secrets.keys),
        "managed_policies": list(may.managed),
        "inline_policies": {**may.inline, "lambda-migrate-signing-keys": keys} if keys else dict(may.inline),
        "task_boundary": may.boundary,
    }


def _warnings(settings: Settings, packed: bundle.Bundle, *made: Template) -> Iterator[str]:
    yield from (f"`{each.path}` was edited and is deployed as it is" for each in made if each.edited)
    yield from (f"`{each}` looks like it holds secrets and is not deployed" for each in packed.left_out)
    if not settings.certificate:
        yield "no `certificate:` is named: the load balancer speaks plain HTTP"


def _account_role(pending: PendingSteps, warnings: list[str]) -> None:
    """Add the step that makes the role of ECS itself, where the account has none yet.

    ECS makes it with the first cluster, too late for that cluster: its stack fails, and is rolled back.
    """
    action = CreateServiceLinkedRole("AWSServiceRoleForECS", "ecs.amazonaws.com")
    try:
        pending.need(action, "the account's first service of ECS needs it", propagation=_PROPAGATION)
    except NotAllowed as error:
        text = f"whether the account has {action.role} could not be read ({error.message})"
        warnings.append(f"{text}: without it the first deployment fails, and the second one works")


def _gates(
    aws: Aws, deployment: Deployment, settings: Settings, place: NetworkPlacement, secrets: roles.SecretArns
) -> list[Blocker]:
    """Return why tasks could not start where they are to run; not asked where they run already."""
    stack = stack_named(aws, service_stack(deployment))
    there = {each["ParameterKey"]: each.get("ParameterValue") for each in (stack or {}).get("Parameters", ())}
    if there.get("Subnets") == ",".join(place.subnets):
        return []
    stores = {"secretsmanager": ":secretsmanager:", "ssm": ":ssm:"}
    kept = [store for store, part in stores.items() if any(part in arn for arn in secrets.arns.values())]
    needs = way_out.Needs((*_ENDPOINTS, *kept), "", settings.public_tasks, "public_tasks")
    return way_out.closed_ways(aws, place, needs)


def _steps(
    pending: PendingSteps,
    aws: Aws,
    deployment: Deployment,
    settings: Settings,
    parameters: dict[str, str],
    packed: bundle.Bundle,
    image: Template,
    service: Template,
) -> dict[Path, bytes]:
    bucket = storage.bucket_name(aws, deployment, settings.bucket)
    storage.ensure(pending, aws, bucket)
    files = stacks.put(pending, deployment, bucket, image_stack(deployment), image.content, {"Bucket": bucket})
    key, bundled = storage.upload(pending, deployment, bucket, "bundle.zip", packed.content)
    pending.need(
        BuildImage(project(deployment), repository(deployment), packed.short, bucket, key),
        "CodeBuild takes some minutes",
    )
    registry = f"{aws.account}.dkr.ecr.{aws.region_name}.{aws.dns_suffix}"
    given = {"Image": f"{registry}/{repository(deployment)}:{packed.short}", **parameters}
    return {
        **files,
        **bundled,
        **stacks.put(pending, deployment, bucket, service_stack(deployment), service.content, given),
    }


def _parameters(settings: Settings, place: NetworkPlacement, clients: list[str]) -> dict[str, str]:
    return {
        "Vpc": place.vpc,
        "Subnets": ",".join(place.subnets),
        "LoadBalancerSubnets": ",".join(place.load_balancer_subnets),
        "Clients": ",".join(clients),
        "Minimum": str(settings.scaling.minimum),
        "Maximum": str(settings.scaling.maximum),
    }


def instances(settings: Settings) -> tuple[int, int]:
    """Return the fewest and the most of them."""
    return settings.scaling.minimum, settings.scaling.maximum


def pipeline(deployment: Deployment, settings: Settings) -> PipelineTemplate:
    """Return how a pipeline deploys: it builds the image of the commit and has ECS run it."""
    name = service_name(deployment)
    values = {
        "provider": "ECS",
        "cluster": name,
        "service": name,
        "image_repository": repository(deployment),
        "role_path": role_path(deployment),
    }
    return PipelineTemplate("targets/ecs/pipeline.yaml", settings.bucket, values)


def render_image(deployment: Deployment) -> str:
    """Return the template of what builds images."""
    return templates.render(
        "targets/ecs/image.yaml",
        name=repository(deployment),
        project=project(deployment),
        arm=_arm(deployment),
        boundary=deployment.boundary,
    )


def _values(deployment: Deployment, settings: Settings, place: NetworkPlacement) -> dict[str, Any]:
    return {
        "name": deployment.name,
        "service": service_name(deployment),
        "log_group": log_group(deployment),
        "role_path": role_path(deployment),
        "arm": _arm(deployment),
        "boundary": deployment.boundary,
        "certificate": settings.certificate or "",
        "public": settings.network.public,
        "public_tasks": settings.public_tasks,
        "security_groups": list(place.security_groups),
        "readiness": deployment.readiness,
        "health": deployment.health,
        "cpu": settings.cpu,
        "memory": settings.memory,
        "target_cpu": settings.scaling.cpu,
        "idle_timeout": timeouts.idle(deployment),
        "draining": timeouts.draining(deployment),
        "stopping": timeouts.stopping(deployment),
    }


def _arm(deployment: Deployment) -> bool:
    return bool(deployment.function and "arm64" in deployment.function.architectures)


def _clients(aws: Aws, place: NetworkPlacement, warnings: list[str]) -> list[str]:
    """Return the blocks of addresses that may reach the load balancer: all, or each of the VPC's."""
    if place.public or not place.vpc:
        return [_ANYWHERE]
    try:
        vpc = aws.call("ec2", "describe_vpcs", VpcIds=[place.vpc])["Vpcs"][0]
    except (AwsError, NotAllowed) as error:
        warnings.append(f"the addresses of `{place.vpc}` could not be read ({error.message}): all of it may connect")
        return [_ANYWHERE]
    blocks = vpc.get("CidrBlockAssociationSet") or []
    more = [str(each["CidrBlock"]) for each in blocks if each["CidrBlockState"]["State"] == "associated"]
    return list(dict.fromkeys([str(vpc["CidrBlock"]), *sorted(more)]))


def _as_extra(folder: Path, *made: Template) -> dict[str, str]:
    return {template.path.relative_to(folder).as_posix(): template.content.decode() for template in made}
