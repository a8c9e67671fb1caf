"""The orders service: the ASGI application, and the handler that Lambda calls."""

from __future__ import annotations

import logging
import os
from typing import TYPE_CHECKING, Any

from fastapi import FastAPI, Request, Response
from mangum import Mangum
from starlette.concurrency import run_in_threadpool

from . import api, events, store

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

logging.getLogger().setLevel(os.environ.get("LOG_LEVEL", "INFO"))

app = FastAPI(title="orders")
app.include_router(api.router)


@app.middleware("http")
async def keep_journal(request: Request, call_next: Callable[[Request], Awaitable[Response]]) -> Response:
    """Note every request that has an id, once it has been answered."""
    response = await call_next(request)
    request_id = request.headers.get("x-request-id")
    if request_id:
        await run_in_threadpool(store.note, "request", request_id)
    return response


http = Mangum(app, lifespan="off", api_gateway_base_path=os.environ.get("BASE_PATH", ""))


def handler(event: dict[str, Any], context: Any) -> Any:
    """Answer what API Gateway sends over HTTP; hand on everything else."""
    if "requestContext" in event and ("http" in event["requestContext"] or "httpMethod" in event):
        return http(event, context)
    return events.handle(event)
