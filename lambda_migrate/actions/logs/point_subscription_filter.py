"""Re-points a subscription filter of a log group."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar

from lambda_migrate.actions.document import PointInDocument, put
from lambda_migrate.actions.event_source.mapping import short
from lambda_migrate.aws.permissions import calls
from lambda_migrate.errors import NotFound

if TYPE_CHECKING:
    from lambda_migrate.aws.documents import Document
    from lambda_migrate.aws.permissions import Call
    from lambda_migrate.aws.session import Aws

DESTINATION = "destinationArn"


@dataclass(frozen=True)
class PointSubscriptionFilter(PointInDocument):
    """Change where a subscription filter sends to; the filter of that name is replaced as a whole.

    https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_PutSubscriptionFilter.html

    Attributes:
        name: The log group.
        before: ARN of the function.
        after: As before.
        filter_name: The filter's name.
    """

    kind: ClassVar[str] = "point_subscription_filter"
    reversible: ClassVar[bool] = True
    symbol: ClassVar[str] = "→"
    set_by_aws: ClassVar[frozenset[str]] = frozenset({"creationTime"})
    filter_name: str

    def describe(self) -> str:
        """Return one line for a person."""
        return f"log group {self.name}, filter {self.filter_name}: {short(self.before)} → {short(self.after)}"

    def read(self, aws: Aws) -> Document | None:
        """Return the filter."""
        try:
            filters = list(
                aws.pages(
                    "logs",
                    "describe_subscription_filters",
                    "subscriptionFilters",
                    logGroupName=self.name,
                    filterNamePrefix=self.filter_name,
                )
            )
        except NotFound:
            return None
        return next((each for each in filters if each["filterName"] == self.filter_name), None)

    def ours(self, document: Document) -> Any:
        """Return where it sends to."""
        return document[DESTINATION]

    def merged(self, document: Document, side: str) -> Document:
        """Return the filter with a side as its destination."""
        return put(document, {(DESTINATION,): side})

    def send(self, aws: Aws, document: Document) -> None:
        """Write the whole filter; a pattern that is empty is sent too: it lets everything through."""
        sent = aws.taken("logs", "put_subscription_filter", document)
        aws.call("logs", "put_subscription_filter", **{"filterPattern": "", **sent})

    def aws_calls(self) -> tuple[Call, ...]:
        """Return every call that it may make, there and back."""
        return calls("logs", "DescribeSubscriptionFilters PutSubscriptionFilter", logGroupName=self.name)
