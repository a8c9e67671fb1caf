"""What an SNS subscription plans for one function; pure."""

from __future__ import annotations

import json

from lambda_migrate.actions import action_to_dict
from lambda_migrate.triggers import sns
from tests.triggers import known
from tests.triggers.repointing import EVENTS, REDRIVE, SERVICE, TOPIC, actions, gates


def test_sns_the_alias_is_subscribed_before_the_old_subscription_is_parked() -> None:
    trigger = known.sns(RedrivePolicy=REDRIVE, FilterPolicy='{"a": ["b"]}', FilterPolicyScope="MessageBody")

    repoint = sns.to_alias(trigger, known.ORDERS, "live")

    assert actions(repoint) == [
        {
            "kind": "subscribe",
            "topic": TOPIC,
            "protocol": "lambda",
            "endpoint": f"{known.ARN}:live",
            "attributes": {
                "RedrivePolicy": REDRIVE,
                "FilterPolicy": '{"a": ["b"]}',
                "FilterPolicyScope": "MessageBody",
            },
        },
        {
            "kind": "park_subscription",
            "subscription": f"{TOPIC}:sub-latest",
            "name": "news",
            "before": {"FilterPolicy": '{"a": ["b"]}', "FilterPolicyScope": "MessageBody"},
        },
    ]
    assert [step.propagation for step in repoint.steps] == [900.0, 900.0]


def test_sns_a_new_subscription_without_a_filter_delivers_at_once() -> None:
    assert [step.propagation for step in sns.to_alias(known.sns(), known.ORDERS, "live").steps] == [60.0, 900.0]


def test_sns_where_the_alias_is_subscribed_already_only_the_old_one_is_parked() -> None:
    trigger = known.with_settings(known.sns(), endpoints=(known.ARN, f"{known.ARN}:live"))

    assert [action["kind"] for action in actions(sns.to_alias(trigger, known.ORDERS, "live"))] == ["park_subscription"]


def test_sns_an_end_that_is_subscribed_with_another_filter_is_a_gate() -> None:
    ends = (f"{known.ARN}:live", EVENTS)
    trigger = known.with_settings(known.sns(), endpoints=(known.ARN, *ends), other_filter=ends)

    assert gates(sns.to_alias(trigger, known.ORDERS, "live")) == ["sns-other-filter"]
    assert "sns-other-filter" in gates(sns.to_service(trigger, known.ORDERS, SERVICE))


def test_sns_the_service_is_subscribed_with_the_attributes_of_the_old_one() -> None:
    repoint = sns.to_service(known.sns("live", RedrivePolicy=REDRIVE), known.ORDERS, SERVICE)

    assert actions(repoint)[0] == {
        "kind": "subscribe",
        "topic": TOPIC,
        "protocol": "https",
        "endpoint": EVENTS,
        "attributes": {
            "DeliveryPolicy": json.dumps(sns.RETRIES),
            "RedrivePolicy": REDRIVE,
            "RawMessageDelivery": "false",
        },
    }
    assert repoint.blockers == ()
    assert repoint.warnings == (f"the service must name `{TOPIC}` in LAMBDA_MIGRATE_SNS_TOPICS to take its messages",)


def test_sns_is_told_to_try_a_url_for_as_long_as_aws_lets_it_and_no_longer() -> None:
    policy = sns.RETRIES["healthyRetryPolicy"]
    numbers = {name: value for name, value in policy.items() if isinstance(value, int)}
    at_once, least, longest = (numbers[f"num{kind}DelayRetries"] for kind in ("No", "Min", "Max"))
    backing_off = numbers["numRetries"] - at_once - least - longest
    shortest_delay, longest_delay = numbers["minDelayTarget"], numbers["maxDelayTarget"]
    fixed = least * shortest_delay + longest * longest_delay

    assert (numbers["numRetries"] <= 100, 1 <= shortest_delay <= longest_delay <= 3600, backing_off > 0) == (True,) * 3
    assert policy["backoffFunction"] in ("arithmetic", "exponential", "geometric", "linear")
    assert 3000 <= fixed + backing_off * shortest_delay <= fixed + backing_off * longest_delay <= 3600


def test_sns_a_delivery_policy_of_the_team_is_kept() -> None:
    theirs = json.dumps({"healthyRetryPolicy": {"numRetries": 9}})

    made = actions(sns.to_service(known.sns("live", DeliveryPolicy=theirs), known.ORDERS, SERVICE))[0]

    assert made["attributes"]["DeliveryPolicy"] == theirs


def test_sns_without_a_dead_letter_queue_is_a_gate() -> None:
    assert gates(sns.to_service(known.sns("live"), known.ORDERS, SERVICE)) == ["sns-without-dead-letter-queue"]


def test_sns_only_a_parked_subscription_is_removed() -> None:
    assert sns.clean_up(known.sns()) == ()
    (step,) = sns.clean_up(known.sns(enabled=False))
    assert action_to_dict(step.action) == {
        "kind": "remove_subscription",
        "subscription": f"{TOPIC}:sub-latest",
        "name": "news",
    }
