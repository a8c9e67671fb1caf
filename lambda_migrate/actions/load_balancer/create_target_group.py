"""Makes a target group for a function, to which no rule forwards yet."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar

from lambda_migrate.actions.base import Observed
from lambda_migrate.actions.load_balancer.target_groups import described
from lambda_migrate.aws.permissions import calls
from lambda_migrate.aws.quotas import TARGET_GROUPS

if TYPE_CHECKING:
    from lambda_migrate.aws.documents import Document
    from lambda_migrate.aws.permissions import Call
    from lambda_migrate.aws.quotas import Quota
    from lambda_migrate.aws.session import Aws


@dataclass(frozen=True)
class CreateTargetGroup:
    """Make a target group of type ``lambda``, without a target.

    Attributes:
        name: Its name, unique in account and region.
        health: Its health check, as CreateTargetGroup takes it: ``{"HealthCheckEnabled": True, "Matcher": {}, ...}``.
    """

    kind: ClassVar[str] = "create_target_group"
    reversible: ClassVar[bool] = True
    symbol: ClassVar[str] = "+"
    quota: ClassVar[Quota] = TARGET_GROUPS
    name: str
    health: dict[str, Any]

    def describe(self) -> str:
        """Return one line for a person."""
        return f"target group {self.name}: create"

    def describe_back(self) -> str:
        """Return what undoing it does, in one line for a person."""
        return f"target group {self.name}: delete"

    def holder(self) -> str:
        """Return what has target groups."""
        return "the region"

    def there(self, aws: Aws) -> int:
        """Return how many target groups the region has."""
        return sum(1 for _each in aws.pages("elbv2", "describe_target_groups", "TargetGroups"))

    def observe(self, aws: Aws) -> Observed:
        """Return whether it is there, for functions, with this health check."""
        group = described(aws, self.name)
        if group is None:
            return Observed.BEFORE
        alike = group.get("TargetType") == "lambda" and self._shown(group) == self.health
        return Observed.AFTER if alike else Observed.DRIFT

    def _shown(self, group: Document) -> Document:
        return {name: group.get(name) for name in self.health}

    def apply(self, aws: Aws) -> None:
        """Make it."""
        tags = [{"Key": "made-by", "Value": "lambda-migrate"}]
        aws.call("elbv2", "create_target_group", Name=self.name, TargetType="lambda", Tags=tags, **self.health)

    def undo(self, aws: Aws) -> None:
        """Delete it; AWS refuses while a rule forwards to it."""
        group = described(aws, self.name)
        if group is not None:
            aws.call("elbv2", "delete_target_group", TargetGroupArn=group["TargetGroupArn"])

    def led_to(self, aws: Aws) -> str:
        """Return which load balancer forwards to it."""
        group = described(aws, self.name)
        balancers = sorted(str(each).split("/")[-2] for each in (group or {}).get("LoadBalancerArns") or ())
        return f"load balancer {', '.join(balancers)} forwards to it" if balancers else ""

    def aws_calls(self) -> tuple[Call, ...]:
        """Return every call that it may make, there and back."""
        return (
            *calls("elbv2", "DescribeTargetGroups"),
            *calls("elbv2", "CreateTargetGroup DeleteTargetGroup", Name=self.name),
        )

    def current(self, aws: Aws) -> str:
        """Return what is there now, in one line."""
        group = described(aws, self.name)
        if group is None:
            return f"no target group {self.name}"
        return f"{group.get('TargetType')}, {json.dumps(self._shown(group), sort_keys=True)}"
