"""Target groups that know which load balancers forward to them.

Loaded by :mod:`lambda_migrate.sandbox.ministack.additions`. DescribeTargetGroups names the load balancers of the rules
that forward to a group, as they are now (``LoadBalancerArns``, Elastic Load Balancing API reference). MiniStack
remembers those of the listeners that were made with the group, and no later rule.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ministack.services import alb

if TYPE_CHECKING:
    from collections.abc import Callable


def install() -> None:
    """Have MiniStack look which rules forward to a group when it describes one."""
    alb._tg_xml = _described(alb._tg_xml)  # MiniStack has no other way in


def _described(shown: Callable[[dict[str, Any]], str]) -> Callable[[dict[str, Any]], str]:
    def described(group: dict[str, Any]) -> str:
        return shown({**group, "LoadBalancerArns": _balancers(group["TargetGroupArn"])})

    return described


def _balancers(group: str) -> list[str]:
    """Return the load balancers with a rule that forwards to a group, in the order in which the rules were made."""
    balancers = {}
    for rule in alb._rules.values():  # as above
        listener = alb._listeners.get(rule["ListenerArn"])  # as above
        if listener and any(each.get("TargetGroupArn") == group for each in rule.get("Actions", ())):
            balancers[listener["LoadBalancerArn"]] = True
    return list(balancers)
