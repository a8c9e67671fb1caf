"""Questions about deliveries: when a subscription begins and ends, and when a rule may use a role."""

from __future__ import annotations

import json
import time
from typing import TYPE_CHECKING, Any

from scripts.real_aws.world import World, duration_until, first_true, refusal

if TYPE_CHECKING:
    from collections.abc import Iterator

SPREADING = 60.0
"""Seconds that a new subscription is watched; what `cutover` gives it before it parks the old one."""


def new_subscription(world: World) -> Iterator[str]:
    """Is a message lost that is published right after Subscribe? Does an endpoint that was just removed come back?"""
    sns, url = world.client("sns"), _queue(world)
    topic = _topic(world)
    wanted = {"TopicArn": topic, "Protocol": "sqs", "Endpoint": _arn(world), "ReturnSubscriptionArn": True}
    first = sns.subscribe(**wanted, Attributes={"RawMessageDelivery": "true"})["SubscriptionArn"]
    began = time.monotonic()
    sent: list[float] = []
    while not sent or time.monotonic() < began + SPREADING * world.patience:
        sent.append(time.monotonic() - began)
        sns.publish(TopicArn=topic, Message=str(len(sent) - 1))
        time.sleep(world.patience)
    lost = sorted(set(range(len(sent))) - _received(world, url, len(sent)))
    last = f", the last of them published {sent[lost[-1]]:.1f} s after Subscribe" if lost else ""
    yield f"of {len(sent)} messages {len(lost)} did not arrive{last}"
    sns.unsubscribe(SubscriptionArn=first)
    again = sns.subscribe(**wanted)["SubscriptionArn"]
    yield f"subscribed right after Unsubscribe, the same ARN: {again == first}"
    time.sleep(SPREADING * world.patience)
    listed = sns.list_subscriptions_by_topic(TopicArn=topic)["Subscriptions"]
    yield f"a minute later it is there: {again in [each['SubscriptionArn'] for each in listed]}"


def role_of_a_rule(world: World) -> Iterator[str]:
    """After how many seconds does EventBridge take a target with a role that was just made?"""
    events, name = world.client("events"), f"{world.name}-rule"
    key = {"ApiKeyAuthParameters": {"ApiKeyName": "x-key", "ApiKeyValue": "made-up"}}
    connection = events.create_connection(Name=name, AuthorizationType="API_KEY", AuthParameters=key)
    world.later(events.delete_connection, Name=name)
    to = {"InvocationEndpoint": "https://example.com/nobody", "HttpMethod": "POST"}
    made = events.create_api_destination(Name=name, ConnectionArn=connection["ConnectionArn"], **to)
    world.later(events.delete_api_destination, Name=name)
    events.put_rule(Name=name, EventPattern=json.dumps({"source": [world.name]}), State="DISABLED")
    world.later(events.delete_rule, Name=name)
    arn = made["ApiDestinationArn"]
    allowed = {"Effect": "Allow", "Action": "events:InvokeApiDestination", "Resource": arn}
    document = {"Version": "2012-10-17", "Statement": [allowed]}
    role = world.role_for("events.amazonaws.com", document, of_this_account=True)
    world.later(events.remove_targets, Rule=name, Ids=["check"])
    target = {"Id": "check", "Arn": arn, "RoleArn": role}
    said: list[str] = []

    def taken() -> bool:
        refused: list[Any] = []

        def put() -> None:
            refused.extend(events.put_targets(Rule=name, Targets=[target])["FailedEntries"])

        said.append(refusal(put))
        return said[-1] == "accepted" and not refused

    spread = duration_until(taken, seconds=120, pause=2)
    yield f"a rule took an API destination with a new role after {spread} s; at first it said: {said[0]}"


def _topic(world: World) -> str:
    sns = world.client("sns")
    topic = str(sns.create_topic(Name=f"{world.name}-news")["TopicArn"])
    world.later(sns.delete_topic, TopicArn=topic)
    return topic


def _arn(world: World) -> str:
    return f"arn:{world.partition}:sqs:{world.region}:{world.account}:{world.name}-news"


def _queue(world: World) -> str:
    sqs = world.client("sqs")
    allowed = {"Effect": "Allow", "Principal": {"Service": "sns.amazonaws.com"}, "Action": "sqs:SendMessage"}
    policy = {"Version": "2012-10-17", "Statement": [{**allowed, "Resource": _arn(world)}]}
    url = str(sqs.create_queue(QueueName=f"{world.name}-news", Attributes={"Policy": json.dumps(policy)})["QueueUrl"])
    world.later(sqs.delete_queue, QueueUrl=url)
    return url


def _received(world: World, url: str, count: int) -> set[int]:
    """Return the numbers of the messages that arrived, once all have, or none comes any more."""
    sqs = world.client("sqs")
    arrived: set[int] = set()

    def all_of_them() -> bool:
        found = sqs.receive_message(QueueUrl=url, MaxNumberOfMessages=10, WaitTimeSeconds=1).get("Messages", [])
        arrived.update(int(each["Body"]) for each in found)
        return len(arrived) == count

    first_true(all_of_them, seconds=SPREADING * max(world.patience, 0.1), pause=0)
    return arrived
