"""Stands in for VPC Lattice: target groups with their targets, listeners and rules, as far as actions ask for them."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from tests.targets.stand_in import Refused, StandIn

ACCOUNT = "arn:aws:vpc-lattice:us-east-1:000000000000"


# ruff: noqa: N802, N803  # operations and parameters are AWS's own
@dataclass
class Lattice(StandIn):
    """An account's VPC Lattice.

    Attributes:
        groups: The target groups by their ids, as the listing shows them.
        targets: The ids of the targets of each.
        actions: The actions of rules, and the default ones of listeners, by the ids.
        made: How many target groups were made.
        drains: Looks at the targets for which one that was deregistered drains.
    """

    services: tuple[str, ...] = ("vpc-lattice",)
    groups: dict[str, dict[str, Any]] = field(default_factory=dict)
    targets: dict[str, list[str]] = field(default_factory=dict)
    actions: dict[str, dict[str, Any]] = field(default_factory=dict)
    made: int = 0
    drains: int = 0
    draining: dict[str, dict[str, int]] = field(default_factory=dict)

    def make(self, name: str, version: str = "V2") -> str:
        """Make a target group; return its ARN."""
        self.made += 1
        identity = f"tg-{self.made:017x}"
        arn = f"{ACCOUNT}:targetgroup/{identity}"
        about = {"id": identity, "arn": arn, "name": name, "type": "LAMBDA", "status": "ACTIVE"}
        self.groups[identity] = {**about, "lambdaEventStructureVersion": version}
        self.targets[identity] = []
        return arn

    def documents(self) -> dict[str, Any]:
        """Return everything, without ids that are drawn."""
        names = {identity: group["name"] for identity, group in self.groups.items()}
        actions = {
            rule: {
                names.get(group["targetGroupIdentifier"], group["targetGroupIdentifier"]): group.get("weight")
                for group in action["forward"]["targetGroups"]
            }
            for rule, action in self.actions.items()
        }
        groups = {
            group["name"]: {
                "version": group["lambdaEventStructureVersion"],
                "targets": dict.fromkeys(self.targets[identity], "there"),
            }
            for identity, group in self.groups.items()
        }
        return {"groups": groups, "actions": actions}

    def _group(self, identity: str) -> str:
        if identity not in self.groups:
            raise Refused("ResourceNotFoundException", f"Target group {identity} not found")
        return identity

    def vpc_lattice_ListTargetGroups(self, targetGroupType: str) -> dict[str, Any]:
        return {"items": [each for each in self.groups.values() if each["type"] == targetGroupType]}

    def vpc_lattice_CreateTargetGroup(self, name: str, config: dict[str, Any], **_asked: Any) -> dict[str, Any]:
        if any(each["name"] == name for each in self.groups.values()):
            raise Refused("ConflictException", "Target group already exists")
        return {"arn": self.make(name, config["lambdaEventStructureVersion"]), "name": name, "status": "ACTIVE"}

    def vpc_lattice_DeleteTargetGroup(self, targetGroupIdentifier: str) -> None:
        if self.draining.get(targetGroupIdentifier):
            raise Refused("ConflictException", "Target group has targets that are draining")
        del self.groups[self._group(targetGroupIdentifier)], self.targets[targetGroupIdentifier]

    def vpc_lattice_ListTargets(self, targetGroupIdentifier: str) -> dict[str, Any]:
        there = [{"id": each} for each in self.targets[self._group(targetGroupIdentifier)]]
        going = self.draining.pop(targetGroupIdentifier, {})
        self.draining[targetGroupIdentifier] = {each: looks - 1 for each, looks in going.items() if looks > 1}
        return {"items": [*there, *({"id": each, "status": "DRAINING"} for each in going)]}

    def vpc_lattice_RegisterTargets(self, targetGroupIdentifier: str, targets: list[dict[str, Any]]) -> dict[str, Any]:
        there = self.targets[self._group(targetGroupIdentifier)]
        if there:
            failed = {"failureCode": "QuotaExceeded", "failureMessage": "a group takes one function"}
            return {"unsuccessful": [{"id": each["id"], **failed} for each in targets]}
        there += [each["id"] for each in targets]
        return {"successful": targets}

    def vpc_lattice_DeregisterTargets(
        self, targetGroupIdentifier: str, targets: list[dict[str, Any]]
    ) -> dict[str, Any]:
        for each in targets:
            self.targets[self._group(targetGroupIdentifier)].remove(each["id"])
            if self.drains:
                self.draining.setdefault(targetGroupIdentifier, {})[each["id"]] = self.drains
        return {"successful": targets}

    def vpc_lattice_GetRule(self, ruleIdentifier: str, **_where: Any) -> dict[str, Any]:
        return {"id": ruleIdentifier, "action": self.actions[ruleIdentifier], "priority": 7}

    def vpc_lattice_UpdateRule(self, ruleIdentifier: str, action: dict[str, Any], **_where: Any) -> None:
        self.actions[ruleIdentifier] = action

    def vpc_lattice_GetListener(self, listenerIdentifier: str, **_where: Any) -> dict[str, Any]:
        return {"id": listenerIdentifier, "defaultAction": self.actions[listenerIdentifier]}

    def vpc_lattice_UpdateListener(self, listenerIdentifier: str, defaultAction: dict[str, Any], **_where: Any) -> None:
        self.actions[listenerIdentifier] = defaultAction
