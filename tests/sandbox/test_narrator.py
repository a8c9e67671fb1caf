"""What the story types is never left running, whenever it is interrupted."""

from __future__ import annotations

import signal
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import pytest

from lambda_migrate.errors import MigrateError
from lambda_migrate.sandbox.demo.narrator import Narrator

if TYPE_CHECKING:
    import subprocess
    from pathlib import Path


pytestmark = pytest.mark.processes  # the program starts them


@dataclass
class InterruptedAtTheStart(Narrator):
    """A story that is interrupted while a command is being started: before anybody could know of its process."""

    started: list[subprocess.Popen[str]] = field(default_factory=list)

    def _start(self, words: list[str]) -> subprocess.Popen[str]:
        process = super()._start(words)
        self.started.append(process)
        signal.raise_signal(signal.SIGINT)
        return process


def test_a_command_whose_start_is_interrupted_is_ended(tmp_path: Path) -> None:
    told: list[str] = []
    narrator = InterruptedAtTheStart(tmp_path, {}, told.append)

    with pytest.raises(KeyboardInterrupt):
        narrator.run("--version")

    assert [process.returncode is None for process in narrator.started] == [False]
    assert told == ["", "$ lambda-migrate --version"]


def test_signals_are_heard_as_before_once_it_runs(tmp_path: Path) -> None:
    before = signal.getsignal(signal.SIGINT)
    told: list[str] = []

    with pytest.raises(MigrateError, match="ended with exit code 2, the story expects 0"):
        Narrator(tmp_path, {}, told.append).run("fly")

    assert signal.getsignal(signal.SIGINT) is before
    assert told[:2] == ["", "$ lambda-migrate fly"]
