"""Questions before something changes; without a person to ask, a refusal that names the flag."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lambda_migrate.errors import ConfigError, MigrateError

if TYPE_CHECKING:
    from lambda_migrate.workflow.context import Context


def agree(context: Context, question: str, *, yes: bool, planned: bool = True) -> None:
    """Go on only if the user agrees.

    Args:
        context: Of the command.
        question: What is asked, with its question mark.
        yes: The user has agreed already, by ``--yes``.
        planned: Whether `--dry-run` would show what is going to be done.

    Raises:
        ConfigError: There is nobody to ask.
        MigrateError: The user said no.
    """
    if yes:
        return
    _require_person(context, "--yes", planned=planned)
    if context.terminal.ask(f"\n{question} [y/N] ").lower() not in ("y", "yes"):
        raise MigrateError("you said no", hint="nothing was changed")


def agree_by_name(context: Context, name: str, *, confirm: str | None) -> None:
    """Go on only if the user types the name of what is going to be destroyed.

    Args:
        context: Of the command.
        name: What has to be typed.
        confirm: What was given by ``--confirm``, or None.

    Raises:
        ConfigError: There is nobody to ask, or the name is another one.
    """
    if confirm is None:
        _require_person(context, f"--confirm {name}")
        confirm = context.terminal.ask(f"\nType {name} to confirm: ")
    if confirm != name:
        raise ConfigError(f"`{confirm}` is not the name of the function, `{name}`", hint="nothing was changed")


def _require_person(context: Context, flag: str, *, planned: bool = True) -> None:
    if context.options.json or not context.terminal.interactive:
        command = " ".join(["lambda-migrate", *context.command])
        raise ConfigError(
            f"`{command}` changes something and there is nobody to ask",
            hint=f"look at the plan with `--dry-run`, then say `{flag}`" if planned else f"say `{flag}`",
        )
