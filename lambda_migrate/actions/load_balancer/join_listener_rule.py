"""Puts a target group into a listener rule with a weight of 0: it gets no request, and its targets are checked."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from lambda_migrate.actions.load_balancer.point_listener_rule import PointListenerRule
from lambda_migrate.actions.load_balancer.target_groups import short


@dataclass(frozen=True)
class JoinListenerRule(PointListenerRule):
    """Add a target group to those that a rule forwards to, with a weight of 0.

    "Health checks are performed on all targets registered to a target group that is specified in a listener rule"
    (Target groups for your Application Load Balancers, ELB user guide): before it stands in a rule, nobody can know
    whether its targets are healthy. So it is judged by that, before it gets a share.
    """

    kind: ClassVar[str] = "join_listener_rule"
    symbol: ClassVar[str] = "+"

    @property
    def group(self) -> str:
        """The group that joins: its ARN."""
        return next(each for each in self.after if each not in self.before)

    def describe(self) -> str:
        """Return one line for a person."""
        return f"rule {self.name}: {short(self.group)} joins with weight 0"

    def describe_back(self) -> str:
        """Return what undoing it does, in one line for a person."""
        return f"rule {self.name}: take {short(self.group)} out"
