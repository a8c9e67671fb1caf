"""A process on this machine, for the sandbox and the demo: the very command of the Procfile, on loopback."""

from __future__ import annotations

import os
import socket
import sys
import time
from collections import deque
from dataclasses import dataclass
from random import SystemRandom
from typing import TYPE_CHECKING, Literal
from urllib.parse import urlsplit

from pydantic import Field

from lambda_migrate.aws import secrets
from lambda_migrate.detached import Place
from lambda_migrate.errors import ConfigError, MigrateError
from lambda_migrate.fields import Duration
from lambda_migrate.gates import no_command
from lambda_migrate.gates.gate import closed
from lambda_migrate.http import plain_client
from lambda_migrate.service_health import ask
from lambda_migrate.targets.base import (
    ANSWER_WITHIN,
    Deployment,
    DeploymentPlan,
    Event,
    Local,
    State,
    Target,
    signing_keys,
)
from lambda_migrate.targets.kind import LOCAL_POLL

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from lambda_migrate.aws.session import Aws
    from lambda_migrate.detached import Noted

KIND = "process"
POLL = LOCAL_POLL
KEEPS_EARLIER = False
LOCAL = True
HOST = "127.0.0.1"
_KILLED = 10.0
"""Seconds that a process may take to be gone after SIGKILL."""

USUAL_PORT = 8000
_PORTS = range(20_000, 32_768)
_TRIES = 100


class Settings(Target):
    """A process on this machine that answers on loopback."""

    kind: Literal["process"] = "process"
    port: int = Field(0, ge=0, le=65535, description="Port on 127.0.0.1; 0: that of service.url, or a free one.")
    wait: Duration = Field(60.0, description="How long it may take until it is ready.")
    grace: Duration = Field(30.0, description="How long it may take to end after SIGTERM.")


def instances(_settings: Settings) -> tuple[int, int]:
    """Return that there is one."""
    return 1, 1


def own_url() -> str:
    """Return where it is going to answer: on the usual port, or on a free one where something else listens there."""
    return f"http://{HOST}:{free_port() if _taken(USUAL_PORT) else USUAL_PORT}"


@dataclass(frozen=True)
class RunningProcess:
    """A running service.

    Attributes:
        pid: The process, leader of its group.
        port: Its port on 127.0.0.1.
        started: When, in seconds since the epoch.
    """

    pid: int
    port: int
    started: float

    @property
    def url(self) -> str:
        """Where it answers."""
        return f"http://{HOST}:{self.port}"


def prepare(aws: Aws, deployment: Deployment, settings: Settings) -> DeploymentPlan:
    """Return what would be started; nothing in AWS changes."""
    try:
        command = web_command(deployment.folder)
    except ConfigError as error:
        return DeploymentPlan(blockers=(str(closed(no_command, f"{error.message}: {error.hint}")),))
    running = find(deployment)
    summary = {"command": command, "replaces": f"process {running.pid}" if running else "nothing"}
    return DeploymentPlan(
        summary=summary,
        local=Local(lambda: restart(aws, deployment, settings), lambda: stop(deployment, settings.grace)),
    )


def restart(aws: Aws, deployment: Deployment, settings: Settings) -> RunningProcess:
    """Stop what runs, and start the command again."""
    stop(deployment, settings.grace)
    return start(aws, deployment, settings)


def state(_aws: Aws, deployment: Deployment, _settings: Settings) -> State:
    """Return whether the process runs and is ready."""
    running = find(deployment)
    log = str(_place(deployment).log)
    if running is None:
        last = " | ".join(_tail(deployment, 3))
        ended = f"no process runs; the log `{log}` ends with: {last}" if last else "no process runs"
        return State("absent", ended, facts={"log": log})
    facts = {"pid": running.pid, "log": log}
    problem = ask(plain_client(), running.url + deployment.readiness, timeout=ANSWER_WITHIN).problem
    if problem:
        return State("unhealthy", problem, url=running.url, facts=facts)
    return State("healthy", f"process {running.pid} takes requests", url=running.url, facts=facts)


def events(_aws: Aws, _deployment: Deployment, _settings: Settings, _since: float) -> Iterator[Event]:
    """Yield nothing: what happens to a process is in its log."""
    return iter(())


def logs(_aws: Aws, deployment: Deployment, _settings: Settings, lines: int) -> Iterator[str]:
    """Yield the last lines that the process printed."""
    yield from _tail(deployment, lines)


def web_command(folder: Path) -> str:
    """Return the command of the Procfile's ``web:`` line.

    Raises:
        ConfigError: There is none.
    """
    procfile = folder / "Procfile"
    try:
        text = procfile.read_text(encoding="utf-8")
    except OSError as error:
        raise ConfigError(f"`{procfile}` cannot be read", hint="`lambda-migrate init` writes it") from error
    for line in text.splitlines():
        name, colon, command = line.partition(":")
        if name.strip() == "web" and colon and command.strip():
            return command.strip()
    raise ConfigError(f"`{procfile}` has no `web:` line", hint="write `web: <command that starts the service>`")


