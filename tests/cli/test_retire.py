"""`retire`: it wants the function's name, keeps a backup, and deletes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from lambda_migrate.engine.record import split
from lambda_migrate.function.backup import Backup

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from lambda_migrate.aws.session import Aws
    from tests.support.screen import Answer

pytestmark = pytest.mark.sandbox


@pytest.fixture
def function(tmp_path: Path, aws: Aws, make_function: Callable[..., str], unique: str) -> str:
    """A function that nobody has ever invoked, which its owners accept as quiet."""
    make_function()
    (tmp_path / "migration.yaml").write_text(
        f"function: {unique}\naccept: [{{rule: no-metrics, reason: 'it was never used'}}]\n"
    )
    return unique


def exists(client: Callable[[str], Any], function: str) -> bool:
    pages = client("lambda").get_paginator("list_functions").paginate()
    return any(each["FunctionName"] == function for page in pages for each in page["Functions"])


@pytest.mark.parametrize("words", [["--confirm", "some-other"], ["--confirm", ""]])
def test_another_name_deletes_nothing(
    words: list[str], run: Callable[..., Answer], client: Callable[[str], Any], function: str
) -> None:
    answer = run("retire", *words)

    assert (answer.code, exists(client, function)) == (2, True)
    assert answer.err.endswith(
        f"error: `{words[1]}` is not the name of the function, `{function}`\n\nhint: nothing was changed\n"
    )


def test_a_person_types_the_name(run: Callable[..., Answer], client: Callable[[str], Any], function: str) -> None:
    refused = run("retire", typed="y\n")
    nobody = run("retire")
    assert (refused.code, nobody.code, exists(client, function)) == (2, 2, True)
    assert f"pass `--confirm {function}`" in nobody.err

    assert run("retire", typed=f"{function}\n").code == 0
    assert not exists(client, function)


def test_the_backup_is_written_and_read_back_before_the_function_is_deleted(
    run: Callable[..., Answer], client: Callable[[str], Any], function: str, tmp_path: Path
) -> None:
    answer = run("retire", "--confirm", function, "--json")

    assert answer.code == 0
    assert [step.partition("-")[2] for step in answer.json["data"]["applied"]] == ["save_backup", "delete_function"]
    assert not exists(client, function)
    (folder,) = (tmp_path / ".lambda-migrate" / "backup").iterdir()
    assert Backup(folder).function_arn().endswith(f":{function}")
    undone = run("rollback", "--yes")
    assert (undone.code, run("rollback", "--dry-run").code) == (3, 3)
    assert undone.err == (
        f"error: 02-delete_function cannot be undone: function {function}: delete, with all its versions\n\n"
        "hint: nothing was changed; `lambda-migrate explain delete_function` says what is left\n"
        "more: lambda-migrate explain irreversible\n"
    )


def test_a_secret_that_is_kept_nowhere_else_stops_it_and_no_backup_holds_one(
    run: Callable[..., Answer], client: Callable[[str], Any], function: str, tmp_path: Path
) -> None:
    variables = {"PASSWORD": "hunter2", "TABLE": "orders", "LAMBDA_MIGRATE_TOKEN": "ours"}
    client("lambda").update_function_configuration(FunctionName=function, Environment={"Variables": variables})

    refused = run("retire", "--confirm", function)
    with (tmp_path / "migration.yaml").open("a") as file:
        file.write("service: {target: {kind: process, secrets: {PASSWORD: 'secretsmanager:orders/PASSWORD'}}}\n")
    retired = run("retire", "--confirm", function)

    assert (refused.code, retired.code) == (3, 0), retired.err
    assert "secret-kept-nowhere: variable `PASSWORD` looks like a secret" in refused.out + refused.err
    kept = [path.read_bytes() for path in (tmp_path / ".lambda-migrate").rglob("*") if path.is_file()]
    assert [content for content in kept if b"hunter2" in content] == []
    assert "hunter2" not in (tmp_path / "ledger.yaml").read_text()


def cut(folder: Path, records: int) -> None:
    """Leave the ledger as a crash would have left it: without its last records."""
    path = folder / "ledger.yaml"
    path.write_bytes(b"".join(split(path.read_bytes())[0][:-records]))
    path.with_suffix(".index").unlink()  # it is written after the ledger, and would know the records still


def test_a_crash_right_after_the_deletion_is_carried_on_with(
    run: Callable[..., Answer], client: Callable[[str], Any], function: str, tmp_path: Path
) -> None:
    assert run("retire", "--confirm", function).code == 0
    cut(tmp_path, 2)  # the outcome of the deletion, and the end of the run

    looked, went_on, again = run("retire", "--dry-run"), run("retire", "--json"), run("retire")

    assert (looked.code, went_on.code, again.code) == (0, 0, 0)
    assert went_on.json["data"]["applied"] == ["01-save_backup", "02-delete_function"]
    checks = {check["name"]: check for check in run("doctor", "--json").json["data"]["checks"]}
    assert checks["function"]["result"] == "skip"
    assert checks["function"]["detail"].startswith("deleted by the run of ")
    assert again.out.startswith(f"Nothing to do: `{function}` was deleted by the run of ")
    assert again.err.endswith("\nnext: lambda-migrate report --html report.html\n")
    gone = run("inspect")
    assert (gone.code, gone.err.partition(" by the run of ")[0]) == (1, f"error: `{function}` was deleted")
    assert gone.err.endswith(
        "hint: the migration is over; `lambda-migrate report` makes the page for the change ticket\n"
    )
    assert not exists(client, function)


def test_what_was_proven_before_a_crash_is_proven_again(
    run: Callable[..., Answer],
    client: Callable[[str], Any],
    make_function: Callable[..., str],
    function: str,
    tmp_path: Path,
) -> None:
    assert run("retire", "--confirm", function).code == 0
    cut(tmp_path, 3)  # all of the deletion
    make_function()
    (tmp_path / "migration.yaml").write_text(f"function: {function}\n")

    answer = run("retire", "--confirm", function)

    assert (answer.code, exists(client, function)) == (3, True)
    assert "error: no-metrics: CloudWatch has no invocations of the function" in answer.err
