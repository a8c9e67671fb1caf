"""Traffic for the sample function: requests at its front door, events from every source, and the account of both.

Every request and every event carries an id. The application notes each id in its table, with who handled it; the
summary is computed from those notes and from nothing else that the function or the service say of themselves. A request
has to be noted and answered, right in every part; one without the other is a failure.
"""

from __future__ import annotations

import json
import threading
import time
from collections import Counter
from dataclasses import asdict, dataclass, replace
from http.client import HTTPException
from typing import TYPE_CHECKING, Any, Self
from uuid import uuid4

from lambda_migrate.errors import MigrateError
from lambda_migrate.sandbox.demo import front_door

if TYPE_CHECKING:
    from collections.abc import Callable

    from lambda_migrate.aws.session import Aws
    from lambda_migrate.sandbox.sample import SampleDeployment

SOURCES = ("sns", "eventbridge", "sqs")

WHY_TWICE = {
    "sns": "SNS delivers at least once; while two subscriptions overlap, both get the notification",
    "eventbridge": "EventBridge delivers at least once; an attempt whose answer was lost is repeated",
    "sqs": "SQS delivers at least once; a message is visible again when its consumer is stopped before deleting it",
}

_LATE_PAYMENT = 10
"""Every so many payments is one that cannot be booked at first: the batch reports it as failed."""

_CUSTOMERS = 3
"""So many customers talk at the same time."""


@dataclass(frozen=True)
class Requests:
    """What became of the requests.

    Args:
        sent: How many were sent.
        failed: How many of them had no answer, not the right one, or one that the application has no note of.
        by_function: How many the function handled, by the application's notes.
        by_service: How many the service handled, by the application's notes.
    """

    sent: int
    failed: int
    by_function: int
    by_service: int


@dataclass(frozen=True)
class Events:
    """What became of the events.

    Args:
        sent: How many AWS accepted.
        delivered: How many of them the application handled, once or more often.
        lost: How many of them it never handled.
        duplicated: How many of them it handled more than once.
        by_function: How many were handled by the function, at least once.
        by_service: How many were handled by the service, at least once.
    """

    sent: int
    delivered: int
    lost: int
    duplicated: int
    by_function: int
    by_service: int


@dataclass(frozen=True)
class Summary:
    """The account of all traffic.

    Args:
        requests: What became of the requests.
        events: What became of the events.
        failures: One line for each failed request.
        lost: ``source#id`` of each lost event.
        duplicates: For each source with duplicates: how many, and why there can be any.
    """

    requests: Requests
    events: Events
    failures: tuple[str, ...]
    lost: tuple[str, ...]
    duplicates: dict[str, str]

    def to_dict(self) -> dict[str, Any]:
        """Return it as plain JSON."""
        return asdict(self)


def account(journal: dict[str, list[str]], requests: set[str], events: set[str], wrong: dict[str, str]) -> Summary:
    """Return the account of what was sent.

    Args:
        journal: The application's notes: ``source#id`` and who handled it, one entry for each time.
        requests: The ids of the requests that were sent.
        events: ``source#id`` of the events that AWS accepted.
        wrong: For each request without the right answer, one line that says why.
    """
    unnoted = sorted(request for request in requests - wrong.keys() if f"request#{request}" not in journal)
    failures = (*wrong.values(), *(f"request {request}: answered, and never noted" for request in unnoted))
    delivered = {event: journal[event] for event in events if event in journal}
    handlers = Counter(who for request in requests for who in journal.get(f"request#{request}", []))
    twice = Counter(event.partition("#")[0] for event, who in delivered.items() if len(who) > 1)
    lost = tuple(sorted(events - journal.keys()))
    return Summary(
        requests=Requests(
            sent=len(requests),
            failed=len(failures),
            by_function=handlers["function"],
            by_service=handlers["service"],
        ),
        events=Events(
            sent=len(events),
            delivered=len(delivered),
            lost=len(lost),
            duplicated=twice.total(),
            by_function=sum("function" in who for who in delivered.values()),
            by_service=sum("service" in who for who in delivered.values()),
        ),
        failures=failures,
        lost=lost,
        duplicates={source: f"{count}: {WHY_TWICE[source]}" for source, count in sorted(twice.items())},
    )


