"""Attaches a managed policy to a role."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from lambda_migrate.actions.base import Observed
from lambda_migrate.aws.permissions import calls
from lambda_migrate.errors import NotFound

if TYPE_CHECKING:
    from lambda_migrate.aws.permissions import Call
    from lambda_migrate.aws.session import Aws


@dataclass(frozen=True)
class AttachRolePolicy:
    """Attach a managed policy to a role; the role's other policies stay.

    Attributes:
        role: Name of the role.
        policy: ARN of the policy.
    """

    kind: ClassVar[str] = "attach_role_policy"
    reversible: ClassVar[bool] = True
    symbol: ClassVar[str] = "+"
    role: str
    policy: str

    def describe(self) -> str:
        """Return one line for a person."""
        return f"role {self.role}: attach {self.policy.rpartition('/')[2]}"

    def describe_back(self) -> str:
        """Return what undoing it does, in one line for a person."""
        return f"role {self.role}: detach {self.policy.rpartition('/')[2]}"

    def observe(self, aws: Aws) -> Observed:
        """Return whether it is attached."""
        return Observed.AFTER if self.policy in self._attached(aws) else Observed.BEFORE

    def _attached(self, aws: Aws) -> list[str]:
        try:
            policies = aws.pages("iam", "list_attached_role_policies", "AttachedPolicies", RoleName=self.role)
            return [str(each["PolicyArn"]) for each in policies]
        except NotFound:
            return []

    def apply(self, aws: Aws) -> None:
        """Attach it."""
        aws.call("iam", "attach_role_policy", RoleName=self.role, PolicyArn=self.policy)

    def undo(self, aws: Aws) -> None:
        """Detach it."""
        aws.call("iam", "detach_role_policy", RoleName=self.role, PolicyArn=self.policy)

    def aws_calls(self) -> tuple[Call, ...]:
        """Return every call that it may make, there and back."""
        return (
            *calls("iam", "ListAttachedRolePolicies", RoleName=self.role),
            *calls("iam", "AttachRolePolicy DetachRolePolicy", RoleName=self.role, PolicyArn=self.policy),
        )

    def current(self, aws: Aws) -> str:
        """Return what is there now, in one line."""
        return f"role {self.role}: {', '.join(self._attached(aws)) or 'no managed policy'}"
