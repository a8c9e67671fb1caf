"""Re-points one notification of a bucket."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar

from lambda_migrate.actions.document import Path, PointInDocument, put
from lambda_migrate.actions.event_source.mapping import short
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


@dataclass(frozen=True)
class PointNotification(PointInDocument):
    """Change the function of one notification, by its id; all others go back as they were, EventBridge's switch too.

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
        """Return the function of the notification."""
        return next((each[FUNCTION] for each in document.get(ENTRIES, ()) if each["Id"] == self.notification), None)

    def merged(self, document: Document, side: str) -> Document:
        """Return the notifications with a side in ours."""
        places: list[Path] = [
            (ENTRIES, place, FUNCTION)
            for place, each in enumerate(document[ENTRIES])
            if each["Id"] == self.notification
        ]
        return put(document, dict.fromkeys(places, side))

    def send(self, aws: Aws, document: Document) -> None:
        """Replace all notifications of the bucket.

        Raises:
            GateClosed: S3 may not invoke what the notification is to name; its events would be lost.
        """
        side = str(self.ours(document))
        function, _, qualifier = Arn.parse(side).name.partition(":")
        statements = policy.read(aws, function, qualifier)[0].values()
        bucket = f"arn:{Arn.parse(side).partition}:s3:::{self.name}"
        if not policy.permits(statements, PRINCIPAL, bucket, self.owner):
            raise GateClosed(
                f"bucket `{self.name}`: S3 may not invoke `{short(side)}`, so its events would be lost",
                gate="caller-not-permitted",
                hint="`aws lambda add-permission` with principal s3.amazonaws.com and the bucket's ARN allows it",
            )
        aws.call(
            "s3",
            "put_bucket_notification_configuration",
            Bucket=self.name,
            ExpectedBucketOwner=self.owner,
            SkipDestinationValidation=True,
            NotificationConfiguration=document,
        )

    def aws_calls(self) -> tuple[Call, ...]:
        """Return every call that it may make, there and back."""
        functions = sorted({str(side) for side in (self.before, self.after)})
        return (
            *calls("s3", "GetBucketNotificationConfiguration PutBucketNotificationConfiguration", Bucket=self.name),
            *(call for each in functions for call in calls("lambda", "GetPolicy", FunctionName=each)),
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
    document = {name: value for name, value in answer.items() if name != "ResponseMetadata"}
    return document | {
        name: sorted(document[name], key=lambda each: str(each.get("Id", ""))) for name in _LISTS if name in document
    }
