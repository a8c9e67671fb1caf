"""The repository that `init` writes: its checks pass, it starts, takes every event, and stops without losing one."""

from __future__ import annotations

import http.client
import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import threading
import time
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from lambda_migrate.scaffold import FunctionFacts, Options, from_directory, from_zip, git, plan, survey, write
from lambda_migrate.targets.process import web_command
from tests.scaffold.packages import zipped
from tests.scaffold.samples import SAMPLES, Sample
from tests.service_half.signer import signed

if TYPE_CHECKING:
    from collections.abc import Iterator

PROJECT = Path(__file__).parents[2]
EVENTS_PATH = "/lambda-proxy-non-api-events"
KEY = "k1:a-secret"
ORDERS = Sample(
    facts=FunctionFacts(
        "orders",
        region="eu-west-1",
        account="123456789012",
        runtime="python3.11",
        handler="app.main.handler",
        timeout=10,
        environment={
            "ORDERS_TABLE": "orders",
            "SESSION_SECRET": "not-to-be-seen-anywhere",
            "BASE_PATH": "/api",
            "LOG_LEVEL": "INFO",
        },
    ),
    files={},
    path="/api/health",
    answer={"status": "ok"},
    target="process",
    environment={"SESSION_SECRET": "not-to-be-seen-anywhere"},
)


@dataclass(frozen=True)
class Lifted:
    name: str
    sample: Sample
    folder: Path


def lift(sample: Sample, folder: Path) -> None:
    if sample.files:
        layers = [from_zip(zipped(layer), "a layer") for layer in sample.layers]
        source = from_zip(zipped(sample.files)).with_layers(*layers)
    else:
        source = from_directory(PROJECT / "lambda_migrate" / "sandbox" / "orders")
    options = Options(folder, target=sample.target)
    write(plan(source, sample.facts, options), folder)
    again = plan(source, sample.facts, options)
    assert {each.state for each in again} == {"identical"}


@pytest.fixture(scope="module", params=["orders", *SAMPLES])
def lifted(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Lifted:
    name: str = request.param
    sample = ORDERS if name == "orders" else SAMPLES[name]
    folder = tmp_path_factory.mktemp(name) / "repository"
    lift(sample, folder)
    assert git.commit_all(folder, name) == ""
    return Lifted(name, sample, folder)


@pytest.fixture(scope="session")
def mypy_cache(tmp_path_factory: pytest.TempPathFactory) -> str:
    """One cache for all repositories: what they import is the same."""
    return str(tmp_path_factory.mktemp("mypy"))


def environment(**more: str) -> dict[str, str]:
    inherited = {name: os.environ[name] for name in ("HOME", "LANG", "TMPDIR") if name in os.environ}
    return {**inherited, "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}", **more}


def run(folder: Path, *command: str, **more: str) -> str:
    ran = subprocess.run(
        command, cwd=folder, env=environment(**more), capture_output=True, text=True, timeout=240, check=False
    )
    assert ran.returncode == 0, f"{command} in {folder}:\n{ran.stdout}\n{ran.stderr}"
    return ran.stdout


def test_lint_and_format_pass(lifted: Lifted) -> None:
    run(lifted.folder, "ruff", "check", "--no-cache", ".")
    run(lifted.folder, "ruff", "format", "--no-cache", "--check", ".")


def test_types_pass(lifted: Lifted, mypy_cache: str) -> None:
    run(lifted.folder, "mypy", "--cache-dir", mypy_cache)


def test_its_own_tests_pass_and_none_is_skipped(lifted: Lifted) -> None:
    said = run(lifted.folder, "python", "-m", "pytest", "-q", "-p", "no:cacheprovider")
    assert "passed" in said
    assert "skipped" not in said


def test_the_git_hooks_pass(lifted: Lifted, mypy_cache: str) -> None:
    said = run(lifted.folder, "pre-commit", "run", "--all-files", "--color=never", MYPY_CACHE_DIR=mypy_cache)

    outcomes = {line.split(".")[0]: line.rpartition(".")[2] for line in said.splitlines()}
    assert outcomes == dict.fromkeys(("ruff check", "ruff format", "mypy"), "Passed")


def test_installed_hooks_let_good_commits_pass_and_no_others(tmp_path: Path, mypy_cache: str) -> None:
    folder = tmp_path / "repository"
    lift(SAMPLES["plain"], folder)
    assert git.commit_all(folder, "plain") == ""
    assert "$(BIN)/pre-commit install" in (folder / "Makefile").read_text()
    run(folder, "pre-commit", "install")
    (folder / ".venv").symlink_to(sys.prefix)
    git_alone = str(Path(shutil.which("git") or "git").parent)  # the shell of somebody who has activated nothing
    who = {"GIT_AUTHOR_NAME": "a", "GIT_AUTHOR_EMAIL": "a@b", "GIT_COMMITTER_NAME": "a", "GIT_COMMITTER_EMAIL": "a@b"}

    def commit(text: str) -> bool:
        (folder / "service" / "added.py").write_text(text)
        run(folder, "git", "add", "service/added.py")
        more = environment(MYPY_CACHE_DIR=mypy_cache, **who) | {"PATH": f"{git_alone}:/usr/bin:/bin"}
        command = ["git", "commit", "--quiet", "-m", "Add"]
        return subprocess.run(command, cwd=folder, env=more, capture_output=True, check=False).returncode == 0

    assert [commit("import os\n"), commit("def f(x):\n    return x\n"), commit('"""Added."""\n')] == [
        False,
        False,
        True,
    ]


def test_the_code_is_lifted_byte_for_byte(lifted: Lifted) -> None:
    own = {path: text for path, text in lifted.sample.files.items() if path.split("/")[0] in OWN}
    assert {path: (lifted.folder / "src" / path).read_text() for path in own} == own
    assert run(lifted.folder, "git", "status", "--porcelain") == ""
    assert run(lifted.folder, "git", "log", "--format=%s").startswith(f"Lift {lifted.name} off Lambda")


OWN = {"main.py", "app", "service.py", "data", "catalog", "scripts-old"}


def test_no_secret_is_in_the_repository(lifted: Lifted) -> None:
    for value in ("not-to-be-seen-anywhere", "hunter2"):
        found = subprocess.run(["git", "grep", "-n", value], cwd=lifted.folder, capture_output=True, check=False)
        assert found.stdout == b""


class Running:
    """A started service."""

    def __init__(self, process: subprocess.Popen[bytes], port: int, log: Path) -> None:
        self.process = process
        self.port = port
        self.log = log

    def ask(self, method: str, path: str, body: bytes = b"", headers: Any = None) -> tuple[int, Any]:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)
        try:
            connection.request(method, path, body, headers or {})
            answer = connection.getresponse()
            content = answer.read()
        finally:
            connection.close()
        return answer.status, json.loads(content) if content else None

    def deliver(self, event: Any) -> tuple[int, Any]:
        body = json.dumps({"event": event}).encode()
        return self.ask("POST", EVENTS_PATH, body, signed("POST", EVENTS_PATH, body, key=KEY))

    def wait_for(self, path: str, status: int) -> None:
        limit = time.monotonic() + 60
        while True:
            try:
                if self.ask("GET", path)[0] == status:
                    return
            except OSError:
                assert self.process.poll() is None, self.log.read_text()
            assert time.monotonic() < limit, self.log.read_text()
            time.sleep(0.05)


