"""What pipes of EventBridge share that send to the service: their API destination, its limits, what they count.

https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-pipes-event-target.html
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from lambda_migrate.actions.eventbridge.create_api_destination import CreateApiDestination
from lambda_migrate.actions.eventbridge.create_connection import CreateConnection
from lambda_migrate.aws.arn import Arn
from lambda_migrate.engine.plan import Step
from lambda_migrate.engine.source_metrics import SourceMetrics
from lambda_migrate.gates import pipe_record_size, pipe_too_slow, service_without_api_key
from lambda_migrate.gates.gate import closed
from lambda_migrate.triggers import duration
from lambda_migrate.triggers.base import EVENTS_PATH
from lambda_migrate.triggers.eventbridge import ANSWER_TIMEOUT, API_KEY_HEADER, RATE
from lambda_migrate.triggers.stream_metrics import ENDPOINT

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lambda_migrate.engine.blocker import Blocker
    from lambda_migrate.function.model import Function
    from lambda_migrate.triggers.base import Destination, Trigger

NAMES = 64
"""Characters of a pipe's, a role's, a connection's and an API destination's name."""

COUNTED = "records that the pipe has sent"
FAILING = "a risen share of failed executions of the pipe"
LARGEST = 256 * 1024
"""Bytes that EventBridge sends to an API destination at most."""


def name(function: Function, kind: str) -> str:
    """Return what the role, the connection and the API destination of a kind are called."""
    return f"lambda-migrate-{function.name}"[: NAMES - len(kind) - 1] + f"-{kind}"


def arn(function: Function, kind: str) -> str:
    """Return the ARN of a kind's API destination, without the id that AWS draws for its end."""
    return str(Arn.parse(function.arn).sibling("events", f"api-destination/{name(function, kind)}"))


def preparation(function: Function, destination: Destination, kind: str) -> tuple[Step, ...]:
    """Return the steps that make a kind's API destination with its key; none where it is there."""
    shared, endpoint = name(function, kind), f"{destination.url}{EVENTS_PATH}"
    if destination.resources.get(kind, {}).get(ENDPOINT) == endpoint:
        return ()
    return (
        Step("", CreateConnection(shared, API_KEY_HEADER, destination.api_key), "holds the key of the service"),
        Step("", CreateApiDestination(shared, shared, endpoint, RATE), "where the service takes events"),
    )


def blockers(trigger: Trigger[Any], caller: str, function: Function, destination: Destination) -> Iterator[Blocker]:
    """Yield what stands against sending a trigger's records to an API destination, one by one.

    Args:
        trigger: The trigger.
        caller: What it is, for a person.
        function: The function.
        destination: The service's key, and what was looked up.
    """
    if not destination.api_key:
        text = f"{caller} needs a key to call the service; name its secret in `service.api_key`"
        yield closed(service_without_api_key, text, trigger.name)
    slow = duration.too_long(function, destination.resources.get(trigger.kind), ANSWER_TIMEOUT)
    if slow:
        text = f"{caller}: EventBridge waits {ANSWER_TIMEOUT:g} s for an answer, then sends the record again; {slow}"
        yield closed(pipe_too_slow, text, trigger.name)


def too_large(trigger: Trigger[Any], caller: str, largest: str | None, limit: float) -> Iterator[Blocker]:
    """Yield that a record may not fit.

    Args:
        trigger: The trigger.
        caller: What it is, for a person.
        largest: Bytes of the largest that was counted; None where nobody counts.
        limit: Bytes that fit.
    """
    if largest is None or float(largest) > limit:
        known = "AWS has no metric for the size of its records" if largest is None else f"one had {largest} bytes"
        text = f"{caller}: a pipe sends {LARGEST // 1024} KB at most, and {known}"
        yield closed(pipe_record_size, text, trigger.name)


def metrics(pipe: str) -> SourceMetrics:
    """Return what a pipe counts ("Logging and monitoring EventBridge Pipes", EventBridge user guide).

    A record that fails comes again, so that its executions are more than one.
    """
    return SourceMetrics(
        "AWS/EventBridge/Pipes",
        {"PipeName": pipe},
        tried={"Invocations": 1},
        reached={"Invocations": 1, "ExecutionFailed": -1},
        suspect={"ExecutionFailed": 1},
        arrived="sent",
        suspicious="failed",
    )
