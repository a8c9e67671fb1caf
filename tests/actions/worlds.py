"""A stage for each kind of action, what belongs to its world, and what others may do there.

Every kind of the registry has an entry; ``kind`` or ``kind/variant``.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.actions import (
    worlds_callers,
    worlds_cloudfront,
    worlds_destinations,
    worlds_documents,
    worlds_domains,
    worlds_function,
    worlds_guard,
    worlds_images,
    worlds_keys,
    worlds_named,
    worlds_pipes,
    worlds_rest_api,
    worlds_schedules,
    worlds_service,
    worlds_settings,
    worlds_stand_ins,
    worlds_triggers,
    worlds_websocket_api,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.actions.stage import Stage, World

WORLDS: dict[str, Callable[[Stage], World]] = {
    **worlds_function.WORLDS,
    **worlds_triggers.WORLDS,
    **worlds_destinations.WORLDS,
    **worlds_documents.WORLDS,
    **worlds_images.WORLDS,
    **worlds_keys.WORLDS,
    **worlds_rest_api.WORLDS,
    **worlds_websocket_api.WORLDS,
    **worlds_schedules.WORLDS,
    **worlds_service.WORLDS,
    **worlds_settings.WORLDS,
    **worlds_guard.WORLDS,
    **worlds_callers.WORLDS,
    **worlds_cloudfront.WORLDS,
    **worlds_domains.WORLDS,
    **worlds_named.WORLDS,
    **worlds_stand_ins.WORLDS,
    **worlds_pipes.WORLDS,
}

LOCAL = {"save_backup"}
"""Kinds that change this machine and nothing in AWS; tests of their own kill them and refuse them."""
