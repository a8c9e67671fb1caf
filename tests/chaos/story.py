"""The journey of one function, command by command, and back: what chaos is done to.

The function has an HTTP API, an SNS topic, an EventBridge rule and a queue. It goes to the end of a key rotation, all
the way back, and then to its end. Most phases are rolled back in between too. After each everything that the account
holds is compared with that of a journey to which nothing happened.
"""

from __future__ import annotations

import contextlib
import io
import threading
import urllib.error
import urllib.request
import zipfile
from contextlib import contextmanager
from dataclasses import dataclass
from http.client import HTTPConnection
from typing import TYPE_CHECKING, Any

from tests.cli.way_out import write_source
from tests.inventory.world import build
from tests.support.waiting import TIMEOUT

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from lambda_migrate.sandbox.embedded_aws import EmbeddedAws
    from tests.chaos.service import Service
    from tests.inventory.world import World

NAME = "orders"
FUNCTION = """
def handler(event, context):
    return {"statusCode": 200, "body": "original"}
"""
LAST = ("rollback", "--last", "--yes")


@dataclass(frozen=True)
class Phase:
    """A phase of the journey.

    Attributes:
        name: What it is called.
        there: The command that takes it.
        back: Those that roll it back; none where that cannot be.
        done: What is told where the command is typed again although all of it is done; "" where nothing is.
    """

    name: str
    there: tuple[str, ...]
    back: tuple[tuple[str, ...], ...] = (LAST,)
    done: str = ""


JOURNEY = (
    Phase("first key", ("proxy", "rotate-key", "--yes"), ()),
    Phase("freeze", ("freeze", "--yes"), (("freeze", "--lift", "--yes"), LAST)),
    Phase("proxy", ("proxy", "deploy", "--events", "all", "--yes")),
    Phase("cutover", ("cutover", "--weights", "50,100", "--bake", "1s", "--yes")),
    Phase("rotate", ("proxy", "rotate-key", "--weights", "100", "--bake", "1s", "--yes"), done="rotation-unfinished"),
    Phase("rotate-finish", ("proxy", "rotate-key", "--finish", "--yes"), ()),
    Phase("lift", ("freeze", "--lift", "--yes"), (), done="the function is not frozen"),
    Phase("way back", ("rollback", "--yes"), ()),
    Phase("proxy again", ("proxy", "deploy", "--events", "all", "--yes"), ()),
    Phase("cutover again", ("cutover", "--weights", "100", "--bake", "1s", "--yes"), ()),
    Phase("direct", ("cutover", "--direct", "--bake", "1s", "--yes")),
    Phase("retire", ("retire", "--confirm", NAME), ()),
)


def reset(embedded: EmbeddedAws) -> None:
    """Empty the account."""
    connection = HTTPConnection("127.0.0.1", embedded.port, timeout=TIMEOUT)
    connection.request("POST", "/_ministack/reset")
    assert connection.getresponse().read()
    connection.close()


def set_stage(client: Callable[[str], Any], service: Service, folder: Path) -> World:
    """Make the function with its triggers, and the folder from which it is migrated."""
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w") as code:
        code.writestr(zipfile.ZipInfo("index.py"), FUNCTION)  # the same bytes each time
    arn = client("lambda").create_function(
        FunctionName=NAME,
        Runtime="python3.12",
        Handler="index.handler",
        Role=f"arn:aws:iam::000000000000:role/{NAME}",
        Code={"ZipFile": archive.getvalue()},
        Timeout=30,
        Environment={"Variables": {"PASSWORD": "hunter2"}},
    )["FunctionArn"]
    waiter = client("lambda").get_waiter("function_active_v2")
    waiter.wait(FunctionName=NAME, WaiterConfig={"Delay": 0.05, "MaxAttempts": 200})
    world = build(client, arn)
    client("secretsmanager").create_secret(Name=f"{NAME}/api-key", SecretString="key-of-the-service")
    service.queues[:] = [world.queue]
    write_source(folder)
    (folder / "migration.yaml").write_text(
        f"function: {NAME}\n"
        "source: source\n"
        f"service: {{url: '{service.url}', directory: '.', api_key: 'secretsmanager:{NAME}/api-key'}}\n"
        f"proxy: {{signing_keys: 'secretsmanager:{NAME}/keys'}}\n"
        "cutover: {settle: false}\n"
        "verify: {timeout: 20s, slow: 60s, probes: 1, metric_period: 1s, minimum_invocations: 1, arrival: 5s,"
        " maximum_slowdown: 1000}\n"
        "retire: {quiet: 1s}\n"
        "accept:\n"
        "- {rule: no-metrics, reason: the journey is short}\n"
        "- {rule: in-flight, reason: the function answers at once}\n"
        "- {rule: secret-kept-nowhere, reason: the password is made up}\n"
    )
    return world


@contextmanager
def customers(embedded: EmbeddedAws, client: Callable[[str], Any], world: World) -> Iterator[list[int]]:
    """Ask through the HTTP API and send events all the time; the list gets the status of each answer.

    The service's own consumer takes from the queue too, beside Lambda's.
    """
    statuses: list[int] = []
    over = threading.Event()
    url = f"{embedded.endpoint_url}/_aws/execute-api/{world.api}/$default/api/health"

    def ask() -> None:
        while not over.wait(0.5):
            try:
                with urllib.request.urlopen(url, timeout=TIMEOUT) as answer:  # noqa: S310  # the embedded AWS
                    statuses.append(answer.status)
            except urllib.error.HTTPError as error:
                statuses.append(error.code)

    def send() -> None:
        queue = client("sqs").get_queue_url(QueueName=world.queue.rpartition(":")[2])["QueueUrl"]
        event = {"Source": world.name, "DetailType": "order", "Detail": "{}"}
        while not over.wait(1.0):
            client("sns").publish(TopicArn=world.topic, Message="order")
            client("events").put_events(Entries=[event])
            client("sqs").send_message(QueueUrl=queue, MessageBody="order")
            for message in client("sqs").receive_message(QueueUrl=queue).get("Messages", []):
                with contextlib.suppress(client("sqs").exceptions.ReceiptHandleIsInvalid):  # Lambda was quicker
                    client("sqs").delete_message(QueueUrl=queue, ReceiptHandle=message["ReceiptHandle"])

    threads = [threading.Thread(target=each, daemon=True) for each in (ask, send)]
    for thread in threads:
        thread.start()
    try:
        yield statuses
    finally:
        over.set()
        for thread in threads:
            thread.join()
