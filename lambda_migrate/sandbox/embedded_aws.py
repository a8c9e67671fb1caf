"""An AWS on this machine: starts MiniStack on loopback and a free port, and always stops it again.

Used attached, as a context manager, by the demo and the tests::

    with EmbeddedAws.start(directory) as aws:
        boto3.client("lambda", endpoint_url=aws.endpoint_url, ...)

and detached by ``sandbox up``, ``down`` and ``status`` (:meth:`EmbeddedAws.start_detached`, :meth:`EmbeddedAws.find`,
:meth:`EmbeddedAws.stop`).

Three things make sure that nothing is left behind:

- The server leads a process group of its own, which its Lambda workers share; stopping kills the group. There is
  nothing to save: all state is in memory, everything on disk is below ``directory``.
- An attached server holds the reading end of a pipe whose writing end only its parent has. However the parent ends,
  SIGKILL included, the pipe closes and the server ends itself.
- A server holds a lock on a file in ``directory``, and notes itself there (:mod:`lambda_migrate.detached`).
"""

from __future__ import annotations

import json
import os
import shutil
import signal
import socket
import sys
import time
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from http.client import HTTPConnection, HTTPException
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

from lambda_migrate.detached import Place
from lambda_migrate.errors import MigrateError
from lambda_migrate.sandbox import unkindness as unkindness_settings
from lambda_migrate.sandbox.unkindness import KIND, Unkindness

if TYPE_CHECKING:
    import subprocess
    from collections.abc import Iterator

    from lambda_migrate.detached import Noted

ACCOUNT = "000000000000"
REGION = "us-east-1"

START_DEADLINE = 60.0
"""Seconds that a start may take; it takes about 0.5 s on an idle machine."""

_STOP_DEADLINE = 10.0
_POLL = 0.02
_TEMPORARY = "tmp"
_INHERITED = ("PATH", "HOME", "LANG", "LC_ALL", "VIRTUAL_ENV", "SSL_CERT_FILE", "SSL_CERT_DIR")
"""What the server sees of our environment: no AWS settings, no settings of MiniStack that somebody has exported."""


