"""Options without pydantic where a value needs no conversion.

typer 0.29 sends every value through a pydantic adapter, absent ones too, and importing pydantic takes longer than all
of `status`. A text is a text already; everything else that is given still goes typer's way.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from typer.core import TyperCommand, TyperGroup, TyperOption


class QuickOption(TyperOption):
    """An option that leaves texts as they are, and paths and absent values alone."""

    def process_value(self, ctx: Any, value: Any) -> Any:
        """Return the value as the command takes it."""
        wanted = self.type_descriptor.annotation
        if self.required or self.multiple or not (value is None or wanted in (str, Path)):
            return super().process_value(ctx, value)
        if value is not None and wanted is Path:
            value = Path(value)
        return value if self.callback is None else self.callback(ctx, self, value)


def quick(parameters: list[Any]) -> list[Any]:
    """Return the parameters, their options quick; typer itself offers no way to name the class of an option."""
    for parameter in parameters:
        if type(parameter) is TyperOption:
            parameter.__class__ = QuickOption
    return parameters


class Command(TyperCommand):
    """A command whose options are quick."""

    def get_params(self, ctx: Any) -> list[Any]:
        """Return the parameters."""
        return quick(super().get_params(ctx))


class Group(TyperGroup):
    """A group of commands whose options are quick, and which lists its commands with all that they say."""

    def format_commands(self, ctx: Any, formatter: Any) -> None:
        """Write each command with its whole sentence; typer cuts it short."""
        listed = [(name, self.get_command(ctx, name)) for name in self.list_commands(ctx)]
        with formatter.section("Commands"):
            formatter.write_dl([(name, str(command.help).splitlines()[0]) for name, command in listed if command])

    def get_params(self, ctx: Any) -> list[Any]:
        """Return the parameters."""
        return quick(super().get_params(ctx))
