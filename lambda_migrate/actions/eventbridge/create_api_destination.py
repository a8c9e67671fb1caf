"""Makes the EventBridge API destination through which a rule reaches the service."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar

from lambda_migrate.actions.base import Observed
from lambda_migrate.actions.references import connection_arn, gone
from lambda_migrate.aws.documents import read_or_none
from lambda_migrate.aws.permissions import calls

if TYPE_CHECKING:
    from lambda_migrate.aws.documents import Document
    from lambda_migrate.aws.permissions import Call
    from lambda_migrate.aws.session import Aws


@dataclass(frozen=True)
class CreateApiDestination:
    """Make an API destination that posts to a URL.

    Attributes:
        name: Name of the API destination.
        connection: Name of the connection that it authenticates with.
        url: Where it posts to.
        rate: Invocations per second, at most.
    """

    kind: ClassVar[str] = "create_api_destination"
    reversible: ClassVar[bool] = True
    symbol: ClassVar[str] = "+"
    name: str
    connection: str
    url: str
    rate: int

    def describe(self) -> str:
        """Return one line for a person."""
        return f"api destination {self.name}: POST {self.url}, at most {self.rate} a second"

    def describe_back(self) -> str:
        """Return what undoing it does, in one line for a person."""
        return f"api destination {self.name}: delete"

    def observe(self, aws: Aws) -> Observed:
        """Return whether it is there, with these settings."""
        destination = self._read(aws)
        if destination is None:
            return Observed.BEFORE
        wanted = self._wanted(connection_arn(aws, self.connection))
        return Observed.AFTER if {name: destination.get(name) for name in wanted} == wanted else Observed.DRIFT

    def _read(self, aws: Aws) -> Document | None:
        return read_or_none(aws, "events", "describe_api_destination", Name=self.name)

    def _wanted(self, connection: str | None) -> dict[str, Any]:
        return {
            "ConnectionArn": connection,
            "InvocationEndpoint": self.url,
            "HttpMethod": "POST",
            "InvocationRateLimitPerSecond": self.rate,
        }

    def apply(self, aws: Aws) -> None:
        """Make it."""
        connection = connection_arn(aws, self.connection)
        if connection is None:
            raise gone(f"connection `{self.connection}` does not exist")
        aws.call("events", "create_api_destination", Name=self.name, **self._wanted(connection))

    def undo(self, aws: Aws) -> None:
        """Delete it."""
        aws.call("events", "delete_api_destination", Name=self.name)

    def aws_calls(self) -> tuple[Call, ...]:
        """Return every call that it may make, there and back."""
        return (
            *calls("events", "DescribeApiDestination DeleteApiDestination", Name=self.name),
            *calls("events", "CreateApiDestination", Name=self.name, Connection=self.connection),
            *calls("events", "DescribeConnection", Name=self.connection),
        )

    def current(self, aws: Aws) -> str:
        """Return what is there now, in one line."""
        destination = self._read(aws)
        if destination is None:
            return f"no api destination {self.name}"
        return (
            f"{destination['HttpMethod']} {destination['InvocationEndpoint']}, {destination.get('ApiDestinationState')}"
        )
