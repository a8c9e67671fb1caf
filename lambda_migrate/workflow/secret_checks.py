"""What `doctor` says of the secrets that the migration rests on; their values are looked at, and never shown."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lambda_migrate.actions.eventbridge import create_connection
from lambda_migrate.aws import secrets
from lambda_migrate.errors import MigrateError, NoCredentials, NotFound
from lambda_migrate.function import signing_keys
from lambda_migrate.targets.roles import DEFAULTS
from lambda_migrate.verify.check import Check

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from lambda_migrate.aws.session import Aws
    from lambda_migrate.config import Migration

STORES = "`lambda-migrate init --store-secrets` stores what is missing, from what the function has"


def of_signing_keys(aws: Aws, config: Migration) -> Check:
    """Return whether the signing keys are there."""
    name, reference = "signing keys", config.proxy.signing_keys
    if not reference:
        return Check(name, "fail", "no secret is named", "set `proxy.signing_keys` in migration.yaml")
    try:
        keys = signing_keys.read(aws, reference)
        gone = not keys.pairs and secrets.scheduled_for_deletion(aws, reference)
    except NoCredentials:
        raise
    except MigrateError as error:
        return Check(name, "fail", error.message, error.hint)
    if gone:
        return Check(name, "fail", f"`{reference}` is scheduled for deletion", secrets.restore_hint(reference))
    if not keys.pairs:
        return Check(name, "fail", f"`{reference}` does not exist", "`lambda-migrate proxy rotate-key` makes it")
    return Check(name, "pass", f"`{reference}`: {keys.describe()}")


def of_api_key(aws: Aws, config: Migration) -> Iterator[Check]:
    """Yield whether EventBridge would take the key for the service, where one is named."""
    name, reference = "API key", config.service.api_key
    if not reference:
        return
    try:
        problem = create_connection.unusable(secrets.read(aws, reference))
    except NotFound as error:
        yield Check(
            name, "fail", error.message if error.hint else f"`{reference}` does not exist", error.hint or STORES
        )
        return
    except NoCredentials:
        raise
    except MigrateError as error:
        yield Check(name, "fail", error.message, error.hint)
        return
    if problem:
        yield Check(
            name, "fail", f"`{reference}` {problem}", "`lambda-migrate explain api-key-unusable` says what to do"
        )
    else:
        yield Check(name, "pass", f"`{reference}` is one that EventBridge takes")


def of_variables(aws: Aws, config: Migration, folder: Path) -> Iterator[Check]:
    """Yield whether the secrets exist that the service reads when it starts; without one of them it does not.

    Args:
        aws: A session that only looks.
        config: What migration.yaml says.
        folder: The service's repository, whose `environment.defaults` names secrets too.
    """
    name, known = "secrets", references(config, folder)
    missing: list[str] = []
    try:
        missing += [each for each in known.values() if not secrets.exists(aws, each)]
    except NoCredentials:
        raise
    except MigrateError as error:
        yield Check(name, "fail", error.message, error.hint)
        return
    for each in dict.fromkeys(missing):
        yield Check(name, "fail", f"`{each}` does not exist", STORES)
    if known and not missing:
        yield Check(name, "pass", f"{', '.join(sorted(known))}: each is stored")


def references(config: Migration, folder: Path) -> dict[str, str]:
    """Return the service's variables that stand for secrets, and where those are kept."""
    try:
        lines = (folder / DEFAULTS).read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError):
        lines = []
    pairs = (line.partition("=") for line in lines if not line.startswith("#"))
    defaults = {name: value for name, _, value in pairs if value.startswith(("secretsmanager:", "ssm:"))}
    return {**defaults, **getattr(config.service.target, "secrets", {})}
