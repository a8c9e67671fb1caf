"""IAM: roles and their policies; other services know a new role some seconds later."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from tests.simulation.refusals import Refused
from tests.simulation.shelf import Shelf

if TYPE_CHECKING:
    from tests.simulation.shelf import Document
    from tests.simulation.world import World


def _missing(what: str) -> Refused:
    return Refused("NoSuchEntity", f"{what} cannot be found.", 404)


class Iam:
    """Roles by name; inline policies by ``role/policy``."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.roles = Shelf(world)
        self.policies = Shelf(world)

    def create_role(
        self, *, RoleName: str, AssumeRolePolicyDocument: str, Description: str = "", PermissionsBoundary: str = ""
    ) -> Document:
        if self.world.unkind.roles_bounded and not PermissionsBoundary:
            raise Refused("AccessDenied", "not authorized to perform iam:CreateRole without a boundary", 403)
        if RoleName in self.roles.truth:
            raise Refused("EntityAlreadyExists", f"Role with name {RoleName} already exists.", 409)
        role = {
            "RoleName": RoleName,
            "RoleId": f"AROA{self.world.drawn(16).upper()}",
            "Path": "/",
            "Arn": f"arn:aws:iam::{self.world.arn('iam', '').split(':')[4]}:role/{RoleName}",
            "CreateDate": datetime.fromtimestamp(self.world.time.now, UTC),
            "AssumeRolePolicyDocument": json.loads(AssumeRolePolicyDocument),
            "Description": Description,
            **({"PermissionsBoundary": {"PermissionsBoundaryArn": PermissionsBoundary}} if PermissionsBoundary else {}),
            "Known": self.world.time.now + self.world.random.uniform(0.0, self.world.unkind.role_known),
        }
        self.roles.put(RoleName, role)
        return {"Role": self._shown(role)}

    @staticmethod
    def _shown(role: Document) -> Document:
        return {name: each for name, each in role.items() if name != "Known"}

    def get_role(self, *, RoleName: str) -> Document:
        found = self.roles.seen(RoleName)
        if found is None:
            raise _missing(f"The role with name {RoleName}")
        return {"Role": self._shown(found)}

    def delete_role(self, *, RoleName: str) -> Document:
        if RoleName not in self.roles.truth:
            raise _missing(f"The role with name {RoleName}")
        if any(key.partition("/")[0] == RoleName for key in self.policies.truth):
            raise Refused("DeleteConflict", "Cannot delete entity, must delete policies first.", 409)
        self.roles.drop(RoleName)
        return {}

    def put_role_policy(self, *, RoleName: str, PolicyName: str, PolicyDocument: str) -> Document:
        if RoleName not in self.roles.truth:
            raise _missing(f"The role with name {RoleName}")
        self.policies.put(f"{RoleName}/{PolicyName}", json.loads(PolicyDocument))
        return {}

    def get_role_policy(self, *, RoleName: str, PolicyName: str) -> Document:
        found = self.policies.seen(f"{RoleName}/{PolicyName}")
        if found is None:
            raise _missing(f"The role policy with name {PolicyName}")
        return {"RoleName": RoleName, "PolicyName": PolicyName, "PolicyDocument": found}

    def delete_role_policy(self, *, RoleName: str, PolicyName: str) -> Document:
        if f"{RoleName}/{PolicyName}" not in self.policies.truth:
            raise _missing(f"The role policy with name {PolicyName}")
        self.policies.drop(f"{RoleName}/{PolicyName}")
        return {}

    def simulate_principal_policy(
        self, *, PolicySourceArn: str, ActionNames: list[str], ResourceArns: list[str]
    ) -> Document:
        return {"EvaluationResults": [{"EvalActionName": each, "EvalDecision": "allowed"} for each in ActionNames]}

    def get_account_authorization_details(self, *, Filter: list[str]) -> Document:
        if "Role" not in Filter:
            return {"Policies": []}
        return {"RoleDetailList": [self._detailed(role) for _, role in self.roles.listed()]}

    def _detailed(self, role: Document) -> Document:
        name = role["RoleName"]
        own = {key.partition("/")[2]: each for key, each in self.policies.listed() if key.partition("/")[0] == name}
        inline = [{"PolicyName": policy, "PolicyDocument": document} for policy, document in own.items()]
        shown = {key: each for key, each in self._shown(role).items() if key != "Description"}
        return {**shown, "RolePolicyList": inline, "AttachedManagedPolicies": []}

    def assumed(self, role: str) -> bool:
        """Return whether other services can assume a role by now."""
        found = self.roles.truth.get(role)
        return found is not None and self.world.time.now >= found["Known"]

    def allows(self, role: str, action: str) -> bool:
        """Return whether a role is there and one of its policies allows an action."""
        own = [each for key, each in self.policies.truth.items() if key.partition("/")[0] == role]
        statements = [statement for policy in own for statement in policy["Statement"]]
        return role in self.roles.truth and any(action in statement["Action"] for statement in statements)
