"""Makes a function the target of a target group of VPC Lattice."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from lambda_migrate.actions.function_target import FunctionTarget
from lambda_migrate.actions.vpc_lattice import lattice_groups
from lambda_migrate.actions.vpc_lattice.lattice_groups import DRAINING, group_id, required, short
from lambda_migrate.aws.permissions import calls
from lambda_migrate.errors import AwsError

if TYPE_CHECKING:
    from lambda_migrate.aws.permissions import Call
    from lambda_migrate.aws.session import Aws


@dataclass(frozen=True)
class RegisterLatticeFunction(FunctionTarget):
    """Register a function with a target group of type ``LAMBDA``, which takes one target and no more.

    Attributes:
        group: Its ARN, or ``lattice-target-group:<name>``.
        function: ARN of the function, with or without qualifier; its policy has to let the group in already.
    """

    kind: ClassVar[str] = "register_lattice_function"
    group: str
    function: str

    @property
    def called(self) -> str:
        """What a person calls the group, with its kind."""
        return f"VPC Lattice target group {short(self.group)}"

    def targets(self, aws: Aws) -> list[str]:
        """Return the ARNs of its targets, but for those that only end what they have begun."""
        identity = group_id(aws, self.group)
        if identity is None:
            return []
        targets = aws.pages("vpc-lattice", "list_targets", "items", targetGroupIdentifier=identity)
        return [str(each["id"]) for each in targets if each.get("status") != DRAINING]

    def apply(self, aws: Aws) -> None:
        """Register it.

        Raises:
            Drifted: The target group is gone.
            AwsError: Lattice refuses the function.
        """
        self._change(aws, "register_targets")

    def undo(self, aws: Aws) -> None:
        """Deregister it.

        Raises:
            Drifted: The target group is gone.
            AwsError: Lattice refuses.
        """
        self._change(aws, "deregister_targets")

    def _change(self, aws: Aws, operation: str) -> None:
        group = required(aws, self.group)
        targets = [{"id": self.function}]
        answer = aws.call("vpc-lattice", operation, targetGroupIdentifier=group, targets=targets)
        for failed in answer.get("unsuccessful") or ():  # with a status of 200
            reason = failed.get("failureMessage") or failed.get("failureCode") or "VPC Lattice does not say why"
            raise AwsError(f"{self.describe()}: {reason}", operation=f"vpc-lattice:{operation}")

    def aws_calls(self) -> tuple[Call, ...]:
        """Return every call that it may make, there and back."""
        return (
            *lattice_groups.calls_of(self.group),
            *calls("vpc-lattice", "ListTargets RegisterTargets DeregisterTargets"),
        )
