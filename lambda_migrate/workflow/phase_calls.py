"""What each phase calls beside its inventory, its actions and the engine: what it gathers, and what its gates ask."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from lambda_migrate.aws import quotas, secrets
from lambda_migrate.aws.permissions import VERSIONS, Call, calls
from lambda_migrate.inventory import domains
from lambda_migrate.inventory.permissions import of_function
from lambda_migrate.targets import TARGETS
from lambda_migrate.workflow import name_target

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from lambda_migrate.config import Migration


class Facts(NamedTuple):
    """What the calls depend on besides the plan.

    Attributes:
        config: What the user wants.
        role: ARN of the function's role; "" where it was not read.
    """

    config: Migration
    role: str


def instances(config: Migration) -> Iterator[Call]:
    """Yield what `doctor` calls to count the healthy instances behind the service."""
    if config.service.target_group:
        yield from calls("elbv2", "DescribeTargetHealth")
    elif TARGETS[config.service.target.kind].instances(config.service.target):
        yield from calls("cloudformation", "DescribeStacks")
        yield from calls("ecs", "DescribeServices")
        yield from calls("elasticbeanstalk", "DescribeEnvironments DescribeEnvironmentHealth")


def judging(facts: Facts) -> Iterator[Call]:
    """Yield what a verdict is made from: metrics, alarms, the probe, and why metrics do not arrive."""
    yield from calls("cloudwatch", "GetMetricData")
    if facts.config.verify.alarms:
        yield from calls("cloudwatch", "DescribeAlarms")
    yield from _probing(facts)


def _probing(facts: Facts) -> Iterator[Call]:
    """Yield what asking the service through the proxy calls, and finding out why its lines become no metrics."""
    name = facts.config.function
    yield from calls("lambda", "Invoke", FunctionName=name, Qualifier=VERSIONS)
    yield from calls("logs", "DescribeLogGroups")
    yield from calls("iam", "SimulatePrincipalPolicy", PolicySourceArn=facts.role)


def _keys(facts: Facts) -> Iterator[Call]:
    if facts.config.proxy.signing_keys:
        yield from secrets.calls_of(facts.config.proxy.signing_keys, "read", "describe")


def _publishing(facts: Facts) -> Iterator[Call]:
    yield from _keys(facts)
    if facts.config.proxy.record and facts.config.proxy.record.bucket:
        yield from calls("iam", "SimulatePrincipalPolicy", PolicySourceArn=facts.role)


def _moving(facts: Facts) -> Iterator[Call]:
    yield from _keys(facts)
    yield Call(quotas.CALL)
    yield from calls("iam", "SimulatePrincipalPolicy")  # of roles that callers have, before they are pointed elsewhere
    yield from calls("cloudwatch", "GetMetricData")
    yield from _probing(facts)


def directly(facts: Facts) -> Iterator[Call]:
    """Yield what the gates ask before callers go straight to the service, on top of what a cutover asks."""
    yield from _moving(facts)
    if facts.config.service.api_key:
        yield from secrets.calls_of(facts.config.service.api_key, "read")


def _naming(facts: Facts) -> Iterator[Call]:
    yield from (Call(name) for name in (*domains.CALLS, *name_target.CALLS))
    yield from calls("apigatewayv2", "GetApi GetStages GetRoutes")
    yield from calls("apigateway", "GetStages GetResources")
    yield from _probing(facts)


def _tidying(_facts: Facts) -> Iterator[Call]:
    yield from calls("cloudwatch", "GetMetricData")
    yield from calls("scheduler", "GetSchedule")
    yield from calls("iam", "GetRole GetRolePolicy")


def _proving_quiet(_facts: Facts) -> Iterator[Call]:
    yield from calls("cloudwatch", "GetMetricData")


def _freezing(facts: Facts) -> Iterator[Call]:
    yield from of_function(facts.config.function)
    yield from calls("lambda", "GetLayerVersionByArn")


def _denying(_facts: Facts) -> Iterator[Call]:
    yield from calls("iam", "GetRole")
    yield from calls("iam", "GetUser")


def _deploying(facts: Facts) -> Iterator[Call]:
    yield from calls("ec2", "DescribeRouteTables DescribeSubnets DescribeVpcEndpoints DescribeVpcs")
    reading = "GetRole GetRolePolicy ListAttachedRolePolicies ListRolePolicies GetInstanceProfile"
    yield from calls("iam", reading)
    yield from calls("cloudformation", "DescribeStacks DescribeStackEvents")
    yield from calls("ecs", "DescribeServices DescribeTasks ListTasks")
    about = "DescribeConfigurationSettings DescribeEnvironmentHealth DescribeEnvironments DescribeEvents"
    yield from calls("elasticbeanstalk", f"{about} DescribeInstancesHealth ListAvailableSolutionStacks")
    yield from calls("logs", "DescribeLogStreams GetLogEvents")
    yield from calls("s3", "GetBucketLocation HeadObject")
    for reference in (facts.config.proxy.signing_keys, facts.config.service.api_key):
        if reference:
            yield from secrets.calls_of(reference, "describe")
    yield from calls("ssm", "DescribeParameters")


EXTRA: dict[str, Callable[[Facts], Iterator[Call]]] = {
    "freeze": _freezing,
    "enforce": _denying,
    "service": _deploying,
    "pipeline": _deploying,
    "proxy": _publishing,
    "cutover": _moving,
    "direct": directly,
    "domain": _naming,
    "rotate": _moving,
    "rotate-finish": _moving,
    "cleanup": _tidying,
    "retire": _proving_quiet,
}
"""By the phase's name."""
