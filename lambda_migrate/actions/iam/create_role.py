"""Makes a role that an AWS service may assume, without any permission yet."""

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
class CreateRole:
    """Make a role; what it may do is another action, because IAM takes another call for it.

    Attributes:
        name: Name of the role.
        trust: Its trust policy.
        boundary: ARN of the managed policy that bounds what it may ever do; "" for none.
    """

    kind: ClassVar[str] = "create_role"
    reversible: ClassVar[bool] = True
    symbol: ClassVar[str] = "+"
    name: str
    trust: dict[str, Any]
    boundary: str = ""

    def describe(self) -> str:
        """Return one line for a person."""
        return f"role {self.name}: create"

    def describe_back(self) -> str:
        """Return what undoing it does, in one line for a person."""
        return f"role {self.name}: delete"

    def observe(self, aws: Aws) -> Observed:
        """Return whether it is there, with this trust policy, and bounded no less."""
        role = self._read(aws)
        if role is None:
            return Observed.BEFORE
        bounded = not self.boundary or _boundary(role) == self.boundary
        return Observed.AFTER if bounded and role["AssumeRolePolicyDocument"] == self.trust else Observed.DRIFT

    def _read(self, aws: Aws) -> Document | None:
        answer = read_or_none(aws, "iam", "get_role", RoleName=self.name)
        return answer["Role"] if answer else None

    def apply(self, aws: Aws) -> None:
        """Make it."""
        aws.call(
            "iam",
            "create_role",
            RoleName=self.name,
            AssumeRolePolicyDocument=json.dumps(self.trust),
            Description="made by lambda-migrate",
            PermissionsBoundary=self.boundary or None,
        )

    def undo(self, aws: Aws) -> None:
        """Delete it; IAM refuses while somebody's policy is attached to it."""
        aws.call("iam", "delete_role", RoleName=self.name)

    def aws_calls(self) -> tuple[Call, ...]:
        """Return every call that it may make, there and back."""
        return (
            *calls("iam", "GetRole DeleteRole", RoleName=self.name),
            *calls("iam", "CreateRole", RoleName=self.name, PermissionsBoundary=self.boundary),
        )

    def current(self, aws: Aws) -> str:
        """Return what is there now, in one line."""
        role = self._read(aws)
        if role is None:
            return f"no role {self.name}"
        text = json.dumps(role["AssumeRolePolicyDocument"], sort_keys=True)
        return text + (f", bounded by {_boundary(role)}" if _boundary(role) else "")


def _boundary(role: Document) -> str:
    return str((role.get("PermissionsBoundary") or {}).get("PermissionsBoundaryArn") or "")
