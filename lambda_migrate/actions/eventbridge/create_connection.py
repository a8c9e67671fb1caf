"""Makes the EventBridge connection that holds what API destinations authenticate with."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from lambda_migrate.actions.base import Observed
from lambda_migrate.aws import secrets
from lambda_migrate.aws.documents import read_or_none
from lambda_migrate.aws.permissions import calls
from lambda_migrate.errors import AwsError, ConfigError

if TYPE_CHECKING:
    from lambda_migrate.aws.documents import Document
    from lambda_migrate.aws.permissions import Call
    from lambda_migrate.aws.session import Aws

VALUE = re.compile(r"[^\x00-\x08\x0A-\x1F:\x7F]*")
"""``ApiKeyValue`` of EventBridge's service model, which is not empty, in a form that takes linear time.

AWS refuses anything else, with words that may repeat the value.
"""

LONGEST = 512
"""Characters of ``ApiKeyValue``."""

_MOVING = ("CREATING", "UPDATING", "DELETING", "AUTHORIZING", "DEAUTHORIZING")


@dataclass(frozen=True)
class CreateConnection:
    """Make a connection that sends a secret in a header.

    Attributes:
        name: Name of the connection.
        header: The header.
        secret: Reference of the secret, ``secretsmanager:NAME``; its value is read when the action runs, and kept
            nowhere but in the connection.
    """

    kind: ClassVar[str] = "create_connection"
    reversible: ClassVar[bool] = True
    symbol: ClassVar[str] = "+"
    name: str
    header: str
    secret: str

    def describe(self) -> str:
        """Return one line for a person."""
        return f"connection {self.name}: header {self.header} from {self.secret}"

    def describe_back(self) -> str:
        """Return what undoing it does, in one line for a person."""
        return f"connection {self.name}: delete"

    def observe(self, aws: Aws) -> Observed:
        """Return whether it is there and authorized; MOVING while EventBridge works on it."""
        connection = self._read(aws)
        if connection is None:
            return Observed.BEFORE
        if connection["ConnectionState"] in _MOVING:
            return Observed.MOVING
        wanted = ("AUTHORIZED", "API_KEY", self.header)
        return Observed.AFTER if (connection["ConnectionState"], *_key(connection)) == wanted else Observed.DRIFT

    def _read(self, aws: Aws) -> Document | None:
        return read_or_none(aws, "events", "describe_connection", Name=self.name)

    def apply(self, aws: Aws) -> None:
        """Make it, with the secret's value of this moment."""
        value = secrets.read(aws, self.secret)
        if problem := unusable(value):
            raise ConfigError(f"`{self.secret}` {problem}", hint="`lambda-migrate explain api-key-unusable` says more")
        try:
            aws.call(
                "events",
                "create_connection",
                Name=self.name,
                AuthorizationType="API_KEY",
                AuthParameters={"ApiKeyAuthParameters": {"ApiKeyName": self.header, "ApiKeyValue": value}},
            )
        except AwsError as error:
            raise secrets.without_values(error) from None

    def undo(self, aws: Aws) -> None:
        """Delete it, and with it the secret that EventBridge keeps for it."""
        aws.call("events", "delete_connection", Name=self.name)

    def aws_calls(self) -> tuple[Call, ...]:
        """Return every call that it may make, there and back."""
        return (
            *calls("events", "DescribeConnection CreateConnection DeleteConnection", Name=self.name),
            *secrets.calls_of(self.secret, "read"),
        )

    def current(self, aws: Aws) -> str:
        """Return what is there now, in one line."""
        connection = self._read(aws)
        return (
            f"{connection['ConnectionState']}, {' '.join(_key(connection))}"
            if connection
            else f"no connection {self.name}"
        )


def unusable(value: str) -> str:
    """Return why EventBridge does not take a value as a key, one clause that does not repeat it; "" where it does."""
    if VALUE.fullmatch(value) and value.strip() and len(value) <= LONGEST:
        return ""
    if value.lstrip().startswith("{"):
        return "holds a JSON document, and has to hold the bare key"
    if len(value) > LONGEST:
        return f"holds {len(value):,} characters, and EventBridge takes {LONGEST}"
    return "is empty" if not value.strip() else "holds a colon or a control character, which EventBridge does not take"


def _key(connection: Document) -> tuple[str, str]:
    parameters = (connection.get("AuthParameters") or {}).get("ApiKeyAuthParameters") or {}
    return str(connection["AuthorizationType"]), str(parameters.get("ApiKeyName", ""))
