"""Sets attributes of a target group."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from lambda_migrate.actions.base import Observed, Replace
from lambda_migrate.actions.load_balancer import target_groups
from lambda_migrate.actions.load_balancer.target_groups import group_arn, required, short
from lambda_migrate.aws.permissions import calls

if TYPE_CHECKING:
    from lambda_migrate.aws.permissions import Call
    from lambda_migrate.aws.session import Aws


@dataclass(frozen=True)
class SetGroupAttributes(Replace):
    """Set some attributes of a target group; all others stay.

    Attributes:
        group: Its ARN, or ``target-group:<name>``.
        before: Values by their keys, ``{"lambda.multi_value_headers.enabled": "false"}``; "" where it has none.
        after: The same keys with the values that they get.
    """

    kind: ClassVar[str] = "set_group_attributes"
    reversible: ClassVar[bool] = True
    symbol: ClassVar[str] = "~"
    group: str
    before: dict[str, str]
    after: dict[str, str]

    def describe(self) -> str:
        """Return one line for a person."""
        return f"target group {short(self.group)}: {', '.join(f'{key} = {value}' for key, value in self.after.items())}"

    def _read(self, aws: Aws) -> dict[str, str] | None:
        arn = group_arn(aws, self.group)
        if arn is None:
            return None
        listed = aws.call("elbv2", "describe_target_group_attributes", TargetGroupArn=arn)["Attributes"]
        values = {str(each["Key"]): str(each.get("Value", "")) for each in listed}
        return {key: values.get(key, self.before[key]) for key in self.before}

    def observe(self, aws: Aws) -> Observed:
        """Return which values it has."""
        values = self._read(aws)
        if values == self.after:
            return Observed.AFTER
        return Observed.BEFORE if values == self.before else Observed.DRIFT

    def write(self, aws: Aws, side: dict[str, str]) -> None:
        """Put a side there.

        Raises:
            Drifted: The target group is gone.
        """
        attributes = [{"Key": key, "Value": value} for key, value in side.items()]
        arn = required(aws, self.group)
        aws.call("elbv2", "modify_target_group_attributes", TargetGroupArn=arn, Attributes=attributes)

    def aws_calls(self) -> tuple[Call, ...]:
        """Return every call that it may make, there and back."""
        return (
            *target_groups.calls_of(self.group),
            *calls("elbv2", "DescribeTargetGroupAttributes"),
            *calls("elbv2", "ModifyTargetGroupAttributes", Name=short(self.group)),
        )

    def current(self, aws: Aws) -> str:
        """Return what is there now, in one line."""
        values = self._read(aws)
        return f"no target group {short(self.group)}" if values is None else json.dumps(values, sort_keys=True)
