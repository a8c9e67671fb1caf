"""What may be typed in more than one way, brought into the one way that the commands know.

Options that every command takes may come before the command as well as after it; `help X` is `X --help`, `version` and
`-V` are `--version`.
"""

from __future__ import annotations

import shlex
from typing import TYPE_CHECKING

from lambda_migrate.cli.registry import entry

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

VALUED = {
    "-c": "--config",
    "--config": "--config",
    "--profile": "--profile",
    "--region": "--region",
    "--endpoint-url": "--endpoint-url",
}
"""Shared options that take a value, and what each is called in full."""

FLAGS = frozenset(
    {"--json", "--debug", "-q", "--quiet", "-v", "--verbose", "--no-color", "-y", "--yes", "-n", "--dry-run"}
)
"""Options without a value that may come before the command too."""


def plain(arguments: Sequence[str]) -> list[str]:
    """Return a command line as the commands know it: the words first, then the options.

    Args:
        arguments: What was typed, without the program's name.
    """
    if list(arguments) in (["version"], ["-V"]):
        return ["--version"]
    words, moved, rest = _split(list(arguments))
    if words[:1] == ["help"]:
        return [*words[1:], *rest, "--help"]
    end = rest.index("--") if "--" in rest else len(rest)
    return [*words, *rest[:end], *moved, *rest[end:]]


def _split(arguments: list[str]) -> tuple[list[str], list[str], list[str]]:
    """Return the words of the command, the options that stand before its last word, and all that follows."""
    words: list[str] = []
    moved: list[str] = []
    wanted = 1
    while arguments and len(words) < wanted:
        if arguments[0].startswith("-"):
            taken = _option(arguments)
            if not taken:
                break  # whatever it is, it belongs to no command
            moved += arguments[:taken]
            del arguments[:taken]
            continue
        words.append(arguments.pop(0))
        known = entry(words[0])
        wanted = 2 if known and known.commands else 3 if words[0] == "help" else 1
    return words, moved, arguments


def _option(arguments: Sequence[str]) -> int:
    """Return how many arguments a shared option takes that comes first; 0 where it is none."""
    name, equals, _ = arguments[0].partition("=")
    if name in VALUED:
        return 1 if equals else 2
    return 1 if arguments[0] in FLAGS else 0


def kept(arguments: Sequence[str]) -> str:
    """Return the options that the next command needs too, as they are typed: which configuration, and where AWS is.

    Args:
        arguments: A command line in its plain form.
    """
    options: dict[str, str] = {}
    for at, argument in enumerate(arguments):
        if argument == "--":
            break
        name, equals, value = argument.partition("=")
        if name in VALUED and (equals or at + 1 < len(arguments)):
            options[VALUED[name]] = value if equals else arguments[at + 1]
    return "".join(f" {name} {shlex.quote(value)}" for name, value in options.items())


def flagged(arguments: Sequence[str], environ: Mapping[str, str], *names: str) -> bool:
    """Return whether a flag is set, by one of its names or by its variable; needed before options are read.

    Args:
        arguments: A command line in its plain form.
        environ: The environment.
        names: Of the flag, its long name last: ``-q``, ``--quiet``.
    """
    variable = f"LAMBDA_MIGRATE_{names[-1].removeprefix('--').replace('-', '_').upper()}"
    return any(name in arguments for name in names) or environ.get(variable, "").lower() in ("1", "true", "yes")
