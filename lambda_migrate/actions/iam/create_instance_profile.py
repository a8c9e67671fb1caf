"""Makes an instance profile, the form in which EC2 instances get a role."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from lambda_migrate.actions.base import Seen
from lambda_migrate.actions.change import contended, look, pending

if TYPE_CHECKING:
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

    def observe(self, aws: Aws) -> Seen:
        """Return whether it is there."""
        return Seen.AFTER if look(aws, "iam", "get_instance_profile", InstanceProfileName=self.name) else Seen.BEFORE

    @contended
    def apply(self, aws: Aws) -> None:
        """Make it."""
        if pending(self, aws, Seen.AFTER):
            aws.call("iam", "create_instance_profile", InstanceProfileName=self.name)

    @contended
    def undo(self, aws: Aws) -> None:
        """Delete it; IAM refuses while a role is in it."""
        if pending(self, aws, Seen.BEFORE):
            aws.call("iam", "delete_instance_profile", InstanceProfileName=self.name)

    def found(self, aws: Aws) -> str:
        """Return what is there now, in one line."""
        return f"instance profile {self.name}" if self.observe(aws) is Seen.AFTER else f"no profile {self.name}"