@contextmanager
def started(lifted: Lifted, directory: Path, **more: str) -> Iterator[Running]:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    log = directory / "service.log"
    settings = {"PORT": str(port), "LAMBDA_MIGRATE_SIGNING_KEYS": KEY, **lifted.sample.environment, **more}
    with log.open("wb") as output:
        process = subprocess.Popen(
            ["/bin/sh", "-c", f"exec {web_command(lifted.folder)}"],
            cwd=lifted.folder,
            env=environment(**settings),
            stdout=output,
            stderr=output,
        )
    running = Running(process, port, log)
    try:
        running.wait_for("/readyz", 200)
        yield running
    finally:
        process.terminate()
        try:
            process.wait(20)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def samples_of(folder: Path) -> dict[str, Any]:
    package = "web_service" if (folder / "src" / "service.py").exists() else "service"
    samples = "{kind: module.SAMPLE for kind, module in EVENTS.items()}"
    script = f"import json; from {package}.events import EVENTS; print(json.dumps({samples}))"
    found: dict[str, Any] = json.loads(run(folder, "python", "-c", script))
    return found


def test_the_procfile_starts_it_and_every_event_is_taken(lifted: Lifted, tmp_path: Path) -> None:
    sample = lifted.sample
    with started(lifted, tmp_path, TMPDIR=str(tmp_path)) as service:
        health = "/-/healthz" if lifted.name == "layered" else "/healthz"
        assert service.ask("GET", health) == (200, {"status": "alive"})
        assert service.ask("GET", sample.path) == (200, sample.answer)
        assert service.ask("POST", EVENTS_PATH, b'{"event": {}}') == (404, {"detail": "Not Found"})
        if lifted.name != "orders":
            answers = {kind: service.deliver(event) for kind, event in samples_of(lifted.folder).items()}
            statuses = {kind: status for kind, (status, _) in answers.items()}
            assert statuses == dict.fromkeys(answers, sample.event_status)
            failed = {each["errorType"] for status, each in answers.values() if status == 500}
            assert failed == (set() if sample.event_status == 200 else {"RuntimeError"})
        probe = service.ask("GET", "/lambda-proxy-probe", headers=signed("GET", "/lambda-proxy-probe", key=KEY))
        assert (probe[0], probe[1]["service"]) == (200, sample.facts.name)
        lines = [json.loads(line) for line in service.log.read_text().splitlines()]
        assert {"time", "level", "logger", "message"} <= set(lines[0])


