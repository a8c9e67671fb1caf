"""Which metrics of each kind of trigger tell of its traffic at the service."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from lambda_migrate.engine.source_metrics import SourceMetrics
from lambda_migrate.triggers import TRIGGERS, eventbridge, http_api, sns
from lambda_migrate.triggers.base import Destination
from tests.triggers import known

if TYPE_CHECKING:
    from lambda_migrate.triggers.base import Trigger

SERVICE = Destination("https://orders.example.com", "ssm:/key", resources={"sns": {"longest": "0.8"}})


@pytest.mark.parametrize(
    ("trigger", "namespace", "dimensions"),
    [
        (known.http_api(), "AWS/ApiGateway", {"ApiId": "a1b2c3"}),
        (known.sns(), "AWS/SNS", {"TopicName": "news"}),
        (known.eventbridge(), "AWS/Events", {"EventBusName": "shop", "RuleName": "paid"}),
        (known.with_settings(known.eventbridge(), bus="default"), "AWS/Events", {"RuleName": "paid"}),
        (known.sqs(), "AWS/SQS", {"QueueName": "jobs"}),
    ],
)
def test_the_dimensions_are_those_that_the_source_publishes(
    trigger: Trigger[Any], namespace: str, dimensions: dict[str, str]
) -> None:
    found = TRIGGERS[trigger.kind].source_metrics(trigger)

    assert found is not None
    assert (found.namespace, found.dimensions) == (namespace, dimensions)
    assert SourceMetrics(**found.to_dict()) == found


def test_of_a_topic_with_other_subscriptions_only_what_must_have_been_the_services_counts() -> None:
    shared = known.with_settings(
        known.sns("live"),
        other_subscriptions=2,
        endpoints=("arn:live", "arn", "https://a.example.com/lambda-proxy-non-api-events"),
    )

    found = sns.source_metrics(shared)

    assert found.reached == {
        "NumberOfNotificationsDelivered": 1,
        "NumberOfMessagesPublished": -4,
        "NumberOfNotificationsFilteredOut": 1,
    }
    assert (found.failed, found.suspect) == ({}, {"NumberOfNotificationsFailed": 1})
    assert found.arrived == "delivered to the service, at least"
    assert sns.to_service(shared, known.function(), SERVICE).blockers[1:] == ()


def test_a_topic_whose_metrics_tell_nothing_of_the_service_is_named_before_it_moves() -> None:
    shared = known.with_settings(
        known.sns("live", FilterPolicy='{"kind": ["paid"]}', RedrivePolicy="{}"), other_subscriptions=2
    )

    (blocker,) = sns.to_service(shared, known.function(), SERVICE).blockers

    assert (blocker.gate, blocker.subject, blocker.acceptable) == ("sns-shared-topic", "news", True)
    assert blocker.text == (
        "topic `news` has 2 other subscriptions and this one filters, so its metrics count all of them"
        " and a verdict could be wrong; accept this if you watch the service's own messages yourself"
    )
    assert sns.source_metrics(shared).reached == {"NumberOfNotificationsDelivered": 1}


def test_of_a_rule_with_other_targets_only_what_must_have_been_the_services_counts() -> None:
    found = eventbridge.source_metrics(known.with_settings(known.eventbridge(), other_targets=1))

    assert found.reached == {"SuccessfulInvocationAttempts": 1, "TriggeredRules": -1}
    assert (found.failed, found.suspect) == ({}, {"InvocationAttempts": 1, "SuccessfulInvocationAttempts": -1})


def test_an_api_with_routes_of_others_is_named_before_it_moves() -> None:
    shared = known.http_api("live", other_routes=("GET /a", "GET /b", "GET /c", "GET /d"))

    blocker, unread = http_api.to_service(shared, known.function(), SERVICE).blockers

    assert str(blocker) == (
        "http-api-shared: HTTP API `orders-api` has routes of others (`GET /a`, `GET /b`, `GET /c` …), which its"
        " metrics count too, so a verdict could be wrong; accept this if you watch the function's own requests yourself"
    )
    assert str(unread).startswith("http-api-bypassed:mutual-tls: ")
