"""The keys that sign requests to the service: ``id:secret[,id:secret]``, the first signs, all of them verify."""

from __future__ import annotations

import secrets as random
from dataclasses import dataclass
from typing import TYPE_CHECKING

from lambda_migrate import secrets
from lambda_migrate.errors import ConfigError, NotFound

if TYPE_CHECKING:
    from lambda_migrate.aws import Aws

BYTES = 32
"""Of randomness in a key, as much as SHA-256 gives back."""

KEPT = 2
"""Keys that are valid at once: the one that signs and the one before."""


@dataclass(frozen=True)
class SigningKeys:
    """The keys, the one that signs first. Their secrets are in no representation.

    Args:
        pairs: Identifiers and secrets.
    """

    pairs: tuple[tuple[str, str], ...] = ()

    def __repr__(self) -> str:
        return f"SigningKeys({self.identifiers})"

    @property
    def identifiers(self) -> list[str]:
        """What may be shown of them."""
        return [identifier for identifier, _secret in self.pairs]

    def describe(self) -> str:
        """Return which key signs and which one is still valid, in one line."""
        if not self.pairs:
            return "no key"
        first, *rest = self.identifiers
        return f"{first} signs" + (f", {', '.join(rest)} is still valid" if rest else "")

    def rotated(self) -> SigningKeys:
        """Return them with a new key that signs; the one that signed until now stays valid."""
        numbers = [int(name[1:]) for name in self.identifiers if name[:1] == "k" and name[1:].isdigit()]
        fresh = (f"k{max(numbers, default=0) + 1}", random.token_urlsafe(BYTES))
        return SigningKeys((fresh, *self.pairs)[:KEPT])


def read(aws: Aws, reference: str) -> SigningKeys:
    """Return the keys of a secret; none where the secret does not exist.

    Raises:
        ConfigError: The secret holds something else.
        NotAllowed, AwsError: As AWS answers.
    """
    try:
        text = secrets.read(aws, reference)
    except NotFound:
        return SigningKeys()
    return parse(text, reference)


def parse(text: str, reference: str) -> SigningKeys:
    """Read ``id:secret[,id:secret]``.

    Args:
        text: What the secret holds.
        reference: What the secret is called, for the message.

    Raises:
        ConfigError: It is written otherwise.
    """
    pairs = tuple((pair.partition(":")[0].strip(), pair.partition(":")[2].strip()) for pair in text.split(","))
    if not all(identifier and secret for identifier, secret in pairs):
        raise ConfigError(f"`{reference}` is not written as id:secret[,id:secret]", hint="delete it, or write it anew")
    return SigningKeys(pairs)


def write(aws: Aws, reference: str, keys: SigningKeys) -> None:
    """Write the keys into their secret, which is made if it does not exist.

    Raises:
        NotAllowed, AwsError: As AWS answers.
    """
    secrets.write(aws, reference, ",".join(f"{identifier}:{secret}" for identifier, secret in keys.pairs))
