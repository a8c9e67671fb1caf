"""A project of each layout seen in public, whose function is in AWS: lifted, looked at and planned."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.scaffold.layouts import LAYOUTS

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from lambda_migrate.aws.session import Aws
    from tests.support.screen import Answer

pytestmark = [pytest.mark.sandbox, pytest.mark.long(30)]


@pytest.mark.parametrize("name", LAYOUTS)
def test_it_is_lifted_and_the_next_commands_know_it(
    name: str, run: Callable[..., Answer], make_function: Callable[..., str], aws: Aws, unique: str, tmp_path: Path
) -> None:
    layout = LAYOUTS[name]
    for path, text in {".git/HEAD": "", **layout.files}.items():
        place = tmp_path / "project" / path
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_text(text)
    variables = {"AWS_LAMBDA_EXEC_WRAPPER": "/opt/bootstrap"} if layout.handler.endswith(".sh") else {"STAGE": "prod"}
    make_function(Handler=layout.handler, Runtime=f"python{layout.python[0]}", Environment={"Variables": variables})

    places = ("--source", f"project/{layout.code}", "--directory", "service")
    made = run("init", unique, *places, "--no-git", "--yes", "--json")
    looked = run("doctor", "--json")
    planned = run("plan", "--json")

    data = made.json["data"]
    assert (made.code, data["application"], data["handler"]) == (0, layout.app, layout.handler)
    assert data["told"]["python"] == "AWS"
    assert {f"src/{path}" for path in layout.lifted} <= set(data["files"])
    failed = {each["name"] for each in looked.json["data"]["checks"] if each["result"] == "fail"}
    assert failed == {"metrics", "service", "signing keys"}  # what is left to do, and a role that may not log
    steps = [each["action"]["kind"] for each in planned.json["data"]["plan"]["steps"]]
    assert (planned.code, steps[0], steps[-1]) == (3, "publish_version", "restore_latest")
