"""`cutover --direct` of a bucket and a stream: by a queue and by a pipe, judged by what these count, and back."""

from __future__ import annotations

import base64
import json
import threading
from collections import Counter
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import pytest
from lambda_migrate_service.deliveries import piped

from tests.cli.way_out import write_source
from tests.sandbox.receiving import REMEMBERS, consuming
from tests.support.listening import Handler, listening
from tests.support.standing import put_back
from tests.support.waiting import eventually

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from lambda_migrate.aws.session import Aws
    from tests.support.screen import Answer

pytestmark = pytest.mark.sandbox

HERE = "us-east-1:000000000000"


class Callers:
    """A bucket and a stream that bring a function their events, which it tells a queue; and a queue of the service."""

    def __init__(self, client: Callable[[str], Any], make_function: Callable[..., str], name: str) -> None:
        self.client, self.name = client, name
        sqs = client("sqs")
        self.seen = sqs.create_queue(QueueName=f"{name}-seen")["QueueUrl"]
        arn = make_function(REMEMBERS, Environment={"Variables": {"SEEN": self.seen}})
        sends = {"Effect": "Allow", "Principal": {"Service": "s3.amazonaws.com"}, "Action": "sqs:SendMessage"}
        policy = json.dumps({"Version": "2012-10-17", "Statement": [{**sends, "Resource": "*"}]})
        self.queue = sqs.create_queue(QueueName=f"{name}-service", Attributes={"Policy": policy})["QueueUrl"]
        client("lambda").add_permission(
            FunctionName=name,
            StatementId="s3",
            Action="lambda:InvokeFunction",
            Principal="s3.amazonaws.com",
            SourceArn=f"arn:aws:s3:::{name}",
        )
        client("s3").create_bucket(Bucket=name)
        entry = {"Id": "ours", "LambdaFunctionArn": arn, "Events": ["s3:ObjectCreated:*"]}
        client("s3").put_bucket_notification_configuration(
            Bucket=name, NotificationConfiguration={"LambdaFunctionConfigurations": [entry]}
        )
        client("kinesis").create_stream(StreamName=name, ShardCount=1)
        client("lambda").create_event_source_mapping(
            FunctionName=name,
            EventSourceArn=f"arn:aws:kinesis:{HERE}:stream/{name}",
            StartingPosition="LATEST",
            MaximumRetryAttempts=2,
        )
        client("secretsmanager").create_secret(Name=f"{name}/api", SecretString="hush")
        self.sent: list[str] = []
        self.at_the_function: list[dict[str, Any]] = []

    def documents(self) -> Any:
        bucket = self.client("s3").get_bucket_notification_configuration(Bucket=self.name)
        mappings = self.client("lambda").list_event_source_mappings(FunctionName=self.name)["EventSourceMappings"]
        return (
            bucket.get("LambdaFunctionConfigurations", []),
            bucket.get("QueueConfigurations", []),
            [each["State"] for each in mappings],
            self.client("pipes").list_pipes(NamePrefix=f"lambda-migrate-{self.name}")["Pipes"],
        )

    @contextmanager
    def busy(self) -> Iterator[None]:
        """Upload an object and put a record about ten times a second, for as long as the block lasts."""
        over = threading.Event()

        def send() -> None:
            while not over.wait(0.1):
                self.sent.append(f"event-{len(self.sent)}")
                self.client("s3").put_object(Bucket=self.name, Key=self.sent[-1], Body=b"")
                self.client("kinesis").put_record(StreamName=self.name, PartitionKey="a", Data=self.sent[-1].encode())

        sender = threading.Thread(target=send)
        sender.start()
        try:
            yield
        finally:
            over.set()
            sender.join()

    def look(self) -> list[dict[str, Any]]:
        sqs = self.client("sqs")
        for message in sqs.receive_message(QueueUrl=self.seen, MaxNumberOfMessages=10).get("Messages", []):
            sqs.delete_message(QueueUrl=self.seen, ReceiptHandle=message["ReceiptHandle"])
            self.at_the_function.append(json.loads(message["Body"])["event"])
        return self.at_the_function


@contextmanager
def serving(events: list[dict[str, Any]]) -> Iterator[str]:
    """Serve a healthy service that takes what a pipe sends with the key, and nothing else; yields its URL."""

    class Serving(Handler):
        def serve(self) -> None:
            body = self.received()
            sends = self.headers.get(piped.HEADER) if self.headers.get("x-lambda-migrate-api-key") == "hush" else None
            if sends:
                events.append(piped.event_of(body, sends)[0])
            self.answer(200 if sends or self.command == "GET" else 404)

    with listening(Serving) as url:
        yield url


def ids(events: list[dict[str, Any]]) -> Counter[str]:
    """Count what events are about: ``s3 event-7``, ``kinesis event-7``."""
    counted: Counter[str] = Counter()
    for each in (record for event in events for record in event["Records"]):
        if "s3" in each:
            counted[f"s3 {each['s3']['object']['key']}"] += 1
        else:
            counted[f"kinesis {base64.b64decode(each['kinesis']['data']).decode()}"] += 1
    return counted


@pytest.mark.long(60)
def test_a_bucket_and_a_stream_go_to_the_service_and_come_back_and_nothing_is_lost(
    run: Callable[..., Answer],
    tmp_path: Path,
    aws: Aws,
    client: Callable[[str], Any],
    make_function: Callable[..., str],
    unique: str,
) -> None:
    callers = Callers(client, make_function, unique)
    write_source(tmp_path)
    queue = f"arn:aws:sqs:{HERE}:{unique}-service"
    posted: list[dict[str, Any]] = []
    with serving(posted) as url, consuming(callers.queue) as consumed:
        (tmp_path / "migration.yaml").write_text(
            f"function: {unique}\n"
            "source: source\n"
            f"service: {{url: '{url}', api_key: 'secretsmanager:{unique}/api',"
            f" s3_queues: {{{unique}: '{queue}'}}, pipes: [{unique}]}}\n"
            "cutover: {propagation: false}\n"
            "verify: {timeout: 1s, slow: 60s, minimum_invocations: 3, metric_period: 1s, arrival: 5s}\n"
            "accept:\n"
            "  - {rule: not-cut-over, reason: this is a test of the last step}\n"
            "  - {rule: queue-without-consumer, reason: the proxy that would see it is not deployed here}\n"
        )
        before = callers.documents()
        with callers.busy():
            eventually(lambda: len(callers.look()) > 3)
            there = run("cutover", "--direct", "--bake", "3s", "--yes", "--json")
            after, elsewhere = callers.documents(), put_back(aws, tmp_path)
            back = run("rollback", "--last", "--yes", "--json")

        wanted = {f"{kind} {each}" for kind in ("s3", "kinesis") for each in callers.sent}
        eventually(lambda: wanted <= ids([*callers.look(), *consumed, *posted]).keys())

    assert (there.code, back.code, elsewhere) == (0, 0, []), (there, back)
    assert [each["action"]["kind"] for each in there.json["data"]["plan"]["steps"]] == [
        "create_role",
        "put_role_policy",
        "create_connection",
        "create_api_destination",
        "put_role_policy",
        "point_notification",
        "create_pipe",
        "switch_mapping",
        "switch_pipe",
    ]
    assert (after[0], len(after[1]), after[2], after[3][0]["CurrentState"]) == ([], 1, ["Disabled"], "RUNNING")
    assert callers.documents() == before
