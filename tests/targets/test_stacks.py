"""What is told of stacks that CloudFormation has given up, at a stand-in held to its own model."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import pytest

from lambda_migrate.actions import Observed
from lambda_migrate.actions.cloudformation.put_stack import PutStack
from lambda_migrate.engine.apply import bring
from lambda_migrate.errors import AwsError
from lambda_migrate.targets import stacks
from lambda_migrate.targets.pending import PendingSteps
from tests.targets.stand_in import Refused, StandIn

if TYPE_CHECKING:
    from lambda_migrate.aws.session import Aws
    from lambda_migrate.targets import Deployment

NAME = "lambda-migrate-orders-service"
NUMBER = f"arn:aws:cloudformation:eu-west-1:123456789012:stack/{NAME}/1"
AFTER = {"template": "https://s3.eu-west-1.amazonaws.com/bundles/2.yaml", "sha256": "22", "parameters": {}}
BEFORE = {"template": "https://s3.eu-west-1.amazonaws.com/bundles/1.yaml", "sha256": "11", "parameters": {}}
OLD = [("Stack", "CREATE_IN_PROGRESS", ""), ("Log", "CREATE_FAILED", "a year ago"), ("Stack", "CREATE_COMPLETE", "")]
NEW = [
    ("Stack", "{verb}_IN_PROGRESS", ""),
    ("Service", "{verb}_FAILED", "ECS Deployment Circuit Breaker was triggered"),
    ("Scaling", "{verb}_FAILED", "Resource creation cancelled"),
]


@dataclass
class Formation(StandIn):
    """A CloudFormation in which every change fails and is rolled back; a stack that is new is deleted again."""

    services: tuple[str, ...] = ("cloudformation",)
    stack: dict[str, Any] | None = None
    events: list[tuple[str, str, str]] = field(default_factory=list)

    def cloudformation_DescribeStacks(self, StackName: str) -> Any:  # noqa: N802, N803  # as AWS calls it
        if self.stack is None:
            raise Refused("ValidationError", f"Stack with id {StackName} does not exist")
        return {"Stacks": [self.stack]}

    def cloudformation_CreateStack(self, **_given: Any) -> Any:  # noqa: N802  # as AWS calls it
        return self._fail("CREATE")

    def cloudformation_UpdateStack(self, **_given: Any) -> Any:  # noqa: N802  # as AWS calls it
        return self._fail("UPDATE")

    def _fail(self, verb: str) -> Any:
        self.events += [(name, status.format(verb=verb), reason) for name, status, reason in NEW]
        return {"StackId": NUMBER}

    def cloudformation_DescribeStackEvents(self, StackName: str) -> Any:  # noqa: N802, N803  # as AWS calls it
        if self.stack is None and StackName != NUMBER:
            raise Refused("ValidationError", f"Stack [{StackName}] does not exist")
        events = [
            {
                "StackId": NUMBER,
                "EventId": str(number),
                "StackName": NAME,
                "LogicalResourceId": NAME if name == "Stack" else name,
                "PhysicalResourceId": NUMBER if name == "Stack" else name,
                "ResourceStatus": status,
                "ResourceStatusReason": reason,
                "Timestamp": datetime(2026, 9, 1, tzinfo=UTC),
            }
            for number, (name, status, reason) in enumerate(self.events)
        ]
        return {"StackEvents": events[::-1]}


def made(status: str) -> dict[str, Any]:
    """Return a stack that was made from `BEFORE`."""
    tags = {"lambda-migrate-template": BEFORE["template"], "lambda-migrate-sha256": "11"}
    identity = PutStack(NAME, None, BEFORE).describe().rpartition(" ")[2]
    described = [{"Key": key, "Value": str(value)} for key, value in {**tags, "lambda-migrate": identity}.items()]
    return {
        "StackName": NAME,
        "StackId": NUMBER,
        "StackStatus": status,
        "CreationTime": datetime(2026, 9, 1, tzinfo=UTC),
        "Tags": described,
    }


def test_a_stack_that_is_deleted_again_is_told_with_the_reason(aws: Aws) -> None:
    Formation().attach(aws)

    with pytest.raises(AwsError) as raised:
        bring(PutStack(NAME, None, AFTER), aws, Observed.AFTER)

    told = f"stack `{NAME}` failed: Service: ECS Deployment Circuit Breaker was triggered"
    assert raised.value.message == told


def test_the_reason_is_one_of_this_change_and_not_of_one_before(aws: Aws) -> None:
    formation = Formation(events=list(OLD))
    formation.attach(aws)
    formation.stack = made("UPDATE_ROLLBACK_COMPLETE")

    reason = PutStack(NAME, BEFORE, AFTER)._reason(aws, NUMBER, "CREATE_IN_PROGRESS")
    formation.cloudformation_UpdateStack()
    later = PutStack(NAME, BEFORE, AFTER)._reason(aws, NUMBER, "UPDATE_IN_PROGRESS")

    assert (reason, later) == ("Log: a year ago", "Service: ECS Deployment Circuit Breaker was triggered")


@pytest.mark.parametrize(
    ("status", "command"),
    [
        ("UPDATE_ROLLBACK_FAILED", f"`aws cloudformation continue-update-rollback --stack-name {NAME}` brings it back"),
        ("ROLLBACK_COMPLETE", f"`aws cloudformation delete-stack --stack-name {NAME}` takes it away"),
        ("DELETE_FAILED", f"`aws cloudformation delete-stack --stack-name {NAME}` takes it away"),
    ],
)
def test_a_stack_that_cloudformation_has_given_up_is_told_with_what_to_type(
    aws: Aws, orders: Deployment, status: str, command: str
) -> None:
    Formation(stack=made(status)).attach(aws)
    pending = PendingSteps(aws, "ecs")

    stacks.put(pending, orders, "bundles", NAME, b"Resources: {}", {})

    assert (pending.steps[:-1], pending.blockers) == (
        [],
        [f"change-under-way: stack `{NAME}` is in {status}: {command}, then run this again"],
    )
    assert command in PutStack(NAME, BEFORE, AFTER).current(aws)
