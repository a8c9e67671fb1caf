"""The command line: every error ends there as one line, every answer leaves in one form."""

from __future__ import annotations

import errno
import io
import json
import os
import re
import signal
import socket
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from lambda_migrate import __version__
from lambda_migrate.cli import main
from lambda_migrate.cli.registry import ENTRIES, Entry, load
from lambda_migrate.cli.usage_errors import crash
from lambda_migrate.render.terminal import Terminal
from tests.support.waiting import TIMEOUT

if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import TextIO

    from lambda_migrate.render.terminal import Paint


STATUS_HINT = "hint: `lambda-migrate status --help` shows what it takes\n"


def envelope(command: list[str], code: int, error: dict[str, str]) -> dict[str, object]:
    return {
        "lambda_migrate": 1,
        "command": command,
        "status": "error",
        "exit_code": code,
        "data": {},
        "errors": [error],
    }


def test_the_version_is_printed(run: Callable) -> None:
    answer = run("--version")

    assert (answer.code, answer.out, answer.err) == (0, f"lambda-migrate {__version__}\n", "")


def test_without_a_command_the_help_is_shown(run: Callable) -> None:
    assert run().out == run("--help").out
    assert run().code == 0


def test_the_help_lists_every_command_in_the_order_of_the_journey(run: Callable) -> None:
    text = run("--help").out

    listed = [name for name in re.findall(r"^  ([a-z]+) {2,}", text, re.MULTILINE) if name != "json"]
    assert listed == [entry.name for entry in sorted(ENTRIES, key=lambda entry: listed.index(entry.name))]
    assert sorted(listed) == sorted(entry.name for entry in ENTRIES)


@pytest.mark.parametrize("entry", ENTRIES, ids=lambda entry: entry.name)
def test_the_help_says_what_the_command_itself_says(entry: Entry) -> None:
    command = load(entry.name)

    assert command.help.splitlines()[0] == entry.summary
    assert tuple(getattr(command, "commands", ())) == entry.commands
    assert set(entry.changes) <= {entry.name, *entry.commands}


@pytest.mark.parametrize("entry", ENTRIES, ids=lambda entry: entry.name)
def test_each_command_has_examples_and_the_shared_options(entry: Entry, run: Callable) -> None:
    alone = [[entry.name]] if entry.acts or not entry.commands else []
    for words in [*([entry.name, name] for name in entry.commands), *alone]:
        text = run(*words, "--help").out

        for option in ("--json", "--profile", "--region", "--endpoint-url", "--config", "--debug"):
            assert option in text, (words, option)
        assert re.search(rf"Examples:\n    lambda-migrate {' '.join(words)}", text), text


def test_an_unknown_command_is_named_with_the_nearest_one(run: Callable) -> None:
    answer = run("stats")

    assert (answer.code, answer.out) == (2, "")
    assert answer.err == "error: unknown command `stats`\n\nhint: did you mean `status`?\n"


@pytest.mark.parametrize(
    ("arguments", "error"),
    [
        (
            ["status", "--confg", "x"],
            "error: no such option: `--confg`\n\nhint: did you mean `--config`?\n",
        ),
        (
            ["history", "--nothing-like-it"],
            "error: no such option: `--nothing-like-it`\n\nhint: `lambda-migrate history --help` shows what it takes\n",
        ),
        (
            ["status", "more"],
            "error: unexpected argument `more`\n\n" + STATUS_HINT,
        ),
        (
            ["status", "--regon", "x"],
            "error: no such option: `--regon`\n\nhint: did you mean `--region`?\n",
        ),
        (
            ["--weights", "10", "cutover"],
            "error: no such option: `--weights`\n\nhint: `lambda-migrate --help` shows what it takes\n",
        ),
        (
            ["proxy", "--dry-run"],
            (
                "error: no such option: `--dry-run`\n\n"
                "hint: options come last, after the command: `lambda-migrate proxy COMMAND --dry-run`\n"
            ),
        ),
        (
            ["proxy", "depoly"],
            "error: unknown command `depoly`\n\nhint: did you mean `deploy`?\n",
        ),
        (
            ["plan", "--phase", "later"],
            (
                "error: invalid value for `--phase`: `later` is not one of `proxy`, `cutover`, `direct`, `rotate`, "
                "`rotate-finish`, `cleanup`, `retire`\n\nhint: `lambda-migrate plan --help` shows what it takes\n"
            ),
        ),
        (
            ["service", "logs", "--lines", "many"],
            (
                "error: invalid value for `--lines`: it should be a number\n\n"
                "hint: `lambda-migrate service logs --help` shows what it takes\n"
            ),
        ),
        (
            ["status", "--config"],
            "error: option `--config` requires an argument\n\n" + STATUS_HINT,
        ),
    ],
)
def test_a_usage_error_is_told_in_two_lines(arguments: list[str], error: str, run: Callable) -> None:
    answer = run(*arguments)

    assert (answer.code, answer.out, answer.err) == (2, "", error)


