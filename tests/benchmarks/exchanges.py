"""The exchanges that are measured, and services that answer them in processes of their own."""

from __future__ import annotations

import base64
import contextlib
import inspect
import subprocess
import sys
from typing import TYPE_CHECKING, Any, NamedTuple

from tests.events import requests

if TYPE_CHECKING:
    from collections.abc import Iterator

PARCEL = '{"note": "ein Paket nach Köln, am Montag übergeben, 1250 Gramm schwer, zerbrechlich"}, '


def content(size: int) -> bytes:
    """Return so many bytes of text as services send it, with quotes and umlauts that have to be escaped and counted."""
    parcel = PARCEL.encode()
    text = (parcel * (size // len(parcel) + 1))[:size].decode("utf-8", "ignore").encode()
    return text + b" " * (size - len(text))


CONTENT = f"PARCEL = {PARCEL!r}\n\n{inspect.getsource(content)}"
SERVICE = (
    CONTENT
    + """
import asyncio, socket, sys

BODIES = {}

class Exchange(asyncio.Protocol):
    def connection_made(self, transport):
        self.transport, self.buffer = transport, bytearray()
        transport.get_extra_info("socket").setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)

    def data_received(self, data):
        self.buffer += data
        head = self.buffer.find(b"\\r\\n\\r\\n")
        if head < 0:
            return
        length = 0
        for line in bytes(self.buffer[:head]).split(b"\\r\\n"):
            if line.lower().startswith(b"content-length:"):
                length = int(line[15:])
        if len(self.buffer) < head + 4 + length:
            return
        path = bytes(self.buffer[self.buffer.find(b"/") + 1 : self.buffer.find(b" HTTP")])
        self.buffer.clear()
        if path not in BODIES:
            kind, size = path.split(b"-")
            BODIES[path] = (b"HTTP/1.1 200 OK\\r\\ncontent-type: %s/x\\r\\nserver: bench\\r\\ndate: now\\r\\n"
                b"content-length: %d\\r\\n\\r\\n" % (kind, int(size))) + content(int(size))
        self.transport.write(BODIES[path])

async def main():
    server = await asyncio.get_running_loop().create_server(Exchange, "127.0.0.1", 0)
    print(server.sockets[0].getsockname()[1], flush=True)
    await server.serve_forever()

asyncio.run(main())
"""
)
UVICORN = (
    CONTENT
    + """
import asyncio, uvicorn

BODIES = {}

async def app(scope, receive, send):
    more = True
    while more:
        more = (await receive()).get("more_body", False)
    kind, size = scope["path"][1:].split("-")
    body = BODIES.get(size) or BODIES.setdefault(size, content(int(size)))
    headers = [(b"content-type", kind.encode() + b"/x"), (b"content-length", size.encode())]
    await send({"type": "http.response.start", "status": 200, "headers": headers})
    await send({"type": "http.response.body", "body": body})

async def main():
    server = uvicorn.Server(uvicorn.Config(app, host="127.0.0.1", port=0, lifespan="off", log_level="error",
        timeout_keep_alive=600))
    serving = asyncio.create_task(server.serve())
    while not server.started:
        await asyncio.sleep(0.01)
    print(server.servers[0].sockets[0].getsockname()[1], flush=True)
    await serving

asyncio.run(main())
"""
)


@contextlib.contextmanager
def process(source: str) -> Iterator[int]:
    """Run a service in a process of its own and give its port."""
    running = subprocess.Popen([sys.executable, "-c", source], stdout=subprocess.PIPE, text=True)  # ours
    assert running.stdout
    try:
        yield int(running.stdout.readline())
    finally:
        running.kill()
        running.wait()
        running.stdout.close()


class Exchanged(NamedTuple):
    """A request with a body, answered with one of the same size."""

    kind: str
    size: int
    calls: int

    @property
    def path(self) -> str:
        return f"/{self.kind}-{self.size}"

    def __str__(self) -> str:
        number = f"{self.size // 1_048_576} MB" if self.size >= 1_048_576 else f"{self.size // 1024} KB"
        return f"{number} {self.kind}"


EXCHANGES = (
    Exchanged("text", 1024, 60),
    Exchanged("text", 102_400, 25),
    Exchanged("text", 5_242_880, 2),
    Exchanged("image", 102_400, 15),
    Exchanged("image", 4_194_304, 2),
)


def headers_of(exchanged: Exchanged) -> dict[str, str]:
    kind = f"{exchanged.kind}/x"
    return {"host": "shop.example.com", "accept": "*/*", "user-agent": "bench", "content-type": kind}


def event_of(exchanged: Exchanged) -> dict[str, Any]:
    binary = exchanged.kind == "image"
    body = content(exchanged.size).decode()
    if binary:
        body = base64.b64encode(body.encode()).decode()
    headers = headers_of(exchanged)
    return requests.http_api_2("POST", exchanged.path, headers=headers, body=body, isBase64Encoded=binary)
