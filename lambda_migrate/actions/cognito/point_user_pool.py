"""Re-points the Lambda triggers of a user pool."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar

from lambda_migrate.actions.document import PointInDocument, at, put
from lambda_migrate.actions.event_source.mapping import short
from lambda_migrate.aws.documents import read_or_none
from lambda_migrate.aws.permissions import calls, passed

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lambda_migrate.actions.document import Path
    from lambda_migrate.aws.documents import Document
    from lambda_migrate.aws.permissions import Call
    from lambda_migrate.aws.session import Aws

CONFIGURATION = "LambdaConfig"
_ARN = "LambdaArn"
_RENAMED = {"Name": "PoolName"}
"""What UpdateUserPool names differently from DescribeUserPool."""

_OLD_DAYS = ("AdminCreateUserConfig", "UnusedAccountValidityDays")
"""Deprecated: the password policy's `TemporaryPasswordValidityDays` has taken its place, and Cognito takes one of the
two ("UpdateUserPool", Amazon Cognito user pools API reference)."""

_DAYS = ("Policies", "PasswordPolicy", "TemporaryPasswordValidityDays")


@dataclass(frozen=True)
class PointUserPool(PointInDocument):
    """Change the function of Lambda triggers of a user pool.

    What UpdateUserPool is not sent it resets to its default, so that all is sent that DescribeUserPool shows and that
    UpdateUserPool takes; afterwards the two descriptions are compared.

    https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_UpdateUserPool.html

    Attributes:
        before: The functions by the names of the triggers: ``{"PreSignUp": arn}``.
        after: As before.
        pool: The pool's id.
    """

    kind: ClassVar[str] = "point_user_pool"
    reversible: ClassVar[bool] = True
    symbol: ClassVar[str] = "→"
    set_by_aws: ClassVar[frozenset[str]] = frozenset({"LastModifiedDate", "EstimatedNumberOfUsers"})
    pool: str

    def describe(self) -> str:
        """Return one line for a person."""
        sides = (", ".join(dict.fromkeys(map(short, side.values()))) for side in (self.before, self.after))
        return f"user pool {self.name}, {', '.join(self.before)}: {' → '.join(sides)}"

    def read(self, aws: Aws) -> Document | None:
        """Return the user pool."""
        answer = read_or_none(aws, "cognito-idp", "describe_user_pool", UserPoolId=self.pool)
        return answer and dict(answer["UserPool"])

    def ours(self, document: Document) -> Any:
        """Return the functions of our triggers."""
        invokes = invoked(document)
        return {name: invokes[name] for name in self.before if name in invokes} or None

    def merged(self, document: Document, side: Any) -> Document:
        """Return the user pool with a side in our triggers, in both forms where a trigger has two."""
        values = {path: side[name] for name, path in _places(document) if name in side}
        return put(document, values)

    def send(self, aws: Aws, document: Document) -> None:
        """Write the whole user pool."""
        given = {_RENAMED.get(name, name): value for name, value in document.items()}
        if at(given, _OLD_DAYS) is not None and at(given, _DAYS) is not None:
            admin = {name: value for name, value in given[_OLD_DAYS[0]].items() if name != _OLD_DAYS[1]}
            given = {**given, _OLD_DAYS[0]: admin}
        sent = aws.taken("cognito-idp", "update_user_pool", given)
        aws.call("cognito-idp", "update_user_pool", **{**sent, "UserPoolId": self.pool})

    def aws_calls(self) -> tuple[Call, ...]:
        """Return every call that it may make, there and back."""
        return (
            *calls("cognito-idp", "DescribeUserPool UpdateUserPool", UserPoolId=self.pool),
            passed("", "cognito-idp.amazonaws.com"),
        )


def invoked(document: Document) -> dict[str, str]:
    """Return the functions of a user pool's Lambda triggers, by the names of the triggers."""
    return {name: str(at(document, path)) for name, path in _places(document)}


def _places(document: Document) -> Iterator[tuple[str, Path]]:
    """Yield each trigger with where its function stands: in itself, or in a structure beside other settings."""
    for name, value in (document.get(CONFIGURATION) or {}).items():
        if isinstance(value, str) and value.startswith("arn:") and ":lambda:" in value:
            yield name, (CONFIGURATION, name)
        elif isinstance(value, dict) and value.get(_ARN):
            yield name, (CONFIGURATION, name, _ARN)
