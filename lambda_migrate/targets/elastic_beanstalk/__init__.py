"""Elastic Beanstalk: an environment behind a load balancer, from a zip of the repository.

A version is complete: everything that may differ between two deployments, environment variables included, is in the
bundle's ``.ebextensions``. So pointing the environment at another version is the whole change, and so is the way back.
"""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Literal

from pydantic import Field

from lambda_migrate.actions.elastic_beanstalk.create_application import CreateApplication
from lambda_migrate.actions.elastic_beanstalk.create_application_version import CreateApplicationVersion
from lambda_migrate.actions.elastic_beanstalk.create_environment import CreateEnvironment
from lambda_migrate.actions.elastic_beanstalk.environment import environment
from lambda_migrate.actions.elastic_beanstalk.point_environment import PointEnvironment
from lambda_migrate.actions.iam.add_profile_role import AddProfileRole
from lambda_migrate.actions.iam.create_instance_profile import CreateInstanceProfile
from lambda_migrate.aws.documents import read_or_none
from lambda_migrate.errors import AwsError
from lambda_migrate.gates import no_platform
from lambda_migrate.gates.gate import closed
from lambda_migrate.hashing import sha256
from lambda_migrate.targets import bundle, cloudwatch_logs, network, roles, storage, way_out
from lambda_migrate.targets.base import (
    Deployment,
    DeploymentPlan,
    Event,
    Network,
    PipelineTemplate,
    Scaling,
    State,
    Target,
)
from lambda_migrate.targets.elastic_beanstalk import options
from lambda_migrate.targets.pending import PendingSteps

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lambda_migrate.aws.session import Aws
    from lambda_migrate.function.model import Function

KIND = "elastic-beanstalk"
CONFIGURATION = ".ebextensions/90-lambda-migrate.config"
"""File of the bundle that holds the settings of a version; Elastic Beanstalk reads the folder in order of names."""

_STACK = re.compile(r"^64bit Amazon Linux 2023 v([\d.]+) running Python (3\.\d+)$")
_GREEN = "Green"
_WELL = ("Ok", "Info")
"""What instances that serve are counted as ("Health colors and statuses", its developer guide)."""

_ENDPOINTS = ("elasticbeanstalk", "elasticbeanstalk-health", "cloudformation", "s3", "logs")
_NAME = r"^[A-Za-z0-9][A-Za-z0-9-]{2,38}[A-Za-z0-9]$"
_SERVICE_ROLE = "aws-elasticbeanstalk-service-role"
_SERVICE_POLICIES = (
    "service-role/AWSElasticBeanstalkEnhancedHealth",
    "AWSElasticBeanstalkManagedUpdatesCustomerRolePolicy",
)
_PROPAGATION = 15.0
"""Seconds until Elastic Beanstalk finds a new instance profile: what IAM has accepted is not everywhere at once."""

_INSTANCE_POLICY = "AWSElasticBeanstalkWebTier"


class Settings(Target):
    """An Elastic Beanstalk environment."""

    kind: Literal["elastic-beanstalk"] = "elastic-beanstalk"
    application: str | None = Field(None, min_length=1, max_length=100, description="Default: the function's name.")
    name: str | None = Field(None, pattern=_NAME, description="Name of the environment; default: <function>-service.")
    python: str | None = Field(None, pattern=r"^3\.\d+$", description="Default: the function's own version.")
    instance_type: str | None = Field(None, description="Default: t3.small, or t4g.small where the function is arm64.")
    scaling: Scaling = Field(default_factory=Scaling)
    network: Network = Field(default_factory=Network)
    public_instances: bool = Field(
        default=False, description="Give instances public addresses; needed in a network without NAT."
    )
    certificate: str | None = Field(None, pattern="^arn:aws[a-z-]*:acm:", description="Certificate for HTTPS.")
    instance_profile: str | None = Field(None, description="Default: one made from the function's role.")
    service_role: str | None = Field(
        None, description=f"Role of Elastic Beanstalk itself; default: {_SERVICE_ROLE}, or one that is made."
    )
    bucket: str | None = Field(None, description="Where bundles go; default: one of the function's own.")


