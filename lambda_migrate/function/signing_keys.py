"""The keys that sign requests to the service: ``id:secret[,id:secret]``, the first signs, all of them verify."""

from __future__ import annotations

import secrets as random
from dataclasses import dataclass
from typing import TYPE_CHECKING

from lambda_migrate.aws import secrets
from lambda_migrate.errors import ConfigError, NotFound

if TYPE_CHECKING:
    from collections.abc import Iterable

    from lambda_migrate.aws.session import Aws

BYTES = 32
"""Of randomness in a key, as much as SHA-256 gives back."""


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
        """Return which key signs and which ones are valid too, in one line."""
        return describe(self.identifiers)

    def secret(self, identifier: str) -> str:
        """Return the secret of a key.

        Raises:
            ConfigError: The key does not exist.
        """
        for known, secret in self.pairs:
            if known == identifier:
                return secret
        raise ConfigError(f"the signing key `{identifier}` does not exist", hint=f"there is {self.describe()}")

    def arranged(self, identifiers: Iterable[str]) -> SigningKeys:
        """Return the keys of these identifiers in their order; those that do not exist yet are made."""
        known = dict(self.pairs)
        return SigningKeys(tuple((each, known.get(each) or random.token_urlsafe(BYTES)) for each in identifiers))


def describe(identifiers: Iterable[str]) -> str:
    """Return which key signs and which ones are valid too, in one line."""
    first, *rest = [*identifiers] or [""]
    if not first:
        return "no key"
    return f"{first} signs" + (f", {', '.join(rest)} {'are' if rest[1:] else 'is'} valid too" if rest else "")


def next_identifier(identifiers: Iterable[str]) -> str:
    """Return what the next key is called: ``k1``, or one more than the highest that there is."""
    numbers = [int(name[1:]) for name in identifiers if name[:1] == "k" and name[1:].isdecimal()]
    return f"k{max(numbers, default=0) + 1}"


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


def signing(aws: Aws, reference: str) -> str:
    """Return the key that signs, ``id:secret``: what a proxy version carries, and no more.

    Raises:
        ConfigError: There is none, or the secret holds something else.
        NotAllowed, AwsError: As AWS answers.
    """
    keys = read(aws, reference)
    if not keys.pairs:
        raise ConfigError(
            f"`{reference}` holds no signing key", hint="`lambda-migrate proxy rotate-key` makes the first"
        )
    return ":".join(keys.pairs[0])


def parse(text: str, reference: str) -> SigningKeys:
    """Read ``id:secret[,id:secret]``.

    Args:
        text: What the secret holds.
        reference: What the secret is called, for the message.

    Raises:
        ConfigError: It is written otherwise.
    """
    pairs = tuple((pair.partition(":")[0].strip(), pair.partition(":")[2].strip()) for pair in text.split(","))
    if not all(identifier and secret for identifier, secret in pairs) or len(dict(pairs)) < len(pairs):
        raise ConfigError(
            f"`{reference}` is not written as id:secret[,id:secret]", hint="delete it, or write it in that form"
        )
    return SigningKeys(pairs)


def identifier_in(text: str) -> str:
    """Return the identifier of the key that signs, from the value of ``LAMBDA_MIGRATE_SIGNING_KEYS``, or ""."""
    identifier, colon, _secret = text.partition(",")[0].partition(":")
    return identifier.strip() if colon else ""


def write(aws: Aws, reference: str, keys: SigningKeys) -> None:
    """Write the keys into their secret, which is made if it does not exist, and deleted if there are none.

    Raises:
        NotAllowed, AwsError: As AWS answers.
    """
    if keys.pairs:
        secrets.write(aws, reference, ",".join(f"{identifier}:{secret}" for identifier, secret in keys.pairs))
    else:
        secrets.delete(aws, reference)
