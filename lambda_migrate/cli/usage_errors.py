"""What typer, signals and defects raise, told as errors of our own."""

from __future__ import annotations

import difflib
import errno
import os
import re
import traceback
from typing import TYPE_CHECKING, Any

from lambda_migrate.cli.options import shared_names
from lambda_migrate.cli.registry import entry
from lambda_migrate.errors import ConfigError, Interrupted, MigrateError

if TYPE_CHECKING:
    from collections.abc import Sequence

    import typer

_WORDING = (
    (r"'([^']*)'", r"`\1`"),
    (r"Value error, ", ""),
    (r"Got unexpected extra arguments?(?:\(s\))? \((.*)\)", r"unexpected argument `\1`"),
    (r"No such command (`[^`]*`)", r"unknown command \1"),
    (r"Input should be a valid integer, unable to parse string as an integer", "it should be a number"),
    (r": Input should be", ": it should be"),
)
"""What typer says, and how we say it."""

_OF_THE_FILE = frozenset({errno.EACCES, errno.EPERM, errno.EROFS, errno.ENOSPC, errno.EDQUOT, errno.EIO})
"""Errors of the operating system that come from a file or its disk, and are not defects."""


def usage(error: typer.TyperException, words: Sequence[str]) -> ConfigError:
    """Return a usage error in the house style.

    Args:
        error: What typer raised.
        words: The words that name the command.
    """
    called = " ".join(["lambda-migrate", *words])
    option = str(getattr(error, "option_name", ""))
    if hasattr(error, "possibilities"):
        return ConfigError(f"no such option: `{option}`", hint=_nearest(error, option, called))
    text = " ".join(error.format_message().split()).rstrip(".")
    for pattern, ours in _WORDING:
        text = re.sub(pattern, ours, text)
    text, _, near = text.partition(" Did you mean ")
    text = text.rstrip(".")
    near = near.rstrip("?") or _within(text, words)
    hint = f"did you mean {near}?" if near else f"`{called} --help` shows what it takes"
    return ConfigError(text[:1].lower() + text[1:], hint=hint)


def _within(text: str, words: Sequence[str]) -> str:
    """Return the command of a group that a surplus argument was probably meant for, in backticks; or ""."""
    group = entry(words[0]) if len(words) == 1 else None
    typed = re.fullmatch(r"unexpected argument `(\S+).*`", text)
    near = difflib.get_close_matches(typed[1], group.commands, n=1) if group and typed else []
    return f"`{words[0]} {near[0]}`" if near else ""


def _nearest(error: Any, option: str, called: str) -> str:
    """Return what to type in place of an option that does not exist."""
    groups = hasattr(error.ctx.command, "commands") if error.ctx else False
    if groups and option in _everywhere():
        return f"options come last, after the command: `{called} COMMAND {option}`"
    near = difflib.get_close_matches(option, error.possibilities or (), n=1)
    return f"did you mean `{near[0]}`?" if near else f"`{called} --help` shows what it takes"


def _everywhere() -> list[str]:
    return ["-c", "-y", "-n", "--yes", "--dry-run", *(f"--{name.replace('_', '-')}" for name in shared_names())]


def interruption(words: Sequence[str], by: str) -> Interrupted:
    """Return what to say when somebody stops a command.

    Args:
        words: The words that name the command.
        by: What stopped it: ``Ctrl-C``, ``SIGTERM``.
    """
    command = entry(words[0]) if words else None
    if command and words[-1] in command.changes:
        hint = (
            "`lambda-migrate status` shows what is done; run the same command again to go on, "
            "or `lambda-migrate rollback` to go back"
        )
    else:
        hint = "nothing was changed; run the same command again"
    return Interrupted(f"stopped by {by}", hint=hint)


def crash(error: Exception) -> MigrateError:
    """Return a short line about an unexpected error: the file that may not be used, else the log with the details."""
    if isinstance(error, OSError) and error.errno in _OF_THE_FILE and error.filename:
        return MigrateError(
            f"`{os.fsdecode(error.filename)}` cannot be used: {str(error.strerror).lower()}",
            hint="let your user read and write it, or make room; `lambda-migrate status` shows where things stand",
        )
    import tempfile  # noqa: PLC0415  # slow to import, and needed only when something went wrong

    handle, path = tempfile.mkstemp(prefix="lambda-migrate-", suffix=".log")
    with os.fdopen(handle, "w", encoding="utf-8") as log:
        log.write("".join(traceback.format_exception(error)))
    told = MigrateError(
        f"unexpected {type(error).__name__}, a bug in lambda-migrate",
        hint=f"`{path}` has the details; `lambda-migrate status` shows where things stand",
    )
    told.__cause__ = error
    return told
