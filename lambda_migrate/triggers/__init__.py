"""What can invoke the function: one file and one line here per kind.

Kinds that are not here are detected and named, and stand in the way until somebody accepts them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from lambda_migrate.triggers import eventbridge, http_api, policy, sns, sqs
from lambda_migrate.triggers.base import Trigger

if TYPE_CHECKING:
    from lambda_migrate.aws.session import Aws
    from lambda_migrate.function.model import Function
    from lambda_migrate.triggers.base import TriggerKind

TRIGGERS: dict[str, TriggerKind] = {
    http_api.KIND: http_api,
    sns.KIND: sns,
    eventbridge.KIND: eventbridge,
    sqs.KIND: sqs,
}
"""Kinds that can be re-pointed, in the order in which a plan does it: requests first, queues (which wait) last."""

CALLERS = ("account", "public", "unknown")
"""Kinds of which nothing is known but that they may invoke."""


def find(aws: Aws, function: Function) -> tuple[tuple[Trigger, ...], tuple[str, ...]]:
    """Find everything that can invoke a function.

    Args:
        aws: Where to look; reads only.
        function: The function, with the policy of each qualifier.

    Returns:
        The triggers, and warnings about permissions that nothing uses.
    """
    found = [trigger for kind in TRIGGERS.values() for trigger in kind.find(aws, function)]
    found += _urls(function)
    unused: list[str] = []
    for qualifier, qualified in sorted(function.qualified.items()):
        for statement in qualified.policy:
            source = policy.source(statement)
            if _explained(source, qualifier, found):
                continue
            searched = any(source.principal in kind.PRINCIPALS for kind in TRIGGERS.values())
            if searched and not source.elsewhere(function):
                unused.append(
                    f"permission `{statement.get('Sid', '')}` is not used: `{source.arn}` invokes nothing here"
                )
            else:
                found.append(_detected(source, qualifier, searched=searched))
    order = {kind: rank for rank, kind in enumerate(TRIGGERS)}
    found.sort(key=lambda trigger: (order.get(trigger.kind, len(order)), trigger.kind, trigger.name, trigger.id))
    return tuple({trigger.id + trigger.kind: trigger for trigger in found}.values()), tuple(dict.fromkeys(unused))


def _detected(source: policy.Source, qualifier: str, *, searched: bool) -> Trigger:
    """Return a trigger of which only its permission is known."""
    settings = {"source": source.arn, "principal": source.principal}
    if searched:
        settings["reason"] = f"`{source.arn}` is in another account or region"
    name = source.arn.split(":", 5)[-1] or source.principal
    kind = "unknown" if searched else source.kind
    return Trigger(kind, f"{source.principal}:{source.arn or '*'}:{qualifier}", name, qualifier, settings)


def _explained(source: policy.Source, qualifier: str, found: list[Trigger]) -> bool:
    """Return whether one of the triggers is what a permission is for.

    Which qualifier that trigger invokes now does not matter: the permission may be from before it was re-pointed.
    """
    if source.url:
        return any(trigger.kind == "function_url" and trigger.qualifier == qualifier for trigger in found)
    for trigger in found:
        kind = TRIGGERS.get(trigger.kind)
        explains = kind.PRINCIPALS if kind else ()
        same = source.principal in explains or trigger.kind in _same_service(source)
        if same and trigger.settings.get("source") and source.explained_by(trigger.settings["source"]):
            return True
    return False


def _same_service(source: policy.Source) -> tuple[str, ...]:
    """Return the detected kinds that are found by the modules of the same principal."""
    if source.principal in http_api.PRINCIPALS:
        return ("rest_api", "websocket_api", "http_api_authorizer")
    return ("unknown",) if source.principal in sns.PRINCIPALS else ()


def _urls(function: Function) -> list[Trigger]:
    return [
        Trigger("function_url", qualified.url, qualified.url, qualifier, {"auth": qualified.url_auth})
        for qualifier, qualified in sorted(function.qualified.items())
        if qualified.url
    ]
