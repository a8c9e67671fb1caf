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
- A detached server holds a lock on a file in ``directory``. A locked file means that the pid in the state file is that
  server, never a later process that happens to have got the same number.
"""

from __future__ import annotations

import fcntl
import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from http.client import HTTPConnection, HTTPException
from pathlib import Path
from typing import TYPE_CHECKING, Self

from lambda_migrate.errors import GateClosed, Locked, MigrateError
from lambda_migrate.sandbox import unkindness as unkindness_settings

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lambda_migrate.sandbox.unkindness import Unkindness

ACCOUNT = "000000000000"
REGION = "us-east-1"

START_DEADLINE = 60.0
"""Seconds that a start may take; it takes about 0.5 s on an idle machine."""

_STOP_DEADLINE = 10.0
_POLL = 0.02
_STATE, _LOCK, _LOG, _TEMPORARY = "aws.json", "aws.lock", "aws.log", "tmp"
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
        return self.directory / _LOG

    @classmethod
    @contextmanager
    def start(cls, directory: Path) -> Iterator[Self]:
        """Start an embedded AWS that lives as long as the ``with`` block, or this process, whichever ends first.

        Args:
            directory: An existing or new directory for its files; one server at a time can use it.

        Raises:
            Locked: Another embedded AWS uses the directory.
            GateClosed: It did not get ready.
        """
        lifeline_of_child, lifeline = os.pipe()
        try:
            process, aws = cls._launch(directory, lifeline_of_child)
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
    def start_detached(cls, directory: Path) -> Self:
        """Start an embedded AWS that outlives this process; :meth:`find` finds it again.

        Args:
            directory: As for :meth:`start`.

        Raises:
            Locked: Another embedded AWS uses the directory.
            GateClosed: It did not get ready.
        """
        process, aws = cls._launch(directory, None)
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
        """Return the embedded AWS that runs in a directory, or None."""
        try:
            lock = os.open(directory / _LOCK, os.O_RDWR)
        except FileNotFoundError:
            return None
        try:
            if _try_lock(lock):
                return None
            state = json.loads((directory / _STATE).read_text())
        except (FileNotFoundError, ValueError):
            return None
        finally:
            os.close(lock)
        return cls(directory=directory, **state)

    def stop(self) -> None:
        """Stop it, and its Lambda workers. Nothing happens if it has ended already.

        Raises:
            MigrateError: It did not end.
        """
        if self.find(self.directory) != self:
            return
        _kill_group(self.pid)
        deadline = time.monotonic() + _STOP_DEADLINE
        while self.find(self.directory) == self:
            if time.monotonic() > deadline:
                raise MigrateError(
                    f"the embedded AWS in `{self.directory}` did not stop", hint=f"end process {self.pid} by hand"
                )
            time.sleep(_POLL)
        _forget(self)

    @classmethod
    def _launch(cls, directory: Path, lifeline: int | None) -> tuple[subprocess.Popen[bytes], Self]:
        directory = directory.absolute()
        directory.mkdir(parents=True, exist_ok=True)
        lock = os.open(directory / _LOCK, os.O_RDWR | os.O_CREAT, 0o600)
        listener = socket.create_server(("127.0.0.1", 0))
        try:
            if not _try_lock(lock):
                raise Locked(
                    f"an embedded AWS is running in `{directory}` already",
                    hint="`lambda-migrate sandbox down` stops it",
                )
            shutil.rmtree(directory / _TEMPORARY, ignore_errors=True)  # of one that had no time to clean up
            (directory / _TEMPORARY).mkdir()
            port = listener.getsockname()[1]
            process = _spawn(directory, listener.fileno(), port, lock, lifeline)
        finally:
            listener.close()
            os.close(lock)
        aws = cls(directory, process.pid, port, datetime.now(UTC).isoformat(timespec="seconds"))
        state = asdict(aws)
        del state["directory"]
        (directory / _STATE).write_text(json.dumps(state))
        return process, aws

    def be(self, unkindness: Unkindness) -> None:
        """Behave so from now on.

        Raises:
            MigrateError: It did not take the settings.
        """
        connection = HTTPConnection("127.0.0.1", self.port, timeout=5)
        try:
            connection.request("PUT", unkindness_settings.PATH, unkindness.to_json())
            status = connection.getresponse().status
        finally:
            connection.close()
        if status != 204:  # noqa: PLR2004  # HTTP's No Content
            raise MigrateError(f"the embedded AWS answered {status} to its new settings", hint="see its log")

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


def _spawn(directory: Path, listener: int, port: int, lock: int, lifeline: int | None) -> subprocess.Popen[bytes]:
    """Run the server with the listening socket, the lock and the lifeline (each a file descriptor) handed down."""
    arguments = ["--listener", str(listener)]
    inherited = [listener, lock]
    if lifeline is not None:
        arguments += ["--lifeline", str(lifeline)]
        inherited.append(lifeline)
    environment = {name: os.environ[name] for name in _INHERITED if name in os.environ}
    temporary = str(directory / _TEMPORARY)
    environment |= {
        "GATEWAY_PORT": str(port),
        "BIND_HOST": "127.0.0.1",
        "MINISTACK_REGION": REGION,
        "MINISTACK_ACCOUNT_ID": ACCOUNT,
        "TMPDIR": temporary,
        "STATE_DIR": temporary,
        "S3_DATA_DIR": temporary,
        "CLOUDTRAIL_RECORDING": "1",
        "SFTP_ENABLED": "0",
        "IOT_MTLS_ENABLED": "0",
        "DOCKER_HOST": f"unix://{temporary}/no-docker.sock",
        "PYTHONUNBUFFERED": "1",
    }
    with (directory / _LOG).open("ab") as log:
        return subprocess.Popen(  # noqa: S603  # our own interpreter, our own module
            [sys.executable, "-m", "lambda_migrate.sandbox.server", *arguments],
            # -m looks for the package in the working directory first: the server is of the same version as we are.
            cwd=Path(__file__).parents[2],
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            pass_fds=inherited,
            start_new_session=True,
        )


def _wait_until_ready(aws: EmbeddedAws, process: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + START_DEADLINE
    while not aws.answers():
        if process.poll() is not None or time.monotonic() > deadline:
            raise GateClosed("the embedded AWS did not start", hint=f"its log is `{aws.log}`")
        time.sleep(_POLL)


def _forget(aws: EmbeddedAws) -> None:
    (aws.directory / _STATE).unlink(missing_ok=True)
    shutil.rmtree(aws.directory / _TEMPORARY, ignore_errors=True)


def _try_lock(descriptor: int) -> bool:
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _kill_group(pid: int) -> None:
    with suppress(ProcessLookupError):
        os.killpg(pid, signal.SIGKILL)
