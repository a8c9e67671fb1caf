"""The handler runs around the application: what it does before and after its adapter happens to each request."""

from __future__ import annotations

import asyncio
import json
from typing import TYPE_CHECKING, Any

import pytest
from lambda_migrate_service import Around, Function
from lambda_migrate_service.testing import Client
from mangum import Mangum
from starlette.applications import Starlette
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from tests.support.waiting import TIMEOUT

if TYPE_CHECKING:
    from collections.abc import Callable

    from starlette.requests import Request

FUNCTION = Function("orders", "eu-west-1", "123456789012", 512, 10.0)


async def show(request: Request) -> Response:
    body = (await request.body()).decode()
    told = {"path": request.url.path, "key": request.headers.get("x-key"), "body": body}
    answer = JSONResponse(told, 201, {"x-one": "1"})
    answer.headers.append("set-cookie", "a=1")
    answer.headers.append("set-cookie", "b=2")
    return answer


async def picture(_request: Request) -> Response:
    return Response(b"\xff\x00", media_type="image/png")


async def fails(_request: Request) -> Response:
    raise KeyError("broken")


APP = Starlette(
    routes=[
        Route("/show/{name:path}", show, methods=["GET", "POST"]),
        Route("/picture", picture),
        Route("/fails", fails),
    ]
)
ADAPTER = Mangum(APP, lifespan="off")


def ask(handler: Callable[..., Any], *request: Any) -> Any:
    return Client(Around(APP, handler, FUNCTION, 2)).request(*request)


def test_what_a_handler_does_happens_in_its_order_and_the_answer_stays_as_it_was() -> None:
    done: list[Any] = []

    def handler(event: Any, context: Any) -> Any:
        done.append((event["httpMethod"], event["rawPath"], event["headers"]["x-key"], context.function_name))
        answer = ADAPTER(event, context)
        done.append((answer["statusCode"], sorted(answer.get("cookies", []))))
        return answer

    answer = ask(handler, "POST", "/show/a?b=c", {"x-key": "k"}, b"text")

    assert done == [("POST", "/show/a", "k", "orders"), (201, ["a=1", "b=2"])]
    assert (answer.status, answer.content) == (201, {"path": "/show/a", "key": "k", "body": "text"})
    assert [value for name, value in answer.headers if name == "set-cookie"] == ["a=1", "b=2"]


def test_a_gate_answers_in_place_of_the_application() -> None:
    def handler(event: Any, context: Any) -> Any:
        if event["headers"].get("x-key") != "k":
            return {"statusCode": 503, "headers": {"X-Why": "closed"}, "body": "closed"}
        return Mangum(APP, lifespan="off")(event, context)

    refused, let_in = ask(handler, "GET", "/show/"), ask(handler, "GET", "/show/", {"x-key": "k"})

    assert (refused.status, refused.body, dict(refused.headers)["x-why"], let_in.status) == (
        503,
        b"closed",
        "closed",
        201,
    )


def test_what_a_handler_changes_in_its_event_and_in_the_answer_counts() -> None:
    def handler(event: Any, context: Any) -> Any:
        event["rawPath"] = "/show/moved"
        event["headers"]["x-key"] = "given"
        event["body"] = "other"
        answer = ADAPTER(event, context)
        answer["headers"]["x-added"] = "2"
        return answer

    answer = ask(handler, "POST", "/nowhere", {}, b"text")

    assert (answer.status, answer.content) == (201, {"path": "/show/moved", "key": "given", "body": "other"})
    assert {("x-one", "1"), ("x-added", "2"), ("set-cookie", "b=2")} <= set(answer.headers)


def test_what_is_no_text_goes_through_whole() -> None:
    def handler(event: Any, context: Any) -> Any:
        answer = ADAPTER(event, context)
        return {**answer, "headers": {**answer["headers"], "x-added": "2"}}

    assert ask(handler, "GET", "/picture").body == b"\xff\x00"


@pytest.mark.parametrize(
    ("returned", "status", "body"),
    [({"a": 1}, 200, {"a": 1}), (None, 502, {"message": "Internal server error"}), ([1], 200, [1])],
)
def test_what_is_no_response_is_taken_as_api_gateway_takes_it(returned: Any, status: int, body: Any) -> None:
    answer = ask(lambda _event, _context: returned, "GET", "/show/")

    assert (answer.status, json.loads(answer.body)) == (status, body)


def test_an_error_of_the_handler_or_of_the_application_is_raised_to_the_service() -> None:
    def refuses(_event: Any, _context: Any) -> Any:
        raise PermissionError

    with pytest.raises(PermissionError):
        ask(refuses, "GET", "/show/")
    with pytest.raises(KeyError):
        ask(ADAPTER, "GET", "/fails")


def test_without_a_handler_requests_go_straight_to_the_application_and_its_routes_are_known() -> None:
    around = Around(APP, None, FUNCTION, 1)

    assert (Client(around).get("/show/").status, around.routes) == (201, APP.routes)


def test_outside_of_a_request_the_adapter_is_itself() -> None:
    Around(APP, ADAPTER, FUNCTION, 1)
    event = {"version": "2.0", "rawPath": "/show/", "rawQueryString": "", "headers": {}, "requestContext": {}}
    event["requestContext"] = {
        "http": {"method": "GET", "path": "/show/", "sourceIp": "192.0.2.1"},
        "stage": "$default",
    }
    asyncio.set_event_loop(asyncio.new_event_loop())

    assert ADAPTER(event, None)["statusCode"] == 201  # type: ignore[arg-type]  # a context that nothing reads


def test_a_request_that_nobody_awaits_any_more_is_cancelled() -> None:
    began, ended = asyncio.Event(), asyncio.Event()

    async def slow(_scope: Any, _receive: Any, _send: Any) -> None:
        began.set()
        try:
            await asyncio.Event().wait()
        except asyncio.CancelledError:
            ended.set()
            raise

    async def leave() -> None:
        async def receive() -> Any:
            return {"type": "http.request", "body": b""}

        async def send(_message: Any) -> None: ...

        scope = {"type": "http", "method": "GET", "path": "/", "headers": []}
        task = asyncio.ensure_future(Around(slow, Mangum(slow, lifespan="off"), FUNCTION, 1)(scope, receive, send))
        await began.wait()
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
        await asyncio.wait_for(ended.wait(), TIMEOUT)

    asyncio.run(leave())
    assert ended.is_set()
