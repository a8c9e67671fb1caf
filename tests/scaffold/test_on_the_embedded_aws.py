"""A lifted service beside a real SQS, SNS, EventBridge and Secrets Manager: events come without any Lambda."""

from __future__ import annotations

import json
import os
from typing import TYPE_CHECKING, Any

import pytest

from lambda_migrate.scaffold import FunctionFacts
from tests.scaffold.lifted import Lifted, Running, lift, started
from tests.scaffold.samples import Sample
from tests.service_library.signer import signed
from tests.support.waiting import eventually

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

pytestmark = pytest.mark.sandbox

MAIN = """\
import json, os
from fastapi import FastAPI
from mangum import Mangum
app = FastAPI()
http = Mangum(app)

def handler(event, context):
    with open(os.environ["JOURNAL"], "a") as journal:
        journal.write(json.dumps({"event": event, "password": os.environ["DB_PASSWORD"]}) + "\\n")
    records = event.get("Records", [])
    failed = [each["messageId"] for each in records if each.get("body") == "poison"]
    return {"batchItemFailures": [{"itemIdentifier": each} for each in failed]}
"""


class World:
    """A service that consumes a queue and is subscribed to a topic."""

    def __init__(self, service: Running, journal: Path, queue: str, topic: str) -> None:
        self.service = service
        self.journal = journal
        self.queue = queue
        self.topic = topic

    def entries(self) -> list[dict[str, Any]]:
        lines = self.journal.read_text().splitlines(keepends=True) if self.journal.exists() else []
        return [json.loads(line) for line in lines if line.endswith("\n")]  # the last may only be half written

    def records(self, source: str) -> list[dict[str, Any]]:
        every = [record for entry in self.entries() for record in entry["event"].get("Records", [])]
        return [each for each in every if source in (each.get("eventSource"), each.get("EventSource"))]


@pytest.fixture
def world(embedded_aws: Any, client: Callable[[str], Any], aws: Any, unique: str, tmp_path: Path) -> Iterator[World]:
    sqs, sns = client("sqs"), client("sns")
    queue = sqs.create_queue(QueueName=f"{unique}-queue", Attributes={"VisibilityTimeout": "2"})["QueueUrl"]
    topic = sns.create_topic(Name=f"{unique}-topic")["TopicArn"]
    client("secretsmanager").create_secret(Name=f"{unique}/DB_PASSWORD", SecretString="hunter2")
    sample = Sample(
        FunctionFacts(
            unique,
            region=embedded_aws.region,
            account="000000000000",
            runtime="python3.12",
            handler="main.handler",
            environment={"DB_PASSWORD": "hunter2", "JOURNAL": str(tmp_path / "journal")},
            parts=frozenset(("api-destination", "sns", "sqs")),
        ),
        {"main.py": MAIN},
        path="/",
        answer=None,
    )
    lift(sample, tmp_path / "repository")
    reached = {name: value for name, value in os.environ.items() if name.startswith("AWS_")}
    more = {
        **reached,
        "AWS_ENDPOINT_URL": embedded_aws.endpoint_url,
        "TMPDIR": str(tmp_path),
        "LAMBDA_MIGRATE_CONSUME_QUEUES": queue,
        "LAMBDA_MIGRATE_CONSUME_WAIT": "1",
        "LAMBDA_MIGRATE_SNS_TOPICS": topic,
        "LAMBDA_MIGRATE_SNS_SIGNATURES": "sandbox-unsigned",
        "LAMBDA_MIGRATE_SNS_ENDPOINT": embedded_aws.endpoint_url,
        "LAMBDA_MIGRATE_API_KEY": "the-api-key",
    }
    with started(Lifted(unique, sample, tmp_path / "repository"), tmp_path, **more) as service:
        yield World(service, tmp_path / "journal", queue, topic)


