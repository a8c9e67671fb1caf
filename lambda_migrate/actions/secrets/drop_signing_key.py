"""Ends the life of a signing key."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from lambda_migrate.actions.base import Irreversible, Observed
from lambda_migrate.aws import secrets
from lambda_migrate.function import signing_keys

if TYPE_CHECKING:
    from lambda_migrate.aws.permissions import Call
    from lambda_migrate.aws.session import Aws


@dataclass(frozen=True)
class DropSigningKey(Irreversible):
    """Take a signing key out of its secret. What it signed is refused from then on, and nobody can make it again.

    The versions of the function that sign with it stay, and reach the service no more.

    Attributes:
        secret: Reference of the secret, ``secretsmanager:NAME`` or ``ssm:NAME``.
        key: Identifier of the key, the last of the secret.
        kept: Identifiers of the keys before it, the one that signs first.
    """

    kind: ClassVar[str] = "drop_signing_key"
    symbol: ClassVar[str] = "-"
    secret: str
    key: str
    kept: list[str]

    def describe(self) -> str:
        """Return one line for a person."""
        return f"signing key {self.key} in {self.secret}: drop; {signing_keys.describe(self.kept)}"

    def observe(self, aws: Aws) -> Observed:
        """Return whether the secret still holds it."""
        held = signing_keys.read(aws, self.secret).identifiers
        if held == self.kept:
            return Observed.AFTER
        return Observed.BEFORE if held == [*self.kept, self.key] else Observed.DRIFT

    def needless(self, aws: Aws) -> str:  # noqa: ARG002  # it is so everywhere
        """Return why the way back can do without the key: the original signs nothing."""
        return f"the key {self.key} stays dropped; the original does not need it"

    def apply(self, aws: Aws) -> None:
        """Write the other keys."""
        signing_keys.write(aws, self.secret, signing_keys.read(aws, self.secret).arranged(self.kept))

    def aws_calls(self) -> tuple[Call, ...]:
        """Return every call that it may make, there and back."""
        return secrets.calls_of(self.secret, "read", "write")

    def current(self, aws: Aws) -> str:
        """Return what is there now, in one line."""
        return f"signing keys in {self.secret}: {signing_keys.read(aws, self.secret).describe()}"
