"""What people type out of habit: options before the command, `help X`, `-V`; and what the program keeps of it."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING, Any

import pytest
import typer

from lambda_migrate import __version__
from lambda_migrate.cli import app
from lambda_migrate.cli.command_line import kept, plain
from lambda_migrate.cli.options import shared_names
from lambda_migrate.cli.reference_page import document, variables
from lambda_migrate.cli.registry import ENTRIES, load
from lambda_migrate.fields import written
from lambda_migrate.render.terminal import Terminal
from lambda_migrate.workflow.call import Call, GlobalOptions
from lambda_migrate.workflow.context import Context
from tests.support.screen import call

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("", ""),
        ("version", "--version"),
        ("-V", "--version"),
        ("help", "--help"),
        ("help cutover", "cutover --help"),
        ("help proxy deploy", "proxy deploy --help"),
        ("--help", "--help"),
        ("status --region a", "status --region a"),
        ("--region a status", "status --region a"),
        ("--region=a -c b.yaml status --aws", "status --aws --region=a -c b.yaml"),
        ("--profile p proxy --yes deploy --events all", "proxy deploy --events all --profile p --yes"),
        ("--json explain -- -x", "explain --json -- -x"),
        ("--weights 10 cutover", "--weights 10 cutover"),
        ("--yes", "--yes"),
        ("--region", "--region"),
    ],
)
def test_options_may_come_before_the_command_and_help_is_a_word(typed: str, meant: str) -> None:
    assert plain(typed.split()) == meant.split()


@pytest.mark.parametrize("typed", ["version", "-V", "--version"])
def test_the_version_is_told_whatever_it_is_called(typed: str) -> None:
    assert (call(typed).code, call(typed).out) == (0, f"lambda-migrate {__version__}\n")


def test_help_of_a_command_is_its_help() -> None:
    assert call("help", "cutover").out == call("cutover", "--help").out


@pytest.mark.parametrize(
    ("typed", "options"),
    [
        ("status", ""),
        ("status --json --aws", ""),
        ("status -c orders.yaml --region a", " --config orders.yaml --region a"),
        ("status --profile=p --endpoint-url http://x", " --profile p --endpoint-url http://x"),
        ("status -- --region a", ""),
    ],
)
def test_the_options_that_the_next_command_needs_are_kept(typed: str, options: str) -> None:
    assert kept(typed.split()) == options


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    (tmp_path / "orders.yaml").write_text("function: orders\n")
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_what_to_type_next_keeps_the_configuration_and_the_region(folder: Path) -> None:
    answer = call("--region", "eu-west-1", "-c", "orders.yaml", "status")
    data = call("status", "-c", "orders.yaml", "--region", "eu-west-1", "--json").json["data"]

    assert answer.err == "\nnext: lambda-migrate doctor --region eu-west-1 --config orders.yaml\n"
    assert data["next"][0] == "lambda-migrate doctor --config orders.yaml --region eu-west-1"


def test_hints_keep_them_too(folder: Path) -> None:
    (folder / "other.yaml").write_text("function: orders\nregoin: x\n")

    missing = call("plan", "-c", "none.yaml", "--profile", "p")

    assert (
        missing.hint == "make one with `lambda-migrate init --config none.yaml --profile p`, or name it with `--config`"
    )


def test_what_a_screen_says_to_type_keeps_them_as_well(folder: Path) -> None:
    typed = ("doctor", "-c", "none.yaml", "--region", "eu-west-1")

    shown, data = call(*typed, columns=200), call(*typed, "--json").json

    kept = "`lambda-migrate init --config none.yaml --region eu-west-1`"
    assert f"hint: make one with {kept}, or name it with `--config`" in shown.out
    assert kept in shown.hint
    assert [check["hint"] for check in data["data"]["checks"]] == [f"make one with {kept}, or name it with `--config`"]
    assert [error["hint"] for error in data["errors"]] == [
        f"configuration: make one with {kept}, or name it with `--config`"
    ]


def test_quiet_leaves_results_and_errors(folder: Path) -> None:
    assert call("status", "-c", "orders.yaml", "-q").err == ""
    assert call("status", "-q", "-c", "none.yaml").error == "`none.yaml` does not exist"


def test_colours_can_be_switched_off(folder: Path) -> None:
    colours = {"FORCE_COLOR": "1"}

    assert "\x1b[" in call("status", "-c", "orders.yaml", environ=colours).out
    assert "\x1b[" not in call("status", "-c", "orders.yaml", "--no-color", environ=colours).out


def test_the_configuration_of_a_folder_above_is_found(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (folder / "orders.yaml").rename(folder / "migration.yaml")
    inside = folder / "service" / "src"
    inside.mkdir(parents=True)
    monkeypatch.chdir(inside)

    assert call("status", "--json").json["data"]["function"] == "orders"


def test_a_configuration_above_a_folder_that_anybody_writes_is_not_taken(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (folder / "orders.yaml").rename(folder / "migration.yaml")
    inside = folder / "inside"
    inside.mkdir()
    monkeypatch.chdir(inside)
    folder.chmod(0o777)

    assert call("status").error == "`migration.yaml` does not exist"


def test_each_option_has_a_variable(monkeypatch: pytest.MonkeyPatch, folder: Path) -> None:
    monkeypatch.setenv("LAMBDA_MIGRATE_CONFIG", "orders.yaml")
    monkeypatch.setenv("LAMBDA_MIGRATE_HISTORY_LIMIT", "nothing")

    answer = call("history")

    assert (answer.code, answer.err.splitlines()[0]) == (2, "error: invalid value for `--limit`: it should be a number")


def commands() -> Iterator[tuple[str, Any, Any]]:
    """Yield every command: its words, itself, and a context as if it were typed."""
    root = typer.main.get_command(app).make_context("lambda-migrate", [], resilient_parsing=True)
    for each in ENTRIES:
        command = load(each.name)
        outer = command.make_context(each.name, [], parent=root, resilient_parsing=True)
        inner = getattr(command, "commands", {})
        if not inner:
            yield each.name, command, outer
        for name, one in inner.items():
            yield f"{each.name} {name}", one, one.make_context(name, [], parent=outer, resilient_parsing=True)


def test_every_option_is_set_by_the_variable_that_the_reference_names(monkeypatch: pytest.MonkeyPatch) -> None:
    page = document()
    unset = []
    for words, command, context in commands():
        for option in command.params:
            for name in variables(option, words):
                monkeypatch.setenv(name, "something")
                if option.resolve_envvar_value(context) != "something" or f"`{name}`" not in page:
                    unset.append(name)
                monkeypatch.delenv(name)

    assert unset == []


def test_the_variable_of_an_option_has_its_name() -> None:
    other = {"LAMBDA_MIGRATE_YES", "LAMBDA_MIGRATE_SANDBOX"}  # one for several commands
    for words, command, _ in commands():
        prefix = f"LAMBDA_MIGRATE_{words} ".upper().replace(" ", "_").replace("-", "_")
        for option in command.params:
            if option.param_type_name == "option" and option.name not in shared_names():
                named = prefix + option.opts[0].removeprefix("--").upper().replace("-", "_")
                assert set(variables(option, words)) <= {named, *other}


def test_verbose_tells_each_call_of_aws_and_no_more() -> None:
    err = io.StringIO()
    terminal = Terminal(io.StringIO(), err, io.StringIO())
    for verbose in (False, True):
        Context(GlobalOptions(verbose=verbose), Call(terminal))._log("lambda:GetAlias")

    assert err.getvalue() == "aws: lambda:GetAlias\n"


@pytest.mark.parametrize("text", ["15", "15.5", " 15 ", 15, 1.5])
def test_a_duration_needs_a_unit(text: str | float) -> None:
    given = str(text).strip()
    with pytest.raises(ValueError, match=f"`{text}` has no unit; write {given}m for minutes, {given}s for seconds"):
        written(text)


@pytest.mark.parametrize(("text", "seconds"), [("15m", 900.0), ("0", 0.0), (0, 0.0), ("1.5 h", 5400.0)])
def test_a_duration_has_one_unless_it_is_nothing(text: str | float, seconds: float) -> None:
    assert written(text) == seconds


def test_a_duration_of_the_command_line_needs_a_unit(folder: Path) -> None:
    answer = call("plan", "--bake", "15", "-c", "orders.yaml")

    assert (answer.code, answer.error) == (2, "`--bake`: `15` has no unit; write 15m for minutes, 15s for seconds")


def test_no_option_of_a_command_hides_one_that_may_come_before_it() -> None:
    shared = {"-c", "-q", "-v", "-V"}
    for entry in ENTRIES:
        command = load(entry.name)
        for each in getattr(command, "commands", {"": command}).values():
            own = [name for parameter in each.params for name in (*parameter.opts, *parameter.secondary_opts)]
            assert [name for name in shared if own.count(name) > 1] == [], entry.name


@pytest.mark.parametrize("form", ["text", "json"])
def test_a_folder_without_python_is_a_mistake(tmp_path: Path, form: str) -> None:
    answer = call("analyze", str(tmp_path), "--format", form)

    assert (answer.code, answer.error) == (2, f"no Python files in `{tmp_path}`")
