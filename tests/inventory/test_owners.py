"""Which CloudFormation stacks own the alias and the triggers: a stand-in, held to CloudFormation's own model."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Any

import pytest

from lambda_migrate import inventory
from lambda_migrate.aws.session import Aws
from lambda_migrate.errors import AwsError, NotAllowed
from lambda_migrate.inventory.model import STACKS
from lambda_migrate.planner import cutover
from lambda_migrate.triggers import kind_of
from tests.inventory.fake_aws import FUNCTION, FakeAws, configuration
from tests.planner import worlds
from tests.targets.stand_in import Refused, StandIn
from tests.triggers import known

QUEUE = f"arn:aws:sqs:{known.REGION}:jobs"


@dataclass
class Stacks(StandIn):
    """Knows the stack of some things, and says of all others what CloudFormation says."""

    services: tuple[str, ...] = ("cloudformation",)
    stacks: dict[str, str] = field(default_factory=dict)

    def cloudformation_DescribeStackResources(self, PhysicalResourceId: str) -> dict[str, Any]:  # noqa: N802, N803
        stack = self.stacks.get(PhysicalResourceId)
        if stack is None:
            raise Refused("ValidationError", f"Stack for {PhysicalResourceId} does not exist")
        shown = {
            "StackName": stack,
            "LogicalResourceId": "Another",
            "ResourceType": "AWS::S3::Bucket",
            "Timestamp": datetime(2026, 1, 1, tzinfo=UTC),
            "ResourceStatus": "CREATE_COMPLETE",
        }
        return {"StackResources": [shown]}


def take(stacks: Any) -> inventory.Inventory:
    mapping = {"UUID": "u-1", "EventSourceArn": QUEUE, "FunctionArn": FUNCTION, "State": "Enabled"}
    recorded = FakeAws(
        {
            "lambda:get_function": {"Configuration": configuration()},
            "lambda:list_aliases": {"Aliases": [{"Name": "live", "FunctionVersion": "1"}]},
            "lambda:list_event_source_mappings": {"EventSourceMappings": [mapping]},
            "cloudformation:describe_stack_resources": stacks,
        }
    )
    return inventory.take(recorded, "orders", alias="live")  # type: ignore[arg-type]  # all that it needs


def test_the_alias_and_each_trigger_that_moves_is_asked_about() -> None:
    aws = Aws(region="eu-west-1", read_only=True)
    stacks = Stacks(stacks={f"{FUNCTION}:live": "shop"})
    stacks.attach(aws)

    found = take(lambda **asked: aws.call("cloudformation", "describe_stack_resources", **asked))

    assert found.owners == {f"{FUNCTION}:live": "shop"}
    assert [asked["PhysicalResourceId"] for _, asked in stacks.calls] == [f"{FUNCTION}:live", "u-1"]
    assert inventory.Inventory.from_dict(found.to_dict()) == found


@pytest.mark.parametrize("error", [NotAllowed("denied"), AwsError("Rate exceeded", aws_code="Throttling")])
def test_what_cannot_be_asked_is_unread_and_stands_in_the_way(error: Exception) -> None:
    found = take(error)

    assert (found.owners, found.unread) == ({}, (STACKS,))
    plan = cutover.plan(replace(worlds.PROXIED, unread=found.unread), worlds.settings())
    text = f"{STACKS} could not be read, so the plan would miss it; allow it to be read"
    assert plan.blockers == (f"unread: {text}",)


def test_cloudformation_calls_a_rule_by_bus_and_name_and_an_integration_by_its_api() -> None:
    rule = known.eventbridge()
    kinds = [(rule, "shop|paid"), (known.with_settings(rule, bus="default"), "paid"), (known.http_api(), "a1b2c3")]

    assert [kind_of(trigger).physical_id(trigger) for trigger, _ in kinds] == [name for _, name in kinds]
