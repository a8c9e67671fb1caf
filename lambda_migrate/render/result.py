"""What a command hands back, and the versioned JSON envelope it goes out in."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal

from lambda_migrate.errors import GateClosed

if TYPE_CHECKING:
    from collections.abc import Sequence

    from lambda_migrate.errors import MigrateError

VERSION = 1

Status = Literal["success", "partial", "error"]


@dataclass(frozen=True)
class Result:
    """What came of a command.

    Attributes:
        data: JSON-able facts; the ``data`` of the envelope.
        text: What a person reads on standard output.
        next: Command lines that a person would type next, without ``lambda-migrate``.
        error: What went wrong although there is data to show; it decides the exit code.
    """

    data: dict[str, Any] = field(default_factory=dict)
    text: str = ""
    next: tuple[str, ...] = ()
    error: MigrateError | None = None

    @property
    def exit_code(self) -> int:
        """0, or the error's own."""
        return self.error.exit_code if self.error else 0


def envelope(command: Sequence[str], result: Result) -> dict[str, Any]:
    """Return the JSON document of a result.

    ``status`` is ``success``, ``error`` (only errors), or ``partial`` (errors, and data that stands nevertheless).

    Args:
        command: The words that name the command, ``["proxy", "deploy"]``.
        result: What came of it.
    """
    status: Status = "success" if result.error is None else "partial" if result.data else "error"
    return {
        "lambda_migrate": VERSION,
        "command": list(command),
        "status": status,
        "exit_code": result.exit_code,
        "data": result.data,
        "errors": [error_to_dict(result.error)] if result.error else [],
    }


def error_to_dict(error: MigrateError) -> dict[str, str]:
    """Return an error as JSON-able data."""
    data = {"code": error.code, "message": error.message, "hint": error.hint}
    if isinstance(error, GateClosed):
        data["gate"] = error.gate
    explained = f"lambda-migrate explain {error.topic}" if error.topic else ""
    more = {"explain": explained, "console": error.console}
    return data | {name: text for name, text in more.items() if text}
