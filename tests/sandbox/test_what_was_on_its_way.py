"""What is still on its way when its target is deleted: AWS drops it, and so does the sandbox."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest

from tests.support.waiting import eventually

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.sandbox.receiving import Service

pytestmark = pytest.mark.sandbox

FAILING = """
import boto3, json, os
def handler(event, context):
    boto3.client("sqs").send_message(QueueUrl=os.environ["SEEN"], MessageBody=event["id"])
    raise ValueError("again, please")
"""


def to_a_destination(client: Callable[[str], Any], service: Service, name: str) -> None:
    """Send what a rule matches to an API destination."""
    events = client("events")
    key = {"ApiKeyAuthParameters": {"ApiKeyName": "x-key", "ApiKeyValue": "open sesame"}}
    connection = events.create_connection(Name=name, AuthorizationType="API_KEY", AuthParameters=key)
    made = events.create_api_destination(
        Name=name,
        ConnectionArn=connection["ConnectionArn"],
        InvocationEndpoint=f"{service.url}/events",
        HttpMethod="POST",
    )
    events.put_rule(Name=name, EventPattern=json.dumps({"source": [name]}))
    role = "arn:aws:iam::000000000000:role/events"
    events.put_targets(Rule=name, Targets=[{"Id": "one", "Arn": made["ApiDestinationArn"], "RoleArn": role}])


def failed(client: Callable[[str], Any], rule: str) -> float:
    now = datetime.now(UTC)
    points = client("cloudwatch").get_metric_statistics(
        Namespace="AWS/Events",
        MetricName="FailedInvocations",
        Dimensions=[{"Name": "RuleName", "Value": rule}],
        StartTime=now - timedelta(minutes=10),
        EndTime=now + timedelta(minutes=1),
        Period=60,
        Statistics=["Sum"],
    )["Datapoints"]
    return float(sum(each["Sum"] for each in points))


def test_an_event_that_the_service_refused_is_delivered_for_as_long_as_its_destination_is_left(
    client: Callable[[str], Any], service: Service, unique: str
) -> None:
    to_a_destination(client, service, unique)
    service.statuses = [503, 503]
    client("events").put_events(Entries=[{"Source": unique, "DetailType": "kind", "Detail": "{}"}])
    eventually(lambda: service.requests)

    client("events").remove_targets(Rule=unique, Ids=["one"])  # as the way back does; the destination stays

    eventually(lambda: len(service.requests) == 3)
    assert failed(client, unique) == 0


def test_an_event_that_the_service_refused_is_lost_with_its_destination(
    client: Callable[[str], Any], service: Service, unique: str
) -> None:
    to_a_destination(client, service, unique)
    service.statuses = [503] * 50
    client("events").put_events(Entries=[{"Source": unique, "DetailType": "kind", "Detail": "{}"}])
    eventually(lambda: service.requests)

    client("events").delete_api_destination(Name=unique)

    eventually(lambda: failed(client, unique) == 1)
    assert {each["target"] for each in service.requests} == {"/events"}
    assert len(service.statuses) > 0  # nobody asked the service that often


def test_an_event_that_waits_for_a_retry_is_lost_with_its_alias(
    client: Callable[[str], Any], make_function: Callable[..., str], unique: str
) -> None:
    queue = client("sqs").create_queue(QueueName=unique)["QueueUrl"]
    make_function(FAILING, Environment={"Variables": {"SEEN": queue}})
    lambdas = client("lambda")
    lambdas.publish_version(FunctionName=unique)
    lambdas.create_alias(FunctionName=unique, Name="live", FunctionVersion="1")
    seen: list[str] = []

    def runs() -> list[str]:
        for message in client("sqs").receive_message(QueueUrl=queue, MaxNumberOfMessages=10).get("Messages", []):
            client("sqs").delete_message(QueueUrl=queue, ReceiptHandle=message["ReceiptHandle"])
            seen.append(message["Body"])
        return sorted(seen)

    def send(name: str, **qualifier: str) -> None:
        event = json.dumps({"id": name}).encode()
        lambdas.invoke(FunctionName=unique, InvocationType="Event", Payload=event, **qualifier)

    send("by the alias", Qualifier="live")
    eventually(lambda: runs() == ["by the alias"])
    lambdas.delete_alias(FunctionName=unique, Name="live")
    send("unqualified")

    eventually(lambda: runs().count("unqualified") == 2)  # the retry of the other was due before this one
    assert seen.count("by the alias") == 1
