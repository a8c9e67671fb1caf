"""Says what an IAM user may, or may not, do."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar

from lambda_migrate.actions.base import Observed
from lambda_migrate.aws.documents import read_or_none
from lambda_migrate.aws.permissions import calls

if TYPE_CHECKING:
    from lambda_migrate.aws.documents import Document
    from lambda_migrate.aws.permissions import Call
    from lambda_migrate.aws.session import Aws


@dataclass(frozen=True)
class PutUserPolicy:
    """Put a policy into a user; the user's other policies stay.

    Attributes:
        user: Name of the user.
        name: Name of the inline policy.
        policy: The policy.
    """

    kind: ClassVar[str] = "put_user_policy"
    reversible: ClassVar[bool] = True
    symbol: ClassVar[str] = "+"
    user: str
    name: str
    policy: dict[str, Any]

    def describe(self) -> str:
        """Return one line for a person."""
        return f"user {self.user}: {self.name}"

    def describe_back(self) -> str:
        """Return what undoing it does, in one line for a person."""
        return f"user {self.user}: remove {self.name}"

    def observe(self, aws: Aws) -> Observed:
        """Return whether the policy is there, and says this."""
        policy = self._read(aws)
        if policy is None:
            return Observed.BEFORE
        return Observed.AFTER if policy == self.policy else Observed.DRIFT

    def _read(self, aws: Aws) -> Document | None:
        answer = read_or_none(aws, "iam", "get_user_policy", UserName=self.user, PolicyName=self.name)
        return answer["PolicyDocument"] if answer else None

    def apply(self, aws: Aws) -> None:
        """Put it in."""
        document = json.dumps(self.policy)
        aws.call("iam", "put_user_policy", UserName=self.user, PolicyName=self.name, PolicyDocument=document)

    def undo(self, aws: Aws) -> None:
        """Take it out."""
        aws.call("iam", "delete_user_policy", UserName=self.user, PolicyName=self.name)

    def aws_calls(self) -> tuple[Call, ...]:
        """Return every call that it may make, there and back."""
        return calls("iam", "GetUserPolicy PutUserPolicy DeleteUserPolicy", UserName=self.user)

    def current(self, aws: Aws) -> str:
        """Return what is there now, in one line."""
        policy = self._read(aws)
        return json.dumps(policy, sort_keys=True) if policy else f"no policy {self.name}"
