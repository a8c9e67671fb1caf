"""How many healthy instances stand behind the service: with one alone, direct callers get 503 while it is replaced."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from lambda_migrate.config.reading import parse
from lambda_migrate.errors import NotAllowed
from lambda_migrate.workflow import instances
from tests.inventory.fake_aws import FakeAws

if TYPE_CHECKING:
    from pathlib import Path

    from lambda_migrate.verify.check import Check

GROUP = "arn:aws:elasticloadbalancing:eu-west-1:123456789012:targetgroup/service/0123456789abcdef"
BEHIND_A_GROUP = f"{{target_group: '{GROUP}'}}"
ECS = "{target: {kind: ecs, scaling: {minimum: 1}}}"
BEANSTALK = "{target: {kind: elastic-beanstalk}}"
ALONE = "stands behind the service: while it is down or replaced, direct callers get 503"


class Context:
    """What the check asks of the command's context."""

    def __init__(self, folder: Path, service: str, answers: dict[str, Any]) -> None:
        self.migration = parse(f"function: orders\nservice: {service}\n")
        self.aws_read_only = FakeAws(answers)
        self.folder = self.service_folder = folder


def group(*states: str) -> dict[str, Any]:
    described = [{"Target": {"Id": str(n)}, "TargetHealth": {"State": each}} for n, each in enumerate(states)]
    return {"elbv2:describe_target_health": {"TargetHealthDescriptions": described}}


def tasks(running: int) -> dict[str, Any]:
    outputs = [{"OutputKey": name, "OutputValue": "orders"} for name in ("Cluster", "Service", "Url")]
    stack = {"StackName": "x", "StackStatus": "CREATE_COMPLETE", "Outputs": outputs}
    service = {"status": "ACTIVE", "runningCount": running, "desiredCount": running}
    return {
        "cloudformation:describe_stacks": {"Stacks": [stack]},
        "ecs:describe_services": {"services": [service]},
    }


def beanstalk(**health: int) -> dict[str, Any]:
    found = {"EnvironmentName": "orders-service", "Status": "Ready", "Health": "Green"}
    return {
        "elasticbeanstalk:describe_environments": {"Environments": [found]},
        "elasticbeanstalk:describe_environment_health": {"Color": "Green", "InstancesHealth": health},
    }


@pytest.mark.parametrize(
    ("service", "answers", "result", "detail"),
    [
        (BEHIND_A_GROUP, group("healthy", "healthy", "unhealthy"), "pass", "2 healthy instances stand behind"),
        (BEHIND_A_GROUP, group("healthy", "draining"), "warn", f"one healthy instance {ALONE}"),
        (BEHIND_A_GROUP, group("unhealthy"), "warn", f"no healthy instance {ALONE}"),
        (ECS, tasks(3), "pass", "3 healthy instances stand behind"),
        (ECS, tasks(1), "warn", f"one healthy instance {ALONE}"),
        (ECS, {}, "warn", "one instance stands behind the service: while it is down or replaced"),
        (ECS, {"cloudformation:describe_stacks": NotAllowed("no")}, "warn", "one instance stands behind the service"),
        (BEANSTALK, beanstalk(Ok=1, Info=1, Severe=3), "pass", "2 healthy instances stand behind"),
        (BEANSTALK, beanstalk(Ok=1, Degraded=1), "warn", f"one healthy instance {ALONE}"),
    ],
)
def test_one_alone_is_told(tmp_path: Path, service: str, answers: dict[str, Any], result: str, detail: str) -> None:
    context: Any = Context(tmp_path, service, answers)

    (check,) = instances.checks(context)

    assert (check.name, check.result, check.detail[: len(detail)]) == ("instances", result, detail)
    assert bool(check.hint) == (result == "warn")


@pytest.mark.parametrize("service", ["{url: 'https://orders.example.com'}", "{target: {kind: process}}", "{}"])
def test_where_nobody_can_tell_nothing_is_said(tmp_path: Path, service: str) -> None:
    context: Any = Context(tmp_path, service, {})

    found: list[Check] = list(instances.checks(context))

    assert (found, context.aws_read_only.calls) == ([], [])
