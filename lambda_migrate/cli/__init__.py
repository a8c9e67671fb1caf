"""The command line: the output where every error ends, and every answer leaves."""

from __future__ import annotations

import contextlib
import os
import sys
import traceback
from typing import TYPE_CHECKING, Annotated, Any, NamedTuple

import typer

from lambda_migrate import __version__
from lambda_migrate.cli import command_line
from lambda_migrate.cli.options import CONTEXT_SETTINGS
from lambda_migrate.cli.registry import Journey, words
from lambda_migrate.cli.signals import listening
from lambda_migrate.cli.usage_errors import crash, interruption, usage
from lambda_migrate.errors import MigrateError
from lambda_migrate.render import typed
from lambda_migrate.render.fitting import fitted
from lambda_migrate.render.result import Result, envelope
from lambda_migrate.render.terminal import Terminal, is_terminal
from lambda_migrate.workflow.call import Call

if TYPE_CHECKING:
    from collections.abc import Sequence

NAME = "lambda-migrate"
INTERRUPTED = 130

app = typer.Typer(
    cls=Journey,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    context_settings={**CONTEXT_SETTINGS, "auto_envvar_prefix": "LAMBDA_MIGRATE"},
    invoke_without_command=True,
)


def _version(asked: bool) -> None:  # noqa: FBT001  # typer's signature of a callback
    if asked:
        typer.echo(f"{NAME} {__version__}")
        raise typer.Exit


@app.callback(epilog="Try it without an AWS account: lambda-migrate demo")
def _root(
    called: typer.Context,
    *,
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Print the version.")
    ] = False,
) -> None:
    """Take a FastAPI function off AWS Lambda and onto a service, one reversible step at a time."""
    if called.invoked_subcommand is None and not version:
        typer.echo(called.get_help())


class Output(NamedTuple):
    """How this call speaks: to whom, in which form, and what it was called as."""

    terminal: Terminal
    words: list[str]
    as_json: bool
    debug: bool

    def write(self, result: Result) -> int:
        """Write a result and return the exit code."""
        self.terminal.clear()
        if self.as_json:
            import json  # noqa: PLC0415  # slow to import, and most answers are for a person

            self.terminal.out.write(json.dumps(self._carried(envelope(self.words, result)), indent=2) + "\n")
        else:
            self._tell(result)
        self.terminal.out.flush()
        return result.exit_code

    def _carried(self, document: dict[str, Any]) -> dict[str, Any]:
        """Return an envelope whose command lines have the options that were typed."""
        data: dict[str, Any] = document["data"]
        if not typed.kept():
            return document
        if isinstance(data.get("next"), list):
            data = {**data, "next": [f"{line}{typed.kept()}" for line in data["next"]]}
        if isinstance(data.get("checks"), list):
            data = {**data, "checks": [self._hinted(check) for check in data["checks"]]}
        return {**document, "data": data, "errors": [self._hinted(error) for error in document["errors"]]}

    def _hinted(self, said: dict[str, Any]) -> dict[str, Any]:
        """Return a check or an error whose hint has the options that were typed."""
        return {**said, "hint": typed.named(said["hint"])} if said.get("hint") else said

    def _tell(self, result: Result) -> None:
        if result.text:
            self.terminal.write(fitted(typed.named(result.text.rstrip("\n")), self.terminal, self.terminal.out))
        paint = self.terminal.paint(self.terminal.err)
        if result.error:
            from lambda_migrate.render.error import error  # noqa: PLC0415  # what draws; `status` and `--help` are quick

            result.error.hint = typed.named(result.error.hint)
            self.terminal.say(error(result.error, paint, wrap=is_terminal(self.terminal.err)), always=True)
        for number, command in enumerate(result.next):
            self.terminal.say(("" if number else "\n") + f"{paint('next:', 'cyan')} {NAME} {command}{typed.kept()}")

    def fail(self, error: MigrateError) -> int:
        """Write an error and return its exit code; with ``--debug`` the traceback comes first."""
        if self.debug:
            self.terminal.say("".join(traceback.format_exception(error)).rstrip())
        return self.write(Result(error=error))


def main(argv: Sequence[str] | None = None, terminal: Terminal | None = None) -> int:
    """Run a command line and return its exit code; the only place where errors are caught.

    Args:
        argv: What follows the program's name; None takes this process's own.
        terminal: Where to speak; None takes this process's own.
    """
    terminal = terminal or Terminal.of_process()
    arguments = command_line.plain(sys.argv[1:] if argv is None else argv)
    as_json, debug, terminal.quiet, terminal.plain = (
        command_line.flagged(arguments, terminal.environ, *names)
        for names in (("--json",), ("--debug",), ("-q", "--quiet"), ("--no-color",))
    )
    terminal.still = as_json
    output = Output(terminal, words(arguments), as_json, debug)
    try:
        with typed.keeping(command_line.kept(arguments)):
            return _run(output, arguments)
    except BrokenPipeError:
        _close_quietly()
        return 1
    except OSError as error:
        terminal.say(f"error: standard output cannot be written: {str(error.strerror).lower()}")
        terminal.say("\nhint: the command itself has ended; `lambda-migrate status` shows where things stand")
        _close_quietly()
        return 1


def _run(output: Output, arguments: list[str]) -> int:
    call = Call(output.terminal)
    try:
        with listening(call.stop, output.terminal):
            answer = typer.main.get_command(app)(arguments, NAME, standalone_mode=False, obj=call)
    except MigrateError as error:
        return output.fail(error)
    except typer.TyperException as error:
        return output.fail(usage(error, output.words))
    except (KeyboardInterrupt, EOFError, typer.Abort) as error:
        by = "Ctrl-C" if isinstance(error, KeyboardInterrupt) else "the end of the input"
        return output.fail(interruption(output.words, call.stop.asked or by))
    except BrokenPipeError:
        raise
    except Exception as error:  # noqa: BLE001  # the output: what nobody foresaw ends here, as one line
        return output.fail(crash(error))
    if answer == INTERRUPTED:
        return output.fail(interruption(output.words, call.stop.asked or "Ctrl-C"))
    return output.write(answer) if isinstance(answer, Result) else int(answer or 0)


def _close_quietly() -> None:
    """Keep the interpreter from complaining when it flushes a pipe that nobody reads."""
    with contextlib.suppress(OSError, ValueError):
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


__all__ = ["app", "main"]