def prepare(aws: Aws, deployment: Deployment, settings: Settings) -> DeploymentPlan:
    """Return the steps of a deployment: what is missing, the version, and the environment's way to it."""
    pending = PendingSteps(aws, KIND)
    application, name = settings.application or deployment.name, environment_name(deployment, settings)
    place = network.placement(deployment, settings.network, default=True)
    kept = roles.find(aws, roles.references(deployment, settings))
    settings_file, too_much = options.of_version(aws, deployment, settings, kept.arns)
    pending.blockers += [*place.blockers, *kept.missing, *too_much]
    packed = bundle.pack(deployment.folder, {CONFIGURATION: settings_file})
    label = f"{deployment.name}-{packed.short}"
    bucket = storage.bucket_name(aws, deployment, settings.bucket)
    storage.ensure(pending, aws, bucket)
    key, files = storage.upload(pending, deployment, bucket, f"{label}.zip", packed.content)
    files[deployment.folder / CONFIGURATION] = settings_file.encode()  # for pipelines, and for reviews
    pending.need(CreateApplication(application), "holds versions and environments")
    service_role = _service_role(pending, deployment, settings)
    profile, warnings = _profile(pending, aws, deployment, settings, kept)
    pending.need(CreateApplicationVersion(application, label, bucket, key), "the bundle, its settings in it")
    given = options.of_environment(deployment, settings, place, profile, service_role)
    current = environment(aws, application, name)
    if current is None:
        platform, notes = _platform(aws, deployment.function, settings)
        warnings += [*place.warnings, *notes]
        if not platform:
            pending.blockers += [str(closed(no_platform, note)) for note in notes]
        pending.need(CreateEnvironment(application, name, label, platform, given), "takes 5 to 10 minutes")
    else:
        warnings += options.differing(aws, application, name, given)
        _point(pending, current, application, name, label)
    if not settings.certificate:
        warnings.append("no `certificate:` is named: the load balancer speaks plain HTTP")
    warnings += [f"`{each}` looks like it holds secrets and is not deployed" for each in packed.left_out]
    summary = {"application": application, "environment": name, "version": label}
    gates = way_out.closed_ways(aws, place, _needs(settings)) if current is None else []
    return DeploymentPlan(
        tuple(pending.steps), tuple(pending.blockers), tuple(warnings), summary, files, gates=tuple(gates)
    )


def _point(pending: PendingSteps, current: dict[str, Any], application: str, name: str, label: str) -> None:
    """Point an environment at a version, unless it runs it."""
    before = str(current.get("VersionLabel", ""))
    if before != label:
        action = PointEnvironment(application, name, before, label)
        pending.need(action, "in rolling batches, with an additional one", risk="takes some minutes")


def _needs(settings: Settings) -> way_out.Needs:
    """Return what instances reach before the service runs; subnets may give public addresses by themselves."""
    public = True if settings.public_instances else None
    return way_out.Needs(_ENDPOINTS, "the package index of requirements.txt", public, "public_instances")


def instances(settings: Settings) -> tuple[int, int]:
    """Return the fewest and the most of them."""
    return settings.scaling.minimum, settings.scaling.maximum


def pipeline(deployment: Deployment, settings: Settings) -> PipelineTemplate:
    """Return how a pipeline deploys: Elastic Beanstalk takes the repository as it is."""
    values = {
        "provider": "ElasticBeanstalk",
        "application": settings.application or deployment.name,
        "environment": environment_name(deployment, settings),
    }
    return PipelineTemplate("targets/elastic_beanstalk/pipeline.yaml", settings.bucket, values)


def state(aws: Aws, deployment: Deployment, settings: Settings) -> State:
    """Return the environment's health and version."""
    name = environment_name(deployment, settings)
    current = environment(aws, settings.application or deployment.name, name)
    if current is None:
        return State("absent", f"there is no environment {name}")
    version, url = str(current.get("VersionLabel", "")), _url(current, settings)
    colour, causes, running = _health(aws, current)
    facts = {"environment": name, "status": current["Status"], "health": colour, "causes": causes}
    facts |= {} if running is None else {"running": running}
    if current["Status"] != "Ready":
        return State("changing", f"{name} is {current['Status'].lower()}", version, url, facts)
    if colour == _GREEN:
        return State("healthy", f"{name} is green and runs {version}", version, url, facts)
    if colour == "Grey":
        return State("changing", f"{name} is grey: its health is not known yet", version, url, facts)
    why = "; ".join(causes) or "no cause given"
    return State("unhealthy", f"{name} is {colour.lower()}: {why}", version, url, facts)


def events(aws: Aws, deployment: Deployment, settings: Settings, since: float) -> Iterator[Event]:
    """Yield what happened to the environment since then, the oldest first."""
    answer = aws.call(
        "elasticbeanstalk",
        "describe_events",
        ApplicationName=settings.application or deployment.name,
        EnvironmentName=environment_name(deployment, settings),
        StartTime=since,
        MaxRecords=100,
    )
    for event in reversed(answer["Events"]):
        severity = event.get("Severity", "INFO")
        yield Event(event["EventDate"].timestamp(), event["Message"], bad=severity in ("ERROR", "FATAL"))


def logs(aws: Aws, deployment: Deployment, settings: Settings, lines: int) -> Iterator[str]:
    """Yield the last lines of the service's standard output, which the instances stream to CloudWatch."""
    group = f"/aws/elasticbeanstalk/{environment_name(deployment, settings)}/var/log/web.stdout.log"
    return cloudwatch_logs.tail(aws, group, lines, hint="an instance makes it when it starts; see `service status`")


