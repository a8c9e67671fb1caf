"""An application as users write it answers the same under Mangum and behind the proxy."""

from __future__ import annotations

import base64
import copy
from typing import TYPE_CHECKING, Any

import pytest
from fastapi import FastAPI, Request, Response
from fastapi.responses import RedirectResponse
from mangum import Mangum

from tests.events import requests
from tests.proxy import deviations
from tests.proxy.asgi import behind_door, running
from tests.proxy.differential import received_answer
from tests.proxy.service import Context, function

if TYPE_CHECKING:
    from collections.abc import Iterator


def shop() -> FastAPI:
    """Return an application as a user would write it."""
    app = FastAPI()

    @app.get("/orders/{order}")
    def order(order: str, request: Request, tag: list[str] | None = None, limit: int = 10) -> dict[str, Any]:
        return {
            "order": order,
            "tag": tag,
            "limit": limit,
            "url": str(request.url),
            "base": str(request.base_url),
            "query": sorted(request.query_params.multi_items()),
            "client": request.client.host if request.client else None,
            "cookies": request.cookies,
            "agent": request.headers.get("user-agent"),
            "stage": request.scope["aws.event"]["requestContext"].get("stage"),
            "function": request.scope["aws.context"].function_name,
        }

    @app.post("/orders", status_code=201)
    async def create(request: Request, response: Response) -> dict[str, Any]:
        response.set_cookie("a", "1")
        response.set_cookie("b", "2", httponly=True)
        return {"received": (await request.body()).decode("latin-1"), "json": request.headers.get("content-type")}

    @app.get("/old")
    def old() -> RedirectResponse:
        return RedirectResponse("/orders/1?x=y")

    @app.get("/label")
    def label() -> Response:
        return Response(b"\x89PNG\x00", media_type="image/png")

    @app.get("/broken")
    def broken() -> None:
        raise RuntimeError("broken")

    @app.delete("/orders/{order}", status_code=204)
    def delete(order: str) -> None:
        pass

    @app.get("/folder/")
    def folder(request: Request) -> str:
        return str(request.url_for("folder"))

    return app


SHOP = shop()


@pytest.fixture(scope="module")
def shop_url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with running(behind_door(SHOP, tmp_path_factory.mktemp("replays"))) as url:
        yield url


VISITS = [
    ("GET", "/orders/17", {}),
    ("GET", "/orders/caf%C3%A9", {}),
    ("GET", "/orders/a b", {}),
    ("POST", "/orders", {"body": '{"parcel": "é"}'}),
    ("POST", "/orders", {"body": base64.b64encode(b"\xff\xfe").decode(), "isBase64Encoded": True}),
    ("DELETE", "/orders/17", {}),
    ("GET", "/old", {}),
    ("GET", "/label", {}),
    ("GET", "/broken", {}),
    ("GET", "/nowhere", {}),
    ("PUT", "/old", {}),
    ("GET", "/folder", {}),
    ("GET", "/folder/", {}),
    ("GET", "/openapi.json", {}),
    ("GET", "/docs", {}),
]


@pytest.mark.parametrize("visit", VISITS, ids=lambda visit: f"{visit[0]} {visit[1]}")
@pytest.mark.parametrize("door", ["rest-api", "http-api-1.0", "http-api-2.0", "function-url", "alb", "alb-multi"])
def test_a_fastapi_application_answers_the_same(shop_url: str, door: str, visit: tuple[str, str, Any]) -> None:
    method, path, more = visit
    event = requests.FRONT_DOORS[door](method, path, **more)

    theirs = received_answer(Mangum(SHOP, lifespan="off")(copy.deepcopy(event), Context()), method)
    ours = received_answer(function(shop_url)(event), method)

    theirs = deviations.expected(deviations.ANSWER, event, {**theirs, "untyped": path in ("/old", "/folder")})
    theirs.pop("untyped")
    assert ours == theirs
