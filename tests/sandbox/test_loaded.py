"""Commands that are started from a process that has the program loaded."""

from __future__ import annotations

import os
import signal
import subprocess
from typing import TYPE_CHECKING

import pytest

from lambda_migrate import __version__
from lambda_migrate.errors import MigrateError
from lambda_migrate.sandbox.demo.loaded import loaded
from lambda_migrate.sandbox.demo.narrator import Narrator
from tests.support.waiting import TIMEOUT, eventually

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.processes  # the program starts them


def test_each_command_is_a_process_of_its_own_with_the_folder_and_the_environment_that_it_is_given(
    tmp_path: Path,
) -> None:
    (tmp_path / "mine.yaml").write_text("function: orders\n")
    told: list[str] = []
    with loaded(os.environ) as program:
        narrator = Narrator(tmp_path, {"LAMBDA_MIGRATE_CONFIG": "mine.yaml"}, told.append, loaded=program)
        narrator.run("--version")
        narrator.run("status --json")
        with pytest.raises(MigrateError, match="ended with exit code 2, the story expects 0"):
            narrator.run("fly")

    assert told[:3] == ["", "$ lambda-migrate --version", f"  lambda-migrate {__version__}"]
    assert '      "function": "orders",' in told


def test_one_that_is_killed_says_so_and_the_next_one_runs(tmp_path: Path) -> None:
    with loaded(os.environ) as program:
        process = program.start(
            ["inspect", "x", "--region", "eu-west-1", "--endpoint-url", "http://127.0.0.1:9"], tmp_path, os.environ
        )
        with pytest.raises(subprocess.TimeoutExpired):
            process.wait(0)
        process.kill()

        assert process.wait(TIMEOUT) == -signal.SIGKILL
        assert program.start(["--version"], tmp_path, os.environ).wait(TIMEOUT) == 0


def test_nothing_is_left_running_where_the_story_ends_early(tmp_path: Path) -> None:
    with loaded(os.environ) as program:
        pid = program.start(["--version"], tmp_path, os.environ).pid

    def gone() -> bool:
        try:
            os.kill(pid, 0)
        except ProcessLookupError:
            return True
        return False

    eventually(gone)
