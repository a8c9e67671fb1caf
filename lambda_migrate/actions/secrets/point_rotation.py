"""Re-points the rotation of a secret."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar

from lambda_migrate.actions.document import PointInDocument, put
from lambda_migrate.actions.event_source.mapping import short
from lambda_migrate.aws.documents import read_or_none
from lambda_migrate.aws.permissions import calls

if TYPE_CHECKING:
    from lambda_migrate.aws.documents import Document
    from lambda_migrate.aws.permissions import Call
    from lambda_migrate.aws.session import Aws

FUNCTION, RULES = "RotationLambdaARN", "RotationRules"


@dataclass(frozen=True)
class PointRotation(PointInDocument):
    """Change the function that rotates a secret; its rules go along as they were, and it is not rotated now.

    RotateSecret rotates at once unless it is told not to. Told not to, it has the function test the secret all the
    same: the function is invoked once, with the step `testSecret`.

    https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_RotateSecret.html

    Attributes:
        before: ARN of the function.
        after: As before.
        secret: ARN of the secret.
    """

    kind: ClassVar[str] = "point_rotation"
    reversible: ClassVar[bool] = True
    symbol: ClassVar[str] = "→"
    set_by_aws: ClassVar[frozenset[str]] = frozenset(
        {"LastChangedDate", "LastAccessedDate", "LastRotatedDate", "NextRotationDate", "VersionIdsToStages"}
    )
    secret: str

    def describe(self) -> str:
        """Return one line for a person."""
        return f"rotation of secret {self.name}: {short(self.before)} → {short(self.after)}"

    def read(self, aws: Aws) -> Document | None:
        """Return what is known of the secret, which its value is not."""
        answer = read_or_none(aws, "secretsmanager", "describe_secret", SecretId=self.secret)
        return answer and {name: value for name, value in answer.items() if name != "ResponseMetadata"}

    def ours(self, document: Document) -> Any:
        """Return the function that rotates it; where rotation is off, that it is."""
        return document.get(FUNCTION) if document.get("RotationEnabled") else "rotation is off"

    def merged(self, document: Document, side: str) -> Document:
        """Return it with a side as the function that rotates it."""
        return put(document, {(FUNCTION,): side})

    def send(self, aws: Aws, document: Document) -> None:
        """Write function and rules."""
        rules = document.get(RULES) or {}
        if rules.get("ScheduleExpression"):  # RotateSecret takes one of the two; DescribeSecret shows both
            rules = {name: value for name, value in rules.items() if name != "AutomaticallyAfterDays"}
        aws.call(
            "secretsmanager",
            "rotate_secret",
            SecretId=self.secret,
            RotationLambdaARN=document[FUNCTION],
            RotationRules=rules or None,
            RotateImmediately=False,
        )

    def aws_calls(self) -> tuple[Call, ...]:
        """Return every call that it may make, there and back."""
        return (
            *calls("secretsmanager", "DescribeSecret", SecretId=self.secret),
            *(
                call
                for side in (self.before, self.after)
                for call in calls("secretsmanager", "RotateSecret", SecretId=self.secret, RotationLambdaARN=str(side))
            ),
        )
