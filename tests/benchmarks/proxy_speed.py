"""Measures a request through the proxy beside a raw exchange and beside the usual way, Mangum with httpx."""

from __future__ import annotations

import binascii
import gc
import hashlib
import io
import os
import platform
import socket
import statistics
import subprocess
import sys
import time
import tracemalloc
import zipfile
from typing import TYPE_CHECKING, Any, NamedTuple

import httpx
from mangum import Mangum

from lambda_migrate.proxy.layer import build
from tests.benchmarks.exchanges import EXCHANGES, SERVICE, Exchanged, content, event_of, headers_of, process
from tests.proxy.service import Context, function

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

ROUNDS = 15
MOST_RATIO = 2.5
LEAST_LESS = 3.5


def raw_exchange(port: int, exchanged: Exchanged) -> Callable[[], None]:
    """Return the least there is: the client's own request over a kept socket, and the answer's body kept."""
    size = exchanged.size
    sock = socket.create_connection(("127.0.0.1", port))
    sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    lines = [f"POST {exchanged.path} HTTP/1.1", *(f"{name}: {value}" for name, value in headers_of(exchanged).items())]
    request = "\r\n".join([*lines, f"content-length: {size}", "", ""]).encode() + content(size)

    def exchange() -> None:
        sock.sendall(request)
        answer = sock.recv(65_536)
        while b"\r\n\r\n" not in answer:
            answer += sock.recv(65_536)
        begun = answer.partition(b"\r\n\r\n")[2]
        filled, body = len(begun), bytearray(size)
        body[:filled] = begun
        with memoryview(body) as view:
            while filled < size:
                filled += sock.recv_into(view[filled:])

    return exchange


def coding(exchanged: Exchanged) -> Callable[[], None]:
    """Return what has to be done to both bodies besides: from text to bytes, hashed, and from bytes to text."""
    text = event_of(exchanged)["body"]

    def images() -> None:
        content = binascii.a2b_base64(text)
        hashlib.sha256(content).hexdigest()
        binascii.b2a_base64(content, newline=False).decode("ascii")

    def texts() -> None:
        content = text.encode()
        hashlib.sha256(content).hexdigest()
        content.decode()

    return images if exchanged.kind == "image" else texts


def usual_way(port: int) -> Any:
    """Return what is usually done: an ASGI application under Mangum that forwards with httpx."""
    client = httpx.AsyncClient(base_url=f"http://127.0.0.1:{port}")

    async def app(scope: Any, receive: Any, send: Any) -> None:
        body = b""
        more = True
        while more:
            message = await receive()
            body += message.get("body", b"")
            more = message.get("more_body", False)
        answer = await client.request(scope["method"], scope["path"], headers=scope["headers"], content=body)
        await send({"type": "http.response.start", "status": answer.status_code, "headers": answer.headers.raw})
        await send({"type": "http.response.body", "body": answer.content})

    return Mangum(app, lifespan="off")


def medians(ways: dict[str, Callable[[], Any]], calls: int) -> dict[str, float]:
    """Return the median time of each way in microseconds; they take turns, so that all see the same machine."""
    times: dict[str, list[float]] = {name: [] for name in ways}
    for _ in range(ROUNDS):
        for name, call in ways.items():
            call()
            for _ in range(calls):
                start = time.perf_counter()
                call()
                times[name].append(time.perf_counter() - start)
    return {name: statistics.median(found) * 1e6 for name, found in times.items()}


class Row(NamedTuple):
    """Medians in microseconds."""

    exchanged: Exchanged
    raw: float
    coding: float
    proxy: float
    usual: float

    @property
    def ratio(self) -> float:
        """How long the proxy takes, in raw exchanges."""
        return self.proxy / self.raw

    @property
    def best(self) -> float:
        """How long a proxy would take that did nothing else, in raw exchanges."""
        return (self.raw + self.coding) / self.raw

    @property
    def less(self) -> float:
        """How many times what the proxy adds goes into what the usual way adds."""
        return (self.usual - self.raw) / max(self.proxy - self.raw, 1)

    def __str__(self) -> str:
        times = " | ".join(f"{found:.0f} µs" for found in (self.raw, self.coding, self.proxy, self.usual))
        ratio = f"{self.ratio:.1f}" if self.ratio <= MOST_RATIO else f"**{self.ratio:.1f}**"
        less = f"{self.less:.1f}" if self.less >= LEAST_LESS else f"**{self.less:.1f}**"
        return f"{self.exchanged} | {times} | {ratio} | {self.best:.1f} | {less}"


