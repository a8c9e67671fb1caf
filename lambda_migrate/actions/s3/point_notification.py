"""Re-points one notification of a bucket, to a function or to a queue."""

from __future__ import annotations

from copy import deepcopy
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar

from lambda_migrate.actions.document import PointInDocument
from lambda_migrate.actions.event_source.mapping import short
from lambda_migrate.aws import queue_policy
from lambda_migrate.aws.arn import Arn
from lambda_migrate.aws.documents import read_or_none
from lambda_migrate.aws.permissions import calls
from lambda_migrate.errors import GateClosed
from lambda_migrate.function import policy

if TYPE_CHECKING:
    from lambda_migrate.aws.documents import Document
    from lambda_migrate.aws.permissions import Call
    from lambda_migrate.aws.session import Aws

ENTRIES, FUNCTION, PRINCIPAL = "LambdaFunctionConfigurations", "LambdaFunctionArn", "s3.amazonaws.com"
_LISTS = (ENTRIES, "QueueConfigurations", "TopicConfigurations")
_MEMBERS = {"lambda": (ENTRIES, FUNCTION), "sqs": ("QueueConfigurations", "QueueArn")}
"""In which list a notification stands, and which member names where it goes, by the service of that ARN."""


@dataclass(frozen=True)
class PointNotification(PointInDocument):
    """Change where one notification goes, by its id; all others go back as they were, EventBridge's switch too.

    Functions, queues and topics stand in lists of their own. From a function to a queue the notification changes lists,
    with its id, its events and its filter; both are one write, so that no event goes to both or to none.

    S3 would ask every queue and topic of the bucket whether it may send there, and send each a test message: another
    team's broken queue would refuse our change. So it is told not to, and the one permission that is ours is read here
    (PutBucketNotificationConfiguration, S3's API reference).

    Attributes:
        owner: The account that has to own the bucket.
        notification: The notification's id.
    """

    kind: ClassVar[str] = "point_notification"
    reversible: ClassVar[bool] = True
    symbol: ClassVar[str] = "→"
    owner: str
    notification: str

    def describe(self) -> str:
        """Return one line for a person."""
        return f"bucket {self.name}, notification {self.notification}: {short(self.before)} → {short(self.after)}"

    def read(self, aws: Aws) -> Document | None:
        """Return all of the bucket's notifications, each list in the order of the ids, which says nothing to S3."""
        return read(aws, self.name, self.owner)

    def ours(self, document: Document) -> Any:
        """Return where the notification goes."""
        goals = (
            each[member]
            for entries, member in _MEMBERS.values()
            for each in document.get(entries, ())
            if each["Id"] == self.notification
        )
        return next(goals, None)

    def merged(self, document: Document, side: str) -> Document:
        """Return the notifications with a side in ours."""
        merged = deepcopy(document)
        entries, member = _MEMBERS[Arn.parse(side).service]
        for old, goes in _MEMBERS.values():
            for each in [each for each in merged.get(old, ()) if each["Id"] == self.notification]:
                kept = {name: value for name, value in each.items() if name != goes}
                merged[old].remove(each)
                merged.setdefault(entries, []).append({**kept, member: side})
        return _in_order({name: value for name, value in merged.items() if value != [] or name not in _LISTS})

    def write(self, aws: Aws, side: str) -> None:
        """Put a side in the place of the other; whether S3 may send there is asked before the document is read.

        Raises:
            GateClosed: S3 may not send where the notification is to go; its events would be lost.
        """
        bucket = f"arn:{Arn.parse(side).partition}:s3:::{self.name}"
        if Arn.parse(side).service == "sqs":
            self._require_queue(aws, side, bucket)
        else:
            self._require_function(aws, side, bucket)
        super().write(aws, side)

    def send(self, aws: Aws, document: Document) -> None:
        """Replace all notifications of the bucket."""
        aws.call(
            "s3",
            "put_bucket_notification_configuration",
            Bucket=self.name,
            ExpectedBucketOwner=self.owner,
            SkipDestinationValidation=True,
            NotificationConfiguration=document,
        )

    def _require_function(self, aws: Aws, side: str, bucket: str) -> None:
        function, _, qualifier = Arn.parse(side).name.partition(":")
        statements = policy.read(aws, function, qualifier)[0].values()
        if not policy.permits(statements, PRINCIPAL, bucket, self.owner):
            raise GateClosed(
                f"bucket `{self.name}`: S3 may not invoke `{short(side)}`, so its events would be lost",
                gate="caller-not-permitted",
                hint="`aws lambda add-permission` with principal s3.amazonaws.com and the bucket's ARN allows it",
            )

    def _require_queue(self, aws: Aws, side: str, bucket: str) -> None:
        refusal = queue_refusal(queue_policy.read(aws, side), side, bucket, self.owner)
        if refusal:
            raise GateClosed(
                f"bucket `{self.name}`: S3 may not be able to send to `{short(side)}`: {refusal}",
                gate="queue-refuses",
                hint="`lambda-migrate explain queue-refuses` has the statement that its policy needs",
            )

    def aws_calls(self) -> tuple[Call, ...]:
        """Return every call that it may make, there and back."""
        sides = [Arn.parse(str(each)) for each in sorted({str(side) for side in (self.before, self.after)})]
        return (
            *calls("s3", "GetBucketNotificationConfiguration PutBucketNotificationConfiguration", Bucket=self.name),
            *(
                call
                for each in sides
                for call in (
                    calls("sqs", "GetQueueUrl GetQueueAttributes", QueueName=each.resource)
                    if each.service == "sqs"
                    else calls("lambda", "GetPolicy", FunctionName=str(each))
                )
            ),
        )


def read(aws: Aws, bucket: str, owner: str) -> Document | None:
    """Return all notifications of a bucket, None where the bucket is gone.

    Args:
        aws: AWS.
        bucket: The bucket's name.
        owner: The account that has to own it.
    """
    answer = read_or_none(aws, "s3", "get_bucket_notification_configuration", Bucket=bucket, ExpectedBucketOwner=owner)
    if answer is None:
        return None
    return _in_order({name: value for name, value in answer.items() if name != "ResponseMetadata"})


def _in_order(document: Document) -> Document:
    """Return notifications with each list in the order of the ids."""
    return document | {
        name: sorted(document[name], key=lambda each: str(each.get("Id", ""))) for name in _LISTS if name in document
    }


def queue_refusal(attributes: Document, queue: str, bucket: str, owner: str) -> str:
    """Return why S3 could not send a bucket's notifications to a queue, one clause; "" where it can.

    Args:
        attributes: Of the queue, as :func:`~lambda_migrate.aws.queue_policy.read` returns them.
        queue: ARN of the queue.
        bucket: ARN of the bucket.
        owner: The account that owns the bucket, whose ARN does not say so.
    """
    if queue_policy.lets(attributes, PRINCIPAL, bucket, owner):
        return queue_policy.unsuitable(queue, attributes, "S3")
    return "its policy does not let the bucket send to it"
