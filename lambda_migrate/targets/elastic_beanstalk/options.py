"""The options of Elastic Beanstalk: those that belong to a version, and those that an environment is made with.

Namespaces and names are those of "General options for all environments" in the developer guide.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from lambda_migrate.errors import AwsError, NotAllowed
from lambda_migrate.gates import properties_too_long
from lambda_migrate.gates.gate import closed
from lambda_migrate.targets import timeouts
from lambda_migrate.targets.base import signing_keys

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from lambda_migrate.aws.session import Aws
    from lambda_migrate.targets.base import Deployment
    from lambda_migrate.targets.elastic_beanstalk import Settings
    from lambda_migrate.targets.network import NetworkPlacement

PROPERTIES_LIMIT = 4096
"""Bytes that all environment properties may take together, as ``NAME=value``."""

_PROPERTIES = "aws:elasticbeanstalk:application:environment"
_COMPARED = frozenset(
    {
        ("aws:ec2:instances", "InstanceTypes"),
        ("aws:ec2:vpc", "VPCId"),
        ("aws:ec2:vpc", "Subnets"),
        ("aws:ec2:vpc", "ELBSubnets"),
        ("aws:ec2:vpc", "AssociatePublicIpAddress"),
        ("aws:ec2:vpc", "ELBScheme"),
        ("aws:elbv2:listener:443", "SSLCertificateArns"),
    }
)
"""What no deployment changes, and what nobody would look for elsewhere than in migration.yaml."""


def of_version(aws: Aws, deployment: Deployment, settings: Settings, arns: Mapping[str, str]) -> tuple[str, list[str]]:
    """Return the settings that belong to a version, as a configuration file of Elastic Beanstalk (JSON is YAML).

    Secrets are ARNs in it: the platform reads their values when an instance starts. The signing keys are a reference,
    which the service itself reads.

    Args:
        aws: Whose region the service is given.
        deployment: What is to run.
        settings: What migration.yaml says of the target.
        arns: Environment variable → ARN of the secret.

    Returns:
        The file, and what stands against it, one line each.
    """
    kept = signing_keys({**deployment.secrets, **settings.secrets})
    region = {"AWS_REGION": aws.region_name, "AWS_DEFAULT_REGION": aws.region_name, "TZ": "UTC"}
    properties = {**region, **deployment.environment, **settings.environment, **kept}
    secrets = {name: arn for name, arn in arns.items() if name not in kept}
    options: dict[str, dict[str, str]] = {
        _PROPERTIES: properties,
        f"{_PROPERTIES}secrets": secrets,
        "aws:elasticbeanstalk:environment:process:default": {
            "HealthCheckPath": deployment.readiness,
            "MatcherHTTPCode": "200",
            "HealthCheckInterval": "15",
            "DeregistrationDelay": str(timeouts.draining(deployment)),
        },
        "aws:elbv2:loadbalancer": {"IdleTimeout": str(timeouts.idle(deployment))},
        "aws:elasticbeanstalk:command": {
            "DeploymentPolicy": "RollingWithAdditionalBatch",
            "BatchSizeType": "Percentage",
            "BatchSize": "50",
            "Timeout": "900",
        },
        "aws:elasticbeanstalk:healthreporting:system": {"SystemType": "enhanced"},
        "aws:elasticbeanstalk:cloudwatch:logs": {"StreamLogs": "true", "RetentionInDays": "30"},
        "aws:autoscaling:asg": {"MinSize": str(settings.scaling.minimum), "MaxSize": str(settings.scaling.maximum)},
        "aws:autoscaling:trigger": {
            "MeasureName": "CPUUtilization",
            "Statistic": "Average",
            "Unit": "Percent",
            "UpperThreshold": str(settings.scaling.cpu),
            "LowerThreshold": str(settings.scaling.cpu // 3),
        },
    }
    text = json.dumps({"option_settings": {name: each for name, each in options.items() if each}}, indent=2)
    return text, list(_too_much({**properties, **secrets}))


def _too_much(properties: Mapping[str, str]) -> Iterator[str]:
    size = sum(len(f"{name}={value}".encode()) for name, value in properties.items())
    if size > PROPERTIES_LIMIT:
        size_text = f"`environment:` and `secrets:` take {size:,} bytes, Elastic Beanstalk allows {PROPERTIES_LIMIT:,}"
        text = f"{size_text}: move what is the same everywhere into the repository's `environment.defaults`"
        yield str(closed(properties_too_long, text))


def of_environment(
    deployment: Deployment, settings: Settings, place: NetworkPlacement, profile: str, service_role: str
) -> list[list[str]]:
    """Return what an environment is made with and no version changes: network, roles, load balancer, machines.

    Args:
        deployment: What is to run.
        settings: What migration.yaml says of the target.
        place: Where in a VPC.
        profile: The instance profile.
        service_role: The role of Elastic Beanstalk itself.

    Returns:
        ``[[namespace, name, value], ...]``.
    """
    arm = bool(deployment.function and "arm64" in deployment.function.architectures)
    given: dict[tuple[str, str], str] = {
        ("aws:elasticbeanstalk:environment", "EnvironmentType"): "LoadBalanced",
        ("aws:elasticbeanstalk:environment", "LoadBalancerType"): "application",
        ("aws:elasticbeanstalk:environment", "ServiceRole"): service_role,
        ("aws:autoscaling:launchconfiguration", "IamInstanceProfile"): profile,
        ("aws:autoscaling:launchconfiguration", "DisableIMDSv1"): "true",
        ("aws:autoscaling:launchconfiguration", "SecurityGroups"): ",".join(place.security_groups),
        ("aws:ec2:instances", "InstanceTypes"): settings.instance_type or ("t4g.small" if arm else "t3.small"),
        ("aws:ec2:instances", "SupportedArchitectures"): "arm64" if arm else "x86_64",
        ("aws:ec2:vpc", "VPCId"): place.vpc,
        ("aws:ec2:vpc", "Subnets"): ",".join(place.subnets),
        ("aws:ec2:vpc", "ELBSubnets"): ",".join(place.load_balancer_subnets),
        ("aws:ec2:vpc", "AssociatePublicIpAddress"): "true" if settings.public_instances else "",
        ("aws:ec2:vpc", "ELBScheme"): ("public" if place.public else "internal") if place.vpc else "",
    }
    if settings.certificate:
        given |= {
            ("aws:elbv2:listener:443", "Protocol"): "HTTPS",
            ("aws:elbv2:listener:443", "SSLCertificateArns"): settings.certificate,
            ("aws:elbv2:listener:443", "SSLPolicy"): "ELBSecurityPolicy-TLS13-1-2-2021-06",
            ("aws:elbv2:listener:default", "ListenerEnabled"): "false",
        }
    return [[namespace, name, value] for (namespace, name), value in given.items() if value]


def differing(aws: Aws, application: str, environment: str, given: Sequence[Sequence[str]]) -> list[str]:
    """Return what an environment was made with and migration.yaml now says otherwise, one line each."""
    try:
        answer = aws.call(
            "elasticbeanstalk",
            "describe_configuration_settings",
            ApplicationName=application,
            EnvironmentName=environment,
        )
    except (AwsError, NotAllowed) as error:
        return [f"the settings of `{environment}` could not be read ({error.message})"]
    options = [option for each in answer["ConfigurationSettings"] for option in each.get("OptionSettings", ())]
    there = {(each["Namespace"], each["OptionName"]): str(each.get("Value") or "") for each in options}
    return [
        f"`{name}` of {environment} is `{there.get((namespace, name)) or 'not set'}`, migration.yaml says `{value}`: "
        "no deployment changes that, change it in AWS"
        for namespace, name, value in given
        if (namespace, name) in _COMPARED and not _within(value, there.get((namespace, name), ""))
    ]


def _within(wanted: str, there: str) -> bool:
    return set(wanted.split(",")) <= set(there.replace(" ", "").split(","))
