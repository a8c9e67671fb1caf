"""Applications that raise, each below its own prefix, behind the layer that ends what they raise."""

from __future__ import annotations

import asyncio
from typing import Any

from lambda_migrate_service import ErrorBoundary, Readiness, TimeLimit
from lambda_migrate_service.connections import Connections
from starlette.applications import Starlette
from starlette.middleware.base import BaseHTTPMiddleware
from starlette.responses import PlainTextResponse, StreamingResponse
from starlette.routing import Route


async def bare(scope: Any, receive: Any, send: Any) -> None:
    """An application without a framework that answers `/` and raises elsewhere."""
    if scope["path"] == "/exit":
        raise SystemExit(3)
    if scope["path"] == "/group":
        raise BaseExceptionGroup("several", [SystemExit(3)])
    if scope["path"] != "/":
        raise KeyError(scope["path"])
    body = b""
    while True:
        message = await receive()
        body += message.get("body", b"")
        if not message.get("more_body", False):
            break
    await send({"type": "http.response.start", "status": 200, "headers": [(b"content-length", b"2")]})
    await send({"type": "http.response.body", "body": b"ok"})


def _raising(_request: Any) -> Any:
    raise RuntimeError("boom")


async def _waiting(_request: Any) -> Any:
    await asyncio.sleep(0)
    raise RuntimeError("boom")


async def _half(_request: Any) -> Any:
    async def parts() -> Any:
        yield b"half"
        raise RuntimeError("boom")

    return StreamingResponse(parts())


async def _well(request: Any) -> Any:
    await request.body()
    return PlainTextResponse("ok")


ROUTES = [
    Route("/", _well, methods=["GET", "POST"]),
    Route("/plain", _raising, methods=["GET", "POST"]),
    Route("/async", _waiting, methods=["GET", "POST"]),
    Route("/half", _half, methods=["GET"]),
]
STARLETTE = Starlette(routes=ROUTES)
LAYERED = Starlette(routes=ROUTES)
LAYERED.add_middleware(BaseHTTPMiddleware, dispatch=lambda request, following: following(request))
APPLICATIONS = {"bare": bare, "starlette": STARLETTE, "middleware": LAYERED}


async def every(scope: Any, receive: Any, send: Any) -> None:
    """Pass a request on to the application that its path begins with."""
    _, name, rest = scope["path"].split("/", 2)
    path = f"/{rest}"
    await APPLICATIONS[name]({**scope, "path": path, "raw_path": path.encode()}, receive, send)


async def app(scope: Any, receive: Any, send: Any) -> None:
    """Serve requests, and no lifespan."""
    if scope["type"] == "http":
        await Connections(ErrorBoundary(TimeLimit(every, 10)), Readiness())(scope, receive, send)
    else:
        raise ValueError(scope["type"])  # as ASGI asks of applications that have no lifespan
