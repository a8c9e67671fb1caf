"""`handover`: what the owners' code has to say, and whether their next deployment keeps it."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.cli.migration import Migration
    from tests.cli.user import User
    from tests.support.screen import Answer

pytestmark = pytest.mark.sandbox


def plan_of(path: Path, *changes: dict[str, Any]) -> str:
    path.write_text(json.dumps({"resource_changes": changes}))
    return str(path)


def test_what_stands_is_written_for_its_owner_and_a_deployment_is_held_against_it(migration: Migration) -> None:
    assert migration.run("cutover", "--weights", "50,100", "--yes").code == 7
    (migration.folder / "main.tf").write_text("# theirs\n")
    name, api = migration.world.name, next(t for t in migration.found().triggers if t.kind == "http_api")
    identity = dict(zip(("api_id", "id"), api.id.split("/"), strict=True))
    theirs = {
        "address": "aws_apigatewayv2_integration.orders",
        "type": "aws_apigatewayv2_integration",
        "change": {"actions": ["update"], "before": identity, "after": {**identity, "integration_uri": name}},
    }

    written = migration.run("handover")
    undone = migration.run("handover", "--check", plan_of(migration.folder / "plan.json", theirs))
    kept = migration.run("handover", "--check", plan_of(migration.folder / "kept.json"), "--json")

    assert (written.code, "## terraform\n\n- main.tf\n" in written.out) == (0, True)
    assert f'  to = aws_lambda_alias.live_alias\n  id = "{name}/live"\n' in written.out
    assert (undone.code, undone.error) == (3, "`plan.json` would undo 1 of 10 flips")
    assert (kept.code, {each["outcome"] for each in kept.json["data"]["findings"]}) == (0, {"keeps"})


def test_before_anything_moved_there_is_nothing_to_hand_over(user: User, run: Callable[..., Answer]) -> None:
    answer = run("handover")

    assert (answer.code, answer.out) == (0, "Nothing was moved that the owners' code would have to keep.\n")


@pytest.mark.parametrize(
    ("content", "problem"),
    [
        (None, "`plan.json` cannot be read: No such file or directory"),
        ("{", "`plan.json` is not valid JSON"),
        ("[]", "neither a plan of Terraform nor a change set"),
    ],
)
def test_a_file_that_is_neither_is_refused(
    content: str | None, problem: str, user: User, run: Callable[..., Answer]
) -> None:
    if content is not None:
        (user.folder / "plan.json").write_text(content)

    answer = run("handover", "--check", "plan.json")

    assert (answer.code, answer.error) == (2, problem)
