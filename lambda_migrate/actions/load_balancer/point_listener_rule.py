"""Moves the weight of a listener rule from one target group to another."""

from __future__ import annotations

import json
from copy import deepcopy
from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from lambda_migrate.actions.base import Observed, Replace, conflict
from lambda_migrate.actions.load_balancer import target_groups
from lambda_migrate.actions.load_balancer.target_groups import group_arn, required, short
from lambda_migrate.aws.documents import read_or_none
from lambda_migrate.aws.permissions import calls

if TYPE_CHECKING:
    from lambda_migrate.actions.base import Action
    from lambda_migrate.aws.documents import Document
    from lambda_migrate.aws.permissions import Call
    from lambda_migrate.aws.session import Aws

FORWARD = "forward"


@dataclass(frozen=True)
class PointListenerRule(Replace):
    """Change which of our target groups a rule forwards to, and with which weights. All else of the rule stays.

    AWS takes "the entire list" of actions (ModifyRule, ModifyListener), so that it is read right before: actions that
    authenticate, weights of other groups and stickiness go back as they were read.

    Attributes:
        rule: ARN of the rule.
        listener: ARN of its listener, where it is the listener's default rule, which ModifyRule refuses; else "".
        name: What a person calls it: ``orders-lb /orders/*``.
        before: Weights by target group, 0 to 999; a group goes by its ARN or ``target-group:<name>``.
        after: As before.
    """

    kind: ClassVar[str] = "point_listener_rule"
    reversible: ClassVar[bool] = True
    symbol: ClassVar[str] = "→"
    rule: str
    listener: str
    name: str
    before: dict[str, int]
    after: dict[str, int]

    def describe(self) -> str:
        """Return one line for a person."""
        return f"rule {self.name}: {_told(self.before)} → {_told(self.after)}"

    def _read(self, aws: Aws) -> list[Document] | None:
        """Return the rule's actions, in their order; None where it is gone."""
        answer = read_or_none(aws, "elbv2", "describe_rules", RuleArns=[self.rule])
        rules = answer["Rules"] if answer else []
        return sorted(rules[0]["Actions"], key=lambda each: int(each.get("Order") or 0)) if rules else None

    def _ours(self, aws: Aws) -> dict[str, str]:
        """Return the ARNs of our groups by the references; those that there are."""
        groups = ((reference, group_arn(aws, reference)) for reference in {**self.before, **self.after})
        return {reference: arn for reference, arn in groups if arn}

    def observe(self, aws: Aws) -> Observed:
        """Return which weights our groups have in the rule."""
        ours = self._ours(aws)
        actions = self._read(aws)
        return Observed.DRIFT if actions is None else self._seen(actions, ours)

    def _seen(self, actions: list[Document], ours: dict[str, str]) -> Observed:
        there = {arn: weight for arn, weight in _weights(actions).items() if arn in ours.values()}
        for side, seen in ((self.after, Observed.AFTER), (self.before, Observed.BEFORE)):
            if side.keys() <= ours.keys() and there == {ours[name]: weight for name, weight in side.items()}:
                return seen
        return Observed.DRIFT

    def write(self, aws: Aws, side: dict[str, int]) -> None:
        """Put a side's weights in the place of the other's.

        Raises:
            Drifted: A target group is gone.
            PreconditionFailed: It is not the other side that stands there; nothing was written.
        """
        wanted = {required(aws, reference): weight for reference, weight in side.items()}
        ours = self._ours(aws)
        actions = self._read(aws)  # last of all, right before it is written
        other = Observed.BEFORE if side == self.after else Observed.AFTER
        if actions is None or self._seen(actions, ours) is not other:
            raise conflict(self.describe())
        written = [_as_written(_forwarding(each, wanted, set(ours.values()))) for each in actions]
        if self.listener:
            aws.call("elbv2", "modify_listener", ListenerArn=self.listener, DefaultActions=written)
        else:
            aws.call("elbv2", "modify_rule", RuleArn=self.rule, Actions=written)

    def joined(self, later: Action) -> PointListenerRule | None:
        """Return the move from where this one began to where a later one of the same rule ended."""
        if not isinstance(later, PointListenerRule) or (later.rule, later.before) != (self.rule, self.after):
            return None
        return PointListenerRule(self.rule, self.listener, self.name, self.before, later.after)

    def aws_calls(self) -> tuple[Call, ...]:
        """Return every call that it may make, there and back."""
        groups = {**self.before, **self.after}
        changing = calls("elbv2", "ModifyListener", ListenerArn=self.listener) if self.listener else ()
        return (
            *(call for each in groups for call in target_groups.calls_of(each)),
            *calls("elbv2", "DescribeRules"),
            *(changing or calls("elbv2", "ModifyRule", RuleArn=self.rule)),
        )

    def current(self, aws: Aws) -> str:
        """Return what is there now, in one line."""
        actions = self._read(aws)
        return "no such rule" if actions is None else json.dumps(_weights(actions), sort_keys=True)


def groups_of(action: Document) -> list[Document]:
    """Return the target groups of a forward action, ``[{"TargetGroupArn", "Weight"}]``; none of any other.

    An action may name one group by ``TargetGroupArn`` alone; its weight is 1 then.
    """
    if action.get("Type") != FORWARD:
        return []
    listed = (action.get("ForwardConfig") or {}).get("TargetGroups")
    alone = [{"TargetGroupArn": action["TargetGroupArn"]}] if action.get("TargetGroupArn") else []
    return [{"Weight": 1, **each} for each in listed or alone]


def stickiness(action: Document) -> int:
    """Return for how many seconds a forward action keeps a client at one of its groups; 0 where it does not."""
    config = (action.get("ForwardConfig") or {}).get("TargetGroupStickinessConfig") or {}
    return int(config.get("DurationSeconds") or 0) if config.get("Enabled") else 0


def _weights(actions: list[Document]) -> dict[str, int]:
    return {str(group["TargetGroupArn"]): int(group["Weight"]) for each in actions for group in groups_of(each)}


def _forwarding(action: Document, wanted: dict[str, int], ours: set[str]) -> Document:
    """Return an action with the wanted weights where ours stand; one that has none of ours as it is."""
    groups = groups_of(action)
    places = [place for place, group in enumerate(groups) if group["TargetGroupArn"] in ours]
    if not places:
        return action
    mine = [{"TargetGroupArn": arn, "Weight": weight} for arn, weight in wanted.items()]
    kept = [group for group in groups if group["TargetGroupArn"] not in ours]
    listed = [*kept[: places[0]], *mine, *kept[places[0] :]]
    changed = {name: deepcopy(value) for name, value in action.items() if name != "TargetGroupArn"}
    if len(listed) == 1:  # AWS shows one group in both ways, and takes both only where they say the same
        changed["TargetGroupArn"] = listed[0]["TargetGroupArn"]
    if len(listed) > 1 or "ForwardConfig" in action:
        changed["ForwardConfig"] = {**(action.get("ForwardConfig") or {}), "TargetGroups": listed}
    return changed


def _as_written(action: Document) -> Document:
    """Return an action as AWS wants it: told to keep the client secret that it does not show."""
    config = action.get("AuthenticateOidcConfig")
    if not config or "ClientSecret" in config:
        return action
    return {**action, "AuthenticateOidcConfig": {**config, "UseExistingClientSecret": True}}


def _told(side: dict[str, int]) -> str:
    names = [short(group) for group in side]
    if len(names) == 1:
        return names[0]
    return ", ".join(f"{name} {weight}" for name, weight in zip(names, side.values(), strict=True))
