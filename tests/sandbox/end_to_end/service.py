"""The real service: the repository that `init` writes for the function, run as a process of its own."""

from __future__ import annotations

import os
import subprocess
import sys
from contextlib import contextmanager
from http.client import HTTPConnection, HTTPException
from typing import TYPE_CHECKING

from lambda_migrate import scaffold
from tests.support.ports import reserved_port
from tests.support.waiting import TIMEOUT, eventually

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

INHERITED = ("PATH", "HOME", "LANG", "VIRTUAL_ENV")


def write(source: Path, directory: Path, facts: scaffold.FunctionFacts) -> None:
    """Write the service's repository for a function's source."""
    options = scaffold.Options(directory=directory, baseline=False)
    scaffold.write(scaffold.plan(scaffold.from_directory(source), facts, options), directory)


@contextmanager
def running(directory: Path, environment: Mapping[str, str]) -> Iterator[str]:
    """Run the service of a repository on a free port; yields its URL once it is ready."""
    inherited = {name: os.environ[name] for name in INHERITED if name in os.environ}
    (wheel,) = directory.glob("vendor/*.whl")
    with reserved_port() as port, (directory.parent / "service.log").open("wb") as log:
        process = subprocess.Popen(
            [sys.executable, "-m", "service"],
            cwd=directory,
            env={**inherited, "PYTHONPATH": str(wheel), **environment, "HOST": "127.0.0.1", "PORT": str(port)},
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
        )
        try:
            eventually(lambda: _is_ready(port) or process.poll() is not None)
            assert process.poll() is None, (directory.parent / "service.log").read_text()
            yield f"http://127.0.0.1:{port}"
        finally:
            process.terminate()
            try:
                process.wait(TIMEOUT)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()


def _is_ready(port: int) -> bool:
    connection = HTTPConnection("127.0.0.1", port, timeout=TIMEOUT)
    try:
        connection.request("GET", "/readyz")
        return connection.getresponse().status == 200
    except (OSError, HTTPException):
        return False
    finally:
        connection.close()
