"""Adds a signing key, or changes which one signs."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from lambda_migrate.actions.base import Observed
from lambda_migrate.aws import secrets
from lambda_migrate.function import signing_keys

if TYPE_CHECKING:
    from lambda_migrate.aws.permissions import Call
    from lambda_migrate.aws.session import Aws


@dataclass(frozen=True)
class SetSigningKeys:
    """Make the signing keys of a secret these, in this order; the first signs, the service accepts all of them.

    A key that does not exist yet is made, of 32 random bytes, when the action runs: its value is nowhere but in the
    secret. The secret itself is made for its first key; undoing that deletes it.

    Attributes:
        secret: Reference of the secret, ``secretsmanager:NAME`` or ``ssm:NAME``.
        before: Identifiers of the keys, the one that signs first; none before the secret is made.
        after: Identifiers, all of ``before`` among them.
    """

    kind: ClassVar[str] = "set_signing_keys"
    reversible: ClassVar[bool] = True
    symbol: ClassVar[str] = "~"
    secret: str
    before: list[str]
    after: list[str]

    def describe(self) -> str:
        """Return one line for a person."""
        before, after = signing_keys.describe(self.before), signing_keys.describe(self.after)
        return f"signing keys in {self.secret}: {before} → {after}"

    def observe(self, aws: Aws) -> Observed:
        """Return which keys the secret holds."""
        held = signing_keys.read(aws, self.secret).identifiers
        if held == self.after:
            return Observed.AFTER
        return Observed.BEFORE if held == self.before else Observed.DRIFT

    def needless(self, aws: Aws) -> str:
        """Return whether the secret holds other keys by now, as after a rotation's end; the original needs none."""
        held = signing_keys.read(aws, self.secret).identifiers
        return "" if held in (self.after, self.before) else "the secret holds other keys by now, which stay"

    def apply(self, aws: Aws) -> None:
        """Write ``after``, making the keys that are new."""
        signing_keys.write(aws, self.secret, signing_keys.read(aws, self.secret).arranged(self.after))

    def undo(self, aws: Aws) -> None:
        """Write ``before``; a key that was new is gone, and nothing signs with it any more."""
        signing_keys.write(aws, self.secret, signing_keys.read(aws, self.secret).arranged(self.before))

    def aws_calls(self) -> tuple[Call, ...]:
        """Return every call that it may make, there and back."""
        if self.before:
            return secrets.calls_of(self.secret, "read", "write")
        return secrets.calls_of(self.secret, "read", "create", "delete")

    def current(self, aws: Aws) -> str:
        """Return what is there now, in one line."""
        return f"signing keys in {self.secret}: {signing_keys.read(aws, self.secret).describe()}"
