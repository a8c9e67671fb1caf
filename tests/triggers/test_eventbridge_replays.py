"""Archives of EventBridge that are replayed while a rule is about to move."""

from __future__ import annotations

from dataclasses import replace
from types import SimpleNamespace
from typing import Any

import pytest

from lambda_migrate.config import Migration, Service
from lambda_migrate.errors import NotAllowed, NotFound
from lambda_migrate.inventory import Inventory
from lambda_migrate.triggers import TRIGGERS, eventbridge
from lambda_migrate.workflow import readiness
from tests.inventory.fake_aws import FakeAws
from tests.triggers import known
from tests.triggers.repointing import SERVICE

RULE = known.eventbridge()
BUS = f"arn:aws:events:{known.REGION}:event-bus/shop"
OTHER = f"arn:aws:events:{known.REGION}:rule/shop/other"
DURATION = {"cloudwatch:get_metric_data": {"MetricDataResults": []}}


def replaying(state: str = "RUNNING", bus: str = BUS, rules: tuple[str, ...] = ()) -> Any:
    destination = {"Arn": bus, **({"FilterArns": list(rules)} if rules else {})}
    return FakeAws(
        {
            **DURATION,
            "events:list_replays": {"Replays": [{"ReplayName": "again", "State": state}]},
            "events:describe_replay": {"ReplayName": "again", "State": state, "Destination": destination},
        }
    )


def told(aws: Any) -> list[list[str]]:
    """Return what stands against the way to the alias, and against that to the service."""
    to_alias = TRIGGERS["eventbridge"].preflight_all(aws, [RULE], known.ORDERS, "live")
    looked = eventbridge.look_up(aws, known.ORDERS, Service(), [RULE])
    goal = replace(SERVICE, resources={"eventbridge": {"longest": "0.8", **looked}})
    direct = eventbridge.to_service(RULE, known.ORDERS, goal)
    return [[str(each) for each in blockers] for blockers in (to_alias, direct.blockers)]


REACHED = (
    "eventbridge-replay: rule `paid` gets past events from replay `again`; wait until it has finished, or cancel it"
)


@pytest.mark.parametrize("rules", [(), (OTHER, RULE.settings.source)])
@pytest.mark.parametrize("state", ["STARTING", "RUNNING", "CANCELLING"])
def test_a_replay_that_reaches_the_rule_is_a_gate_of_both_ways(state: str, rules: tuple[str, ...]) -> None:
    assert told(replaying(state, rules=rules)) == [[REACHED], [REACHED]]


@pytest.mark.parametrize(
    "aws",
    [
        replaying("COMPLETED"),
        replaying("CANCELLED"),
        replaying(bus=f"{BUS}-of-others"),
        replaying(rules=(OTHER,)),
        FakeAws({**DURATION, "events:list_replays": {"Replays": []}}),
    ],
    ids=["finished", "cancelled", "another bus", "another rule", "none"],
)
def test_another_replay_and_an_archive_that_is_replayed_later_are_none(aws: Any) -> None:
    assert told(aws) == [[], []]


def test_replays_are_listed_once_for_all_rules_of_a_plan() -> None:
    aws = replaying(rules=(OTHER,))
    other = replace(RULE, id="other", name="refunded", settings=replace(RULE.settings, source=OTHER))
    inventory = Inventory(known.ORDERS, (RULE, other, replace(other, id="paused", enabled=False)))
    context: Any = SimpleNamespace(aws_read_only=aws, migration=Migration(function="orders"))

    found = [str(each) for each in readiness.of_triggers(context, inventory)]

    assert found == [REACHED.replace("`paid`", "`refunded`")]
    assert aws.calls == ["events:list_replays", "events:describe_replay"]


@pytest.mark.parametrize("call", ["events:list_replays", "events:describe_replay"])
@pytest.mark.parametrize("error", [NotAllowed("not allowed"), NotFound("gone")])
def test_what_cannot_be_read_is_not_taken_for_none(call: str, error: Exception) -> None:
    aws = replaying()
    aws.answers[call] = error

    unread = f"eventbridge-replay: rule `paid`: whether a replay reaches it could not be read: {error}"
    assert told(aws) == [[unread], [unread]]
