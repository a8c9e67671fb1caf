"""Makes an instance profile, the form in which EC2 instances get a role."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from lambda_migrate.actions.base import Observed
from lambda_migrate.aws.documents import read_or_none
from lambda_migrate.aws.permissions import calls

if TYPE_CHECKING:
    from lambda_migrate.aws.permissions import Call
    from lambda_migrate.aws.session import Aws


@dataclass(frozen=True)
class CreateInstanceProfile:
    """Make an instance profile; its role is another action, because IAM takes another call for it.

    Attributes:
        name: Name of the profile.
    """

    kind: ClassVar[str] = "create_instance_profile"
    reversible: ClassVar[bool] = True
    symbol: ClassVar[str] = "+"
    name: str

    def describe(self) -> str:
        """Return one line for a person."""
        return f"instance profile {self.name}: create"

    def describe_back(self) -> str:
        """Return what undoing it does, in one line for a person."""
        return f"instance profile {self.name}: delete"

    def observe(self, aws: Aws) -> Observed:
        """Return whether it is there."""
        return (
            Observed.AFTER
            if read_or_none(aws, "iam", "get_instance_profile", InstanceProfileName=self.name)
            else Observed.BEFORE
        )

    def apply(self, aws: Aws) -> None:
        """Make it."""
        aws.call("iam", "create_instance_profile", InstanceProfileName=self.name)

    def undo(self, aws: Aws) -> None:
        """Delete it; IAM refuses while a role is in it."""
        aws.call("iam", "delete_instance_profile", InstanceProfileName=self.name)

    def aws_calls(self) -> tuple[Call, ...]:
        """Return every call that it may make, there and back."""
        return calls(
            "iam", "GetInstanceProfile CreateInstanceProfile DeleteInstanceProfile", InstanceProfileName=self.name
        )

    def current(self, aws: Aws) -> str:
        """Return what is there now, in one line."""
        return f"instance profile {self.name}" if self.observe(aws) is Observed.AFTER else f"no profile {self.name}"