class DemoTraffic:
    """Traffic to one deployment, until it is stopped.

    Args:
        aws: Where the deployment is.
        deployment: The sample function.
        requests_per_second: At most so many requests are sent each second.
        events_per_second: At most so many events are sent each second, over all sources.

    Attributes:
        late_payments: Whether some payments cannot be booked at first. Each is under way for as long as the queue keeps
            a message that failed, which a story need not wait for at its end.
    """

    def __init__(
        self,
        aws: Aws,
        deployment: SampleDeployment,
        *,
        requests_per_second: float = 9.0,
        events_per_second: float = 6.0,
    ) -> None:
        self._aws = replace(aws)  # a session of its own: others go on using theirs in other threads
        self._deployment = deployment
        self._lock = threading.Lock()
        self._stopping = threading.Event()
        self._sent_requests: set[str] = set()
        self._sent_events: set[str] = set()
        self._wrong: dict[str, str] = {}
        self.late_payments = True
        senders = {"sns": self._publish, "eventbridge": self._put_event, "sqs": self._send_message}
        pace = len(SOURCES) / events_per_second
        self._threads = [
            threading.Thread(target=self._send_events, args=(source, senders[source], pace), name=source, daemon=True)
            for source in SOURCES
        ] + [
            threading.Thread(
                target=self._converse, args=(_CUSTOMERS / requests_per_second,), name="customer", daemon=True
            )
            for _ in range(_CUSTOMERS)
        ]

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(self, *_exception: object) -> None:
        self.stop()

    def start(self) -> None:
        """Begin to send."""
        for service in ("sns", "events", "sqs", "dynamodb"):
            self._aws.client(service)  # made here, because making clients is not safe in threads
        for thread in self._threads:
            thread.start()

    def stop(self) -> None:
        """Stop sending, and wait for the answers to what was sent."""
        self._stopping.set()
        for thread in self._threads:
            thread.join(front_door.TIMEOUT + 5)

    @property
    def counts(self) -> dict[str, int]:
        """How much was sent so far: ``requests``, ``failed``, ``events``."""
        with self._lock:
            return {
                "requests": len(self._sent_requests),
                "failed": len(self._wrong),
                "events": len(self._sent_events),
            }

    def summary(self, *, timeout: float = 90.0) -> Summary:
        """Return what became of everything.

        Args:
            timeout: Seconds to wait for events that are still under way.
        """
        deadline = time.monotonic() + timeout
        while True:
            journal = self._journal()
            with self._lock:
                summed = account(journal, self._sent_requests, self._sent_events, self._wrong)
            if not summed.lost or time.monotonic() > deadline:
                return summed
            time.sleep(0.5)

    def _journal(self) -> dict[str, list[str]]:
        """Return the application's notes: ``source#id`` and who handled it, one entry for each time."""
        items = self._aws.pages(
            "dynamodb",
            "scan",
            "Items",
            TableName=self._deployment.table,
            ConsistentRead=True,
            FilterExpression="begins_with(pk, :journal)",
            ExpressionAttributeValues={":journal": {"S": "journal#"}},
        )
        return {
            item["pk"]["S"].removeprefix("journal#"): [entry["S"] for entry in item["handled_by"]["L"]]
            for item in items
        }

    def _every(self, seconds: float, act: Callable[[], None]) -> None:
        """Act at a steady pace until stopped; what comes late is not made up for."""
        due = time.monotonic()
        while not self._stopping.wait(max(0.0, due - time.monotonic())):
            act()
            due = max(due + seconds, time.monotonic() - seconds)

    def _converse(self, pace: float) -> None:
        waiting: list[front_door.Request] = []
        ids: list[str] = []
        cookie = ""

        def say_the_next() -> None:
            nonlocal cookie
            if not waiting:
                order_id = uuid4().hex
                waiting.extend(front_door.conversation(f"c-{order_id[:8]}", order_id, self._deployment.base_path))
                ids.extend([order_id, *(uuid4().hex for _ in waiting[1:])])
            answer = self._request(ids.pop(0), replace(waiting.pop(0), cookie=cookie))
            cookie = (answer and front_door.session_cookie(answer)) or cookie

        self._every(pace, say_the_next)

    def _request(self, request_id: str, request: front_door.Request) -> front_door.Answer | None:
        with self._lock:
            self._sent_requests.add(request_id)
        answer: front_door.Answer | OSError | HTTPException
        try:
            answer = front_door.send(self._deployment.api_url, self._deployment.base_path, request, request_id)
        except (OSError, HTTPException) as error:
            answer = error
        if problem := front_door.failure(request, answer):
            with self._lock:
                self._wrong[request_id] = problem
        return answer if isinstance(answer, front_door.Answer) else None

    def _send_events(self, source: str, send: Callable[[str], None], pace: float) -> None:
        def send_the_next() -> None:
            event_id = uuid4().hex
            try:
                send(event_id)
            except MigrateError:
                return  # AWS did not accept it, so it is not under way
            with self._lock:
                self._sent_events.add(f"{source}#{event_id}")

        self._every(pace, send_the_next)

    def _publish(self, event_id: str) -> None:
        message = json.dumps({"id": event_id, "carrier": "post"})
        self._aws.call("sns", "publish", TopicArn=self._deployment.topic_arn, Message=message, Subject="shipped")

    def _put_event(self, event_id: str) -> None:
        entry = {
            "Source": self._deployment.event_source,
            "DetailType": "StockChanged",
            "Detail": json.dumps({"id": event_id, "sku": "AB-1", "left": 7}),
        }
        answer = self._aws.call("events", "put_events", Entries=[entry])
        if answer["FailedEntryCount"]:
            raise MigrateError("EventBridge did not accept the event")

    def _send_message(self, event_id: str) -> None:
        late = self.late_payments and int(event_id, 16) % _LATE_PAYMENT == 0
        payment = {"id": event_id, "amount": 1250, "confirmed_at": time.time() + 3 if late else 0}
        self._aws.call("sqs", "send_message", QueueUrl=self._deployment.queue_url, MessageBody=json.dumps(payment))
