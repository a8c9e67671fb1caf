"""`service deploy` and `service stop` on this machine, killed at any moment: in the end one process runs, or none."""

from __future__ import annotations

import random
import time
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.chaos.program import Program
from tests.chaos.strikes import Usual, draw_kill
from tests.support.chaos import FULL, rounds
from tests.support.programs import SERVER
from tests.support.waiting import eventually

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from tests.chaos.journey import Stage
    from tests.support.screen import Answer

pytestmark = [pytest.mark.sandbox, pytest.mark.chaos, pytest.mark.timeout(1800)]

DEPLOY = ("service", "deploy", "--yes")
STOP = ("service", "stop", "--yes")
DEPLOYMENTS = 10 if FULL else 2


@pytest.fixture
def folder(tmp_path: Path, stage: Stage) -> Iterator[Path]:
    service = tmp_path / "work" / "service"
    service.mkdir(parents=True)
    (service / "Procfile").write_text("web: python serve.py\n")
    (service / "serve.py").write_text(SERVER)
    text = "function: orders\nservice: {target: {kind: process, wait: 60s}}\n"
    (service.parent / "migration.yaml").write_text(text)
    yield service.parent
    program = Program(service.parent, stage.environ, stage.loaded)
    program.start(*STOP)
    program.wait()


def processes(folder: Path) -> list[int]:
    """Return the processes that run in a folder (proc(5), cwd)."""
    found = []
    for cwd in Path("/proc").glob("[0-9]*/cwd"):
        try:
            found += [int(cwd.parent.name)] if cwd.readlink() == folder else []
        except OSError:
            continue  # it has ended, or is somebody else's
    return found


@pytest.mark.parametrize("_round", rounds(1, 5))
def test_a_service_is_deployed_once_and_stopped_for_sure(
    _round: int, chaos_seed: int, stage: Stage, folder: Path, record_property: Callable[[str, object], None]
) -> None:
    dice, killed = random.Random(chaos_seed), 0
    program = Program(folder, stage.environ, stage.loaded)

    def type_it(command: tuple[str, ...], usual: Usual | None = None) -> Answer:
        stage.interceptor.well()
        strike = draw_kill(dice, usual) if usual else None
        timer = strike.arm(program, stage.interceptor, folder / "ledger.yaml") if strike else None
        program.start(*command)
        answer = program.wait()
        if timer:
            timer.cancel()
        stage.interceptor.quiet()
        assert "Traceback" not in answer.err, answer
        return answer

    def measured(command: tuple[str, ...]) -> Usual:
        began = time.monotonic()
        assert type_it(command).code == 0
        return Usual(tuple(stage.interceptor.calls), 0, time.monotonic() - began)

    deploying, stopping = measured(DEPLOY), measured(STOP)
    for _ in range(DEPLOYMENTS):
        killed += type_it(DEPLOY, deploying).code < 0
        if dice.random() < 1 / 2:
            killed += type_it(STOP, stopping).code < 0
        deployed = type_it(DEPLOY)
        running = processes(folder / "service")
        assert deployed.code == 0, deployed
        assert len(running) == 1, (running, deployed)
        assert f"process {running[0]} takes requests" in type_it(("service", "status")).out
        killed += type_it(STOP, stopping).code < 0
        stopped = type_it(STOP)
        assert stopped.code == 0, stopped
        eventually(lambda: not processes(folder / "service"))
    record_property("chaos", {"kills of the service's commands": killed})
