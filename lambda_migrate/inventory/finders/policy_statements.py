"""Statements of the resource policy that no look-up accounts for: the triggers of which only a permission is known."""

from __future__ import annotations

from dataclasses import MISSING, fields
from fnmatch import fnmatchcase
from typing import TYPE_CHECKING

from lambda_migrate.aws.arn import Arn
from lambda_migrate.triggers import kind_of, kind_of_caller, logs, policy
from lambda_migrate.triggers.base import Trigger
from lambda_migrate.triggers.detected import UNKNOWN

if TYPE_CHECKING:
    from collections.abc import Sequence

    from lambda_migrate.function.model import Function
    from lambda_migrate.triggers.base import Settings
    from lambda_migrate.triggers.policy import PermittedInvoker


def rest(
    function: Function, triggers: Sequence[Trigger[Settings]], looked_up: frozenset[str]
) -> tuple[tuple[Trigger[Settings], ...], tuple[str, ...]]:
    """Return what the policy allows beside the triggers that were found.

    Args:
        function: The function, with the policy of each qualifier.
        triggers: What the look-ups have found.
        looked_up: Principals, as patterns, whose triggers a look-up would have found.

    Returns:
        Triggers of which only the permission is known, and warnings about permissions that nothing uses.
    """
    allowed: list[Trigger[Settings]] = []
    unused: list[str] = []
    for qualifier, qualified in sorted(function.qualified.items()):
        for statement in filter(policy.allows, qualified.policy):
            source = policy.source(statement)
            if any(_explains(trigger, source, qualifier) for trigger in triggers):
                continue
            searched = any(fnmatchcase(source.principal, each) for each in looked_up)
            if searched and not source.elsewhere(function) and not _any(source.arn):
                unused.append(
                    f"permission `{statement.get('Sid', '')}` is not used: `{source.arn}` invokes nothing here"
                )
            else:
                allowed.append(_allowed(source, qualifier, searched=searched))
    return tuple(allowed), tuple(dict.fromkeys(unused))


def _allowed(source: PermittedInvoker, qualifier: str, *, searched: bool) -> Trigger[Settings]:
    """Return a trigger of which only its permission is known; what was looked for and not found may still be there."""
    kind = UNKNOWN if searched else kind_of_caller(source)
    reason = ""
    if searched and _any(source.arn):
        reason = f"its permission is for any source like `{source.arn or '*'}`, and none was found here"
    elif searched:
        reason = f"`{source.arn}` is in another account or region"
    elif _needs_more(kind.settings):
        kind, reason = UNKNOWN, "what its permission is for could not be looked up"
    name = Arn.parse(source.arn).resource or source.arn or source.principal
    settings = kind.settings(source=source.arn, principal=source.principal, reason=reason)
    return Trigger(kind.name, f"{source.principal}:{source.arn or '*'}:{qualifier}", name, qualifier, settings)


def _needs_more(settings: type[Settings]) -> bool:
    """Return whether a kind's settings hold what only a look-up finds."""
    return any(each.default is MISSING and each.default_factory is MISSING for each in fields(settings))


def _any(arn: str) -> bool:
    """Return whether a source ARN names no one source.

    Of an API, stage and route are wildcards as a rule; of a log group, the streams.
    """
    if ":execute-api:" in arn:
        return policy.is_pattern(arn.partition("/")[0])
    return policy.is_pattern(logs.group_name(arn) if ":log-group:" in arn else arn)


def _explains(trigger: Trigger[Settings], source: PermittedInvoker, qualifier: str) -> bool:
    """Return whether a trigger is what a permission is for.

    Which qualifier the trigger invokes now does not matter: the permission may be from before it was re-pointed. Only a
    URL has its permissions where it is itself. What could not be looked at may be of any kind.
    """
    if not kind_of(trigger).invokes_as(source.caller) and not trigger.settings.reason:
        return False
    if source.url:
        return trigger.qualifier == qualifier
    return bool(trigger.settings.source) and source.explained_by(trigger.settings.source)