def test_a_usage_error_speaks_json_too(run: Callable) -> None:
    answer = run("history", "--nothing-like-it", "--json")

    hint = "`lambda-migrate history --help` shows what it takes"
    error = {"code": "configuration", "message": "no such option: `--nothing-like-it`", "hint": hint}
    assert answer.json == envelope(["history"], 2, error)
    assert (answer.code, answer.err) == (2, "")


def test_an_error_speaks_json_too(run: Callable) -> None:
    answer = run("history", "--json")

    error = {
        "code": "configuration",
        "message": "`migration.yaml` does not exist",
        "hint": "make one with `lambda-migrate init`, or name it with `--config`",
    }
    assert answer.json == envelope(["history"], 2, error)
    assert (answer.code, answer.err) == (2, "")


class Broken(Terminal):
    """A terminal with a defect: whoever asks how to write to it gets what nobody foresaw."""

    def paint(self, stream: TextIO | None = None) -> Paint:
        if stream is None:
            raise ZeroDivisionError
        return super().paint(stream)


def with_a_defect(*arguments: str, **environ: str) -> tuple[int, str, str]:
    """Call the program where it breaks; return exit code, standard output and standard error."""
    out, err = io.StringIO(), io.StringIO()
    code = main(["explain", *arguments], Broken(out, err, io.StringIO(), environ))
    return code, out.getvalue(), err.getvalue()


def log_named_in(text: str) -> Path:
    found = re.search(r"`([^`]*/lambda-migrate-[^`]*\.log)` has the details", text)
    assert found, text
    return Path(found[1])


def test_a_defect_is_one_line_and_a_log() -> None:
    code, out, err = with_a_defect()

    log = log_named_in(err)
    written = log.read_text()
    log.unlink()
    assert (code, out) == (1, "")
    assert err == (
        "error: unexpected ZeroDivisionError, a bug in lambda-migrate\n\n"
        f"hint: `{log}` has the details; `lambda-migrate status` shows where things stand\n"
    )
    assert written.startswith("Traceback")
    assert written.endswith("ZeroDivisionError\n")


def test_a_defect_speaks_json_too() -> None:
    code, out, err = with_a_defect("--json")

    (told,) = json.loads(out)["errors"]
    log_named_in(told["hint"]).unlink()
    assert told["message"] == "unexpected ZeroDivisionError, a bug in lambda-migrate"
    assert (code, json.loads(out)["exit_code"], err) == (1, 1, "")


def test_a_file_that_may_not_be_used_is_not_taken_for_a_defect() -> None:
    for number, said in ((errno.EACCES, "permission denied"), (errno.ENOSPC, "no space left on device")):
        told = crash(OSError(number, os.strerror(number), "ledger.yaml"))
        assert (told.message, told.hint) == (
            f"`ledger.yaml` cannot be used: {said}",
            "let your user read and write it, or make room; `lambda-migrate status` shows where things stand",
        )
    missing = crash(FileNotFoundError(errno.ENOENT, "No such file or directory", "x"))  # which we should have foreseen
    log_named_in(missing.hint).unlink()
    assert missing.message == "unexpected FileNotFoundError, a bug in lambda-migrate"


