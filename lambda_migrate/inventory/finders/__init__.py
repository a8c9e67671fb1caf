"""Finds what can invoke the function: one file and one line here per look-up in AWS.

A look-up that can yield several kinds of trigger is a finder; a kind with a look-up to itself may bring it along as
its own `find`. What the resource policy allows beside that is read from its statements, at the end.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from lambda_migrate.inventory import concurrently, grants
from lambda_migrate.inventory.finders import (
    alarms,
    api_gateway,
    appsync,
    bedrock_agents,
    cloudfront_origins,
    cloudtrail,
    codecommit_triggers,
    config_rules,
    connect_instances,
    custom_resources,
    delivery_streams,
    event_source_mappings,
    eventbridge_targets,
    function_urls,
    functions,
    lambda_edge,
    lattice_groups,
    lex_bots,
    pipelines,
    pipes,
    policy_statements,
    receipt_rules,
    roles,
    rotated_secrets,
    s3_notifications,
    schedules,
    sns_subscriptions,
    state_machines,
    subscription_filters,
    target_groups,
    topic_rules,
    user_pools,
)
from lambda_migrate.inventory.finders.finder import Finder, without_roles
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
    Finder.of(cloudfront_origins),
    Finder.of(s3_notifications),
    Finder.of(subscription_filters),
    Finder.of(topic_rules),
    Finder.of(user_pools),
    Finder.of(rotated_secrets),
    Finder.of(target_groups),
    Finder.of(lattice_groups),
    Finder.of(alarms),
    Finder.of(config_rules),
    Finder.of(receipt_rules),
    Finder.of(delivery_streams),
    Finder.of(schedules),
    Finder.of(pipes),
    Finder.of(state_machines),
    Finder.of(appsync),
    Finder.of(functions),
    Finder.of(codecommit_triggers),
    Finder.of(lex_bots),
    Finder.of(connect_instances),
    Finder.of(bedrock_agents),
    Finder.of(lambda_edge),
    Finder.of(custom_resources),
    Finder.of(pipelines),
    Finder.of(roles),
    Finder.of(cloudtrail),
)


def find(aws: Aws, function: Function) -> tuple[tuple[Trigger[Settings], ...], tuple[str, ...]]:
    """Find everything that can invoke a function.

    Args:
        aws: Where to look; reads only.
        function: The function, with the policy of each qualifier.

    Returns:
        The triggers, each once, in a stable order; and warnings about permissions that nothing uses,
        and about roles that may invoke it and were not looked at.
    """
    finders = (*FINDERS, *_own())
    granted = grants.read(aws, function)
    by_finder = concurrently.ask(aws, lambda finder: list(finder.find(aws, function, granted)), finders)
    triggers = [trigger for each in by_finder for trigger in each]
    searched = (finder for finder, each in zip(finders, by_finder, strict=True) if not any(map(_unread, each)))
    looked_up = frozenset(principal for finder in searched for principal in finder.principals)
    allowed, unused = policy_statements.rest(function, triggers, looked_up)
    order = {kind: rank for rank, kind in enumerate(TRIGGERS)}
    triggers = sorted((*triggers, *allowed), key=lambda each: (order[each.kind], each.name, each.id))
    return tuple({trigger.id + trigger.kind: trigger for trigger in triggers}.values()), (
        *unused,
        *roles.notes(granted),
    )


def _unread(trigger: Trigger[Settings]) -> bool:
    """Return whether a trigger stands for a whole listing that could not be read, so that anything may be in it."""
    return bool(trigger.settings.reason) and not trigger.settings.source


def _own() -> tuple[Finder, ...]:
    """Return the look-ups that kinds bring along."""
    return tuple(
        Finder(kind.name, kind.principals, without_roles(kind.find))
        for kind in TRIGGERS.values()
        if kind.find is not None
    )
