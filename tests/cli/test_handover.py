"""`handover`: what the owners' code has to say, and whether their next deployment keeps it."""

from __future__ import annotations

import json
import subprocess
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.cli.migration import Migration
    from tests.cli.user import User
    from tests.support.screen import Answer

pytestmark = pytest.mark.sandbox


CODE = """\
resource "aws_lambda_function" "orders" {
  function_name = "NAME"
}

resource "aws_apigatewayv2_integration" "orders" {
  integration_uri = aws_lambda_function.orders.invoke_arn
}
"""


BEFORE = (
    "- function `{name}` has 2 owners (terraform: `aws_lambda_function.orders` in `main.tf` and zappa: `stage prod` in"
    " `zappa_settings.json`): the one that deploys last decides; remove it from the code and the state of all but one\n"
    "- terraform is running, its state is locked (`.terraform.tfstate.lock.info`: OperationTypeApply alice), so what"
    " was read of it may be half-changed: wait until it is done, then run this again\n"
    "- `main.tf:1` says time-out 3 s, AWS 10 s: the next deployment would change it, so make them alike"
)


def fits_in(said: str) -> str:
    """Return the folder in which patches apply, as it is said."""
    return said.partition("Patches apply in `")[2].partition("`")[0]


def plan_of(path: Path, *changes: dict[str, Any]) -> str:
    path.write_text(json.dumps({"resource_changes": changes}))
    return str(path)


def test_what_stands_is_written_for_its_owner_and_a_deployment_is_held_against_it(
    migration: Migration, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert migration.run("cutover", "--weights", "50,100", "--yes").code == 7
    name, api = migration.world.name, next(t for t in migration.found().triggers if t.kind == "http_api")
    (migration.folder / "main.tf").write_text(CODE.replace("NAME", name))
    identity = dict(zip(("api_id", "id"), api.id.split("/"), strict=True))
    theirs = {
        "address": "aws_apigatewayv2_integration.orders",
        "type": "aws_apigatewayv2_integration",
        "change": {"actions": ["update"], "before": identity, "after": {**identity, "integration_uri": name}},
    }

    written = migration.run("handover", "--patches", "patches")
    fits = migration.run("handover", "--check", "patches/terraform-1.patch", "--json")
    (migration.folder / "theirs").mkdir()
    (migration.folder / "theirs" / "terraform-1.patch").write_text("theirs")
    taken = migration.run("handover", "--patches", "theirs")
    patch = (migration.folder / "patches" / "terraform-1.patch").read_bytes()
    subprocess.run(["git", "apply", "-"], input=patch, cwd=fits_in(written.out), check=True)
    checks = [each for each in migration.run("doctor", "--json").json["data"]["checks"] if each["name"] == "owner"]
    (migration.folder / "zappa_settings.json").write_text(json.dumps({"prod": {"lambda_name": name}}))
    (migration.folder / ".terraform.tfstate.lock.info").write_text(
        '{"Operation": "OperationTypeApply", "Who": "alice"}'
    )
    disputed = migration.run("handover")
    for variable in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.delenv(variable)  # whoever checks may have none: files and the ledger say it all
    stale = migration.run("handover", "--check", "patches/terraform-1.patch")
    undone = migration.run("handover", "--check", plan_of(migration.folder / "plan.json", theirs))
    kept = migration.run("handover", "--check", plan_of(migration.folder / "kept.json"), "--json")

    assert (written.code, "## terraform\n\n- `aws_lambda_function.orders` in `main.tf`\n" in written.out) == (0, True)
    assert f'+  to = aws_lambda_alias.live_alias\n+  id = "{name}/live"\n' in written.out
    assert (fits.code, [each["applies"] for each in fits.json["data"]["files"]]) == (0, [True, True])
    assert "integration_uri = aws_lambda_alias.live_alias.invoke_arn" in (migration.folder / "main.tf").read_text()
    assert [each["detail"] for each in checks if each["result"] == "pass"] == [
        f"function `{name}`: terraform: `aws_lambda_function.orders` in `main.tf`",
        "alias `live`: terraform: `aws_lambda_alias.live_alias` in `lambda_migrate.tf`",
    ]
    before = disputed.out.partition("# Before anybody deploys\n\n")[2].partition("\n\n")[0]
    assert (disputed.code, before) == (0, BEFORE.format(name=name))
    assert "## zappa\n" in disputed.out
    assert (taken.code, taken.error) == (2, "`theirs/terraform-1.patch` cannot be written: File exists")
    assert (migration.folder / "theirs" / "terraform-1.patch").read_text() == "theirs"
    assert (stale.code, stale.error.partition(":")[0]) == (5, "`terraform-1.patch` does not apply any more")
    assert (undone.code, undone.error) == (3, "`plan.json` would undo 1 of 10 flips")
    assert (kept.code, {each["outcome"] for each in kept.json["data"]["findings"]}) == (0, {"keeps"})


def test_before_anything_moved_there_is_nothing_to_hand_over(user: User, run: Callable[..., Answer]) -> None:
    answer = run("handover")

    assert (answer.code, answer.out) == (0, "Nothing was moved that the owners' code would have to keep.\n")


def test_without_the_ledger_nobody_knows_what_a_plan_would_undo(user: User, run: Callable[..., Answer]) -> None:
    """A pipeline that has not checked out the ledger must not be told that all is well."""
    answer = run("handover", "--check", plan_of(user.folder / "plan.json"))

    assert (answer.code, answer.error, answer.hint) == (
        7,
        "`ledger.yaml` holds no migration, so whether `plan.json` undoes one is unknown",
        "run it where the ledger is: keep it in version control beside migration.yaml",
    )


@pytest.mark.parametrize(
    ("content", "problem"),
    [
        (None, "`plan.json` cannot be read: No such file or directory"),
        ("{", "`plan.json` is not valid JSON"),
        ("--- a\n", "`plan.json` is not a patch"),
        ("[]", "neither a Terraform plan nor a change set"),
    ],
)
def test_a_file_that_is_neither_is_refused(
    content: str | None, problem: str, user: User, run: Callable[..., Answer]
) -> None:
    if content is not None:
        (user.folder / "plan.json").write_text(content)

    answer = run("handover", "--check", "plan.json")

    assert (answer.code, answer.error) == (2, problem)
