"""An error: one line that says what is wrong, one that says what to do."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lambda_migrate.render.drawing import paragraph
from lambda_migrate.render.escape import escape

if TYPE_CHECKING:
    from lambda_migrate.errors import MigrateError
    from lambda_migrate.render.terminal import Paint


def error(failure: MigrateError, paint: Paint, *, wrap: bool) -> str:
    """Return what is wrong and what to do about it.

    Args:
        failure: The error.
        paint: How to colour it.
        wrap: Whether a person reads it; for everything else, each is one line, however long.
    """

    def part(label: str, text: str) -> list[str]:
        return paragraph(text, paint.width, first=f"{label} ") if wrap else [f"{label} {escape(text)}"]

    lines = part(paint("error:", "red", "bold"), failure.message)
    lines += ["", *part(paint("hint:", "cyan"), failure.hint)] if failure.hint else []
    lines += part("more:", more(failure.topic)) if failure.topic else []
    lines += part("console:", failure.console) if failure.console else []
    return "\n".join(lines)


def more(topic: str) -> str:
    """Return the command that prints a topic's page."""
    return f"lambda-migrate explain {topic}"
