"""The repository that `init` wrote, as a running service."""

from __future__ import annotations

import http.client
import json
import signal
import socket
import subprocess
import sys
import threading
from contextlib import closing
from typing import TYPE_CHECKING

import pytest

from lambda_migrate.targets.process import web_command
from tests.scaffold.lifted import EVENTS_PATH, KEY, Lifted, environment, lift, samples_of, started
from tests.scaffold.samples import SAMPLES
from tests.service_library.signer import signed
from tests.support.ports import reserved_port, unread
from tests.support.waiting import TIMEOUT, eventually

if TYPE_CHECKING:
    from pathlib import Path


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
    assert all({"time", "level", "logger", "message"} <= set(line) for line in lines)
    assert len(lines) > 1


def test_as_many_headers_pass_as_a_load_balancer_and_the_proxy_may_send(tmp_path: Path) -> None:
    sample = SAMPLES["plain"]
    lift(sample, tmp_path / "repository")
    lines = [f"{name}: {'a' * 15_000}" for name in ("x-first", "x-second", "x-third", "x-fourth")]
    lines = [f"GET {sample.path} HTTP/1.1", "host: a", *lines, f"x-lambda-migrate-context: {'a' * 12_000}", "", ""]
    head = "\r\n".join(lines).encode()
    lifted = Lifted("plain", sample, tmp_path / "repository")
    with (
        started(lifted, tmp_path, TMPDIR=str(tmp_path)) as service,
        socket.create_connection(("127.0.0.1", service.port), timeout=TIMEOUT) as sock,
        sock.makefile("rb") as answer,
    ):
        sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        for begin in range(0, len(head), 20_000):
            sock.sendall(head[begin : begin + 20_000])
            eventually(lambda: unread(sock) == 0)  # a network delivers in pieces what loopback would deliver at once
        assert answer.readline() == b"HTTP/1.1 200 OK\r\n"


def test_sigterm_lets_running_requests_finish(lifted: Lifted, tmp_path: Path) -> None:
    if lifted.name == "orders":
        return
    with (
        started(lifted, tmp_path, TMPDIR=str(tmp_path), SERVICE_DRAIN_SECONDS="2") as service,
        closing(http.client.HTTPConnection("127.0.0.1", service.port, timeout=TIMEOUT)) as asking,
    ):
        asking.request("GET", "/slow")
        eventually(lambda: unread(asking.sock) == 0)
        service.process.send_signal(signal.SIGTERM)
        service.wait_for("/readyz", 503)
        answer = asking.getresponse()
        assert (answer.status, json.load(answer)) == (200, "slept")
        assert service.process.wait(TIMEOUT) == 0
        with pytest.raises(ConnectionRefusedError):
            service.ask("GET", "/healthz")


def test_clients_that_keep_their_connections_lose_nothing_while_it_shuts_down(tmp_path: Path) -> None:
    lift(SAMPLES["plain"], tmp_path / "repository")
    plain = Lifted("plain", SAMPLES["plain"], tmp_path / "repository")
    statuses: list[list[int]] = []
    told = threading.Barrier(9)

    def keep_asking(port: int, path: str) -> None:
        """Ask on one connection until an answer says that it is the last one, as a load balancer does."""
        mine: list[int] = []
        statuses.append(mine)
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=TIMEOUT)
        for number in range(100_000):
            connection.request("POST" if number % 2 else "GET", path, b"x" * 1000 if number % 2 else None)
            answer = connection.getresponse()
            answer.read()
            mine.append(answer.status)
            if number == 0:
                told.wait(TIMEOUT)
            if answer.will_close:
                return

    with started(plain, tmp_path, TMPDIR=str(tmp_path), SERVICE_DRAIN_SECONDS="3") as service:
        paths = [plain.sample.path, "/slow"] * 4
        clients = [threading.Thread(target=keep_asking, args=(service.port, path)) for path in paths]
        for client in clients:
            client.start()
        told.wait(TIMEOUT)
        service.process.send_signal(signal.SIGTERM)
        for client in clients:
            client.join(TIMEOUT)
        assert service.process.wait(TIMEOUT) == 0
    assert {status for mine in statuses for status in mine} <= {200, 405}
    assert [len(mine) > 0 for mine in statuses] == [True] * 8


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
        assert service.process.wait(TIMEOUT) == 0


STOPPED_AT_ONCE = """
import sys, threading, time
from lambda_migrate_service import server as service
from lambda_migrate_service import Environment
from service import settings
service.LAST = 0.2
threading.Thread(target=time.sleep, args=(600,)).start()
listening = service.Server.on_tick
async def on_tick(server, counter):
    server.should_exit = True
    return await listening(server, counter)
service.Server.on_tick = on_tick
service.serve("service.main:app", settings.read(Environment.prepared({"PORT": sys.argv[1]}, settings.ROOT)))
"""


def test_a_thread_that_never_returns_does_not_keep_the_process_alive(tmp_path: Path) -> None:
    lift(SAMPLES["plain"], tmp_path / "repository")

    def ends(port: int) -> int:
        command = [sys.executable, "-c", STOPPED_AT_ONCE, str(port)]
        where = {"cwd": tmp_path / "repository", "env": environment(TMPDIR=str(tmp_path))}
        return subprocess.run(command, **where, capture_output=True, timeout=60, check=False).returncode

    with socket.create_server(("127.0.0.1", 0)) as taken:
        assert ends(taken.getsockname()[1]) == 3
    with reserved_port() as port:
        assert ends(port) == 0