def start(aws: Aws, deployment: Deployment, settings: Settings) -> RunningProcess:
    """Start the command; do not wait until it is ready.

    Raises:
        Locked: One runs already.
        ConfigError: There is no command.
        MigrateError: Something else listens on its port, and would be taken for it.
    """
    command = web_command(deployment.folder)
    port = settings.port or _configured_port(deployment) or free_port()
    environment = _environment(aws, deployment, settings, port)
    place, started = _place(deployment), time.time()
    with place.locked("the service runs already", "`lambda-migrate service stop` stops it") as lock:
        _require_free(port)
        process = place.start(
            lock,
            ["/bin/sh", "-c", f"exec {command}"],
            facts={"port": port, "started": started},
            folder=deployment.folder,
            environment=environment,
        )
    return RunningProcess(process.pid, port, started)


def find(deployment: Deployment) -> RunningProcess | None:
    """Return the process that runs, or None.

    Raises:
        MigrateError: Something holds its lock, and nobody knows what.
    """
    noted = _place(deployment).noted()
    return _running(noted) if noted else None


def _running(noted: Noted) -> RunningProcess:
    return RunningProcess(noted.pid, int(noted.facts.get("port", 0)), float(noted.facts.get("started", 0.0)))


def stop(deployment: Deployment, grace: float = 30.0) -> bool:
    """End the process: SIGTERM, and SIGKILL to its whole group after `grace` seconds.

    Returns:
        Whether one ran.

    Raises:
        MigrateError: It did not end, or something holds its lock, and nobody knows what.
    """
    place = _place(deployment)
    noted = place.noted()
    if noted is None:
        return False
    if not place.end(noted, grace=grace, timeout=_KILLED):
        raise MigrateError(f"process {noted.pid} does not end", hint=f"end it by hand: `kill -9 -{noted.pid}`")
    place.note.unlink(missing_ok=True)
    return True


def _place(deployment: Deployment) -> Place:
    return Place(deployment.state, "service")


def _environment(aws: Aws, deployment: Deployment, settings: Settings, port: int) -> dict[str, str]:
    """Return our own environment with the service's laid over it, its secrets read, but for the signing keys."""
    references = {**deployment.secrets, **settings.secrets}
    kept = signing_keys(references)
    folders = [deployment.folder / ".venv" / "bin", os.path.dirname(sys.executable)]  # noqa: PTH120  # a venv's python is a link
    return {
        **os.environ,
        "PATH": os.pathsep.join([*(str(each) for each in folders), os.environ.get("PATH", os.defpath)]),
        "PYTHONUNBUFFERED": "1",
        **_python_path(deployment.folder),
        "HOST": HOST,
        "PORT": str(port),
        **deployment.environment,
        **settings.environment,
        **{name: secrets.read(aws, reference) for name, reference in references.items() if name not in kept},
        **kept,
    }


def _python_path(folder: Path) -> dict[str, str]:
    """Return what lets our own Python import the wheels that the repository carries, where it has no `.venv`."""
    wheels = (
        []
        if (folder / ".venv").is_dir()
        else sorted(str(each.absolute()) for each in (folder / "vendor").glob("*.whl"))
    )
    inherited = [each for each in (os.environ.get("PYTHONPATH"),) if each]
    return {"PYTHONPATH": os.pathsep.join([*wheels, *inherited])} if wheels else {}


def _configured_port(deployment: Deployment) -> int:
    """Return the port of `service.url` where that is on this machine, or 0."""
    parts = urlsplit(deployment.url)
    return parts.port or 0 if parts.hostname in (HOST, "localhost") else 0


def free_port() -> int:
    """Return a port of the loopback interface on which nothing listens.

    It lies below the ports that a system gives to whoever asks for any (from 32768 on Linux, from 49152 elsewhere: RFC
    6335 section 6), so that no connection of another program takes it before the service listens.

    Raises:
        MigrateError: All those that were tried are taken.
    """
    for port in SystemRandom().sample(_PORTS, _TRIES):
        if not _taken(port):
            return port
    raise MigrateError("no free port found", hint="name one as `port:` in `service.target`")


def _require_free(port: int) -> None:
    if problem := _taken(port):
        raise MigrateError(
            f"port {port} of {HOST} cannot be listened on: {problem}",
            hint="stop what listens there, or name another `port:` in `service.target`",
        )


def _taken(port: int) -> str:
    """Return why nobody can listen on a port, or nothing."""
    try:
        socket.create_server((HOST, port)).close()
    except OSError as error:
        return str(error.strerror).lower()
    return ""


def _tail(deployment: Deployment, lines: int) -> list[str]:
    try:
        with _place(deployment).log.open(encoding="utf-8", errors="replace") as log:
            return [line.rstrip("\n") for line in deque(log, maxlen=lines)]
    except FileNotFoundError:
        return []
