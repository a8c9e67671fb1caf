"""Sources that wait for less time than the function takes."""

from __future__ import annotations

import pytest

from lambda_migrate.triggers import eventbridge, sns
from lambda_migrate.triggers.base import Destination
from tests.triggers import known
from tests.triggers.repointing import REDRIVE

SLOW = [
    ({}, 30, "the function may take 30 s (its time-out; it was not invoked within 14 days)"),
    ({"longest": "15.0"}, 30, "the function has taken 15.0 s within 14 days"),
    ({"unread": "not allowed"}, 30, "how long the function takes is unknown (not allowed)"),
    (None, 30, "how long the function takes is unknown (it has not been checked)"),
    ({"longest": "4.9"}, 30, ""),
    ({"unread": "not allowed"}, 4, ""),
]


@pytest.mark.parametrize(("found", "timeout", "why"), SLOW)
def test_a_source_that_waits_for_less_than_the_function_takes_is_a_gate(
    found: dict[str, str] | None, timeout: int, why: str
) -> None:
    resources = {} if found is None else {"sns": found, "eventbridge": found}
    goal = Destination("https://orders.example.com", "secretsmanager:orders/api", resources=resources)
    function = known.function(timeout=timeout)
    topic = sns.to_service(known.sns("live", RedrivePolicy=REDRIVE), function, goal)
    rule = eventbridge.to_service(known.eventbridge("live"), function, goal)

    told = [str(blocker) for blocker in (*topic.blockers, *rule.blockers)]
    waits = (
        "sns-too-slow: topic `news`: SNS waits 15 s for the service's answer, then sends the message again",
        "eventbridge-too-slow: rule `paid`: EventBridge waits 5 s for the service's answer, then sends the event again",
    )
    assert told == ([f"{text}; {why}" for text in waits] if why else [])
