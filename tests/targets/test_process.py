"""A service as a real process on this machine: it starts, answers, and stops for sure."""

from __future__ import annotations

import os
import signal
import socket
import time
import zipfile
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from lambda_migrate.aws.session import Aws
from lambda_migrate.engine.plan import Plan
from lambda_migrate.errors import ConfigError, Locked, MigrateError
from lambda_migrate.gates import pages
from lambda_migrate.targets import TARGETS, Deployment, State, process
from lambda_migrate.workflow import service
from lambda_migrate.workflow.service import DeploymentWatch
from tests.support.programs import SERVER
from tests.support.waiting import eventually

if TYPE_CHECKING:
    from collections.abc import Iterator

pytestmark = pytest.mark.processes  # the program starts them

SIGTERM = 'signal.signal(signal.SIGTERM, lambda *_: (print("goodbye", flush=True), os._exit(0)))\n'
STUBBORN = SERVER.replace(
    SIGTERM,
    "signal.signal(signal.SIGTERM, signal.SIG_IGN)\n"
    "subprocess.Popen([sys.executable, '-c', 'import time; time.sleep(600)'])\n",
)
PLAN = Plan("service", "", "")


@pytest.fixture
def aws() -> Aws:
    return Aws(region="eu-west-1", sleep=time.sleep)


@pytest.fixture
def deployment(tmp_path: Path) -> Iterator[Deployment]:
    folder = tmp_path / "service"
    folder.mkdir()
    (folder / "Procfile").write_text("release: true\nweb: python serve.py\n")
    (folder / "serve.py").write_text(SERVER)
    made = Deployment("orders", folder, tmp_path / "state")
    yield made
    process.stop(made, 0.1)


def deploy(deployment: Deployment, aws: Aws, settings: process.Settings) -> State:
    prepared = process.prepare(aws, deployment, settings)
    return service.deploy(PLAN, prepared, DeploymentWatch(TARGETS[process.KIND], aws, deployment, settings), None)


def alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


def group_runs(group: int) -> bool:
    try:
        os.killpg(group, 0)
    except ProcessLookupError:
        return False
    return True


def test_it_runs_the_command_of_the_procfile_until_it_is_ready(deployment: Deployment, aws: Aws) -> None:
    settings = process.Settings(environment={"GREETING": "hello"})

    state = deploy(deployment, aws, settings)

    running = process.find(deployment)
    assert running
    assert (state.condition, state.url) == ("healthy", f"http://127.0.0.1:{running.port}")
    assert list(process.logs(aws, deployment, settings, 10)) == ["listening on 127.0.0.1"]


def test_it_stops_on_sigterm_and_the_process_has_a_chance_to_say_goodbye(deployment: Deployment, aws: Aws) -> None:
    deploy(deployment, aws, process.Settings())
    running = process.find(deployment)
    assert running

    assert process.stop(deployment) is True

    eventually(lambda: not alive(running.pid))  # it has ended; whoever adopted it takes note a moment later
    assert process.find(deployment) is None
    assert list(process.logs(aws, deployment, process.Settings(), 1)) == ["goodbye"]
    assert process.stop(deployment) is False


def test_what_ignores_sigterm_is_killed_with_everything_it_started(deployment: Deployment, aws: Aws) -> None:
    (deployment.folder / "serve.py").write_text(STUBBORN)
    deploy(deployment, aws, process.Settings())
    running = process.find(deployment)
    assert running
    group = running.pid

    process.stop(deployment, 0.2)

    eventually(lambda: not alive(running.pid))
    eventually(lambda: not group_runs(group))


def test_a_free_port_is_none_that_the_system_gives_to_whoever_asks_for_any() -> None:
    given = [int(bound) for bound in Path("/proc/sys/net/ipv4/ip_local_port_range").read_text().split()]

    port = process.free_port()

    assert not given[0] <= port <= given[1]
    socket.create_server((process.HOST, port)).close()


def test_deploying_again_replaces_the_process(deployment: Deployment, aws: Aws) -> None:
    deploy(deployment, aws, process.Settings())
    first = process.find(deployment)
    deploy(deployment, aws, process.Settings())
    second = process.find(deployment)

    assert first
    assert second
    assert first.pid != second.pid
    eventually(lambda: not alive(first.pid))


def test_two_at_once_are_refused(deployment: Deployment, aws: Aws) -> None:
    deploy(deployment, aws, process.Settings())

    with pytest.raises(Locked):
        process.start(aws, deployment, process.Settings())


def test_whatever_else_listens_on_its_port_is_not_taken_for_it(deployment: Deployment, aws: Aws) -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]

        with pytest.raises(
            MigrateError, match=f"port {port} of 127.0.0.1 cannot be listened on: address already in use"
        ):
            deploy(deployment, aws, process.Settings(port=port))

    assert process.find(deployment) is None


def test_what_ends_while_it_starts_is_told_with_its_last_words(deployment: Deployment, aws: Aws) -> None:
    (deployment.folder / "serve.py").write_text("raise SystemExit('no DATABASE_URL')\n")

    with pytest.raises(MigrateError, match="no DATABASE_URL"):
        deploy(deployment, aws, process.Settings())

    assert process.find(deployment) is None


def test_what_never_gets_ready_is_stopped_again(deployment: Deployment, aws: Aws) -> None:
    (deployment.folder / "serve.py").write_text(SERVER.replace("send_response(200)", "send_response(503)"))

    with pytest.raises(MigrateError, match="answered 503"):
        deploy(deployment, aws, process.Settings(wait=0.5))

    assert process.find(deployment) is None


def test_a_crash_is_seen_as_such(deployment: Deployment, aws: Aws) -> None:
    deploy(deployment, aws, process.Settings())
    running = process.find(deployment)
    assert running
    os.killpg(running.pid, signal.SIGKILL)
    os.waitpid(running.pid, 0)

    assert process.state(aws, deployment, process.Settings()).condition == "absent"


def test_without_a_web_line_nothing_is_started(deployment: Deployment, aws: Aws) -> None:
    (deployment.folder / "Procfile").write_text("worker: python serve.py\n")

    prepared = process.prepare(aws, deployment, process.Settings())

    assert prepared.local is None
    assert [pages.named(each) for each in prepared.blockers] == ["no-command"]
    with pytest.raises(ConfigError, match="no `web:` line"):
        process.web_command(deployment.folder)


@pytest.mark.parametrize("environment", [False, True], ids=["our own Python", "a .venv of its own"])
def test_wheels_that_the_repository_carries_can_be_imported_where_nobody_installed_them(
    aws: Aws, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, *, environment: bool
) -> None:
    monkeypatch.chdir(tmp_path)
    deployment = Deployment("orders", Path("service"), tmp_path / "state")
    (deployment.folder / "vendor").mkdir(parents=True)
    (deployment.folder / "Procfile").write_text("web: python serve.py\n")
    (deployment.folder / "serve.py").write_text("import carried\n" + SERVER)
    if environment:
        (deployment.folder / ".venv").mkdir()
    with zipfile.ZipFile(deployment.folder / "vendor" / "carried-1.0-py3-none-any.whl", "w") as wheel:
        wheel.writestr("carried.py", "")
    try:
        process.start(aws, deployment, process.Settings())
        eventually(lambda: process.state(aws, deployment, process.Settings()).condition != "unhealthy")
        lines = list(process.logs(aws, deployment, process.Settings(), 10))
        assert any("No module named 'carried'" in line for line in lines) is environment
    finally:
        process.stop(deployment, 0.1)