def environment_name(deployment: Deployment, settings: Settings) -> str:
    """Return the environment's name: as configured, or the function's with ``-service`` after it."""
    if settings.name:
        return settings.name
    plain = re.sub(r"[^A-Za-z0-9]+", "-", deployment.name).strip("-")
    own = plain if plain == deployment.name else f"{plain}-{sha256(deployment.name)[:8]}".lstrip("-")
    return roles.named(own, "service", limit=40)


def _service_role(pending: PendingSteps, deployment: Deployment, settings: Settings) -> str:
    """Return the role of Elastic Beanstalk itself: as configured, else the account's own, else one that is made.

    Where the account has had an environment before, it has that role, in one of several forms, and other environments
    rest on it: it is taken as it is. One that is made is this function's alone, so that taking it away harms nobody.
    """
    if settings.service_role:
        return settings.service_role
    if read_or_none(pending.aws, "iam", "get_role", RoleName=_SERVICE_ROLE):
        return _SERVICE_ROLE
    name = roles.distinct(deployment.name, "platform")
    trusted = roles.trust("elasticbeanstalk.amazonaws.com", "elasticbeanstalk")
    policies = tuple(roles.managed(pending.aws, policy) for policy in _SERVICE_POLICIES)
    roles.make(pending, name, trusted, roles.Permissions(policies, boundary=deployment.boundary))
    return name


def _profile(
    pending: PendingSteps, aws: Aws, deployment: Deployment, settings: Settings, kept: roles.SecretArns
) -> tuple[str, list[str]]:
    """Add the steps that make the instance profile; return its name and warnings."""
    secrets = roles.reading(kept.arns.values(), kept.keys)
    if settings.instance_profile:
        unchecked = f"instance profile `{settings.instance_profile}` is used as it is: it has to be allowed to read"
        return settings.instance_profile, [
            f"{unchecked} the secrets of {', '.join(sorted(kept.arns))}"
        ] if secrets else []
    name = roles.distinct(deployment.name, "service")
    may = roles.permissions(aws, deployment)
    inline = {**may.inline, "lambda-migrate-secrets": secrets} if secrets else may.inline
    managed = (roles.managed(aws, _INSTANCE_POLICY), *may.managed)
    # The one principal among ours that another partition calls by another name.
    trusted = roles.trust(f"ec2.{aws.dns_suffix}")
    roles.make(pending, name, trusted, replace(may, managed=managed, inline=inline))
    pending.need(CreateInstanceProfile(name), "what instances get the role by")
    pending.need(AddProfileRole(name, name), "what instances get the role by", propagation=_PROPAGATION)
    return name, list(may.warnings)


def _platform(aws: Aws, function: Function | None, settings: Settings) -> tuple[str, list[str]]:
    """Return the newest solution stack of the wanted Python, or of the next newer one, or ""; and what to tell."""
    runtime = function.runtime.removeprefix("python") if function else ""
    wanted = settings.python or runtime or "3.12"
    listed = aws.call("elasticbeanstalk", "list_available_solution_stacks")["SolutionStacks"]
    offered = [(match[2], match[1], name) for name in listed if (match := _STACK.match(name))]
    fitting = sorted(each for each in offered if _number(each[0]) >= _number(wanted))
    if not fitting:
        newest_offered = max((each[0] for each in offered), key=_number, default="none")
        missing = f"Elastic Beanstalk offers no Python {wanted} or newer here (its newest: {newest_offered})"
        return "", [f"{missing}: name another in `python:`"]
    python = min((each[0] for each in fitting), key=_number)
    newest = max((each for each in fitting if each[0] == python), key=lambda each: _number(each[1]))
    note = f"Elastic Beanstalk has no Python {wanted}: the service runs on {python}"
    return newest[2], [] if python == wanted else [note]


def _number(version: str) -> tuple[int, ...]:
    return tuple(int(part) for part in version.split("."))


def _health(aws: Aws, current: dict[str, Any]) -> tuple[str, list[str], int | None]:
    """Return colour, causes and how many instances are well; the colour alone where it has no enhanced health."""
    try:
        health = aws.call(
            "elasticbeanstalk",
            "describe_environment_health",
            EnvironmentName=current["EnvironmentName"],
            AttributeNames=["Color", "Causes", "HealthStatus", "InstancesHealth"],
        )
    except AwsError:
        return str(current.get("Health", "Grey")), [], None
    colour = str(health.get("Color") or current.get("Health", "Grey"))
    by_health = health.get("InstancesHealth")
    well = None if by_health is None else sum(int(by_health.get(each) or 0) for each in _WELL)
    return colour, [str(each) for each in health.get("Causes", ())], well


def _url(current: dict[str, Any], settings: Settings) -> str:
    name = current.get("CNAME") or current.get("EndpointURL") or ""
    return f"{'https' if settings.certificate else 'http'}://{name}" if name else ""
