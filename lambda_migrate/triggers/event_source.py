"""What every kind has that Lambda polls for: an event source mapping.

A mapping keeps its UUID, its settings and its position when its function changes; it is never deleted and made again.
Changes take up to 90 seconds to reach every poller (Lambda developer guide, event source mappings).
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from lambda_migrate.actions.event_source.point_mapping import PointMapping
from lambda_migrate.engine.plan import Step
from lambda_migrate.triggers.base import Repoint, Settings

if TYPE_CHECKING:
    from lambda_migrate.function.model import Function
    from lambda_migrate.triggers.base import Trigger

POINTED = "the mapping is pointed at the alias"
PROPAGATION = 90.0


@dataclass(frozen=True, kw_only=True)
class MappingSettings(Settings):
    """What is known of a mapping.

    Attributes:
        function: The ARN that it invokes, as it stands there.
        mapping: What decides how it delivers, as AWS writes it: batch size, filters, starting position, ...
    """

    function: str
    mapping: dict[str, Any] = field(default_factory=dict)


def to_alias(trigger: Trigger[MappingSettings], function: Function, alias: str) -> Repoint:
    """Point the mapping at the alias."""
    action = PointMapping(trigger.id, trigger.name, trigger.settings.function, function.qualified_arn(alias))
    return Repoint((Step("", action, "its batches reach the alias", propagation=PROPAGATION),))
