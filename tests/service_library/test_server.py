"""The service as a process: it listens, drains, and ends; whatever hangs is cut off."""

from __future__ import annotations

import http.client
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

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


def free() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listening:
        port: int = listening.getsockname()[1]
        return port


def ask(port: int, path: str) -> tuple[int, bytes]:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    try:
        connection.request("GET", path)
        answer = connection.getresponse()
        return answer.status, answer.read()
    finally:
        connection.close()


@contextmanager
def running(*words: str, **more: str) -> Iterator[tuple[subprocess.Popen[str], int]]:
    port = free()
    process = start(port, *words, **more)
    try:
        wait_for(process, port, 200)
        yield process, port
    finally:
        process.kill()
        process.communicate(timeout=20)


def wait_for(process: subprocess.Popen[str], port: int, status: int) -> None:
    limit = time.monotonic() + 60
    while True:
        try:
            if ask(port, "/readyz")[0] == status:
                return
        except OSError:
            assert process.poll() is None, process.communicate()
        assert time.monotonic() < limit
        time.sleep(0.05)


def test_running_requests_finish_while_it_says_that_it_is_not_ready() -> None:
    with running(SERVICE_DRAIN_SECONDS="0.5") as (process, port):
        answers: list[tuple[int, bytes]] = []
        asking = threading.Thread(target=lambda: answers.append(ask(port, "/slow")))
        asking.start()
        time.sleep(0.2)
        process.send_signal(signal.SIGTERM)
        wait_for(process, port, 503)
        asking.join(30)
        assert process.wait(30) == 0
    assert [status for status, _ in answers] == [200]


def test_a_second_signal_skips_the_waiting() -> None:
    with running(SERVICE_DRAIN_SECONDS="600") as (process, port):
        process.send_signal(signal.SIGTERM)
        wait_for(process, port, 503)
        process.send_signal(signal.SIGTERM)
        assert process.wait(30) is not None


def test_a_thread_that_never_returns_is_cut_off() -> None:
    with running("hang") as (process, _port):
        process.send_signal(signal.SIGTERM)
        assert process.wait(30) == 0


def test_several_processes_answer_and_end_together() -> None:
    with running(WEB_CONCURRENCY="3") as (process, port):
        workers = {ask(port, "/")[1] for _ in range(60)}
        process.send_signal(signal.SIGTERM)
        assert process.wait(30) == 0
    assert 1 <= len(workers) <= 3
    assert f"{process.pid:06d}".encode() not in workers


def test_when_one_of_several_dies_the_others_stop_so_that_the_platform_starts_again() -> None:
    with running(WEB_CONCURRENCY="2") as (process, port):
        os.kill(int(ask(port, "/")[1]), signal.SIGKILL)
        assert process.wait(30) == 1


def test_a_port_that_is_taken_is_told() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        alone, several = start(port), start(port, WEB_CONCURRENCY="2")
        told = [process.communicate(timeout=60)[0] for process in (alone, several)]
    assert (alone.returncode, several.returncode) == (3, 1)
    assert f"the service cannot listen on 127.0.0.1:{port}: Address already in use" in told[1]


def test_wrong_settings_end_the_start_without_a_trace() -> None:
    alone, several = start(free(), "broken"), start(free(), "broken", WEB_CONCURRENCY="2")
    told = [process.communicate(timeout=60)[0] for process in (alone, several)]
    assert (alone.returncode, several.returncode) == (1, 1)
    assert told[0] == "the service cannot start:\n  PORT is odd\n"
    assert "the service cannot start:\n  PORT is odd\n" in told[1]
    assert "Traceback" not in told[0] + told[1]
