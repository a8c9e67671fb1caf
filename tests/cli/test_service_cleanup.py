"""`service cleanup`: once the function is retired, the proxy's parts leave the repository."""

from __future__ import annotations

import subprocess
from typing import TYPE_CHECKING

import pytest

from tests.scaffold.packages import MAIN

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from lambda_migrate.aws import Aws
    from tests.cli.conftest import Answer

pytestmark = pytest.mark.sandbox

FILES = {
    "README.md": "changed",
    "environment.local": "changed",
    "service/main.py": "changed",
    "tests/test_proxy.py": "removed",
}


def test_it_waits_for_retire_and_commits_once(
    run: Callable[..., Answer], tmp_path: Path, aws: Aws, make_function: Callable[..., str], unique: str
) -> None:
    make_function()
    accepted = "accept: [{rule: no-metrics, reason: 'it was never used'}]\n"
    (tmp_path / "migration.yaml").write_text(f"function: {unique}\n{accepted}")
    (tmp_path / "code").mkdir()
    (tmp_path / "code" / "main.py").write_text(MAIN)
    lifted = run("init", "--source", "code", "--offline", "--yes")
    assert lifted.code == 0, lifted.err

    early = run("service", "cleanup", "--yes")
    assert early.code == 3
    assert "the function is not retired, and its proxy still signs" in early.err
    assert (tmp_path / "service" / "tests" / "test_proxy.py").exists()

    assert run("retire", "--confirm", unique).code == 0
    shown, done = (run("service", "cleanup", word, "--json").json["data"] for word in ("--dry-run", "--yes"))
    again = run("service", "cleanup", "--yes", "--json").json["data"]

    assert (shown["files"], done["files"], done["commit"], again["files"]) == (FILES, FILES, True, {})
    log = subprocess.run(
        ["git", "log", "--format=%s"], cwd=tmp_path / "service", capture_output=True, text=True, check=True
    )
    assert log.stdout.splitlines()[0] == "Take out what the proxy needed: the function is retired"
    assert run("init", "--source", "code", "--offline", "--yes", "--json").json["data"]["written"] == []

    (tmp_path / "service" / "requirements.txt").open("a").write("fastapi==0.165.0\n")
    settings = (tmp_path / "migration.yaml").read_text()
    (tmp_path / "migration.yaml").write_text(f"{settings}service: {{require: signed}}\n")
    guarded = run("service", "cleanup", "--eject", "--yes")
    assert (guarded.code, "`service.require` has the library keep callers out" in guarded.err) == (3, True)
    (tmp_path / "migration.yaml").write_text(settings)
    ejected = run("service", "cleanup", "--eject", "--yes", "--json").json["data"]
    assert (ejected["commit"], ejected["files"]["service/handlers.py"]) == (True, "removed")
    assert not (tmp_path / "service" / "vendor").exists()
    assert run("service", "cleanup", "--eject", "--yes").code == 1  # it is no longer ours
