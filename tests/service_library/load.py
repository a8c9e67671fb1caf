"""Puts a service under load: clients that ask as fast as they can, slow ones and huge ones, and SIGTERM at the end."""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import signal
import statistics
import subprocess
import sys
import time
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tests.service_library.loaded import KEY
from tests.service_library.signer import signed
from tests.support.ports import reserved_port
from tests.support.waiting import TIMEOUT

PROJECT = Path(__file__).parents[2]
EVENTS_PATH = "/lambda-proxy-non-api-events"
CLIENTS = 16
SLOW_HEADS, SLOW_BODIES, HUGE = 20, 20, 2
HUGE_BODY = 20_000_000
DRAIN = 2.0
EXPECTED = {"ordinary": 200, "raises": 500, "slow": 200, "event": 200}


@dataclass
class Report:
    """What a load came to.

    Attributes:
        seconds: That it lasted, without the warm-up.
        answers: (kind of request, status) → how many.
        lost: Requests that were sent and not answered.
        milliseconds: Of each ordinary request.
        huge: Statuses of huge requests.
        resident: Megabytes that the service had, sampled.
        queue: What became of the queue's messages.
        ended: How the process ended.
        draining: Requests answered after SIGTERM.
    """

    seconds: float = 0.0
    answers: Counter[tuple[str, int]] = field(default_factory=Counter)
    lost: list[str] = field(default_factory=list)
    milliseconds: list[float] = field(default_factory=list)
    huge: Counter[int] = field(default_factory=Counter)
    resident: list[float] = field(default_factory=list)
    queue: dict[str, int] = field(default_factory=dict)
    ended: int | None = None
    draining: int = 0

    @property
    def unexpected(self) -> dict[tuple[str, int], int]:
        """Answers that are not what their kind of request has to get."""
        return {key: count for key, count in self.answers.items() if EXPECTED[key[0]] != key[1]}

    @property
    def rate(self) -> float:
        """Requests answered in a second."""
        return sum(self.answers.values()) / self.seconds

    @property
    def memory(self) -> tuple[float, float]:
        """Megabytes after the warm-up and at the end: medians of the second and the last quarter of the samples."""
        quarter = max(1, len(self.resident) // 4)
        return statistics.median(self.resident[quarter : 2 * quarter]), statistics.median(self.resident[-quarter:])


def kind_of(number: int) -> str:
    return {7: "raises", 13: "event", 17: "slow"}.get(number % 40, "ordinary")


def written(kind: str, number: int) -> bytes:
    """Return a request as bytes."""
    if kind == "event":
        body = json.dumps({"event": {"parcel": number}}).encode()
        headers = signed("POST", EVENTS_PATH, body, key=KEY)
        method, path = "POST", EVENTS_PATH
    else:
        method, path, headers = "POST", {"ordinary": "/parcels"}.get(kind, f"/{kind}"), {}
        body = b"x" * (number % 1000)
    lines = [f"{method} {path} HTTP/1.1", "host: h", f"content-length: {len(body)}"]
    lines += [f"{name}: {value}" for name, value in headers.items()]
    return "\r\n".join([*lines, "", ""]).encode() + body


async def answer(reader: asyncio.StreamReader) -> tuple[int, bool]:
    """Read one answer; return its status, and whether it is the last one of the connection."""
    head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").lower()
    length = next(int(line[15:]) for line in head.split("\r\n") if line.startswith("content-length:"))
    await reader.readexactly(length)
    return int(head.split(" ", 2)[1]), "connection: close" in head


class Load:
    """The clients of one run."""

    def __init__(self, port: int, report: Report) -> None:
        self._port = port
        self._report = report
        self._leaving = False

    async def client(self, first: int) -> None:
        """Ask without a pause, one request after the other, until an answer says that it is the last one."""
        number = first
        while not self._leaving:
            reader, writer = await asyncio.open_connection("127.0.0.1", self._port)
            last = False
            while not last:
                number += 1
                kind = kind_of(number)
                began = time.perf_counter()
                try:
                    writer.write(written(kind, number))
                    status, last = await answer(reader)
                except (OSError, asyncio.IncompleteReadError) as error:
                    self._report.lost.append(f"{kind}: {error!r}")
                    break
                self._report.answers[kind, status] += 1
                self._report.draining += self._leaving
                if kind == "ordinary" and not self._leaving:
                    self._report.milliseconds.append(1000 * (time.perf_counter() - began))
            writer.close()

    async def slow(self, head: bytes) -> None:
        """Send a head, then a byte every fifth of a second, for as long as it lasts."""
        while True:
            with contextlib.suppress(OSError):
                _reader, writer = await asyncio.open_connection("127.0.0.1", self._port)
                try:
                    writer.write(head)
                    while not writer.is_closing():
                        writer.write(b"x")
                        await writer.drain()
                        await asyncio.sleep(0.2)
                finally:
                    writer.close()

    async def huge(self) -> None:
        """Send large bodies, one after the other."""
        while True:
            reader, writer = await asyncio.open_connection("127.0.0.1", self._port)
            try:
                writer.write(b"POST /huge HTTP/1.1\r\nhost: h\r\ncontent-length: %d\r\n\r\n" % HUGE_BODY)
                for _ in range(HUGE_BODY // 100_000):
                    writer.write(b"x" * 100_000)
                    await writer.drain()
                status, _last = await answer(reader)
                self._report.huge[status] += 1
            finally:
                writer.close()

    async def run(self, process: subprocess.Popen[bytes], seconds: float) -> None:
        """Load the service, then tell it to stop, and wait for every client's last answer."""
        clients = [asyncio.create_task(self.client(1000 * number)) for number in range(CLIENTS)]
        heads = [b"GET /parcels HTTP/1.1\r\nhost: h\r\nx-slow: "] * SLOW_HEADS
        heads += [b"POST /parcels HTTP/1.1\r\nhost: h\r\ncontent-length: 100000\r\n\r\n"] * SLOW_BODIES
        unkind = [asyncio.create_task(self.slow(head)) for head in heads]
        unkind += [asyncio.create_task(self.huge()) for _ in range(HUGE)]
        began = time.monotonic()
        while time.monotonic() < began + seconds:
            await asyncio.sleep(seconds / 40)
            self._report.resident.append(resident(process.pid))
        for task in unkind:
            task.cancel()
        await asyncio.gather(*unkind, return_exceptions=True)
        self._report.seconds = time.monotonic() - began
        self._leaving = True
        process.send_signal(signal.SIGTERM)
        await asyncio.wait_for(asyncio.gather(*clients), TIMEOUT)


def resident(process: int) -> float:
    """Return the megabytes of memory that a process has."""
    said = subprocess.run(["ps", "-o", "rss=", "-p", str(process)], capture_output=True, text=True, check=True).stdout
    return int(said) / 1024


def load(folder: Path, seconds: float) -> Report:
    """Start a service of its own, load it, stop it, and return what came of it."""
    report = Report()
    with reserved_port() as port, (folder / "output").open("wb") as output:
        variables: dict[str, Any] = {
            "PATH": os.environ["PATH"],
            "PYTHONPATH": os.pathsep.join((str(PROJECT), str(PROJECT / "service_library"))),
            "PORT": str(port),
            "LOAD_FOLDER": str(folder),
            "SERVICE_DRAIN_SECONDS": str(DRAIN),
        }
        command = [sys.executable, "-m", "tests.service_library.loaded"]
        process = subprocess.Popen(command, cwd=folder, env=variables, stdout=output, stderr=subprocess.STDOUT)
        try:
            asyncio.run(_loaded(process, port, report, seconds))
            report.ended = process.wait(TIMEOUT)
        finally:
            process.kill()
            process.wait()
    lines = (folder / "output").read_text().splitlines()
    report.queue = next(json.loads(line) for line in reversed(lines) if line.startswith('{"received"'))
    return report


async def _loaded(process: subprocess.Popen[bytes], port: int, report: Report, seconds: float) -> None:
    limit = time.monotonic() + 60
    while True:
        try:
            _reader, writer = await asyncio.open_connection("127.0.0.1", port)
        except OSError:
            assert process.poll() is None
            assert time.monotonic() < limit
            await asyncio.sleep(0.05)
        else:
            writer.close()
            break
    await Load(port, report).run(process, seconds)
