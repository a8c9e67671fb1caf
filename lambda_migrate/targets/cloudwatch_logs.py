"""The last lines of a log group."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lambda_migrate.errors import NotFound

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lambda_migrate.aws.session import Aws

_PAGE = 10_000


def tail(aws: Aws, group: str, lines: int, *, hint: str) -> Iterator[str]:
    """Yield the last lines of the streams that were written to last, the oldest first.

    Args:
        aws: Where to look.
        group: Name of the log group.
        lines: How many.
        hint: What to do if there is no such group.

    Raises:
        NotFound: The group does not exist.
    """
    try:
        answer = aws.call(
            "logs", "describe_log_streams", logGroupName=group, orderBy="LastEventTime", descending=True, limit=5
        )
    except NotFound as error:
        raise NotFound(
            f"log group `{group}` does not exist", operation=error.operation, aws_code=error.aws_code, hint=hint
        ) from error
    events = [
        event
        for stream in answer["logStreams"]
        for event in aws.call(
            "logs",
            "get_log_events",
            logGroupName=group,
            logStreamName=stream["logStreamName"],
            limit=min(lines, _PAGE),
            startFromHead=False,
        )["events"]
    ]
    events.sort(key=lambda event: event["timestamp"])
    yield from (str(event["message"]).rstrip("\n") for event in events[-lines:])
