"""Target groups of VPC Lattice that have the function as their target.

A target group of this type takes one function and no more. To the alias: a second group is made for the alias, like the
first one, and each rule that forwards to the first is pointed at the second; the first stays as it is, so the way back
is to point the rules back.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from lambda_migrate.actions.function.grant_permission import GrantPermission
from lambda_migrate.actions.vpc_lattice.create_lattice_group import CreateLatticeGroup
from lambda_migrate.actions.vpc_lattice.lattice_groups import NAMED
from lambda_migrate.actions.vpc_lattice.point_lattice_rule import PointLatticeRule
from lambda_migrate.actions.vpc_lattice.register_lattice_function import RegisterLatticeFunction
from lambda_migrate.aws.arn import Arn
from lambda_migrate.engine.plan import Step
from lambda_migrate.gates import trigger as trigger_gate
from lambda_migrate.gates.gate import closed
from lambda_migrate.hashing import sha256
from lambda_migrate.triggers import base, policy
from lambda_migrate.triggers.base import Repoint

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from lambda_migrate.function.model import Function
    from lambda_migrate.triggers.base import Trigger

KIND = "vpc_lattice"
LABEL = "VPC Lattice target group"
TRAFFIC = "requests"
FOUND = "the permission, the group's target, and the rules that forward to it"
PRINCIPALS = ("vpc-lattice.amazonaws.com",)
ALIAS = "a second group is made for the alias, and each rule is pointed at it; other groups keep their weights"
STAYS = "this version does not put the service's own target group into the rules"
BACK = "each rule is pointed back at the first group, which stays as it is; then the second is deleted"
SETTLES = 60.0
"""Seconds until a changed rule is in effect; AWS does not say how long it takes."""

TWICE = "nothing: a request is forwarded to one group or the other"

NAME_LENGTH = 128
"""Of a target group ("name" of CreateTargetGroup, VPC Lattice API reference)."""

PERMISSION_PROPAGATION = 10.0


@dataclass(frozen=True)
class Rule:
    """A rule that forwards to the group.

    Attributes:
        arn: Its ARN, or that of the listener whose default action it is.
        name: What a person calls it: the service, the listener and the rule.
        weight: What the group has in it.
    """

    arn: str
    name: str
    weight: int


@dataclass(frozen=True, kw_only=True)
class Settings(base.Settings):
    """What is known of a target group.

    Attributes:
        rules: The rules that forward to it.
        version: The form of its events, ``V1`` or ``V2``.
    """

    rules: tuple[Rule, ...] = ()
    version: str = "V1"

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> Settings:
        """Read back what :func:`dataclasses.asdict` and JSON made of it."""
        return super().from_dict({**data, "rules": tuple(Rule(**each) for each in data.get("rules", ()))})


def physical_id(trigger: Trigger[Settings]) -> str:
    """Return what CloudFormation calls what changes: the ARN of the first rule, or of its listener."""
    first = next(iter(trigger.settings.rules), None)
    return first.arn if first else trigger.settings.source


def to_alias(trigger: Trigger[Settings], function: Function, alias: str) -> Repoint:
    """Make a group for the alias, then point each rule at it."""
    settings, target = trigger.settings, function.qualified_arn(alias)
    if not settings.rules:
        text = f"only the permission of {LABEL} `{trigger.name}` is known, not what forwards to it"
        text = f"{text}; check it by hand, then accept this"
        return Repoint(blockers=(closed(trigger_gate, text, trigger.name, of=KIND),))
    name = f"lm-{sha256([settings.source, target])[:8]}-{trigger.name}"[:NAME_LENGTH].rstrip("-")
    reference = f"{NAMED}{name}"
    steps = (
        Step(
            "",
            PointLatticeRule(rule.name, {settings.source: rule.weight}, {reference: rule.weight}, rule.arn),
            "its requests reach the alias",
            propagation=SETTLES,
        )
        for rule in settings.rules
    )
    return Repoint(tuple(steps), preparation=tuple(_group(settings, function, alias, name)))


def _group(settings: Settings, function: Function, alias: str, name: str) -> Iterator[Step]:
    """Yield what makes the second group, before a rule forwards to it."""
    reference, target = f"{NAMED}{name}", function.qualified_arn(alias)
    create = CreateLatticeGroup(name, settings.version)
    yield Step("", create, "a group takes one function; like the first one")
    groups = Arn.parse(function.arn).sibling("vpc-lattice", "targetgroup/*")  # ids of groups are drawn by AWS
    statement = {
        "Effect": "Allow",
        "Principal": {"Service": PRINCIPALS[0]},
        "Action": "lambda:InvokeFunction",
        "Condition": {"ArnLike": {"AWS:SourceArn": str(groups)}},
    }
    grant = GrantPermission(function.name, alias, policy.clone(statement, target))
    yield Step("", grant, "the group may invoke the alias", propagation=PERMISSION_PROPAGATION)
    yield Step("", RegisterLatticeFunction(reference, target), "nothing forwards to it yet")
