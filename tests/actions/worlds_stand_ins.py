"""Worlds of the actions on services that no emulator has: what answers is held to the service's own model."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from lambda_migrate.actions.codecommit.point_repository_trigger import PointRepositoryTrigger
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


WORLDS: dict[str, Callable[[Stage], World]] = {
    "point_repository_trigger": point_repository_trigger,
}
