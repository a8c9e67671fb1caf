"""Signs the requests of a load as the proxy does, so that the service takes them for its own: with event and caller."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from lambda_migrate.aws import secrets
from lambda_migrate.function import signing_keys
from lambda_migrate.load.generator import headers_of
from lambda_migrate.proxy.runtime.context import header_value
from lambda_migrate.proxy.runtime.signing import NOTHING, Key, caller, digest, signed_lines
from lambda_migrate.workflow.shadow_sides import Invocation

if TYPE_CHECKING:
    from lambda_migrate.load.reads import Read
    from lambda_migrate.workflow.context import Context

DOOR = "x-lambda-migrate-door-key"
"""The header that a service with `require: header` asks for."""

PATIENCE = 10.0
"""Seconds that an answer is waited for, as the service is told."""


@dataclass(frozen=True)
class Signer:
    """Returns the headers that go beside those of a request.

    Args:
        function: The function's name.
        key: Signs; None where the service is loaded without signatures.
        door: The value of the door's header; "" for none.
    """

    function: str
    key: Key | None = None
    door: str = ""

    def __call__(self, read: Read) -> dict[str, str]:
        """Sign one request, as new: a signature is of one moment."""
        door = {DOOR: self.door} if self.door else {}
        if self.key is None:
            return door
        invocation = Invocation(self.function, PATIENCE)
        context = header_value(invocation, read.event, read.request, "")
        signed = caller(list(headers_of(read).items()))
        asked_by = digest(signed.encode()) if signed else NOTHING
        lines = signed_lines(self.key, read.method, read.target, NOTHING, context, asked_by)
        return door | dict(line.split(": ", 1) for line in lines.split("\r\n") if line)


def signer(context: Context) -> Signer:
    """Return what signs for the service of migration.yaml: with its signing keys where they are named.

    Raises:
        ConfigError: The secret holds something else.
        NotFound, NotAllowed, AwsError: As AWS answers.
    """
    service, reference = context.migration.service, context.migration.proxy.signing_keys
    key, door = None, ""
    if reference:
        identifier, _, secret = signing_keys.signing(context.aws_read_only, str(reference)).partition(":")
        key = Key(identifier, secret.encode())
    if service.require == "header" and service.door_key:
        door = secrets.read(context.aws_read_only, str(service.door_key))
    return Signer(context.migration.function, key, door)
