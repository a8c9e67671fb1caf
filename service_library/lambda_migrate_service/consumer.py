"""Takes messages straight from SQS queues, with no Lambda in between.

Set `LAMBDA_MIGRATE_CONSUME_QUEUES` to the queues' URLs. Each batch reaches the same handler, in the same event, as it
did on Lambda; what was handled is deleted, what was not becomes visible again. Of the queues in
`LAMBDA_MIGRATE_CONSUME_NOTIFICATIONS`, to which SNS topics, S3 buckets or schedules send, each message reaches the
handler as the event that they sent to Lambda.
"""

from __future__ import annotations

import asyncio
import base64
import logging
import os
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any

from .context import Function, LambdaContext
from .deliveries.queued import events_of
from .dispatch import Dispatcher, HandlerFailed
from .environment import Environment
from .logs import REQUEST_ID, RequestId
from .threads import Threads

LONGEST_PAUSE = 30.0

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Polling:
    """Which queues are polled, and how.

    Attributes:
        queues: The queues' URLs.
        pollers: Batches that may be handled at once, for each queue; of all queues no more than requests may run.
        batch: Messages that are asked for at once, 10 at most.
        wait: Seconds of a long poll; also the longest that a shutdown waits for one.
        notifications: URLs of queues that hold what SNS topics, S3 buckets or schedules send.
    """

    queues: tuple[str, ...] = ()
    pollers: int = 2
    batch: int = 10
    wait: int = 5
    notifications: tuple[str, ...] = ()

    def consumers(self, dispatcher: Dispatcher, function: Function) -> list[Consumer]:
        """Return a consumer for each queue."""
        return [
            kind(queue, partial(sqs, queue), dispatcher, function, self)
            for kind, queues in ((Consumer, self.queues), (NotificationConsumer, self.notifications))
            for queue in queues
        ]

    @property
    def batches(self) -> int:
        """Batches that may be handled at once."""
        return len(self.queues + self.notifications) * self.pollers

    @classmethod
    def read(cls, environment: Environment, concurrency: int) -> Polling:
        """Read the `LAMBDA_MIGRATE_CONSUME_…` variables.

        Args:
            environment: Has them.
            concurrency: Requests that may run at once; Lambda would not have handled more batches either.
        """
        queues = environment.items("LAMBDA_MIGRATE_CONSUME_QUEUES")
        notifications = environment.items("LAMBDA_MIGRATE_CONSUME_NOTIFICATIONS")
        both = set(queues) & set(notifications)
        name = "LAMBDA_MIGRATE_CONSUME_NOTIFICATIONS"
        environment.problems += [f"{name}: {each} is consumed already" for each in sorted(both)]
        pollers = environment.whole("LAMBDA_MIGRATE_CONSUME_POLLERS", 2)
        return cls(
            queues=queues,
            notifications=notifications,
            pollers=max(1, min(pollers, concurrency // max(1, len(queues + notifications)))),
            batch=min(environment.whole("LAMBDA_MIGRATE_CONSUME_BATCH", 10), 10),
            wait=min(environment.whole("LAMBDA_MIGRATE_CONSUME_WAIT", 5, least=0), 20),
        )


def sqs(queue: str) -> Any:
    """Return a client for the queue's region."""
    import boto3  # noqa: PLC0415  # only services that consume need it

    host = queue.split("/")[2].split(".") if queue.count("/") > 1 else []
    region = host[1] if len(host) > 2 and host[0] == "sqs" else os.environ.get("AWS_REGION")  # noqa: PLR2004  # sqs.REGION.…
    return boto3.client("sqs", region_name=region)


class QueueNotReadable(Exception):
    """A queue is not there, or the service may not read it."""


class Consumer:
    """Polls one queue until it is told to stop.

    Args:
        queue: The queue's URL.
        connect: Makes the SQS client.
        dispatcher: Handles each batch.
        function: What the handlers' context tells of the function.
        polling: How it is polled.
    """

    notifications = False

    def __init__(
        self, queue: str, connect: Callable[[], Any], dispatcher: Dispatcher, function: Function, polling: Polling
    ) -> None:
        self._queue = queue
        self._connect = connect
        self._dispatcher = dispatcher
        self._function = function
        self._polling = polling
        self._arn = ""
        self._visibility = 30
        self._client: Any = None
        self._threads = Threads(2 * polling.pollers, "queue")
        self._tasks: list[asyncio.Task[None]] = []
        self._counts = {"received": 0, "handled": 0, "failed": 0}
        self._error = ""
        self._stopping = False

    def state(self) -> dict[str, Any]:
        """Return what the probe tells."""
        polling = bool(self._tasks) and not self._stopping and not self._error
        told = {"queue": self._arn or self._queue, **self._counts, "polling": polling, "error": self._error or None}
        return {**told, "notifications": self.notifications}

    async def start(self) -> None:
        """Begin to poll.

        Raises:
            QueueNotReadable: The service had better not start.
        """
        self._stop = asyncio.Event()
        asked = ["QueueArn", "VisibilityTimeout"]
        try:
            self._client = await self._threads.run(self._connect)
            attributes = (await self._call("get_queue_attributes", AttributeNames=asked))["Attributes"]
        except Exception as error:
            msg = f"LAMBDA_MIGRATE_CONSUME_QUEUES: `{self._queue}` cannot be read: {error}"
            raise QueueNotReadable(msg) from error
        self._arn = attributes["QueueArn"]
        self._visibility = max(int(attributes.get("VisibilityTimeout", 30)), 2)
        self._tasks = [asyncio.ensure_future(self._poll()) for _ in range(self._polling.pollers)]
        log.info("consuming %s", self._arn)

    def drain(self) -> None:
        """Receive nothing new; what is being handled is finished."""
        if not self._stopping and self._tasks:
            self._stopping = True
            self._stop.set()

    async def stop(self) -> None:
        """Wait until all that was received is handled or given back."""
        self.drain()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        self._tasks = []

    async def _poll(self) -> None:
        pause = 1.0
        while not self._stopping:
            try:
                messages = await self._receive()
                self._error, pause = "", 1.0
                if self._stop.is_set():
                    await self._give_back(messages)
                elif messages:
                    await self._handle(messages)
            except Exception as error:  # noqa: PERF203  # polling goes on, whatever happened
                self._error = type(error).__name__
                log.exception("consuming %s failed; trying again in %g s", self._arn, pause)
                await self._pause(pause)
                pause = min(2 * pause, LONGEST_PAUSE)

    async def _pause(self, seconds: float) -> None:
        stopping = asyncio.ensure_future(self._stop.wait())
        await asyncio.wait({stopping}, timeout=seconds)
        stopping.cancel()

    async def _receive(self) -> list[dict[str, Any]]:
        answer = await self._call(
            "receive_message",
            MaxNumberOfMessages=1 if self.notifications else self._polling.batch,
            WaitTimeSeconds=self._polling.wait,
            AttributeNames=["All"],  # the name that every boto3 knows
            MessageAttributeNames=["All"],
        )
        messages: list[dict[str, Any]] = answer.get("Messages", [])
        self._counts["received"] += len(messages)
        return messages

    async def _handle(self, messages: list[dict[str, Any]]) -> None:
        context = LambdaContext({}, self._function)
        REQUEST_ID.set(RequestId(context.aws_request_id))
        keeping = asyncio.ensure_future(self._keep_invisible(messages))
        try:
            failed = await self._run(messages, context)
        except HandlerFailed:
            failed = {message["MessageId"] for message in messages}
        finally:
            keeping.cancel()
        done = [message for message in messages if message["MessageId"] not in failed]
        self._counts["failed"] += len(failed)
        if done:
            answer = await self._call("delete_message_batch", Entries=_entries(done))
            self._counts["handled"] += len(done) - len(answer.get("Failed", []))
            for problem in answer.get("Failed", []):
                log.error("a handled message could not be deleted (%s); it will come again", problem.get("Code"))

    async def _run(self, messages: list[dict[str, Any]], context: LambdaContext) -> set[str]:
        """Hand messages to the handler; return the ids of those that were not handled.

        Raises:
            HandlerFailed: None of them was.
        """
        region = self._arn.split(":")[3]
        event = {"Records": [record(message, self._arn, region) for message in messages]}
        response = await self._dispatcher.run(event, context)
        return failures(response, {message["MessageId"] for message in messages})

    async def _keep_invisible(self, messages: list[dict[str, Any]]) -> None:
        while True:
            await asyncio.sleep(self._visibility / 2)
            try:
                await self._set_visibility(messages, self._visibility)
            except Exception:
                log.exception("messages could not be kept invisible; they may be delivered twice")

    async def _give_back(self, messages: list[dict[str, Any]]) -> None:
        if messages:
            await self._set_visibility(messages, 0)

    async def _set_visibility(self, messages: list[dict[str, Any]], seconds: int) -> None:
        entries = [{**entry, "VisibilityTimeout": seconds} for entry in _entries(messages)]
        await self._call("change_message_visibility_batch", Entries=entries)

    async def _call(self, operation: str, **parameters: Any) -> dict[str, Any]:
        call = partial(getattr(self._client, operation), QueueUrl=self._queue, **parameters)
        answer: dict[str, Any] = await self._threads.run(call)
        return answer


class NotificationConsumer(Consumer):
    """Polls a queue to which SNS topics, without raw delivery, S3 buckets or schedules send.

    They sent Lambda one message at a time, so that one is taken at a time; what it answers means nothing.
    """

    notifications = True

    async def _run(self, messages: list[dict[str, Any]], context: LambdaContext) -> set[str]:
        failed = set()
        for message in messages:
            events = events_of(message.get("Body", ""))
            if events is None:
                log.error("%s holds a message that is not from SNS, S3 or a schedule; it stays in the queue", self._arn)
                failed.add(message["MessageId"])
            for event in events or []:
                await self._dispatcher.run(event, context)
        return failed


def _entries(messages: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [{"Id": str(number), "ReceiptHandle": message["ReceiptHandle"]} for number, message in enumerate(messages)]


def record(message: dict[str, Any], arn: str, region: str) -> dict[str, Any]:
    """Return a received message as the record that Lambda would have made of it."""
    made = {
        "messageId": message["MessageId"],
        "receiptHandle": message["ReceiptHandle"],
        "body": message.get("Body", ""),
        "attributes": message.get("Attributes", {}),
        "messageAttributes": {
            name: _attribute(value) for name, value in (message.get("MessageAttributes") or {}).items()
        },
        "md5OfBody": message.get("MD5OfBody", ""),
        "eventSource": "aws:sqs",
        "eventSourceARN": arn,
        "awsRegion": region,
    }
    if "MD5OfMessageAttributes" in message:
        made["md5OfMessageAttributes"] = message["MD5OfMessageAttributes"]
    return made


def _attribute(value: dict[str, Any]) -> dict[str, Any]:
    made: dict[str, Any] = {"stringListValues": [], "binaryListValues": [], "dataType": value.get("DataType", "String")}
    if "StringValue" in value:
        made["stringValue"] = value["StringValue"]
    if "BinaryValue" in value:
        made["binaryValue"] = base64.b64encode(value["BinaryValue"]).decode()
    return made


def failures(response: Any, known: set[str]) -> set[str]:
    """Return the ids of the messages that were not handled.

    As in Lambda, an answer that names a message nobody sent, or none, means that the whole batch failed
    (https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-errorhandling.html).
    """
    listed = response.get("batchItemFailures") if isinstance(response, dict) else None
    if not listed:
        return set()
    if not isinstance(listed, list):
        return known
    named = [failure.get("itemIdentifier") if isinstance(failure, dict) else None for failure in listed]
    failed = {name for name in named if isinstance(name, str)}
    return failed if all(isinstance(name, str) for name in named) and failed <= known else known
