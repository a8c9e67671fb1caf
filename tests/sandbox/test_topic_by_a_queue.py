"""A topic whose messages go to the service by a queue: planned, consumed, and back, on the embedded AWS."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from lambda_migrate.actions import Observed
from lambda_migrate.config import Service
from lambda_migrate.engine.apply import bring
from lambda_migrate.inventory import take
from lambda_migrate.triggers import sns
from lambda_migrate.triggers.base import Destination
from tests.sandbox.receiving import REMEMBERS, consuming
from tests.support.waiting import eventually

if TYPE_CHECKING:
    from collections.abc import Callable

    from lambda_migrate.aws.session import Aws
    from lambda_migrate.triggers.base import Repoint

pytestmark = pytest.mark.sandbox

LEFT_OUT = ("eventsubscriptionarn", "unsubscribeurl")
"""What names the subscription, which is another one."""


@pytest.fixture
def queue(client: Callable[[str], Any], unique: str) -> str:
    """The queue of the service, which its topic may send to; its URL."""
    statement = {
        "Effect": "Allow",
        "Principal": {"Service": "sns.amazonaws.com"},
        "Action": "sqs:SendMessage",
        "Resource": "*",
        "Condition": {"ArnEquals": {"aws:SourceArn": f"arn:aws:sns:us-east-1:000000000000:{unique}"}},
    }
    made = client("sqs").create_queue(
        QueueName=f"{unique}-service", Attributes={"Policy": json.dumps({"Statement": [statement]})}
    )
    return str(made["QueueUrl"])


def consumed(queue: str, count: int) -> list[Any]:
    """Consume the queue as the service does until its handler has got so many events."""
    with consuming(queue) as events:
        eventually(lambda: len(events) >= count)
    return events


def known(event: Any) -> Any:
    """Return what both ways tell; MiniStack writes ``SigningCertURL`` where Lambda gets ``SigningCertUrl``."""
    (record,) = event["Records"]
    told = {name.lower(): value for name, value in (*record.items(), *record["Sns"].items()) if name != "Sns"}
    return {name: value for name, value in told.items() if name not in LEFT_OUT}


def test_a_message_reaches_the_handler_as_lambda_would_have_got_it_and_the_way_back_loses_none(
    aws: Aws, client: Callable[[str], Any], make_function: Callable[..., str], unique: str, queue: str
) -> None:
    seen_url = client("sqs").create_queue(QueueName=f"{unique}-seen")["QueueUrl"]
    arn = make_function(REMEMBERS, Environment={"Variables": {"SEEN": seen_url}})
    topic = client("sns").create_topic(Name=unique)["TopicArn"]
    client("sns").subscribe(TopicArn=topic, Protocol="lambda", Endpoint=arn)
    client("lambda").add_permission(
        FunctionName=unique,
        StatementId="sns",
        Action="lambda:InvokeFunction",
        Principal="sns.amazonaws.com",
        SourceArn=topic,
    )
    queue_arn = f"arn:aws:sqs:us-east-1:000000000000:{unique}-service"
    queues = {unique: queue_arn}

    def planned() -> Repoint:
        found = take(aws, unique, alias="live")
        (trigger,) = (each for each in found.triggers if each.kind == "sns")
        resources = {"sns": sns.look_up(aws, found.function, Service(sns_queues=queues))}
        goal = Destination(
            "http://127.0.0.1:9", resources=resources, notified=frozenset(queues.values()), queues={"sns": queues}
        )
        repoint = sns.to_service(trigger, found.function, goal)
        assert repoint is not None
        return repoint

    def publish(text: str) -> None:
        attributes = {"shop": {"DataType": "String", "StringValue": "paris"}}
        client("sns").publish(TopicArn=topic, Message=text, Subject="news", MessageAttributes=attributes)

    def at_the_function() -> list[Any]:
        found = client("sqs").receive_message(QueueUrl=seen_url, MaxNumberOfMessages=10).get("Messages", [])
        return [json.loads(each["Body"])["event"] for each in found]

    repoint = planned()
    assert repoint.blockers == ()
    subscribe, park = (step.action for step in repoint.steps)
    bring(subscribe, aws, Observed.AFTER)
    publish("both")
    (from_sns,) = eventually(at_the_function)
    (from_queue,) = consumed(queue, 1)
    assert known(from_queue) == known(from_sns)

    bring(park, aws, Observed.AFTER)
    publish("the service alone")
    bring(park, aws, Observed.BEFORE)
    bring(subscribe, aws, Observed.BEFORE)
    publish("the function again")

    assert [each["Records"][0]["Sns"]["Message"] for each in eventually(at_the_function)] == ["the function again"]
    assert [each["Records"][0]["Sns"]["Message"] for each in consumed(queue, 1)] == ["the service alone"]
    again = planned()
    assert (again.blockers, len(again.steps)) == ((), 2)