def test_messages_of_a_queue_are_handled_and_deleted(world: World, client: Callable[[str], Any]) -> None:
    sqs = client("sqs")
    attributes = {"shop": {"DataType": "String", "StringValue": "paris"}}
    for number in range(12):
        sqs.send_message(QueueUrl=world.queue, MessageBody=f"order {number}", MessageAttributes=attributes)
    sqs.send_message(QueueUrl=world.queue, MessageBody="poison")

    def handled() -> bool:
        bodies = [record["body"] for record in world.records("aws:sqs")]
        return len(set(bodies)) == 13 and bodies.count("poison") > 1

    eventually(handled, seconds=20)
    records = world.records("aws:sqs")
    orders = [record["body"] for record in records if record["body"] != "poison"]
    assert sorted(orders) == sorted(f"order {number}" for number in range(12))
    assert records[0]["messageAttributes"]["shop"]["stringValue"] == "paris"
    assert records[0]["eventSourceARN"].endswith(world.queue.rpartition("/")[2])
    assert {entry["password"] for entry in world.entries()} == {"hunter2"}
    path = "/lambda-proxy-probe"
    status, told = world.service.ask("GET", path, headers=signed("GET", path, key="k1:a-secret"))
    assert status == 200
    (consumer,) = told["consumers"]
    assert (consumer["handled"], consumer["polling"], consumer["error"]) == (12, True, None)
    assert consumer["received"] >= 14


def test_a_topic_is_confirmed_and_delivers(world: World, client: Callable[[str], Any]) -> None:
    sns = client("sns")
    url = f"http://127.0.0.1:{world.service.port}/lambda-proxy-non-api-events"
    arn = sns.subscribe(TopicArn=world.topic, Protocol="http", Endpoint=url, ReturnSubscriptionArn=True)
    subscription = arn["SubscriptionArn"]

    def confirmed() -> bool:
        known = sns.list_subscriptions_by_topic(TopicArn=world.topic)["Subscriptions"]
        return any(each["SubscriptionArn"].startswith(world.topic + ":") for each in known)

    eventually(confirmed, seconds=20)
    sns.publish(TopicArn=world.topic, Subject="an order", Message='{"order": 17}')
    eventually(lambda: world.records("aws:sns"), seconds=20)
    (record,) = world.records("aws:sns")
    assert (record["Sns"]["Subject"], record["Sns"]["Message"]) == ("an order", '{"order": 17}')
    assert record["Sns"]["TopicArn"] == world.topic
    assert subscription.startswith(world.topic)


def test_an_api_destination_delivers_with_its_key(world: World, client: Callable[[str], Any], unique: str) -> None:
    events = client("events")
    parameters = {"ApiKeyName": "x-lambda-migrate-api-key", "ApiKeyValue": "the-api-key"}
    connection = events.create_connection(
        Name=unique, AuthorizationType="API_KEY", AuthParameters={"ApiKeyAuthParameters": parameters}
    )["ConnectionArn"]
    destination = events.create_api_destination(
        Name=unique,
        ConnectionArn=connection,
        InvocationEndpoint=f"http://127.0.0.1:{world.service.port}/lambda-proxy-non-api-events",
        HttpMethod="POST",
    )["ApiDestinationArn"]
    events.put_rule(Name=unique, EventPattern=json.dumps({"source": [unique]}))
    target = {
        "Id": "service",
        "Arn": destination,
        "RoleArn": "arn:aws:iam::000000000000:role/events",
        "InputTransformer": {"InputPathsMap": {"whole": "$"}, "InputTemplate": '{"event": <whole>}'},
    }
    events.put_targets(Rule=unique, Targets=[target])
    entry = {"Source": unique, "DetailType": "OrderPlaced", "Detail": '{"order": 17}'}
    events.put_events(Entries=[entry])
    placed = eventually(
        lambda: [each["event"] for each in world.entries() if each["event"].get("source") == unique], seconds=20
    )
    assert (placed[0]["detail-type"], placed[0]["detail"]) == ("OrderPlaced", {"order": 17})
