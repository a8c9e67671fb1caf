"""Telling everybody of a freeze: a file beside migration.yaml, and a webhook where one is named."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lambda_migrate.errors import ConfigError, MigrateError

if TYPE_CHECKING:
    from pathlib import Path

    from lambda_migrate.context import Context
    from lambda_migrate.freeze import Snapshot
    from lambda_migrate.triggers.base import Function


def announce(context: Context, snapshot: Snapshot, function: Function, began: str) -> Path:
    """Write the announcement beside migration.yaml; return where.

    Raises:
        MigrateError: It cannot be written.
    """
    from lambda_migrate.freeze import announcement  # noqa: PLC0415  # as above

    text = announcement.announcement(
        context.migration.freeze,
        snapshot,
        function=function.name,
        **context.identity,
        began=began,
        directory=context.migration.service.directory,
    )
    path = context.folder / announcement.FILE
    try:
        path.write_text(text, encoding="utf-8")
    except OSError as error:
        raise MigrateError(
            f"`{path}` cannot be written: {error.strerror}", hint="the freeze is recorded; `freeze --check` holds it"
        ) from error
    return path


def post(context: Context, function: str, began: str, *, lifted: bool = False) -> MigrateError | None:
    """Post to the webhook, where one is named; what goes wrong there is told, and undoes nothing."""
    reference = context.migration.freeze.webhook
    if not reference:
        return None
    from lambda_migrate.freeze import announcement  # noqa: PLC0415  # as above
    from lambda_migrate.verify import webhook  # noqa: PLC0415  # httpx is slow to import

    try:
        url = _webhook(context, reference)
        webhook.post(url, announcement.message(context.migration.freeze, function=function, began=began, lifted=lifted))
    except MigrateError as error:
        return error
    return None


def _webhook(context: Context, reference: str) -> str:
    from lambda_migrate import secrets  # noqa: PLC0415  # as above

    kind, _, name = reference.partition(":")
    if kind == "env":
        url = context.terminal.environ.get(name, "")
        if not url:
            raise ConfigError(f"`{name}` is not set", hint="`freeze.webhook` names it in migration.yaml")
        return url
    return secrets.read(context.looking, reference) if kind in ("secretsmanager", "ssm") else reference
