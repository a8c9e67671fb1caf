"""What `make parity` sees of a FastAPI application: included routers, and start-up code that the adapter runs too."""

from __future__ import annotations

from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

import pytest
from fastapi import APIRouter, FastAPI
from lambda_migrate_service import ErrorBoundary, Function, Lifespan, Lifted, Readiness, Service
from lambda_migrate_service.testing import Client, Recorder, compare, paths
from mangum import Mangum

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path

FUNCTION = Function("orders", "eu-west-1", "123456789012", 512, 10.0)


def test_routes_of_included_routers_are_found_at_every_depth() -> None:
    items, area, mounted = APIRouter(prefix="/items"), APIRouter(prefix="/area"), FastAPI(openapi_url=None)

    @items.get("/{code}")
    def item(code: str) -> str:
        return code

    @area.post("/")
    def create() -> str:
        return "created"

    area.include_router(items)
    mounted.include_router(items)
    app = FastAPI(openapi_url=None)
    app.include_router(area, prefix="/v2")
    app.mount("/old", mounted)

    assert sorted(paths(app)) == [("GET", "/old/items/1"), ("GET", "/v2/area/items/1"), ("POST", "/v2/area/")]


def test_an_adapter_that_shuts_the_application_down_leaves_the_service_a_started_one(tmp_path: Path) -> None:
    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        app.state.started = True
        yield
        app.state.started = False

    app = FastAPI(openapi_url=None, lifespan=lifespan)

    @app.get("/state")
    def state() -> bool:
        started: bool = app.state.started
        return started

    readiness = Readiness()
    service = Service(ErrorBoundary(app), Lifespan(app, "auto", [], readiness), readiness, [], 1)
    compared, unserved = compare(service, Lifted(app, Mangum(app, lifespan="auto")), FUNCTION, tmp_path)

    assert (compared.differences, compared.service.body) == ([], b"true")
    assert (unserved.differences, unserved.service.status) == ([], 404)


def test_only_a_client_that_has_started_the_application_starts_it_again() -> None:
    with pytest.raises(RuntimeError, match="used as a context manager"):
        Client(Recorder()).restart()
