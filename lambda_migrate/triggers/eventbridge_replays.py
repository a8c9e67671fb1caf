"""Replays of EventBridge archives that run while a rule is about to move.

A replay goes to one bus, and there to all of its rules or to those that it names ("Replaying archived events",
EventBridge user guide). ListReplays does not say to which, so each one that runs is looked at.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from lambda_migrate.aws.arn import Arn
from lambda_migrate.errors import AwsError, NotAllowed
from lambda_migrate.gates import eventbridge_replay
from lambda_migrate.gates.gate import closed

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from lambda_migrate.aws.documents import Document
    from lambda_migrate.aws.session import Aws
    from lambda_migrate.engine.blocker import Blocker
    from lambda_migrate.triggers.base import Trigger
    from lambda_migrate.triggers.eventbridge import Settings

CALLS = ("events:ListReplays", "events:DescribeReplay")
"""What it calls, from which the policies of IAM are made."""

RUNNING = ("STARTING", "RUNNING", "CANCELLING")
_NAMED, _UNREAD = "replays to", "replays unread"


def look_up(aws: Aws, triggers: Sequence[Trigger[Settings]]) -> dict[str, str]:
    """Return which replays reach the rules, by ``replays to <id>``; ``replays unread`` where AWS does not tell.

    Args:
        aws: Where to look; reads only.
        triggers: Targets of rules.
    """
    if not triggers:
        return {}
    try:
        listed = aws.pages("events", "list_replays", "Replays")
        names = [str(each["ReplayName"]) for each in listed if each["State"] in RUNNING]
        replays = [aws.call("events", "describe_replay", ReplayName=name) for name in names]
    except (AwsError, NotAllowed) as error:
        return {_UNREAD: error.message}
    reaching = {
        f"{_NAMED} {trigger.id}": ", ".join(
            f"`{each['ReplayName']}`" for each in replays if _reaches(each, trigger.settings)
        )
        for trigger in triggers
    }
    return {name: told for name, told in reaching.items() if told}


def _reaches(replay: Document, settings: Settings) -> bool:
    destination = replay.get("Destination") or {}
    rules = destination.get("FilterArns") or [settings.source]
    bus = Arn.parse(settings.source).sibling("events", f"event-bus/{settings.bus}")
    return destination.get("Arn") == str(bus) and settings.source in rules


def blockers(trigger: Trigger[Settings], looked: Mapping[str, str]) -> Iterator[Blocker]:
    """Yield that a replay reaches the rule, or that nobody could tell.

    Args:
        trigger: The target of a rule.
        looked: What :func:`look_up` says.
    """
    if looked.get(_UNREAD):
        text = f"rule `{trigger.name}`: whether a replay reaches it could not be read: {looked[_UNREAD]}"
        yield closed(eventbridge_replay, text, trigger.name)
    names = looked.get(f"{_NAMED} {trigger.id}")
    if names:
        text = f"rule `{trigger.name}` gets past events from replay {names}; wait until it has finished, or cancel it"
        yield closed(eventbridge_replay, text, trigger.name)