@pytest.mark.parametrize("typed", ["restore", "undo", "revert"])
def test_whoever_wants_back_is_never_sent_to_what_deletes(run: Callable, typed: str) -> None:
    assert run(typed).err == f"error: unknown command `{typed}`\n\nhint: did you mean `rollback`?\n"
    assert "retire" not in run("retrieve").err
    assert run("retier").err.endswith("hint: did you mean `retire`?\n")


def test_a_command_within_a_group_is_told_where_it_is(run: Callable) -> None:
    assert run("deploy").err.endswith("did you mean `service deploy` or `pipeline deploy` or `proxy deploy`?\n")
    assert run("verify", "recrod").err == (
        "error: unexpected argument `recrod`\n\nhint: did you mean `verify record`?\n"
    )


@pytest.mark.parametrize("arguments", [["--debug"], []], ids=["flag", "environment"])
def test_only_debug_shows_a_traceback(arguments: list[str]) -> None:
    _code, _out, err = with_a_defect(*arguments, **({} if arguments else {"LAMBDA_MIGRATE_DEBUG": "1"}))

    log_named_in(err).unlink()
    assert err.startswith("Traceback")
    assert "\nerror: unexpected ZeroDivisionError" in err


def test_colours_are_shown_to_a_person_and_to_nobody_else(run: Callable) -> None:
    plain = "error: unknown command `stats`\n\nhint: did you mean `status`?\n"

    painted = run("stats", typed="", environ={"TERM": "xterm"}).err
    assert painted == "\x1b[31;1merror:\x1b[0m unknown command `stats`\n\n\x1b[36mhint:\x1b[0m did you mean `status`?\n"
    assert run("stats", environ={"TERM": "xterm"}).err == plain
    assert run("stats", typed="", environ={"TERM": "xterm", "NO_COLOR": "1"}).err == plain
    assert run("stats", typed="", environ={"TERM": "dumb"}).err == plain
    assert run("stats", environ={"FORCE_COLOR": "1"}).err == painted


def test_status_loads_what_it_needs_and_garbage_is_collected_once_it_is_loaded(tmp_path: Path) -> None:
    (tmp_path / "migration.yaml").write_text("function: orders\n")
    program = """
import gc, sys
from lambda_migrate.__main__ import run
slow = {"boto3", "httpx", "jinja2", "json", "lambda_migrate.actions", "lambda_migrate.engine.plan", "pydantic", "rich"}
sys.argv[1:] = ["status"]
print(run(), gc.isenabled(), gc.get_freeze_count() > 0, sorted(slow & set(sys.modules)))
"""
    done = subprocess.run(  # our own
        [sys.executable, "-c", program], cwd=tmp_path, check=True, capture_output=True, text=True
    )

    assert done.stdout.splitlines()[-1] == "0 True True []"


def test_a_reader_that_went_away_is_no_error(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    class Gone(io.StringIO):
        def write(self, _text: str) -> int:
            raise BrokenPipeError

    err = io.StringIO()
    monkeypatch.chdir(tmp_path)

    assert main(["explain"], Terminal(Gone(), err, io.StringIO())) == 1
    assert err.getvalue() == ""


@pytest.mark.parametrize(("number", "name"), [(signal.SIGINT, "Ctrl-C"), (signal.SIGTERM, "SIGTERM")])
def test_a_signal_ends_a_command_with_130_and_what_to_type_next(
    number: signal.Signals, name: str, tmp_path: Path
) -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        silent.settimeout(TIMEOUT)
        process = subprocess.Popen(
            [sys.executable, "-m", "lambda_migrate", "inspect", "orders", "--region", "eu-west-1"],
            cwd=tmp_path,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            env={
                **os.environ,
                "PYTHONPATH": str(Path(__file__).parents[2]),
                "AWS_ENDPOINT_URL": f"http://127.0.0.1:{silent.getsockname()[1]}",
            },
        )
        waiting, _ = silent.accept()  # for an answer that never comes
        with waiting:
            process.send_signal(number)
            out, err = process.communicate(timeout=TIMEOUT)

    assert (process.returncode, out) == (130, "")
    assert err == f"error: stopped by {name}\n\nhint: nothing was changed; run the same command again\n"
