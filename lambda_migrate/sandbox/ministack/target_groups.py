"""Target groups that know which load balancers forward to them, and rules that forward to several by weight.

Loaded by :mod:`lambda_migrate.sandbox.ministack.additions`. DescribeTargetGroups names the load balancers of the rules
that forward to a group, as they are now (``LoadBalancerArns``, Elastic Load Balancing API reference). MiniStack
remembers those of the listeners that were made with the group, and no later rule.

MiniStack keeps one group of a forward action. Here all of them are kept, with weights and stickiness, and one takes
the request by chance, as its weight says ("Forward actions", ELB user guide). A group that stands alone is shown as AWS
shows it, by its ARN and as a list of one. Stickiness is kept and shown, and no cookie is given. DescribeAccountLimits
has the quotas of a new account.
"""

from __future__ import annotations

import random
from typing import TYPE_CHECKING, Any

from ministack.services import alb

if TYPE_CHECKING:
    from collections.abc import Callable

_LIMITS = {
    "target-groups-per-action-on-application-load-balancer": 5,
    "target-groups-per-application-load-balancer": 100,
}
"""Of a new account ("Quotas for your Application Load Balancers", ELB user guide)."""


def install() -> None:
    """Have MiniStack look which rules forward to a group when it describes one, and forward by weights."""
    alb._tg_xml = _described(alb._tg_xml)  # MiniStack has no other way in
    alb._parse_actions = _with_groups(alb._parse_actions)  # as above
    alb._action_xml = _showing_groups(alb._action_xml)  # as above
    alb._execute_actions = _by_weight(alb._execute_actions)  # as above
    alb._ACTION_MAP["DescribeAccountLimits"] = _limits  # as above


def _described(shown: Callable[[dict[str, Any]], str]) -> Callable[[dict[str, Any]], str]:
    def described(group: dict[str, Any]) -> str:
        return shown({**group, "LoadBalancerArns": balancers(group["TargetGroupArn"])})

    return described


def balancers(group: str) -> list[str]:
    """Return the load balancers with a rule that forwards to a group, in the order in which the rules were made."""
    there = {}
    for rule in alb._rules.values():  # as above
        listener = alb._listeners.get(rule["ListenerArn"])  # as above
        if listener and any(group in _groups(each) for each in rule.get("Actions", ())):
            there[listener["LoadBalancerArn"]] = True
    return list(there)


def _groups(action: dict[str, Any]) -> dict[str, int]:
    """Return the groups that an action forwards to, with their weights."""
    listed = (action.get("ForwardConfig") or {}).get("TargetGroups") or ()
    weighted = {each["TargetGroupArn"]: each["Weight"] for each in listed}
    return weighted or ({action["TargetGroupArn"]: 1} if action.get("TargetGroupArn") else {})


def _with_groups(parsed: Callable[..., list[dict[str, Any]]]) -> Callable[..., list[dict[str, Any]]]:
    def parse(params: dict[str, Any], prefix: str = "DefaultActions") -> list[dict[str, Any]]:
        actions = parsed(params, prefix)
        for place, action in enumerate(actions, start=1):
            config = _forward_config(params, f"{prefix}.member.{place}.ForwardConfig") or _sole(action)
            if config:
                action["ForwardConfig"] = config
                if len(config["TargetGroups"]) == 1:
                    action["TargetGroupArn"] = config["TargetGroups"][0]["TargetGroupArn"]
        return actions

    return parse


def _sole(action: dict[str, Any]) -> dict[str, Any]:
    """Return how AWS shows a group that is named alone: as a list of one, too."""
    if not action.get("TargetGroupArn"):
        return {}
    only = {"TargetGroupArn": action["TargetGroupArn"], "Weight": 1}
    return {"TargetGroups": [only], "TargetGroupStickinessConfig": {"Enabled": False}}


def _forward_config(params: dict[str, Any], base: str) -> dict[str, Any]:
    groups: list[dict[str, Any]] = []
    while arn := alb._p(params, f"{base}.TargetGroups.member.{len(groups) + 1}.TargetGroupArn"):  # as above
        weight = alb._p(params, f"{base}.TargetGroups.member.{len(groups) + 1}.Weight")  # as above
        groups.append({"TargetGroupArn": arn, "Weight": int(weight or 1)})
    if not groups:
        return {}
    sticky = alb._p(params, f"{base}.TargetGroupStickinessConfig.Enabled") == "true"  # as above
    seconds = alb._p(params, f"{base}.TargetGroupStickinessConfig.DurationSeconds")  # as above
    stickiness = {"Enabled": sticky, **({"DurationSeconds": int(seconds)} if seconds else {})}
    return {"TargetGroups": groups, "TargetGroupStickinessConfig": stickiness}


def _showing_groups(shown: Callable[[dict[str, Any]], str]) -> Callable[[dict[str, Any]], str]:
    def show(action: dict[str, Any]) -> str:
        config = action.get("ForwardConfig")
        if not config:
            return shown(action)
        groups = "".join(
            f"<member><TargetGroupArn>{each['TargetGroupArn']}</TargetGroupArn><Weight>{each['Weight']}</Weight></member>"
            for each in config["TargetGroups"]
        )
        sticky = config["TargetGroupStickinessConfig"]
        seconds = sticky.get("DurationSeconds")
        lasting = f"<DurationSeconds>{seconds}</DurationSeconds>" if seconds else ""
        forwarded = (
            f"<ForwardConfig><TargetGroups>{groups}</TargetGroups><TargetGroupStickinessConfig>"
            f"<Enabled>{str(sticky['Enabled']).lower()}</Enabled>{lasting}</TargetGroupStickinessConfig></ForwardConfig>"
        )
        return f"{shown(action).removesuffix('</member>')}{forwarded}</member>"

    return show


def _by_weight(executed: Callable[..., Any]) -> Callable[..., Any]:
    async def execute(actions: list[dict[str, Any]], *args: Any, **named: Any) -> Any:
        return await executed([_chosen(each) for each in actions], *args, **named)

    return execute


def _chosen(action: dict[str, Any]) -> dict[str, Any]:
    """Return an action with the one group that takes the request."""
    groups = _groups(action)
    if not any(groups.values()):
        return action
    return {**action, "TargetGroupArn": random.choices([*groups], [*groups.values()])[0]}  # noqa: S311  # no secret


def _limits(_params: dict[str, Any]) -> Any:
    listed = "".join(f"<member><Name>{name}</Name><Max>{most}</Max></member>" for name, most in _LIMITS.items())
    return alb._xml(200, "DescribeAccountLimits", f"<Limits>{listed}</Limits>")  # as above
