"""Remembers in a DynamoDB table what has been delivered, so that all hosts of a service share one memory.

The table has the partition key `id` (a string), and `expires` (a number, epoch seconds) as its time to live. The
service needs `dynamodb:PutItem`, `dynamodb:GetItem` and `dynamodb:DeleteItem` on it. An id is put on the condition that
it is not there, which DynamoDB decides for one of all who ask at the same time. What cannot be told is refused: while
the table is not reached, no write is taken.

https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Expressions.ConditionExpressions.html
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from .replay import Begun

KEEP = 600
"""Seconds for which an id is kept beyond its window, since clocks differ."""
_TIMEOUTS = {"connect_timeout": 1, "read_timeout": 2, "retries": {"total_max_attempts": 2}}

log = logging.getLogger(__name__)


class ReplayTable:
    """The ids of one kind of message, in a table that several services may share.

    Args:
        table: Its name, or its ARN.
        kind: Stands in front of every id, for example `orders/proxy`.
        window: How old, or how far ahead of time, a message may be, in seconds.
        clock: Epoch seconds.
        client: Asks DynamoDB; default: one of boto3, made on first use.
    """

    remote = True

    def __init__(
        self,
        table: str,
        kind: str,
        window: float,
        clock: Callable[[], float] = time.time,
        *,
        client: Any = None,
    ) -> None:
        self._table = table
        self._kind = kind
        self._window = window
        self._clock = clock
        self._client = client

    def is_fresh(self, sent: float) -> bool:
        """Tell whether a message of that time (epoch seconds) may still be accepted."""
        return abs(self._clock() - sent) <= self._window

    def has(self, identifier: str, sent: float) -> bool:  # noqa: ARG002  # the files need it
        """Tell whether the message has been claimed; what cannot be told has not been: `claim` decides."""
        try:
            answer = self._dynamodb().get_item(TableName=self._table, Key=self._key(identifier), ConsistentRead=True)
        except Exception:
            log.exception("table %s could not be read", self._table)
            return False
        return "Item" in answer

    def claim(self, identifier: str, sent: float) -> bool:
        """Take the message for oneself.

        Returns:
            False if somebody has it already, or if that cannot be told.
        """
        return self._put(identifier, sent, ConditionExpression="attribute_not_exists(id)")

    def begin(self, identifier: str, sent: float, seconds: float) -> Begun:
        """Begin to handle the message; whoever began and has not ended it has `seconds` for it."""
        running, now = f"{identifier}-running", self._clock()
        mine = self._put(
            running,
            sent,
            {"leased": {"N": str(int(now + seconds))}},
            ConditionExpression="attribute_not_exists(id) OR leased < :now",
            ExpressionAttributeValues={":now": {"N": str(int(now))}},
        )
        if not self.has(identifier, sent):
            return "begun" if mine else "running"
        if mine:
            self._forget(running)
        return "done"

    def end(self, identifier: str, sent: float, *, done: bool) -> None:
        """End what was begun; where the table is not reached, the lease ends by itself."""
        if done:
            self.claim(identifier, sent)
        self._forget(f"{identifier}-running")

    def _forget(self, identifier: str) -> None:
        try:
            self._dynamodb().delete_item(TableName=self._table, Key=self._key(identifier))
        except Exception:
            log.exception("table %s could not be written", self._table)

    def _put(self, identifier: str, sent: float, more: dict[str, Any] | None = None, **condition: Any) -> bool:
        """Put an id on a condition; False where that does not hold, or cannot be told."""
        expires = {"N": str(int(sent + 2 * self._window + KEEP))}
        item = {**self._key(identifier), "expires": expires, **(more or {})}
        try:
            self._dynamodb().put_item(TableName=self._table, Item=item, **condition)
        except Exception as error:
            code = getattr(error, "response", {}).get("Error", {}).get("Code")
            if code != "ConditionalCheckFailedException":
                log.exception("deliveries cannot be remembered in table %s, so they are refused", self._table)
            return False
        return True

    def _key(self, identifier: str) -> dict[str, Any]:
        return {"id": {"S": f"{self._kind}/{identifier}"}}

    def _dynamodb(self) -> Any:
        if self._client is None:
            import boto3  # noqa: PLC0415  # only services that have a table need it
            from botocore.config import Config  # noqa: PLC0415  # as above

            self._client = boto3.client("dynamodb", config=Config(**_TIMEOUTS))
        return self._client
