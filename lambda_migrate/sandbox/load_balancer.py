"""A load balancer in front of a service, as unkind as an Application Load Balancer.

On AWS nobody meets a service's process itself: a dead, overloaded or deploying service shows as the load balancer's own
answer. Which one it is follows from what happened on the way to the target (Elastic Load Balancing user guide,
"Troubleshoot your Application Load Balancers"):

- 503: the target group has no registered target. Nobody had the request.
- 502: the target refused or reset the connection, or closed it before it had answered.
- 504: the target did not take the connection within 10 s, or sent nothing for the idle timeout.

Its own answers carry ``server: awselb/2.0`` and a short HTML page, and none of the service's headers. Of its targets'
answers it changes nothing. When every target is unhealthy it sends requests to all of them ("fails open").
"""

from __future__ import annotations

import itertools
import socket
import threading
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import httpx

from lambda_migrate.sandbox import request_body

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Iterator

    Receive = Callable[[], Awaitable[dict[str, Any]]]
    Send = Callable[[dict[str, Any]], Awaitable[None]]

CONNECT_TIMEOUT = 10.0
"""Seconds that a target may take to accept a connection."""

IDLE_TIMEOUT = 60.0
"""Seconds without a byte after which the load balancer gives up, unless it is set otherwise."""

REASONS = {502: "Bad Gateway", 503: "Service Temporarily Unavailable", 504: "Gateway Time-out"}

_LOOK = 0.25
"""Seconds between looks whether a target still listens."""

_HOP_BY_HOP = frozenset({b"connection", b"keep-alive", b"transfer-encoding", b"upgrade", b"te", b"trailer"})


@dataclass
class LoadBalancer:
    """An Application Load Balancer with one target group.

    Args:
        idle_timeout: Seconds without a byte after which a request is answered 504.
        connect_timeout: Seconds that a target may take to accept a connection.

    Attributes:
        url: Where it listens; set by :meth:`serving`.
        answered: How many answers of its own it gave, by status.
    """

    idle_timeout: float = IDLE_TIMEOUT
    connect_timeout: float = CONNECT_TIMEOUT
    url: str = ""
    answered: dict[int, int] = field(default_factory=dict)
    _targets: tuple[str, ...] = ()
    _turn: Iterator[int] = field(default_factory=itertools.count)

    def register(self, target: str) -> None:
        """Add a target to the group.

        Args:
            target: URL without a path, for example ``http://127.0.0.1:8000``.
        """
        self._targets = (*(each for each in self._targets if each != target), target)

    def deregister(self, target: str) -> None:
        """Take a target out of the group; requests that it has already are answered."""
        self._targets = tuple(each for each in self._targets if each != target)

    @contextmanager
    def serving(self, port: int = 0) -> Iterator[LoadBalancer]:
        """Listen on loopback for as long as the block lasts.

        Args:
            port: 0 for any free one.
        """
        import uvicorn  # noqa: PLC0415  # of the extra `sandbox`: `demo` says so where it is absent

        listener = socket.create_server(("127.0.0.1", port))
        self.url = f"http://127.0.0.1:{listener.getsockname()[1]}"
        server = uvicorn.Server(
            uvicorn.Config(
                self._application(),
                server_header=False,
                date_header=False,
                proxy_headers=False,
                log_level="critical",
                lifespan="off",
            )
        )
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]}, name="load-balancer", daemon=True)
        thread.start()
        try:
            yield self
        finally:
            server.should_exit = True
            thread.join()
            listener.close()

    def _application(self) -> Callable[..., Awaitable[None]]:
        limits = httpx.Timeout(self.idle_timeout, connect=self.connect_timeout, pool=None)
        unlimited = httpx.Limits(max_connections=None, max_keepalive_connections=0)
        client = httpx.AsyncClient(timeout=limits, limits=unlimited, follow_redirects=False, trust_env=False)

        async def application(scope: dict[str, Any], receive: Receive, send: Send) -> None:
            await self._answer(client, scope, await request_body.read(receive), send)

        return application

    async def _answer(self, client: httpx.AsyncClient, scope: dict[str, Any], body: bytes, send: Send) -> None:
        targets = self._targets
        if not targets:
            await self._refuse(503, send)
            return
        target = targets[next(self._turn) % len(targets)]
        query = b"?" + scope["query_string"] if scope["query_string"] else b""
        url = httpx.URL(target).copy_with(raw_path=scope["raw_path"] + query)
        asked = httpx.Request(scope["method"], url, headers=_forwarded(scope), content=body)
        try:
            answer = await client.send(asked, stream=True)
            content = b"".join([part async for part in answer.aiter_raw()])
        except httpx.TimeoutException:
            await self._refuse(504, send)
        except httpx.HTTPError:
            await self._refuse(502, send)
        else:
            headers = [(name, value) for name, value in answer.headers.raw if name.lower() not in _HOP_BY_HOP]
            await send({"type": "http.response.start", "status": answer.status_code, "headers": headers})
            await send({"type": "http.response.body", "body": content})

    async def _refuse(self, status: int, send: Send) -> None:
        self.answered[status] = self.answered.get(status, 0) + 1
        title = f"{status} {REASONS[status]}"
        page = (
            f"<html>\r\n<head><title>{title}</title></head>\r\n<body>\r\n<center><h1>{title}</h1></center>\r\n"
            "</body>\r\n</html>\r\n"
        ).encode()
        headers = [
            (b"server", b"awselb/2.0"),
            (b"content-type", b"text/html"),
            (b"content-length", str(len(page)).encode()),
        ]
        await send({"type": "http.response.start", "status": status, "headers": headers})
        await send({"type": "http.response.body", "body": page})


@contextmanager
def in_front_of(port: int) -> Iterator[LoadBalancer]:
    """Put a load balancer in front of a port of 127.0.0.1 for as long as the block lasts.

    What listens there is registered as long as it does, as ECS registers the tasks of a service. Until it is noticed
    that it has ended, requests are answered 502, and 503 from then on.

    Args:
        port: Where the service listens, now or later.
    """
    target, ended = f"http://127.0.0.1:{port}", threading.Event()
    balancer = LoadBalancer()

    def watch() -> None:
        while not ended.wait(_LOOK):
            with socket.socket() as probe:
                listens = probe.connect_ex(("127.0.0.1", port)) == 0
            (balancer.register if listens else balancer.deregister)(target)

    watching = threading.Thread(target=watch, name="target-group", daemon=True)
    with balancer.serving():
        watching.start()
        try:
            yield balancer
        finally:
            ended.set()
            watching.join()


def _forwarded(scope: dict[str, Any]) -> list[tuple[bytes, bytes]]:
    """Return the request's headers with the client's address appended, as the load balancer does by default."""
    client = (scope.get("client") or ("127.0.0.1", 0))[0].encode()
    sent = [(name, value) for name, value in scope["headers"] if name not in _HOP_BY_HOP]
    earlier = b", ".join(value for name, value in sent if name == b"x-forwarded-for")
    others = [(name, value) for name, value in sent if not name.startswith(b"x-forwarded-")]
    return [
        *others,
        (b"x-forwarded-for", b", ".join(part for part in (earlier, client) if part)),
        (b"x-forwarded-port", b"80"),
        (b"x-forwarded-proto", b"http"),
    ]
