"""Stores the function's secrets where the service reads them: from its variables, by name, never shown.

What is stored already stays as it is. A value passes from AWS to AWS: it is in no file, argument, log or record.
"""

from __future__ import annotations

import hmac
import secrets as random_source
from typing import TYPE_CHECKING, Literal, NamedTuple

from lambda_migrate.aws import secrets
from lambda_migrate.errors import NotFound
from lambda_migrate.workflow.execution import open_ledger

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from lambda_migrate.aws.session import Aws
    from lambda_migrate.workflow.context import Context

API_KEY_BYTES = 32
"""Of the key that EventBridge sends to the service; it is drawn here, because the function has none."""

State = Literal["stored", "made", "there", "other", "unknown"]

TOLD: dict[State, str] = {
    "stored": "stored, as the function has it",
    "made": "made, a new random value",
    "there": "was there already, as the function has it",
    "other": "was there already with another value than the function's, and stays",
    "unknown": "does not exist, and the function does not have its value: store it by hand",
}


class Secret(NamedTuple):
    """A secret that the service needs.

    Attributes:
        name: Of the variable that holds it, or what it is.
        reference: Where it is kept: ``secretsmanager:NAME`` or ``ssm:NAME``.
        value: What the function has; None where it has none.
        made: Whether it is made where it does not exist.
    """

    name: str
    reference: str
    value: str | None = None
    made: bool = False

    def __repr__(self) -> str:
        return f"Secret({self.name!r}, {self.reference!r})"


def needed(references: Mapping[str, str], environment: Mapping[str, str], api_key: str | None) -> list[Secret]:
    """Return the secrets of a service.

    Args:
        references: Its variables that stand for secrets, and where those are kept.
        environment: The function's variables, with their values.
        api_key: Where the key is kept that EventBridge sends; None without one.
    """
    given = {name: value for name, value in environment.items() if value != references.get(name)}
    wanted = [Secret(name, reference, given.get(name)) for name, reference in sorted(references.items())]
    return [*wanted, *([Secret("API key", api_key, made=True)] if api_key else [])]


def store(context: Context, function: str, wanted: Iterable[Secret]) -> dict[str, State]:
    """Store what is not stored yet.

    Args:
        context: Of the command.
        function: The function's ARN, unqualified; the ledger notes the names.
        wanted: The secrets.

    Returns:
        What became of each, by its reference.

    Raises:
        MigrateError: AWS refuses; what was stored until then stays.
    """
    looked = [(secret, _there(context.aws_read_only, secret)) for secret in wanted]
    missing = [secret for secret, there in looked if there is None]
    if names := [secret.reference for secret in missing if secret.value is not None or secret.made]:
        with open_ledger(context, function) as ledger:
            ledger.note("secrets-stored", names=names)
    return {**{secret.reference: there for secret, there in looked if there}, **dict(_stored(context, missing))}


def _stored(context: Context, missing: Iterable[Secret]) -> Iterator[tuple[str, State]]:
    for secret in missing:
        if secret.value is None and not secret.made:
            yield secret.reference, "unknown"
            continue
        value = random_source.token_urlsafe(API_KEY_BYTES) if secret.value is None else secret.value
        secrets.write(context.aws, secret.reference, value)
        yield secret.reference, "made" if secret.value is None else "stored"


def _there(aws: Aws, secret: Secret) -> State | None:
    """Return how a secret that exists compares with the function's; None where it does not exist.

    Raises:
        NotFound: It is scheduled for deletion, and its name is taken.
    """
    try:
        value = secrets.read(aws, secret.reference)
    except NotFound:
        if secrets.scheduled_for_deletion(aws, secret.reference):
            raise
        return None
    same = secret.value is None or hmac.compare_digest(value.encode(), secret.value.encode())
    return "there" if same else "other"