def test_as_many_headers_pass_as_a_load_balancer_and_the_proxy_may_send(tmp_path: Path) -> None:
    sample = SAMPLES["plain"]
    lift(sample, tmp_path / "repository")
    lines = [f"{name}: {'a' * 15_000}" for name in ("x-first", "x-second", "x-third", "x-fourth")]
    lines = [f"GET {sample.path} HTTP/1.1", "host: a", *lines, f"x-lambda-migrate-context: {'a' * 12_000}", "", ""]
    head = "\r\n".join(lines).encode()
    lifted = Lifted("plain", sample, tmp_path / "repository")
    with (
        started(lifted, tmp_path, TMPDIR=str(tmp_path)) as service,
        socket.create_connection(("127.0.0.1", service.port), timeout=30) as sock,
        sock.makefile("rb") as answer,
    ):
        sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        for begin in range(0, len(head), 20_000):
            sock.sendall(head[begin : begin + 20_000])
            time.sleep(0.1)  # a network delivers in pieces what loopback would deliver at once
        assert answer.readline() == b"HTTP/1.1 200 OK\r\n"


def test_sigterm_lets_running_requests_finish(lifted: Lifted, tmp_path: Path) -> None:
    if lifted.name == "orders":
        return
    with started(lifted, tmp_path, TMPDIR=str(tmp_path), SERVICE_DRAIN_SECONDS="0.4") as service:
        answers: list[Any] = []
        asking = threading.Thread(target=lambda: answers.append(service.ask("GET", "/slow")))
        asking.start()
        time.sleep(0.3)
        service.process.send_signal(signal.SIGTERM)
        service.wait_for("/readyz", 503)
        asking.join(30)
        assert answers == [(200, "slept")]
        assert service.process.wait(20) == 0
        with pytest.raises(ConnectionRefusedError):
            service.ask("GET", "/healthz")


def test_a_start_that_cannot_succeed_names_every_variable(lifted: Lifted) -> None:
    broken = environment(PORT="http", LAMBDA_MIGRATE_SIGNING_KEYS="topsecret", SERVICE_LIFESPAN="maybe")
    command = ["/bin/sh", "-c", f"exec {web_command(lifted.folder)}"]
    ran = subprocess.run(
        command, cwd=lifted.folder, env=broken, capture_output=True, text=True, timeout=60, check=False
    )
    assert ran.returncode == 1
    for problem in ("PORT must be", "LAMBDA_MIGRATE_SIGNING_KEYS: key 1 must be", "SERVICE_LIFESPAN must be one of"):
        assert problem in ran.stderr
    assert "topsecret" not in ran.stderr
    assert "Traceback" not in ran.stderr


def test_several_workers_share_the_door(tmp_path: Path) -> None:
    folder = tmp_path / "repository"
    lift(SAMPLES["plain"], folder)
    plain = Lifted("plain", SAMPLES["plain"], folder)
    with started(plain, tmp_path, TMPDIR=str(tmp_path), WEB_CONCURRENCY="3") as service:
        body = b'{"event": {"task": 1}}'
        headers = signed("POST", EVENTS_PATH, body, key=KEY)
        statuses = sorted(service.ask("POST", EVENTS_PATH, body, headers)[0] for _ in range(12))
        assert statuses == [*[404] * 11, 500]
        service.process.send_signal(signal.SIGTERM)
        assert service.process.wait(20) == 0


STOPPED_AT_ONCE = """
import sys, threading, time
from service import __main__ as service
from service.settings import Settings, prepared
service.LAST = 0.2
threading.Thread(target=time.sleep, args=(600,)).start()
listening = service.Server.on_tick
async def on_tick(server, counter):
    server.should_exit = True
    return await listening(server, counter)
service.Server.on_tick = on_tick
service.serve(Settings.read(prepared({"PORT": sys.argv[1]})))
"""


def test_a_thread_that_never_returns_does_not_keep_the_process_alive(tmp_path: Path) -> None:
    lift(SAMPLES["plain"], tmp_path / "repository")

    def ends(port: int) -> int:
        command = [sys.executable, "-c", STOPPED_AT_ONCE, str(port)]
        where = {"cwd": tmp_path / "repository", "env": environment(TMPDIR=str(tmp_path))}
        return subprocess.run(command, **where, capture_output=True, timeout=60, check=False).returncode

    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        assert ends(port) == 3
    assert ends(port) == 0


