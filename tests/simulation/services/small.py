"""Services of which one or two operations are called."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tests.simulation.refusals import Refused

if TYPE_CHECKING:
    from tests.simulation.shelf import Document
    from tests.simulation.world import World

ACCOUNT = "123456789012"


class Sts:
    """Says who calls."""

    def get_caller_identity(self) -> Document:
        return {"Account": ACCOUNT, "Arn": f"arn:aws:iam::{ACCOUNT}:user/alice", "UserId": "AIDAALICE"}


class Logs:
    """Log groups: each function has its own, of class Standard."""

    def __init__(self, world: World) -> None:
        self.world = world

    def describe_log_groups(self, *, logGroupNamePrefix: str) -> Document:
        names = [f"/aws/lambda/{name}" for name in self.world.services.lambda_.latest.truth]
        groups = [{"logGroupName": name, "logGroupClass": "STANDARD"} for name in names]
        return {"logGroups": [each for each in groups if each["logGroupName"].startswith(logGroupNamePrefix)]}


class Sqs:
    """Queues, of which only names matter here."""

    def __init__(self, world: World) -> None:
        self.world = world

    def create_queue(self, *, QueueName: str) -> Document:
        return {"QueueUrl": f"https://sqs.{ACCOUNT}.example.com/{QueueName}"}

    def get_queue_url(self, *, QueueName: str, QueueOwnerAWSAccountId: str = ACCOUNT) -> Document:
        return self.create_queue(QueueName=QueueName)

    def get_queue_attributes(self, *, QueueUrl: str, AttributeNames: list[str]) -> Document:
        known = {"QueueArn": self.world.arn("sqs", QueueUrl.rpartition("/")[2]), "VisibilityTimeout": "60"}
        return {"Attributes": {name: value for name, value in known.items() if name in AttributeNames}}


class Pipes:
    """Pipes: there are none."""

    def list_pipes(self) -> Document:
        return {"Pipes": []}


class CloudFormation:
    """Stacks: there are none."""

    def describe_stacks(self) -> Document:
        return {"Stacks": []}

    def describe_stack_resources(self, *, PhysicalResourceId: str) -> Document:
        raise Refused("ValidationError", f"Stack for {PhysicalResourceId} does not exist")


class CloudTrail:
    """Shows nothing: it is some minutes late, and has no trail."""

    def describe_trails(self) -> Document:
        return {"trailList": []}

    def lookup_events(self, **_asked: Any) -> Document:
        return {"Events": []}
