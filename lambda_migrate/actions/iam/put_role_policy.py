"""Says what a role may do."""

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
class PutRolePolicy:
    """Put a policy into a role, or another in its place; the role's other policies stay.

    Attributes:
        role: Name of the role.
        name: Name of the inline policy.
        policy: The policy.
        before: The policy of that name that it replaces, or None: there is none.
    """

    kind: ClassVar[str] = "put_role_policy"
    reversible: ClassVar[bool] = True
    symbol: ClassVar[str] = "+"
    role: str
    name: str
    policy: dict[str, Any]
    before: dict[str, Any] | None = None

    def describe(self) -> str:
        """Return one line for a person."""
        return f"role {self.role}: {self.name}" + (" (replaces another)" if self.before else "")

    def describe_back(self) -> str:
        """Return what undoing it does, in one line for a person."""
        return f"role {self.role}: {self.name} " + ("as before" if self.before else "removed")

    def observe(self, aws: Aws) -> Observed:
        """Return whether the policy is there, and says this, or what it said before."""
        policy = self._read(aws)
        if policy == self.policy:
            return Observed.AFTER
        return Observed.BEFORE if policy == self.before else Observed.DRIFT

    def _read(self, aws: Aws) -> Document | None:
        answer = read_or_none(aws, "iam", "get_role_policy", RoleName=self.role, PolicyName=self.name)
        return answer["PolicyDocument"] if answer else None

    def apply(self, aws: Aws) -> None:
        """Put it in."""
        self._put(aws, self.policy)

    def undo(self, aws: Aws) -> None:
        """Take it out, or put back what it replaced."""
        if self.before is None:
            aws.call("iam", "delete_role_policy", RoleName=self.role, PolicyName=self.name)
        else:
            self._put(aws, self.before)

    def _put(self, aws: Aws, policy: dict[str, Any]) -> None:
        document = json.dumps(policy)
        aws.call("iam", "put_role_policy", RoleName=self.role, PolicyName=self.name, PolicyDocument=document)

    def aws_calls(self) -> tuple[Call, ...]:
        """Return every call that it may make, there and back."""
        removing = "" if self.before else "DeleteRolePolicy"
        return calls("iam", f"GetRolePolicy PutRolePolicy {removing}", RoleName=self.role)

    def current(self, aws: Aws) -> str:
        """Return what is there now, in one line."""
        policy = self._read(aws)
        return json.dumps(policy, sort_keys=True) if policy else f"no policy {self.name}"
