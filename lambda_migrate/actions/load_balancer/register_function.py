"""Makes a function the target of a target group."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from lambda_migrate.actions.function_target import FunctionTarget
from lambda_migrate.actions.load_balancer import target_groups
from lambda_migrate.actions.load_balancer.target_groups import group_arn, required, short
from lambda_migrate.aws.permissions import calls

if TYPE_CHECKING:
    from lambda_migrate.aws.permissions import Call
    from lambda_migrate.aws.session import Aws


@dataclass(frozen=True)
class RegisterFunction(FunctionTarget):
    """Register a function with a target group of type ``lambda``, which takes one target and no more.

    Attributes:
        group: Its ARN, or ``target-group:<name>``.
        function: ARN of the function, with or without qualifier; its policy has to let the group in already.
    """

    kind: ClassVar[str] = "register_function"
    group: str
    function: str

    @property
    def called(self) -> str:
        """What a person calls the group, with its kind."""
        return f"target group {short(self.group)}"

    def targets(self, aws: Aws) -> list[str]:
        """Return the ARNs of its targets, but for those that only end what they have begun."""
        arn = group_arn(aws, self.group)
        if arn is None:
            return []
        health = aws.call("elbv2", "describe_target_health", TargetGroupArn=arn)["TargetHealthDescriptions"]
        states = ((str(each["Target"]["Id"]), (each.get("TargetHealth") or {}).get("State")) for each in health)
        return [target for target, state in states if state != "draining"]

    def apply(self, aws: Aws) -> None:
        """Register it.

        Raises:
            Drifted: The target group is gone.
        """
        arn = required(aws, self.group)
        aws.call("elbv2", "register_targets", TargetGroupArn=arn, Targets=[{"Id": self.function}])

    def undo(self, aws: Aws) -> None:
        """Deregister it.

        Raises:
            Drifted: The target group is gone.
        """
        arn = required(aws, self.group)
        aws.call("elbv2", "deregister_targets", TargetGroupArn=arn, Targets=[{"Id": self.function}])

    def aws_calls(self) -> tuple[Call, ...]:
        """Return every call that it may make, there and back."""
        return (
            *target_groups.calls_of(self.group),
            *calls("elbv2", "DescribeTargetHealth"),
            *calls("elbv2", "RegisterTargets DeregisterTargets", Name=short(self.group)),
        )
