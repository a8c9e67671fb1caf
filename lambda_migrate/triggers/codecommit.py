"""Triggers of CodeCommit repositories that invoke the function."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from lambda_migrate.actions.codecommit.point_repository_trigger import PointRepositoryTrigger
from lambda_migrate.engine.plan import Step
from lambda_migrate.triggers import base
from lambda_migrate.triggers.base import Repoint

if TYPE_CHECKING:
    from lambda_migrate.function.model import Function
    from lambda_migrate.triggers.base import Trigger

KIND = "codecommit"
LABEL = "CodeCommit repository"
TRAFFIC = "events"
FOUND = "the permission, and the repository's triggers; all repositories where the permission names none"
PRINCIPALS = ("codecommit.amazonaws.com",)
ALIAS = "the trigger's function is replaced; its branches, its events and all other triggers stay"
STAYS = "a repository's triggers reach functions and topics alone"
BACK = "the function is put back in the same trigger; all other triggers stay as they are then"
TWICE = "nothing: each push invokes one function or the other"
SETTLES = 60.0
"""No time is documented; the next push is told to the new function."""


@dataclass(frozen=True, kw_only=True)
class Settings(base.Settings):
    """What is known of a trigger.

    Attributes:
        repository: The repository's name.
        trigger: The trigger's name.
        function: The ARN that it names, as it stands there.
        repository_id: The repository's id.
    """

    repository: str
    trigger: str
    function: str
    repository_id: str = ""


def physical_id(trigger: Trigger[Settings]) -> str:
    """Return what CloudFormation calls the repository whose triggers change: its id."""
    return trigger.settings.repository_id


def to_alias(trigger: Trigger[Settings], function: Function, alias: str) -> Repoint:
    """Replace the trigger's function."""
    settings = trigger.settings
    action = PointRepositoryTrigger(
        settings.repository, settings.function, function.qualified_arn(alias), settings.trigger
    )
    return Repoint((Step("", action, "its pushes reach the alias", propagation=SETTLES),))
