"""The ASGI application, and the handler that Lambda calls."""

from __future__ import annotations

from typing import Any

from fastapi import FastAPI
from mangum import Mangum

from observer import answers, events, requests

app = FastAPI(title="observer")
app.include_router(requests.router)
app.include_router(answers.router)

http = Mangum(app, lifespan="off", api_gateway_base_path="/api")


def handler(event: Any, context: Any) -> Any:
    """Answer what comes over HTTP; hand on everything else."""
    if isinstance(event, dict) and ("httpMethod" in event or "http" in (event.get("requestContext") or {})):
        return http(event, context)
    return events.handle(event, context)
