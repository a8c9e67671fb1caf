"""A repository that `init` wrote for a sample, and what a team does in it."""

from __future__ import annotations

import http.client
import json
import os
import subprocess
import sys
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from lambda_migrate.scaffold import FunctionFacts, Options, from_directory, from_zip, plan, write
from lambda_migrate.targets.process import web_command
from tests.scaffold.packages import zipped
from tests.scaffold.samples import Sample
from tests.service_library.signer import signed
from tests.support.ports import reserved_port
from tests.support.waiting import TIMEOUT, eventually

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


def environment(**more: str) -> dict[str, str]:
    """Return the variables of a shell in which the repository's packages are installed, its library too."""
    inherited = {name: os.environ[name] for name in ("HOME", "LANG", "TMPDIR") if name in os.environ}
    inherited["PYTHONPATH"] = str(PROJECT / "service_library")
    return {**inherited, "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}", **more}


def run(folder: Path, *command: str, **more: str) -> str:
    ran = subprocess.run(
        command, cwd=folder, env=environment(**more), capture_output=True, text=True, timeout=240, check=False
    )
    assert ran.returncode == 0, f"{command} in {folder}:\n{ran.stdout}\n{ran.stderr}"
    return ran.stdout


class Running:
    """A started service."""

    def __init__(self, process: subprocess.Popen[bytes], port: int, log: Path) -> None:
        self.process = process
        self.port = port
        self.log = log

    def ask(self, method: str, path: str, body: bytes = b"", headers: Any = None) -> tuple[int, Any]:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=TIMEOUT)
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
        def answers() -> bool:
            try:
                return self.ask("GET", path)[0] == status
            except OSError:
                return self.process.poll() is not None

        eventually(answers)
        assert self.process.poll() is None, self.log.read_text()


@contextmanager
def started(lifted: Lifted, directory: Path, **more: str) -> Iterator[Running]:
    with reserved_port() as port:
        log = directory / "service.log"
        settings = {"PORT": str(port), "LAMBDA_MIGRATE_SIGNING_KEYS": KEY, **lifted.sample.environment, **more}
        (settings["PYTHONPATH"],) = (str(wheel) for wheel in lifted.folder.glob("vendor/*.whl"))
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
                process.wait(TIMEOUT)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()


def samples_of(folder: Path) -> dict[str, Any]:
    samples = "{kind: module.SAMPLE for kind, module in EVENTS.items()}"
    script = f"import json; from lambda_migrate_service.events import EVENTS; print(json.dumps({samples}))"
    found: dict[str, Any] = json.loads(run(folder, "python", "-c", script))
    return found
