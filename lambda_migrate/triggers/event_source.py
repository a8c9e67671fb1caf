"""What every kind has that Lambda polls for: an event source mapping.

A mapping keeps its UUID, its settings and its position when its function changes; it is never deleted and made again.
Changes take up to 90 seconds to reach every poller (Lambda developer guide, event source mappings).
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from lambda_migrate.triggers.base import Settings

SETTLE = 90.0


@dataclass(frozen=True, kw_only=True)
class MappingSettings(Settings):
    """What is known of a mapping.

    Attributes:
        function: The ARN that it invokes, as it stands there.
        mapping: What decides how it delivers, as AWS writes it: batch size, filters, starting position, ...
    """

    function: str
    mapping: dict[str, Any] = field(default_factory=dict)
