"""Topics that let no subscription say how a URL is tried again: the hour that the plan promises is not in force."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest

from lambda_migrate.errors import NotAllowed
from lambda_migrate.triggers import sns, sns_retries
from tests.inventory.fake_aws import FakeAws
from tests.triggers import known
from tests.triggers.repointing import QUICK, REDRIVE, SERVICE, TOPIC

SAYS = "topic `news` may try the service less than an hour: "


def looked_up(policy: str | None) -> dict[str, str]:
    attributes = {"TopicArn": TOPIC} if policy is None else {"TopicArn": TOPIC, "DeliveryPolicy": policy}
    aws: Any = FakeAws({"sns:get_topic_attributes": lambda **_asked: {"Attributes": attributes}})
    return sns_retries.look_up(aws, [TOPIC])


@pytest.mark.parametrize(
    "policy",
    [
        None,
        "",
        json.dumps({"http": {"defaultHealthyRetryPolicy": {"numRetries": 3}}}),
        json.dumps({"http": {"disableSubscriptionOverrides": False}}),
        "[]",
    ],
)
def test_a_topic_that_lets_its_subscriptions_say_so_is_no_gate(policy: str | None) -> None:
    assert looked_up(policy) == {f"retries {TOPIC}": ""}


@pytest.mark.parametrize("disabled", [True, "true"])
def test_a_topic_that_lets_nobody_say_so_is_a_gate_of_the_service_s_url_alone(disabled: object) -> None:
    found = looked_up(json.dumps({"http": {"disableSubscriptionOverrides": disabled}}))
    service = replace(SERVICE, resources={"sns": {**QUICK["sns"], **found}})
    subscription = known.sns("live", RedrivePolicy=REDRIVE)
    queue = "arn:aws:sqs:eu-west-1:123456789012:news"

    direct = sns.to_service(subscription, known.ORDERS, service)
    by_a_queue = sns.to_service(subscription, known.ORDERS, replace(service, queues={"sns": {"news": queue}}))

    text = f"sns-retries-overridden: {SAYS}{sns_retries.OVERRIDDEN}"
    assert [str(each) for each in direct.blockers] == [text]
    assert "sns-retries-overridden" not in [each.gate for each in by_a_queue.blockers]


def test_what_cannot_be_read_is_not_taken_for_the_hour() -> None:
    def refused(**_asked: Any) -> Any:
        raise NotAllowed("not allowed", hint="")

    aws: Any = FakeAws({"sns:get_topic_attributes": refused})

    assert sns_retries.look_up(aws, [TOPIC]) == {
        f"retries {TOPIC}": "its delivery policy could not be read: not allowed"
    }
    aws = FakeAws({"sns:get_topic_attributes": lambda **_asked: {"Attributes": {"DeliveryPolicy": "{"}}})
    assert "could not be read" in sns_retries.look_up(aws, [TOPIC])[f"retries {TOPIC}"]
