"""Puts a role into an instance profile."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from lambda_migrate.actions.base import Observed
from lambda_migrate.aws.documents import read_or_none
from lambda_migrate.aws.permissions import calls, passed

if TYPE_CHECKING:
    from lambda_migrate.aws.permissions import Call
    from lambda_migrate.aws.session import Aws


@dataclass(frozen=True)
class AddProfileRole:
    """Put a role into an instance profile, which holds one at most.

    Attributes:
        profile: Name of the instance profile.
        role: Name of the role.
    """

    kind: ClassVar[str] = "add_profile_role"
    reversible: ClassVar[bool] = True
    symbol: ClassVar[str] = "+"
    profile: str
    role: str

    def describe(self) -> str:
        """Return one line for a person."""
        return f"instance profile {self.profile}: role {self.role}"

    def describe_back(self) -> str:
        """Return what undoing it does, in one line for a person."""
        return f"instance profile {self.profile}: take role {self.role} out"

    def observe(self, aws: Aws) -> Observed:
        """Return whether the role is in it, none, or another."""
        roles = self._roles(aws)
        if not roles:
            return Observed.BEFORE
        return Observed.AFTER if roles == [self.role] else Observed.DRIFT

    def _roles(self, aws: Aws) -> list[str]:
        answer = read_or_none(aws, "iam", "get_instance_profile", InstanceProfileName=self.profile)
        return [str(role["RoleName"]) for role in answer["InstanceProfile"]["Roles"]] if answer else []

    def apply(self, aws: Aws) -> None:
        """Put it in."""
        aws.call("iam", "add_role_to_instance_profile", InstanceProfileName=self.profile, RoleName=self.role)

    def undo(self, aws: Aws) -> None:
        """Take it out."""
        aws.call("iam", "remove_role_from_instance_profile", InstanceProfileName=self.profile, RoleName=self.role)

    def aws_calls(self) -> tuple[Call, ...]:
        """Return every call that it may make, there and back."""
        changing = "GetInstanceProfile AddRoleToInstanceProfile RemoveRoleFromInstanceProfile"
        return (*calls("iam", changing, InstanceProfileName=self.profile), passed(self.role, "ec2.amazonaws.com"))

    def current(self, aws: Aws) -> str:
        """Return what is there now, in one line."""
        return f"instance profile {self.profile}: {', '.join(self._roles(aws)) or 'no role'}"