@dataclass(frozen=True)
class EmbeddedAws:
    """A running embedded AWS.

    Args:
        directory: Where everything of it lives: state file, lock, log and temporary files.
        pid: The server, leader of its process group.
        port: The port on 127.0.0.1 that every service answers on.
        started: When it was started, ISO 8601, UTC.
    """

    directory: Path
    pid: int
    port: int
    started: str

    @property
    def endpoint_url(self) -> str:
        """The URL of every service, for ``--endpoint-url``."""
        return f"http://127.0.0.1:{self.port}"

    @property
    def account(self) -> str:
        """The only account there is."""
        return ACCOUNT

    @property
    def region(self) -> str:
        """The region that everything is made in."""
        return REGION

    @property
    def environment(self) -> dict[str, str]:
        """The environment variables that point boto3 and the AWS CLI here, and nowhere else."""
        return {
            "AWS_ENDPOINT_URL": self.endpoint_url,
            "AWS_REGION": REGION,
            "AWS_DEFAULT_REGION": REGION,
            "AWS_ACCESS_KEY_ID": "test",
            "AWS_SECRET_ACCESS_KEY": "test",
            "AWS_EC2_METADATA_DISABLED": "true",
        }

    @property
    def log(self) -> Path:
        """The log of the server, and in it what every Lambda function printed."""
        return _place(self.directory).log

    @classmethod
    @contextmanager
    def start(cls, directory: Path, unkindness: Unkindness = KIND) -> Iterator[Self]:
        """Start an embedded AWS that lives as long as the ``with`` block, or this process, whichever ends first.

        Args:
            directory: An existing or new directory for its files; one server at a time can use it.
            unkindness: How it behaves from the start.

        Raises:
            Locked: Another embedded AWS uses the directory.
            GateClosed: It did not get ready.
        """
        lifeline_of_child, lifeline = os.pipe()
        try:
            process, aws = cls._launch(directory, lifeline_of_child, unkindness)
        finally:
            os.close(lifeline_of_child)
        try:
            _wait_until_ready(aws, process)
            yield aws
        finally:
            os.close(lifeline)
            _kill_group(process.pid)
            process.wait()
            _forget(aws)

    @classmethod
    def start_detached(cls, directory: Path, unkindness: Unkindness = KIND) -> Self:
        """Start an embedded AWS that outlives this process; :meth:`find` finds it again.

        Args:
            directory: As for :meth:`start`.
            unkindness: As for :meth:`start`.

        Raises:
            Locked: Another embedded AWS uses the directory.
            GateClosed: It did not get ready.
        """
        process, aws = cls._launch(directory, None, unkindness)
        try:
            _wait_until_ready(aws, process)
        except BaseException:
            _kill_group(process.pid)
            process.wait()
            _forget(aws)
            raise
        return aws

    @classmethod
    def find(cls, directory: Path) -> Self | None:
        """Return the embedded AWS that runs in a directory, or None.

        Raises:
            MigrateError: Something holds its lock, and nobody knows what.
        """
        noted = _place(directory).noted()
        return cls._of(directory, noted) if noted else None

    @classmethod
    def _of(cls, directory: Path, noted: Noted) -> Self:
        return cls(directory, noted.pid, int(noted.facts.get("port", 0)), str(noted.facts.get("started", "")))

    def stop(self) -> None:
        """Stop it, and its Lambda workers. Nothing happens if it has ended already.

        Raises:
            MigrateError: It did not end.
        """
        place = _place(self.directory)
        noted = place.noted()
        if noted is None or self._of(self.directory, noted) != self:
            return
        if not place.end(noted, grace=0.0, timeout=_STOP_DEADLINE):
            raise MigrateError(
                f"the embedded AWS in `{self.directory}` did not stop", hint=f"end process {self.pid} by hand"
            )
        _forget(self)

    @classmethod
    def _launch(
        cls, directory: Path, lifeline: int | None, unkindness: Unkindness
    ) -> tuple[subprocess.Popen[bytes], Self]:
        directory = directory.absolute()
        place, started = _place(directory), datetime.now(UTC).isoformat(timespec="seconds")
        with (
            place.locked(
                f"an embedded AWS is running in `{directory}` already", "`lambda-migrate sandbox down` stops it"
            ) as lock,
            socket.create_server(("127.0.0.1", 0)) as listener,
        ):
            shutil.rmtree(directory / _TEMPORARY, ignore_errors=True)  # of one that had no time to clean up
            (directory / _TEMPORARY).mkdir(mode=0o700)
            port = listener.getsockname()[1]
            arguments = ["--listener", str(listener.fileno())]
            arguments += ["--lifeline", str(lifeline)] if lifeline is not None else []
            process = place.start(
                lock,
                [sys.executable, "-m", "lambda_migrate.sandbox.server", *arguments],
                facts={"port": port, "started": started},
                # -m looks for the package in the working directory first: the server is of the same version as we are.
                folder=Path(__file__).parents[2],
                environment=_environment(directory / _TEMPORARY, port, unkindness),
                handed_down=[listener.fileno(), *([lifeline] if lifeline is not None else [])],
            )
        return process, cls(directory, process.pid, port, started)

    def be(self, unkindness: Unkindness) -> None:
        """Behave so from now on.

        Raises:
            MigrateError: It did not take the settings.
        """
        self._control("PUT", unkindness.to_json())

    def behaviour(self) -> tuple[Unkindness, str]:
        """Return how it behaves, and the URL of the load balancer in front of the service, or "".

        Raises:
            MigrateError: It did not tell.
        """
        told = self._control("GET", "")
        return unkindness_settings.parse(json.dumps(told["unkindness"])), str(told["load_balancer"])

    def _control(self, method: str, body: str) -> dict[str, Any]:
        connection = HTTPConnection("127.0.0.1", self.port, timeout=30)
        try:
            connection.request(method, unkindness_settings.PATH, body)
            answer = connection.getresponse()
            content = answer.read()
        finally:
            connection.close()
        if answer.status != 200:  # noqa: PLR2004  # HTTP's OK
            raise MigrateError(f"the embedded AWS answered {answer.status} to its new settings", hint="see its log")
        told: dict[str, Any] = json.loads(content)
        return told

    def answers(self) -> bool:
        """Return whether it takes requests."""
        connection = HTTPConnection("127.0.0.1", self.port, timeout=5)
        try:
            connection.request("GET", "/_ministack/ready")
            return connection.getresponse().status == 200  # noqa: PLR2004  # HTTP's OK
        except (OSError, HTTPException):
            return False
        finally:
            connection.close()


def _environment(temporary: Path, port: int, unkindness: Unkindness) -> dict[str, str]:
    """Return what the server sees: where it listens, where it keeps its files, and little of our own environment."""
    return {
        **{name: os.environ[name] for name in _INHERITED if name in os.environ},
        unkindness_settings.VARIABLE: unkindness.to_json(),
        "AUTH": str(unkindness.permissions_asked).lower(),
        "GATEWAY_PORT": str(port),
        "BIND_HOST": "127.0.0.1",
        "MINISTACK_REGION": REGION,
        "MINISTACK_ACCOUNT_ID": ACCOUNT,
        "TMPDIR": str(temporary),
        "STATE_DIR": str(temporary),
        "S3_DATA_DIR": str(temporary),
        "CLOUDTRAIL_RECORDING": "1",
        "SFTP_ENABLED": "0",
        "IOT_MTLS_ENABLED": "0",
        "DOCKER_HOST": f"unix://{temporary}/no-docker.sock",
        "PYTHONUNBUFFERED": "1",
    }


def _wait_until_ready(aws: EmbeddedAws, process: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + START_DEADLINE
    while not aws.answers():
        if process.poll() is not None or time.monotonic() > deadline:
            raise MigrateError("the embedded AWS did not start", hint=f"its log is `{aws.log}`")
        time.sleep(_POLL)


def _place(directory: Path) -> Place:
    return Place(directory, "aws")


def _forget(aws: EmbeddedAws) -> None:
    _place(aws.directory).note.unlink(missing_ok=True)
    shutil.rmtree(aws.directory / _TEMPORARY, ignore_errors=True)


def _kill_group(pid: int) -> None:
    with suppress(ProcessLookupError):
        os.killpg(pid, signal.SIGKILL)
