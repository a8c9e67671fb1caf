"""An application that ran under the AWS Lambda Web Adapter gets what it got there: events at a path, two headers."""

from __future__ import annotations

import asyncio
import json
from typing import TYPE_CHECKING, Any

import pytest
from lambda_migrate_service import Function, LambdaContext
from lambda_migrate_service.lifted import load
from lambda_migrate_service.web_adapter import ErrorStatus, starts_by_a_script, takes_events
from starlette.applications import Starlette
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from tests.service_library.calling import call
from tests.service_library.signed_world import CONTEXT, World
from tests.service_library.signer import signed

if TYPE_CHECKING:
    from pathlib import Path

    from starlette.requests import Request

FUNCTION = Function("orders", "eu-west-1", "210987654321", 256, 30)
EVENT = {"Records": [{"eventSource": "aws:sqs", "body": "käse"}]}


async def takes(request: Request) -> Response:
    told = {name: request.headers[name] for name in ("x-amzn-request-context", "content-type")}
    invocation = json.loads(request.headers["x-amzn-lambda-context"])["request_id"]
    return JSONResponse({"path": request.url.path, "event": await request.json(), "told": told, "id": invocation})


async def fails(_request: Request) -> Response:
    return Response("broken", 500)


APPLICATION = Starlette(routes=[Route("/events", takes, methods=["POST"]), Route("/broken", fails, methods=["POST"])])


def ran(**variables: str) -> Any:
    context = LambdaContext({"aws_request_id": "8a6f2c1e"}, FUNCTION)
    return asyncio.run(takes_events(APPLICATION, variables)(EVENT, context))


def test_an_event_is_posted_to_the_application_s_own_path_as_the_adapter_does() -> None:
    assert ran() == {
        "path": "/events",
        "event": EVENT,
        "told": {"x-amzn-request-context": "null", "content-type": "application/json"},
        "id": "8a6f2c1e",
    }


def test_a_failure_counts_as_success_unless_its_status_is_named() -> None:
    assert ran(AWS_LWA_PASS_THROUGH_PATH="broken") is None
    assert ran(AWS_LWA_PASS_THROUGH_PATH="/broken", AWS_LWA_ERROR_STATUS_CODES="404, 5xx") is None
    with pytest.raises(ErrorStatus, match="500"):
        ran(AWS_LWA_PASS_THROUGH_PATH="/broken", AWS_LWA_ERROR_STATUS_CODES="404,500-502")


@pytest.mark.parametrize(
    ("handler", "script"),
    [("run.sh", True), ("bin/start.sh", True), ("bootstrap", True), ("app.main.handler", False), ("app/a.sh_", False)],
)
def test_a_script_is_told_from_a_function_in_a_module(handler: str, script: bool) -> None:  # a row
    assert starts_by_a_script(handler) is script


def test_the_lifted_code_of_a_script_is_its_application_which_takes_the_events(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "started_by_a_script.py").write_text(
        "async def app(scope, receive, send):\n"
        "    body = (await receive())['body']\n"
        "    await send({'type': 'http.response.start', 'status': 200, 'headers': []})\n"
        "    await send({'type': 'http.response.body', 'body': body})\n"
    )
    monkeypatch.chdir(tmp_path)
    monkeypatch.syspath_prepend(str(tmp_path))

    lifted = load(tmp_path, "run.sh", "started_by_a_script:app")

    assert asyncio.run(lifted.handler(EVENT, LambdaContext({}, FUNCTION))) == EVENT


def test_a_request_has_the_adapter_s_headers_from_what_the_proxy_signed(tmp_path: Path) -> None:
    world = World(tmp_path)
    gateway, invocation = {"apiId": "a1", "authorizer": {"name": "käse"}}, {"request_id": "8a6f2c1e"}
    event = {"requestContext": gateway, "lambdaContext": invocation, "multiValueHeaders": {"accept": ["*/*"]}}
    forged = {"x-amzn-request-context": '{"authorizer":"forged"}'}

    call(world.door, "GET", "/orders", {**signed("GET", "/orders", b"", context={**CONTEXT, "event": event}), **forged})

    headers = [line for line in world.scope["headers"] if line[0].startswith(b"x-amzn-")]
    assert headers == [
        (b"x-amzn-request-context", '{"apiId":"a1","authorizer":{"name":"käse"}}'.encode()),
        (b"x-amzn-lambda-context", b'{"request_id":"8a6f2c1e"}'),
    ]
