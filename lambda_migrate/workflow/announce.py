"""Telling everybody of a freeze: a file beside migration.yaml, and a webhook where one is named."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lambda_migrate.aws import secrets
from lambda_migrate.errors import ConfigError, MigrateError
from lambda_migrate.fields import WEBHOOKS
from lambda_migrate.freeze import announcement
from lambda_migrate.freeze import webhook as posting

if TYPE_CHECKING:
    from pathlib import Path

    from lambda_migrate.freeze import Snapshot
    from lambda_migrate.workflow.context import Context


def announce(context: Context, snapshot: Snapshot, began: str) -> Path:
    """Write the announcement beside migration.yaml; return where.

    Args:
        context: Of the command.
        snapshot: What is frozen.
        began: When the freeze began, ISO 8601.

    Raises:
        MigrateError: It cannot be written.
    """
    text = announcement.announcement(
        context.migration.freeze,
        snapshot,
        function=context.migration.function,
        **context.identity,
        began=began,
        directory=context.migration.service.directory,
    )
    return _written(context, text, "make room for it, then `lambda-migrate freeze` again: the freeze is recorded")


def over(context: Context, at: str) -> MigrateError | None:
    """Write that the freeze has ended in place of the announcement, and post it; return what went wrong there.

    Args:
        context: Of the command.
        at: When it ended, ISO 8601.
    """
    try:
        if (context.folder / announcement.FILE).exists():
            text = announcement.over(context.migration.function, at)
            _written(context, text, "remove it: the freeze is over")
    except MigrateError as error:
        return error
    return post(context, "", lifted=True)


def _written(context: Context, text: str, hint: str) -> Path:
    path = context.folder / announcement.FILE
    try:
        path.write_text(text, encoding="utf-8")
    except OSError as error:
        raise MigrateError(f"`{path}` cannot be written: {error.strerror}", hint=hint) from error
    return path


def post(context: Context, began: str, *, lifted: bool = False) -> MigrateError | None:
    """Post to the webhook, where one is named; what goes wrong there is told, and undoes nothing.

    Args:
        context: Of the command.
        began: When the freeze began, ISO 8601.
        lifted: Whether it has ended.
    """
    if not context.migration.freeze.webhook:
        return None
    try:
        function = context.migration.function
        body = announcement.message(context.migration.freeze, function=function, began=began, lifted=lifted)
        posting.post(webhook(context), body, pause=context.progress.sleep)
    except MigrateError as error:
        return error
    return None


def webhook(context: Context) -> str:
    """Return the URL of the webhook, or "" where none is named.

    Raises:
        ConfigError: The environment variable is not set, or what is kept there is no https URL.
        NotFound, NotAllowed, AwsError: As AWS answers, where a secret holds it.
    """
    reference = context.migration.freeze.webhook or ""
    if not reference:
        return ""
    kind, _, name = reference.partition(":")
    if kind == "env":
        url = context.terminal.environ.get(name, "")
        if not url:
            raise ConfigError(f"`{name}` is not set", hint="`freeze.webhook` names it in migration.yaml")
    else:
        url = secrets.read(context.aws_read_only, reference) if kind in ("secretsmanager", "ssm") else reference
    if not url.startswith(WEBHOOKS):
        raise ConfigError(
            "the URL of the webhook does not begin with https://", hint=f"it is kept in `{kind}:{name}`; fix it there"
        )
    return url