def measured_requests(source: str) -> list[Row]:
    rows = []
    with process(source) as port:
        handle = function(f"http://127.0.0.1:{port}").proxy
        usual = usual_way(port)
        for exchanged in EXCHANGES:
            event, context = event_of(exchanged), Context(600)
            ways = {
                "raw": raw_exchange(port, exchanged),
                "coding": coding(exchanged),
                "proxy": lambda event=event, context=context: handle(event, context),
                "usual": lambda event=event, context=context: usual(event, context),
            }
            assert ways["proxy"]()["body"] == ways["usual"]()["body"]
            rows.append(Row(exchanged, **medians(ways, exchanged.calls)))
    return rows


def measured_cpu() -> tuple[float, float]:
    """Return the microseconds of CPU that this process needs for a small request, raw and through the proxy.

    CPU moves with what else runs on the machine far less than time does.
    """
    small = EXCHANGES[0]
    with process(SERVICE) as port:
        handle = function(f"http://127.0.0.1:{port}").proxy
        event, context = event_of(small), Context(600)
        ways: tuple[Callable[[], Any], ...] = (raw_exchange(port, small), lambda: handle(event, context))
        times: tuple[list[float], list[float]] = ([], [])
        for _ in range(4 * ROUNDS):
            for call, found in zip(ways, times, strict=True):
                call()
                start = time.process_time()
                for _ in range(small.calls):
                    call()
                found.append((time.process_time() - start) / small.calls * 1e6)
    raw, proxy = map(statistics.median, times)
    return raw, proxy


def machine() -> str:
    """Return what the figures were measured on, in one sentence."""
    python = f"{platform.python_implementation()} {platform.python_version()}"
    return f"Measured with {python} on {os.cpu_count()} cores, with a load of {os.getloadavg()[0]:.1f} at the start."


SETTINGS = {
    "PYTHONDONTWRITEBYTECODE": "1",
    "AWS_LAMBDA_FUNCTION_VERSION": "7",
    "LAMBDA_MIGRATE_SERVICE_URL": "http://127.0.0.1:1",
    "LAMBDA_MIGRATE_EVENTS": "all",
    "LAMBDA_MIGRATE_ORIGINAL_HANDLER": "app.handler",
    "LAMBDA_MIGRATE_SIGNING_KEYS": "k1:secret",
}
IMPORTS = {
    "a bare interpreter": "pass",
    "`http.client`, `json`, `hmac`": "import http.client, json, hmac",
    "the proxy, from its sources, ready to serve": "import lambda_migrate_proxy as proxy; proxy.handler",
    "the three, and a TLS context": "import http.client, json, hmac, ssl; ssl.create_default_context()",
    "the proxy, ready to serve over TLS": (
        "import os; os.environ['LAMBDA_MIGRATE_SERVICE_URL'] = 'https://service.example.com'; "
        "import lambda_migrate_proxy as proxy; proxy.handler"
    ),
    "Mangum and httpx": "import mangum, httpx",
    "FastAPI and Mangum": "import fastapi, mangum",
}


def measured_imports(folder: Path) -> dict[str, float]:
    """Return milliseconds until each program has imported what it needs; the layer has no bytecode, as in Lambda."""
    zipfile.ZipFile(io.BytesIO(build().content)).extractall(folder)
    environment = {**os.environ, **SETTINGS, "PYTHONPATH": str(folder / "python")}
    times: dict[str, list[float]] = {name: [] for name in IMPORTS}
    for _ in range(11):
        for name, program in IMPORTS.items():
            start = time.perf_counter()
            subprocess.run([sys.executable, "-c", program], env=environment, check=True)  # ours
            times[name].append(time.perf_counter() - start)
    return {name: statistics.median(found) * 1000 for name, found in times.items()}


def measured_memory(exchanged: Exchanged) -> float:
    """Return the most memory that one request needs beside its event, in bodies of its size."""
    event, context = event_of(exchanged), Context(600)
    with process(SERVICE) as port:
        handle = function(f"http://127.0.0.1:{port}").proxy
        handle(event_of(EXCHANGES[0]), context)
        gc.collect()
        tracemalloc.start()
        result = handle(event, context)
        _, most = tracemalloc.get_traced_memory()
        tracemalloc.stop()
    assert len(result["body"].encode()) >= exchanged.size
    return most / exchanged.size
