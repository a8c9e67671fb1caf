"""What every kind has that Lambda polls for: an event source mapping.

A mapping keeps its UUID, its settings and its position when its function changes; it is never deleted and made again.
Changes take up to 90 seconds to reach every poller (Lambda developer guide, event source mappings).
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from lambda_migrate.actions.event_source.delete_mapping import DeleteMapping
from lambda_migrate.actions.event_source.point_mapping import PointMapping
from lambda_migrate.engine.plan import Step
from lambda_migrate.triggers.base import Repoint, Settings

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from lambda_migrate.function.model import Function
    from lambda_migrate.triggers.base import Trigger

FOUND = "its event source mapping"
POINTED = "the mapping is pointed at the alias"
IN_PLACE = "the mapping is pointed at the alias; its UUID, its settings and its position stay"
RETURNED = "the same mapping gets its function back and goes on from where it is"
REPEATED = "the batch that was under way, which Lambda delivers at least once as always"
PROPAGATION = 90.0
FOREVER = -1
"""``MaximumRetryAttempts`` that ends only when the record expires; Lambda's default for streams."""


@dataclass(frozen=True, kw_only=True)
class MappingSettings(Settings):
    """What is known of a mapping.

    Attributes:
        function: The ARN that it invokes, as it stands there.
        mapping: What decides how it delivers, as AWS writes it: batch size, filters, starting position, ...
    """

    function: str
    mapping: dict[str, Any] = field(default_factory=dict)


def to_alias(
    trigger: Trigger[MappingSettings], function: Function, alias: str, propagation: float = PROPAGATION
) -> Repoint:
    """Point the mapping at the alias."""
    action = PointMapping(trigger.id, trigger.name, trigger.settings.function, function.qualified_arn(alias))
    step = Step("", action, "its batches reach the alias", propagation=propagation)
    return Repoint((step,), warnings=tuple(_hazards(trigger)))


def clean_up(trigger: Trigger[MappingSettings]) -> Sequence[Step]:
    """Delete the mapping that was switched off."""
    if trigger.enabled:
        return ()
    return (Step("", DeleteMapping(trigger.id, trigger.name), "nothing is read through it any more"),)


def _hazards(trigger: Trigger[MappingSettings]) -> Iterator[str]:
    """Yield what weights on the alias mean for a mapping that keeps an order, or the state of a window.

    "Tumbling windows" and "Error handling" (Lambda developer guide, Kinesis): the function returns the state of a
    window and is given it with the next batch; a batch that fails holds up its shard until it succeeds or expires.
    """
    mapping = trigger.settings.mapping
    if mapping.get("TumblingWindowInSeconds"):
        text = "adds up in windows, and weights hand the state of a window from one version to the other"
        yield f"the mapping of `{trigger.name}` {text}; take `--weights 100` if the service keeps it otherwise"
    forever = mapping.get("MaximumRetryAttempts") == FOREVER and mapping.get("MaximumRecordAgeInSeconds", FOREVER) < 0
    if forever:
        text = "tries a batch that fails again until it expires, and nothing behind it is read meanwhile"
        yield f"the mapping of `{trigger.name}` {text}; `MaximumRetryAttempts` and an on-failure destination limit that"
