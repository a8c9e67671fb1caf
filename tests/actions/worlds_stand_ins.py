"""Worlds of the actions on services that no emulator has: what answers is held to the service's own model."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import partial
from typing import TYPE_CHECKING, Any

from lambda_migrate.actions.codecommit.point_repository_trigger import PointRepositoryTrigger
from lambda_migrate.actions.vpc_lattice.create_lattice_group import CreateLatticeGroup
from lambda_migrate.actions.vpc_lattice.lattice_groups import NAMED
from lambda_migrate.actions.vpc_lattice.point_lattice_rule import PointLatticeRule
from lambda_migrate.actions.vpc_lattice.register_lattice_function import RegisterLatticeFunction
from tests.actions.lattice import ACCOUNT, Lattice
from tests.actions.stage import World
from tests.targets.stand_in import StandIn

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.actions.stage import Stage


@dataclass
class Repositories(StandIn):
    """CodeCommit, which no emulator has with its triggers.

    Attributes:
        triggers: The triggers of each repository.
    """

    services: tuple[str, ...] = ("codecommit",)
    triggers: dict[str, list[dict[str, Any]]] = field(default_factory=dict)

    def codecommit_GetRepositoryTriggers(self, repositoryName: str) -> dict[str, Any]:  # noqa: N802, N803  # AWS's own
        return {"configurationId": "1", "triggers": self.triggers[repositoryName]}

    def codecommit_PutRepositoryTriggers(  # noqa: N802  # AWS's own
        self,
        repositoryName: str,  # noqa: N803  # AWS's own
        triggers: list[dict[str, Any]],
    ) -> dict[str, Any]:
        self.triggers[repositoryName] = triggers
        return {"configurationId": "2"}


def point_repository_trigger(stage: Stage) -> World:
    arn = stage.function()
    live, theirs = stage.alias("live", stage.publish("original")), stage.alias("theirs", "1")
    repositories = Repositories()
    repositories.attach(stage.aws)

    def put(function: str, *more: dict[str, Any]) -> None:
        ours = {"name": "ours", "destinationArn": function, "branches": ["main"], "events": ["updateReference"]}
        repositories.triggers[stage.name] = [*more, ours]

    def named() -> str:
        return str(documents()["ours"]["destinationArn"])

    def documents() -> Any:
        return {each["name"]: each for each in repositories.triggers[stage.name]}

    mail = {"name": "mail", "destinationArn": stage.topic(), "branches": [], "events": ["all"], "customData": "x"}
    put(arn, mail)
    return World(
        PointRepositoryTrigger(stage.name, arn, live, "ours"),
        documents=documents,
        foreign=lambda: put(named(), mail, {**mail, "name": "theirs"}),
        drift=lambda: put(theirs, mail),
    )


def _lattice(stage: Stage) -> Lattice:
    lattice = Lattice()
    lattice.attach(stage.aws)
    return lattice


def create_lattice_group(stage: Stage) -> World:
    lattice = _lattice(stage)
    lattice.make("theirs")
    return World(
        CreateLatticeGroup("lm-orders", "V2"),
        documents=lattice.documents,
        foreign=lambda: lattice.make("others"),
        drift=lambda: lattice.make("lm-orders", "V1"),
    )


def register_lattice_function(stage: Stage) -> World:
    lattice, arn = _lattice(stage), stage.function()
    live = stage.alias("live", stage.publish("original"))
    lattice.make("lm-orders")
    ours, theirs = lattice.groups, lattice.make("theirs").rpartition("/")[2]
    return World(
        RegisterLatticeFunction(f"{NAMED}lm-orders", live),
        documents=lattice.documents,
        foreign=lambda: lattice.targets.update({theirs: [arn]}),
        drift=lambda: lattice.targets.update({next(iter(ours)): [arn]}),
    )


def point_lattice_rule(stage: Stage, *, default: bool = False) -> World:
    """Set a rule that forwards to a group of others too."""
    lattice = _lattice(stage)
    first, theirs = lattice.make("first"), lattice.make("theirs")
    lattice.make("lm-orders")
    listener = f"{ACCOUNT}:service/svc-{1:017x}/listener/listener-{1:017x}"
    rule = listener if default else f"{listener}/rule/rule-{1:017x}"
    identity = rule.rpartition("/")[2]

    def forward(*groups: tuple[str, int]) -> None:
        listed = [{"targetGroupIdentifier": arn.rpartition("/")[2], "weight": weight} for arn, weight in groups]
        lattice.actions[identity] = {"forward": {"targetGroups": listed}}

    def foreign() -> None:
        groups = lattice.actions[identity]["forward"]["targetGroups"]
        for each in groups:
            if each["targetGroupIdentifier"] == theirs.rpartition("/")[2]:
                each["weight"] = 70

    forward((theirs, 80), (first, 20))
    return World(
        PointLatticeRule("shop/http", {first: 20}, {f"{NAMED}lm-orders": 20}, rule),
        documents=lattice.documents,
        foreign=foreign,
        drift=lambda: forward((theirs, 100)),
    )


WORLDS: dict[str, Callable[[Stage], World]] = {
    "point_repository_trigger": point_repository_trigger,
    "create_lattice_group": create_lattice_group,
    "register_lattice_function": register_lattice_function,
    "point_lattice_rule": point_lattice_rule,
    "point_lattice_rule/default": partial(point_lattice_rule, default=True),
}
