"""The service as a process: it listens, drains, and ends; whatever hangs is cut off."""

from __future__ import annotations

import http.client
import os
import signal
import socket
import subprocess
import sys
from contextlib import closing, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from tests.support.ports import reserved_port, unread
from tests.support.waiting import TIMEOUT, eventually

if TYPE_CHECKING:
    from collections.abc import Iterator

PROJECT = Path(__file__).parents[2]
PATH = os.pathsep.join((str(PROJECT), str(PROJECT / "service_library")))


def start(port: int, *words: str, **more: str) -> subprocess.Popen[str]:
    command = [sys.executable, "-m", "tests.service_library.served", *words]
    environment = {**os.environ, "PYTHONPATH": PATH, "PORT": str(port), **more}
    return subprocess.Popen(
        command, cwd=PROJECT, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    )


def ask(port: int, path: str) -> tuple[int, bytes]:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=TIMEOUT)
    try:
        connection.request("GET", path)
        answer = connection.getresponse()
        return answer.status, answer.read()
    finally:
        connection.close()


@contextmanager
def running(*words: str, **more: str) -> Iterator[tuple[subprocess.Popen[str], int]]:
    with reserved_port() as port:
        process = start(port, *words, **more)
        try:
            wait_for(process, port, 200)
            yield process, port
        finally:
            process.kill()
            process.communicate(timeout=TIMEOUT)


def wait_for(process: subprocess.Popen[str], port: int, status: int) -> None:
    def answers() -> bool:
        try:
            return ask(port, "/readyz")[0] == status
        except OSError:
            return process.poll() is not None

    eventually(answers)
    assert process.poll() is None, process.communicate()


def test_running_requests_finish_while_it_says_that_it_is_not_ready() -> None:
    with (
        running(SERVICE_DRAIN_SECONDS="2") as (process, port),
        closing(http.client.HTTPConnection("127.0.0.1", port, timeout=TIMEOUT)) as asking,
    ):
        asking.request("GET", "/slow")
        eventually(lambda: unread(asking.sock) == 0)
        process.send_signal(signal.SIGTERM)
        wait_for(process, port, 503)
        assert asking.getresponse().status == 200
        assert process.wait(TIMEOUT) == 0


def test_a_second_signal_skips_the_waiting() -> None:
    with running(SERVICE_DRAIN_SECONDS="600") as (process, port):
        process.send_signal(signal.SIGTERM)
        wait_for(process, port, 503)
        process.send_signal(signal.SIGTERM)
        assert process.wait(TIMEOUT) is not None


def test_a_thread_that_never_returns_is_cut_off() -> None:
    with running("hang") as (process, _port):
        process.send_signal(signal.SIGTERM)
        assert process.wait(TIMEOUT) == 0


def test_several_processes_answer_and_end_together() -> None:
    with running(WEB_CONCURRENCY="3") as (process, port):
        workers = {ask(port, "/")[1] for _ in range(60)}
        process.send_signal(signal.SIGTERM)
        assert process.wait(TIMEOUT) == 0
    assert 1 <= len(workers) <= 3
    assert f"{process.pid:06d}".encode() not in workers


def test_when_one_of_several_dies_the_others_stop_so_that_the_platform_starts_again() -> None:
    with running(WEB_CONCURRENCY="2") as (process, port):
        os.kill(int(ask(port, "/")[1]), signal.SIGKILL)
        assert process.wait(TIMEOUT) == 1


def test_a_port_that_is_taken_is_told() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        alone, several = start(port), start(port, WEB_CONCURRENCY="2")
        told = [process.communicate(timeout=TIMEOUT)[0] for process in (alone, several)]
    alone_ends = 3 if sys.version_info >= (3, 10) else 1  # with the last uvicorn for Python 3.9
    assert (alone.returncode, several.returncode) == (alone_ends, 1)
    assert f"the service cannot listen on 127.0.0.1:{port}: Address already in use" in told[1]


def test_wrong_settings_end_the_start_without_a_trace() -> None:
    with reserved_port() as one, reserved_port() as another:
        alone, several = start(one, "broken"), start(another, "broken", WEB_CONCURRENCY="2")
        told = [process.communicate(timeout=TIMEOUT)[0] for process in (alone, several)]
    assert (alone.returncode, several.returncode) == (1, 1)
    assert told[0] == "the service cannot start:\n  PORT is odd\n"
    assert "the service cannot start:\n  PORT is odd\n" in told[1]
    assert "Traceback" not in told[0] + told[1]
