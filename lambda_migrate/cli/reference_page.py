"""The page of all commands, made from the commands themselves.

`python -m lambda_migrate.cli.reference_page docs/commands.md` writes it again.
"""

from __future__ import annotations

import inspect
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

from lambda_migrate.cli.options import shared_names
from lambda_migrate.cli.registry import ENTRIES, load
from lambda_migrate.errors import EXIT_CODES

if TYPE_CHECKING:
    from collections.abc import Iterator

INTRODUCTION = """\
# Commands

`lambda-migrate COMMAND --help` says the same. Data goes to standard output, everything else to standard error.
Commands that change something show what they will do and ask; `--yes` answers, `--dry-run` stops there, and without a
terminal and without `--yes` they refuse.

With `--json` every command prints one document on standard output and nothing else, also when it fails:

```json
{"lambda_migrate": 1, "command": ["plan"], "status": "success", "exit_code": 0, "data": {}, "errors": []}
```

`status` is `success`, `error`, or `partial`: errors, and data that stands nevertheless. An error has `code`, `message`
and `hint`.
"""


def document() -> str:
    """Return the page, `docs/commands.md`."""
    parts = [INTRODUCTION, "\n".join(_exit_codes()), "\n".join(_shared())]
    panel = ""
    for entry in ENTRIES:
        if entry.panel != panel:
            panel = entry.panel
            parts.append(f"## {panel}")
        command = load(entry.name)
        if entry.acts:
            parts.append("\n".join(_command(entry.name, command.alone)))
        if entry.commands:
            parts += ["\n".join(_command(f"{entry.name} {name}", command.commands[name])) for name in entry.commands]
        else:
            parts.append("\n".join(_command(entry.name, command)))
    return "\n\n".join(part.rstrip() for part in parts) + "\n"


def _exit_codes() -> Iterator[str]:
    yield "## Exit codes"
    yield ""
    yield "| code | meaning |"
    yield "| --- | --- |"
    for code, meaning in EXIT_CODES.items():
        yield f"| {code} | {meaning} |"


def _shared() -> Iterator[str]:
    yield "## Options of every command"
    yield ""
    shown = load("status").params
    yield from _options([option for option in shown if option.name in shared_names()])


def _command(words: str, command: Any) -> Iterator[str]:
    yield f"### {words}"
    yield ""
    yield inspect.cleandoc(command.help)
    yield ""
    own = [parameter for parameter in command.params if parameter.name not in shared_names()]
    if own:
        yield from _options(own, words)
        yield ""
    yield "```"
    yield from (line.strip() for line in command.epilog.splitlines()[2:])
    yield "```"


def variables(parameter: Any, words: str = "") -> list[str]:
    """Return the environment variables that set an option; every one has one.

    Args:
        parameter: The option, as typer knows it.
        words: Of its command, ``proxy deploy``; "" for options of every command.
    """
    if parameter.param_type_name == "argument":
        return []
    named = [parameter.envvar] if isinstance(parameter.envvar, str) else list(parameter.envvar or [])
    return named or ["_".join(["LAMBDA_MIGRATE", *words.upper().replace("-", "_").split(), parameter.name.upper()])]


def _options(parameters: list[Any], words: str = "") -> Iterator[str]:
    yield "| option | environment | meaning |"
    yield "| --- | --- | --- |"
    for parameter in parameters:
        named = ", ".join(f"`{name}`" for name in variables(parameter, words))
        yield f"| {_names(parameter)} | {named} | {_meaning(parameter)} |"


def _names(parameter: Any) -> str:
    if parameter.param_type_name == "argument":
        return f"`{parameter.name.upper()}`"
    value = "" if parameter.is_flag else f" {parameter.metavar or 'VALUE'}"
    return ", ".join(f"`{name}{value}`" for name in (*parameter.opts, *parameter.secondary_opts))


def _meaning(parameter: Any) -> str:
    choices = parameter.type_descriptor.choices
    listed = f" One of {', '.join(f'`{choice}`' for choice in choices)}." if choices else ""
    default = parameter.default
    told = parameter.show_default and default not in (None, "", False, True)
    shown = f" Default: `{default}`." if told else ""
    return f"{parameter.help}{listed}{shown}"


if __name__ == "__main__":
    Path(sys.argv[1]).write_text(document(), encoding="utf-8")
