"""The analyzer's findings: what migration.yaml accepts of them, and the gate that the rest closes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lambda_migrate.errors import GateClosed
from lambda_migrate.render.units import counted

if TYPE_CHECKING:
    from pathlib import Path

    from lambda_migrate.analyzer import Acceptance, Analysis
    from lambda_migrate.context import Context


def analyzed(context: Context, folder: Path, handler: str | None) -> Analysis:
    """Return what the analyzer finds in a folder, less what migration.yaml accepts."""
    from lambda_migrate import analyzer  # noqa: PLC0415  # only commands that read code need it

    return analyzer.analyze(folder, handler, accepted=accepted(context))


def accepted(context: Context) -> tuple[Acceptance, ...]:
    """Return what migration.yaml accepts of the analyzer's; its other entries are names of gates."""
    from lambda_migrate.analyzer import Acceptance  # noqa: PLC0415  # as above
    from lambda_migrate.analyzer.rules import RULES  # noqa: PLC0415  # as above

    if not context.configured:
        return ()
    known = {name.lower() for rule in RULES for name in (rule.code, rule.name)}
    return tuple(
        Acceptance(entry.rule, entry.reason, entry.path)
        for entry in context.migration.accept
        if entry.rule.lower() in known
    )


def blocked(found: Analysis) -> GateClosed:
    """Return the refusal that errors of the analyzer lead to."""
    first = found.blocking[0]
    return GateClosed(
        f"{counted(len(found.blocking), 'error')}, the first in `{first.path}:{first.line}`: {first.code} {first.name}",
        hint=f"`lambda-migrate explain {first.code}` says why; mend it, or accept it with a reason",
    )


def require_none(context: Context, handler: str) -> None:
    """Refuse to move traffic to code that breaks off Lambda, where migration.yaml says where the code is.

    Args:
        context: Of the command.
        handler: The function's own handler.

    Raises:
        GateClosed: There are errors that nobody has accepted.
    """
    folder = context.folder / context.migration.source if context.migration.source else None
    if folder is None or not folder.is_dir():
        return
    context.progress.begin("reading the code for what breaks off Lambda")
    found = analyzed(context, folder, handler)
    context.progress.end()
    if found.blocking:
        raise blocked(found)
    for each in found.accepted:
        finding = each.finding
        context.terminal.say(f"accepted ({each.reason}): {finding.path}:{finding.line} {finding.code} {finding.name}")
