"""Finds what can invoke the function: one file and one line here per look-up in AWS.

A look-up that can yield several kinds of trigger is a finder; a kind with a look-up to itself may bring it along as
its own `find`. What the resource policy allows beside that is read from its statements, at the end.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from lambda_migrate.inventory.finders import (
    api_gateway,
    event_source_mappings,
    eventbridge_targets,
    function_urls,
    policy_statements,
    sns_subscriptions,
)
from lambda_migrate.inventory.finders.finder import Finder
from lambda_migrate.triggers import TRIGGERS

if TYPE_CHECKING:
    from lambda_migrate.aws.session import Aws
    from lambda_migrate.function.model import Function
    from lambda_migrate.triggers.base import Settings, Trigger

FINDERS: tuple[Finder, ...] = (
    Finder.of(api_gateway),
    Finder.of(sns_subscriptions),
    Finder.of(eventbridge_targets),
    Finder.of(event_source_mappings),
    Finder.of(function_urls),
)


def find(aws: Aws, function: Function) -> tuple[tuple[Trigger[Settings], ...], tuple[str, ...]]:
    """Find everything that can invoke a function.

    Args:
        aws: Where to look; reads only.
        function: The function, with the policy of each qualifier.

    Returns:
        The triggers, each once, in a stable order; and warnings about permissions that nothing uses.
    """
    finders = (*FINDERS, *_own())
    triggers = [trigger for finder in finders for trigger in finder.find(aws, function)]
    looked_up = frozenset(principal for finder in finders for principal in finder.principals)
    allowed, unused = policy_statements.rest(function, triggers, looked_up)
    order = {kind: rank for rank, kind in enumerate(TRIGGERS)}
    triggers = sorted((*triggers, *allowed), key=lambda each: (order[each.kind], each.name, each.id))
    return tuple({trigger.id + trigger.kind: trigger for trigger in triggers}.values()), unused


def _own() -> tuple[Finder, ...]:
    """Return the look-ups that kinds bring along."""
    return tuple(Finder(kind.name, kind.principals, kind.find) for kind in TRIGGERS.values() if kind.find is not None)
