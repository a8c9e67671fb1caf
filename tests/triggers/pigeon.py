"""Carrier pigeons: a made-up kind of trigger that can be pointed at the alias, and at nothing else.

It stands for whatever kind comes next: one file, and one line in the registry (the fixture ``pigeon``).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from lambda_migrate.actions.event_source.point_mapping import PointMapping
from lambda_migrate.engine.plan import Step
from lambda_migrate.triggers import base
from lambda_migrate.triggers.base import Repoint

if TYPE_CHECKING:
    from lambda_migrate.function.model import Function
    from lambda_migrate.triggers.base import Trigger

KIND = "pigeon"
LABEL = "carrier pigeon"
TRAFFIC = "events"
FOUND = "its permission"
PRINCIPALS = ("pigeons.amazonaws.com",)
ALIAS = "the pigeon learns the way to the alias"
STAYS = "pigeons do not speak HTTP"
BACK = "it flies home"
SETTLES = 120.0
TWICE = "a letter with two copies"


@dataclass(frozen=True, kw_only=True)
class Settings(base.Settings):
    """What is known of a pigeon."""

    loft: str = "north"


def to_alias(trigger: Trigger[Settings], function: Function, alias: str) -> Repoint:
    """Teach the pigeon the way."""
    action = PointMapping(trigger.settings.loft, trigger.name, function.arn, function.qualified_arn(alias))
    return Repoint((Step("", action, "it flies to the alias"),))
