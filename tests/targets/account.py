"""Fixtures: an AWS of moto's, a service, a ledger."""

from __future__ import annotations

import ast
import json
from functools import cache
from typing import TYPE_CHECKING, Any

import pytest
from moto import mock_aws
from moto.iam.aws_managed_policies import aws_managed_policies_data

from lambda_migrate.aws.session import Aws
from lambda_migrate.engine.ledger import Identity, Ledger
from tests.targets.deployments import FUNCTION, deployment

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from lambda_migrate.targets import Deployment


MANAGED = (
    "AWSElasticBeanstalkEnhancedHealth",
    "AWSElasticBeanstalkManagedUpdatesCustomerRolePolicy",
    "AWSElasticBeanstalkWebTier",
    "AWSLambdaBasicExecutionRole",
    "AWSLambdaSQSQueueExecutionRole",
)


@cache
def few_managed_policies() -> str:
    """AWS has a thousand; reading them all takes moto six seconds."""
    every = json.loads(aws_managed_policies_data)
    return json.dumps({name: every[name] for name in MANAGED})


@pytest.fixture
def aws(monkeypatch: pytest.MonkeyPatch) -> Iterator[Aws]:
    """An AWS of moto's; what it has not is answered by stand-ins. Nobody waits."""
    monkeypatch.setattr("moto.iam.models.aws_managed_policies_data", few_managed_policies())
    with mock_aws(config={"iam": {"load_aws_managed_policies": True}}):
        made = Aws(region="eu-west-1", sleep=lambda _seconds: None)
        made.session.events.register("after-call.cloudformation.DescribeStacks", comma_separated)
        yield made


def comma_separated(parsed: dict[str, Any], **_ignored: Any) -> None:
    """Write lists among the parameters of stacks as AWS does; moto writes them as Python does."""
    for stack in parsed.get("Stacks", ()):
        for parameter in stack.get("Parameters", ()):
            if parameter["ParameterValue"].startswith("['"):
                parameter["ParameterValue"] = ",".join(ast.literal_eval(parameter["ParameterValue"]))


@pytest.fixture
def orders(tmp_path: Path) -> Deployment:
    return deployment(tmp_path)


@pytest.fixture
def ledger(tmp_path: Path) -> Iterator[Ledger]:
    identity = Identity("123456789012", "eu-west-1", FUNCTION.arn)
    with Ledger.open(tmp_path / "ledger.yaml", identity, command="service deploy", by="tester") as opened:
        yield opened
