"""What typer, signals and defects raise, told as errors of our own."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from lambda_migrate.cli.journey import entry
from lambda_migrate.errors import ConfigError, Interrupted, MigrateError

if TYPE_CHECKING:
    from collections.abc import Sequence

    import typer


def usage(error: typer.TyperException, words: Sequence[str]) -> ConfigError:
    """Return a usage error in the house style.

    Args:
        error: What typer raised.
        words: The words that name the command.
    """
    text = " ".join(error.format_message().split()).rstrip(".")
    text = re.sub(r"'([^']*)'", r"`\1`", text)
    text = re.sub(r"No such option: (\S+)", r"no such option: `\1`", text)
    near = re.search(r" \(Possible options: ([^,)]+).*\)$", text)
    if near:
        return ConfigError(text[: near.start()], hint=f"did you mean `{near[1]}`?")
    called = " ".join(["lambda-migrate", *words])
    return ConfigError(text[:1].lower() + text[1:], hint=f"`{called} --help` shows what it takes")


def interruption(words: Sequence[str], by: str) -> Interrupted:
    """Return what to say when somebody stops a command.

    Args:
        words: The words that name the command.
        by: What stopped it: ``Ctrl-C``, ``SIGTERM``.
    """
    found = entry(words[0]) if words else None
    if found and words[-1] in found.changes:
        hint = (
            "`lambda-migrate status` shows what is done; run the same command again to go on, "
            "or `lambda-migrate rollback` to go back"
        )
    else:
        hint = "nothing was changed; run the same command again"
    return Interrupted(f"stopped by {by}", hint=hint)


def crash(error: Exception) -> MigrateError:
    """Write what nobody foresaw to a log and return a short line that names the log."""
    import os  # noqa: PLC0415  # only when something went wrong
    import tempfile  # noqa: PLC0415  # as above
    import traceback  # noqa: PLC0415  # as above

    handle, path = tempfile.mkstemp(prefix="lambda-migrate-", suffix=".log")
    with os.fdopen(handle, "w", encoding="utf-8") as log:
        log.write("".join(traceback.format_exception(error)))
    told = MigrateError(
        f"unexpected {type(error).__name__}, a defect of lambda-migrate",
        hint=f"`{path}` has the details; `lambda-migrate status` shows where things stand",
    )
    told.__cause__ = error
    return told
