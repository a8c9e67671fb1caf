"""What sends events and requests to a function that has every caller, each with an id of its own."""

from __future__ import annotations

import base64
import gzip
import json
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any

from lambda_migrate.http import OK, Client

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.cli.every_caller import EveryCaller

DOORS = ("http_api", "rest_api", "elb", "function_url")


@dataclass(frozen=True)
class Source:
    """What delivers events, each with an id of its own.

    Attributes:
        send: Has it deliver one event.
        ids: Returns the ids in what the function got.
    """

    send: Callable[[str], object]
    ids: Callable[[dict[str, Any]], list[str]]


def sources(every: EveryCaller, base: str) -> dict[str, Source]:
    """Return what delivers here, by its kind.

    Not among them is what the embedded AWS does not deliver: pipes, destinations, alarms, Config, SES, AppSync. A
    schedule fires by itself.

    Args:
        every: The function and its callers.
        base: Where the embedded AWS is.
    """
    return {**_doors(every, base), **_rules(every), **_documents(every), **_queued(every)}


def _doors(every: EveryCaller, base: str) -> dict[str, Source]:
    http = Client()

    def ask(path: str, identity: str) -> None:
        answer = http.send("GET", f"{base}{path}?id={identity}")
        assert answer.status_code == OK, (path, answer.status_code, answer.body)

    paths = zip(DOORS, every.doors().values(), strict=True)
    return {
        kind: Source(partial(ask, path), lambda event: [event["queryStringParameters"]["id"]]) for kind, path in paths
    }


def _plain(event: dict[str, Any]) -> list[str]:
    return [event["id"]] if event.keys() == {"id"} else []


def _rules(every: EveryCaller) -> dict[str, Source]:
    iot, states, events = (every.client(each) for each in ("iot-data", "stepfunctions", "events"))

    def emit(identity: str) -> None:
        events.put_events(Entries=[{"Source": "orders", "DetailType": "x", "Detail": json.dumps({"id": identity})}])

    return {
        "iot": Source(
            lambda identity: iot.publish(topic=every.rule, payload=json.dumps({"id": identity})),
            _plain,
        ),
        "step_functions": Source(
            lambda identity: states.start_execution(stateMachineArn=every.machine, input=json.dumps({"id": identity})),
            _plain,
        ),
        "eventbridge": Source(emit, lambda event: [event["detail"]["id"]]),
    }


def _documents(every: EveryCaller) -> dict[str, Source]:
    s3, logs, cognito = (every.client(each) for each in ("s3", "logs", "cognito-idp"))
    app = cognito.create_user_pool_client(UserPoolId=every.pool, ClientName=every.name)["UserPoolClient"]["ClientId"]
    group = f"/{every.name}"
    logs.create_log_stream(logGroupName=group, logStreamName="all")

    def log(identity: str) -> None:
        event = {"timestamp": 1_800_000_000_000, "message": f"ERROR {identity}"}
        logs.put_log_events(logGroupName=group, logStreamName="all", logEvents=[event])

    def logged(event: dict[str, Any]) -> list[str]:
        said = json.loads(gzip.decompress(base64.b64decode(event["awslogs"]["data"])))
        return [each["message"].removeprefix("ERROR ") for each in said["logEvents"]]

    return {
        "s3": Source(
            lambda identity: s3.put_object(Bucket=every.name, Key=f"in/{identity}", Body=b""),
            _records(lambda each: str(each["s3"]["object"]["key"]).rpartition("/")[2]),
        ),
        "logs": Source(log, logged),
        "cognito": Source(
            lambda identity: cognito.sign_up(ClientId=app, Username=identity, Password="a-Long-enough-1-password"),
            lambda event: [event["userName"]],
        ),
    }


def _queued(every: EveryCaller) -> dict[str, Source]:
    name = every.name
    firehose, sns, sqs, kinesis, dynamodb = (
        every.client(each) for each in ("firehose", "sns", "sqs", "kinesis", "dynamodb")
    )
    return {
        "firehose": Source(
            lambda identity: firehose.put_record(DeliveryStreamName=name, Record={"Data": identity.encode()}),
            lambda event: [_decoded(each) for each in event["records"]],
        ),
        "sns": Source(
            lambda identity: sns.publish(TopicArn=every.topic, Message=identity),
            _records(lambda each: str(each["Sns"]["Message"])),
        ),
        "sqs": Source(
            lambda identity: sqs.send_message(QueueUrl=every.queue, MessageBody=identity),
            _records(lambda each: str(each["body"])),
        ),
        "kinesis": Source(
            lambda identity: kinesis.put_record(StreamName=name, Data=identity.encode(), PartitionKey="1"),
            _records(lambda each: _decoded(each["kinesis"])),
        ),
        "dynamodb": Source(
            lambda identity: dynamodb.put_item(TableName=name, Item={"id": {"S": identity}}),
            _records(lambda each: str(each["dynamodb"]["NewImage"]["id"]["S"])),
        ),
    }


def _records(read: Callable[[dict[str, Any]], str]) -> Callable[[dict[str, Any]], list[str]]:
    return lambda event: [read(each) for each in event["Records"]]


def _decoded(record: dict[str, Any]) -> str:
    return base64.b64decode(record["data"]).decode()
