"""What an EventBridge rule plans for one function; pure."""

from __future__ import annotations

from typing import Any

import pytest

from lambda_migrate.triggers import eventbridge
from lambda_migrate.triggers.base import Destination
from tests.triggers import known
from tests.triggers.repointing import EVENTS, QUICK, SERVICE, actions, gates


def test_eventbridge_only_the_arn_of_the_target_changes() -> None:
    target: dict[str, Any] = {"InputPath": "$.detail", "RetryPolicy": {"MaximumRetryAttempts": 3}}

    (action,) = actions(eventbridge.to_alias(known.eventbridge("", **target), known.ORDERS, "live"))

    assert action == {
        "kind": "point_rule",
        "bus": "shop",
        "rule": "paid",
        "target_id": "t1",
        "before": {"Id": "t1", "Arn": known.ARN, **target},
        "after": {"Id": "t1", "Arn": f"{known.ARN}:live", **target},
    }


def test_eventbridge_a_managed_rule_is_a_gate() -> None:
    trigger = known.eventbridge(managed_by="scheduler.amazonaws.com")

    assert gates(eventbridge.to_alias(trigger, known.ORDERS, "live")) == ["eventbridge-managed-rule"]


def test_eventbridge_what_the_api_destination_needs_is_made_first_and_may_do_nothing_else() -> None:
    repoint = eventbridge.to_service(
        known.eventbridge("live", DeadLetterConfig={"Arn": "arn:dead"}), known.ORDERS, SERVICE
    )

    assert actions(repoint) == [
        {
            "kind": "create_role",
            "name": "lambda-migrate-orders-events",
            "trust": {
                "Version": "2012-10-17",
                "Statement": [
                    {
                        "Effect": "Allow",
                        "Principal": {"Service": "events.amazonaws.com"},
                        "Action": "sts:AssumeRole",
                        "Condition": {"StringEquals": {"aws:SourceAccount": "123456789012"}},
                    }
                ],
            },
            "boundary": "",
        },
        {
            "kind": "put_role_policy",
            "role": "lambda-migrate-orders-events",
            "name": "invoke-api-destination",
            "policy": {
                "Version": "2012-10-17",
                "Statement": [
                    {
                        "Effect": "Allow",
                        "Action": "events:InvokeApiDestination",
                        "Resource": f"arn:aws:events:{known.REGION}:api-destination/lambda-migrate-orders/*",
                    }
                ],
            },
            "before": None,
        },
        {
            "kind": "create_connection",
            "name": "lambda-migrate-orders",
            "header": "x-lambda-migrate-api-key",
            "secret": "secretsmanager:orders/api",
        },
        {
            "kind": "create_api_destination",
            "name": "lambda-migrate-orders",
            "connection": "lambda-migrate-orders",
            "url": EVENTS,
            "rate": 300,
        },
        {
            "kind": "point_rule",
            "bus": "shop",
            "rule": "paid",
            "target_id": "t1",
            "before": {"Id": "t1", "Arn": f"{known.ARN}:live", "DeadLetterConfig": {"Arn": "arn:dead"}},
            "after": {
                "Id": "t1",
                "Arn": "api-destination:lambda-migrate-orders",
                "RoleArn": "role:lambda-migrate-orders-events",
                "DeadLetterConfig": {"Arn": "arn:dead"},
                "InputTransformer": {"InputTemplate": '{"event": <aws.events.event.json>}'},
            },
        },
    ]
    assert (repoint.blockers, repoint.warnings) == ((), ())


def test_eventbridge_an_api_destination_that_was_made_before_is_used_again() -> None:
    repoint = eventbridge.to_service(known.eventbridge("live", endpoint=EVENTS), known.ORDERS, SERVICE)

    assert [action["kind"] for action in actions(repoint)] == ["point_rule"]


def test_eventbridge_without_a_key_or_a_dead_letter_queue_says_so() -> None:
    repoint = eventbridge.to_service(
        known.eventbridge("live"), known.ORDERS, Destination("https://orders.example.com", resources=QUICK)
    )

    assert [(blocker.gate, blocker.acceptable) for blocker in repoint.blockers] == [("service-without-api-key", False)]
    assert repoint.warnings == (
        "rule `paid` has no dead-letter queue: what the service refuses for 24 hours is dropped",
    )


@pytest.mark.parametrize(
    ("target", "expected"),
    [
        ({}, {"InputTransformer": {"InputTemplate": '{"event": <aws.events.event.json>}'}}),
        ({"Input": '{"warm": true}'}, {"Input": '{"event": {"warm": true}}'}),
        (
            {"InputPath": "$.detail"},
            {"InputTransformer": {"InputPathsMap": {"part": "$.detail"}, "InputTemplate": '{"event": <part>}'}},
        ),
        (
            {"InputTransformer": {"InputPathsMap": {"id": "$.id"}, "InputTemplate": '{"id": <id>}'}},
            {"InputTransformer": {"InputPathsMap": {"id": "$.id"}, "InputTemplate": '{"event": {"id": <id>}}'}},
        ),
    ],
    ids=["whole", "constant", "part", "template"],
)
def test_eventbridge_the_service_gets_the_same_event_in_an_envelope(
    target: dict[str, Any], expected: dict[str, Any]
) -> None:
    assert eventbridge.enveloped(target) == expected