def test_a_changed_function_updates_what_nobody_touched(tmp_path: Path) -> None:
    sample, folder = SAMPLES["plain"], tmp_path / "repository"
    lift(sample, folder)
    (folder / "README.md").write_text("my own words\n")
    (folder / "service" / "handlers.py").write_text("# mine\n")
    changed = {**sample.files, "main.py": sample.files["main.py"] + "# urgent fix\n", "extra.py": "x = 1\n"}
    facts = FunctionFacts(**{**vars(sample.facts), "timeout": 55.0})
    writes = plan(from_zip(zipped(changed)), facts, Options(folder))
    states = {each.path: each.state for each in writes if each.state != "identical"}
    assert {path for path, state in states.items() if state == "kept"} == {"README.md", "service/handlers.py"}
    assert {path for path, state in states.items() if state == "created"} == {"src/extra.py"}
    assert {"src/main.py", "service/function.py", "pyproject.toml"} <= set(states)
    write(writes, folder)
    assert (folder / "README.md").read_text() == "my own words\n"
    assert (folder / "src" / "main.py").read_text().endswith("# urgent fix\n")
    assert "timeout=55.0" in (folder / "service" / "function.py").read_text()


def test_without_ruff_all_of_the_lifted_code_is_spared(tmp_path: Path) -> None:
    folder = tmp_path / "repository"
    source = from_zip(zipped(SAMPLES["layered"].files))
    write(plan(source, SAMPLES["layered"].facts, Options(folder, baseline=False)), folder)
    assert '"src/**" = ["ALL"]' in (folder / "pyproject.toml").read_text()
    assert "ruff was not at hand" in (folder / "MIGRATION.md").read_text()


@pytest.mark.parametrize(
    "files",
    [
        {"calendar.py": "x: int = ''\n", "queue/__init__.py": ""},
        {
            "tests/conftest.py": "x: int = ''\n",
            "tests/test_main.py": "",
            "pkg/ruff.toml": "select = ['ALL']\n",
            "pkg/pyproject.toml": "[tool.ruff]\nline-length = 20\n",
            "pkg/mod.py": "import os, sys\n",
            "both.py": "x = 1\r\n",
            "both/__init__.py": "",
            "my-scripts/a b.py": "print ('x')\n",
        },
    ],
    ids=["names of Python's own", "whatever else there may be"],
)
def test_awkward_code_passes_the_checks(tmp_path: Path, files: dict[str, str], mypy_cache: str) -> None:
    sample, folder = SAMPLES["plain"], tmp_path / "repository"
    write(plan(from_zip(zipped({**sample.files, **files})), sample.facts, Options(folder)), folder)
    run(folder, "ruff", "check", "--no-cache", ".")
    run(folder, "ruff", "format", "--no-cache", "--check", ".")
    run(folder, "mypy", "--cache-dir", mypy_cache)
    assert "passed" in run(folder, "python", "-m", "pytest", "-q", "-p", "no:cacheprovider")
    assert git.commit_all(folder, "awkward") == ""
    if "both.py" in files:
        committed = subprocess.run(["git", "show", "HEAD:src/both.py"], cwd=folder, capture_output=True, check=True)
        assert committed.stdout == b"x = 1\r\n"


def test_the_survey_alone_writes_nothing(tmp_path: Path) -> None:
    survey(from_zip(zipped(SAMPLES["plain"].files)), SAMPLES["plain"].facts, Options(tmp_path / "repository"))
    assert list(tmp_path.iterdir()) == []


def test_what_goes_with_the_function_goes_in_one_commit(tmp_path: Path, mypy_cache: str) -> None:
    folder = tmp_path / "repository"
    lift(SAMPLES["plain"], folder)
    assert git.commit_all(folder, "plain") == ""
    shutil.rmtree(folder / "service" / "lambda_migrate")
    (folder / "tests" / "test_signature.py").unlink()
    for name, mark in (("service/main.py", "goes with service/lambda_migrate"), ("README.md", "_SIGNING_KEYS")):
        lines = (folder / name).read_text().splitlines(keepends=True)
        (folder / name).write_text("".join(line for line in lines if mark not in line))
    run(folder, "ruff", "check", "--no-cache", ".")
    run(folder, "ruff", "format", "--no-cache", "--check", ".")
    run(folder, "mypy", "--cache-dir", mypy_cache)
    said = run(folder, "python", "-m", "pytest", "-q", "-p", "no:cacheprovider")
    assert ("passed" in said, "skipped" in said) == (True, False)
    gone = run(folder, "git", "status", "--porcelain", "--untracked-files=no").splitlines()
    kept = [line for line in gone if not line.startswith(" D service/lambda_migrate/")]
    assert kept == [" M README.md", " M service/main.py", " D tests/test_signature.py"]
