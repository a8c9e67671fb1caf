"""Options without pydantic where a value needs no conversion.

typer 0.29 sends every value through a pydantic adapter, absent ones too, and importing pydantic takes longer than all
of `status`. A text is a text already; everything else that is given still goes typer's way.
"""

from __future__ import annotations

from copy import copy
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from typer.core import TyperCommand, TyperGroup, TyperOption


@dataclass(frozen=True)
class Verbatim:
    """Takes absent values, texts and paths as they are, and leaves the rest to typer's own conversion.

    Args:
        converted: The same option, not yet used: typer makes its conversion when it is asked for it.
    """

    converted: TyperOption

    def coerce(self, value: Any, param: Any, ctx: Any) -> Any:
        """Return the value as the command takes it."""
        wanted = param.type_descriptor.annotation
        if param.multiple or not (value is None or wanted in (str, Path)):
            return self.converted.get_runtime_param().coerce(value, param=param, ctx=ctx)
        return Path(value) if value is not None and wanted is Path else value


def quick(parameters: list[Any]) -> list[Any]:
    """Return the parameters, their options quick: typer has one place for an option's conversion, and it is private."""
    for parameter in parameters:
        if isinstance(parameter, TyperOption) and parameter._runtime_param is None:  # noqa: SLF001  # as above
            parameter._runtime_param = Verbatim(copy(parameter))  # type: ignore[assignment]  # noqa: SLF001  # as above
    return parameters


class QuickCommand(TyperCommand):
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


ALONE = "alone"
"""What the command of an :class:`ActingGroup` is called that its name alone calls."""


class ActingGroup(Group):
    """A group whose name alone calls a command too: ``verify`` beside ``verify shadow``."""

    def __init__(self, **rest: Any) -> None:
        super().__init__(**rest)
        self.alone = self.commands.pop(ALONE)

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        """Take what names none of the group's commands for the options of the one that its name alone calls."""
        named = args and (args[0] in self.commands or args[0] in ctx.help_option_names)
        return super().parse_args(ctx, args if named else [ALONE, *args])

    def resolve_command(self, ctx: Any, args: list[str]) -> Any:
        """Return the name, the command and its arguments; what the group's name alone calls has no name."""
        return ("", self.alone, args[1:]) if args[0] == ALONE else super().resolve_command(ctx, args)

    def format_options(self, ctx: Any, formatter: Any) -> None:
        """Write the options of what the name alone calls, then the commands."""
        self.alone.format_options(ctx, formatter)
        self.format_commands(ctx, formatter)
