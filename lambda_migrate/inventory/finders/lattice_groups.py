"""Target groups of VPC Lattice that have the function as their target, and the rules that forward to them.

The permission names the group as a rule. Where it names none, all groups for functions are looked through.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from lambda_migrate.actions.vpc_lattice.point_lattice_rule import identifiers, weights_of
from lambda_migrate.aws.arn import Arn
from lambda_migrate.aws.documents import read_or_none
from lambda_migrate.inventory.finders.one_by_one import Listing, look_at_permitted
from lambda_migrate.triggers.base import Trigger
from lambda_migrate.triggers.vpc_lattice import KIND, LABEL, PRINCIPALS, Rule, Settings

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lambda_migrate.aws.session import Aws
    from lambda_migrate.function.model import Function
    from lambda_migrate.triggers import base

__all__ = ["PRINCIPALS", "find"]

LISTING = "target groups of VPC Lattice"
CALLS = (
    "vpc-lattice:ListTargetGroups",
    "vpc-lattice:GetTargetGroup",
    "vpc-lattice:ListTargets",
    "vpc-lattice:ListListeners",
    "vpc-lattice:GetListener",
    "vpc-lattice:ListRules",
    "vpc-lattice:GetRule",
)
"""What it calls, from which the policies of IAM are made."""


def find(aws: Aws, function: Function) -> Iterator[Trigger[base.Settings]]:
    """Return the groups whose target is the function; all are looked through where its policy names none."""

    def listed() -> Iterator[str]:
        groups = aws.pages("vpc-lattice", "list_target_groups", "items", targetGroupType="LAMBDA")
        yield from (str(each["arn"]) for each in groups)

    return look_at_permitted(
        aws,
        function,
        PRINCIPALS,
        Listing(LISTING, listed),
        _of_group,
        lambda arn: f"{LABEL} {_id(arn)}",
    )


def _id(group: str) -> str:
    return Arn.parse(group).below("targetgroup")


def _of_group(aws: Aws, function: Function, arn: str) -> Iterator[Trigger[Settings]]:
    group = read_or_none(aws, "vpc-lattice", "get_target_group", targetGroupIdentifier=_id(arn))
    if group is None:
        return
    targets = aws.pages("vpc-lattice", "list_targets", "items", targetGroupIdentifier=_id(arn))
    named = {function.qualifier_of(str(each["id"])) for each in targets} - {None}
    for qualifier in sorted(str(each) for each in named):
        rules = tuple(rule for service in group.get("serviceArns") or () for rule in _rules(aws, str(service), arn))
        version = str((group.get("config") or {}).get("lambdaEventStructureVersion") or "V1")
        settings = Settings(source=arn, rules=rules, version=version)
        yield Trigger(KIND, arn, str(group["name"]), qualifier, settings, enabled=bool(rules))


def _rules(aws: Aws, service: str, group: str) -> Iterator[Rule]:
    """Yield the rules of a service that forward to a group; the default one is its listener's."""
    identity = identifiers(service)["serviceIdentifier"]
    for listener in aws.pages("vpc-lattice", "list_listeners", "items", serviceIdentifier=identity):
        of = {"serviceIdentifier": identity, "listenerIdentifier": str(listener["id"])}
        default: dict[str, Any] = aws.call("vpc-lattice", "get_listener", **of)
        called = f"{identity}/{listener.get('name') or listener['id']}"
        actions = [(str(listener["arn"]), "by default", default.get("defaultAction") or {})]
        for each in aws.pages("vpc-lattice", "list_rules", "items", **of):
            if not each.get("isDefault"):
                rule = aws.call("vpc-lattice", "get_rule", ruleIdentifier=str(each["id"]), **of)
                actions.append((str(each["arn"]), str(each.get("name") or each["id"]), rule["action"]))
        for arn, name, action in actions:
            weight = weights_of(action).get(_id(group))
            if weight is not None:
                yield Rule(arn, f"{called} {name}", weight)
