"""What a repository's own tests are written with."""

from __future__ import annotations

import base64
import json
import os
from typing import TYPE_CHECKING, Any

import pytest
from lambda_migrate_service import (
    BasePath,
    ErrorBoundary,
    Function,
    Lifespan,
    Lifted,
    ProxyMiddleware,
    Readiness,
    Replays,
    Service,
    SignatureMiddleware,
    SignatureVerifier,
)
from lambda_migrate_service.proxy.signing_keys import SigningKeys, parse
from lambda_migrate_service.testing import Answer, Client, Comparison, Recorder, compare, paths, routes, sign, stand_ins
from lambda_migrate_service.testing.http_events import http_api_event, is_http, request_of, rest_api_event
from mangum import Mangum
from starlette.applications import Starlette
from starlette.responses import JSONResponse, PlainTextResponse
from starlette.routing import Mount, Route

if TYPE_CHECKING:
    from pathlib import Path

FUNCTION = Function("orders", "eu-west-1", "123456789012", 512, 10.0)


@pytest.fixture(autouse=True)
def keys(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LAMBDA_MIGRATE_SIGNING_KEYS", "local:not-a-secret")


def echo(request: Any) -> Any:
    return JSONResponse(
        {"path": request.url.path, "query": str(request.query_params), "client": request.client.host},
        headers={"x-cookies": request.headers.get("cookie", "")},
    )


async def body(request: Any) -> Any:
    return PlainTextResponse((await request.body()).decode())


def broken(_request: Any) -> Any:
    raise KeyError("stock")


APP = Starlette(
    routes=[
        Route("/", echo),
        Route("/orders/{number:int}", echo, methods=["GET", "DELETE"]),
        Route("/orders", body, methods=["POST"]),
        Route("/broken", broken),
        Mount("/files", routes=[Route("/list", echo)]),
    ]
)


def service(app: Any, tmp_path: Path, base_path: str = "") -> Service:
    """Put a small service together: the proxy's middleware, and what ends exceptions."""
    verifier = SignatureVerifier(SigningKeys(parse("local:not-a-secret")))
    middleware = ProxyMiddleware(
        app,
        BasePath(app, base_path),
        verifier=verifier,
        replays=Replays(tmp_path / "replays", 300.0),
        function=FUNCTION,
        version="1",
    )
    readiness = Readiness()
    return Service(
        SignatureMiddleware(ErrorBoundary(middleware), verifier),
        Lifespan(app, "auto", [], readiness),
        readiness,
        [],
        10,
    )


def test_routes_are_found_below_mounts_and_can_be_asked_for() -> None:
    assert routes(APP)[-1] == ("HEAD", "/files/list")
    assert paths(APP) == [
        ("GET", "/"),
        ("DELETE", "/orders/1"),
        ("GET", "/orders/1"),
        ("POST", "/orders"),
        ("GET", "/broken"),
        ("GET", "/files/list"),
    ]
    assert paths(APP, "POST") == [("POST", "/orders")]
    assert paths(lambda: None) == []


@pytest.mark.parametrize("base_path", ["", "/api"])
def test_the_same_answers_differ_in_nothing(tmp_path: Path, base_path: str) -> None:
    handler = Mangum(APP, lifespan="off", api_gateway_base_path=base_path or "/")
    recorded = tmp_path / "tests" / "events"
    recorded.mkdir(parents=True)
    posted = {**http_api_event("POST", f"{base_path}/orders"), "body": base64.b64encode(b"five").decode()}
    (recorded / "post.json").write_text(json.dumps({**posted, "isBase64Encoded": True}))
    asked = {**rest_api_event("GET", f"{base_path}/orders/7"), "multiValueQueryStringParameters": {"a": ["1", "2"]}}
    (recorded / "several.jsonl").write_text(f"{json.dumps(asked)}\n\n{json.dumps(http_api_event('GET', '/none'))}\n")

    compared = compare(service(APP, tmp_path, base_path), Lifted(APP, handler), FUNCTION, tmp_path, base_path)

    assert {each.name: each.function.status for each in compared} == {
        "post.json": 200,
        "several.jsonl:1": 200,
        "several.jsonl:2": 404,
        "GET /": 200,
        "GET /orders/1": 200,
        "GET /broken": 500,
        "GET /files/list": 200,
        "GET /lambda-migrate/no/such/path": 404,
    }
    assert {each.name: each.differences for each in compared if each.differences} == {}
    assert compared[0].service.body == b"five"
    assert compared[1].service.content["query"] == "a=1&a=2"
    assert compared[3].service.content["client"] == "198.51.100.1"


def test_what_differs_is_told_line_by_line(tmp_path: Path) -> None:
    def handler(event: Any, _context: Any) -> Any:
        if "rawPath" not in event:
            return event
        return {"statusCode": 201, "headers": {"X-A": "1"}, "cookies": ["c=1"], "body": json.dumps({"a" * 300: 1})}

    (compared,) = compare(service(Recorder(), tmp_path), Lifted(Recorder(), handler), FUNCTION, tmp_path)
    assert (compared.name, compared.differences) == (
        "GET /",
        [
            "status: function 201, service 200",
            "header: only of the function: set-cookie: c=1",
            "header: only of the function: x-a: 1",
            f'body: function {{"{"a" * 198}…, service recorded',
        ],
    )


def test_a_handler_that_takes_another_payload_for_a_request_gets_that(tmp_path: Path) -> None:
    http = Mangum(APP, lifespan="off")

    def handler(event: Any, context: Any) -> Any:
        return http(event, context) if "httpMethod" in event else {"handled": True}

    compared = compare(service(APP, tmp_path), Lifted(APP, handler), FUNCTION, tmp_path)
    assert [each.differences for each in compared] == [[]] * 5


def test_two_server_errors_are_the_same_and_an_exception_is_one() -> None:
    wrong = Answer(500, body=b"Internal Server Error")
    assert Comparison("x", wrong, Answer(500, body=b"{}")).differences == []
    assert Comparison("x", wrong, Answer(200)).differences[0] == "status: function 500, service 200"


def test_recorded_events_of_other_kinds_are_delivered(tmp_path: Path) -> None:
    (tmp_path / "tests" / "events").mkdir(parents=True)
    (tmp_path / "tests" / "events" / "event.json").write_text('{"task": 1}')
    seen: list[Any] = []

    async def app(scope: Any, receive: Any, send: Any) -> None:
        seen.append((scope["path"], json.loads((await receive())["body"] or "null")))
        await Recorder()(scope, receive, send)

    def handler(event: Any, _context: Any) -> Any:
        if "rawPath" in event or "path" in event:
            raise ValueError(event)
        return event

    compared = compare(app_as_service(app), Lifted(object(), handler), FUNCTION, tmp_path)  # type: ignore[arg-type]
    assert compared[0].function == Answer(200, body=b'{"task": 1}')
    assert seen[0] == ("/lambda-proxy-non-api-events", {"event": {"task": 1}})


def app_as_service(app: Any) -> Any:
    readiness = Readiness()
    return Service(app, Lifespan(app, "off", [], readiness), readiness, [], 1)


def test_events_of_a_load_balancer_keep_their_query_and_http_api_events_their_cookies() -> None:
    balancer = {
        "requestContext": {"elb": {}},
        "httpMethod": "POST",
        "path": "/ä b",
        "queryStringParameters": {"q": "a%20b"},
        "headers": {"X-A": "1"},
        "body": "text",
    }
    request = request_of(balancer)
    assert (request.path, request.query, request.headers, request.body) == (
        "/%C3%A4%20b",
        "q=a%20b",
        (("x-a", "1"),),
        b"text",
    )
    event = {**http_api_event("GET", "/"), "cookies": ["a=1", "b=2"]}
    assert request_of(event).headers[-1] == ("cookie", "a=1; b=2")
    assert [is_http(each) for each in (balancer, event, {}, [], {"requestContext": {"stage": "x"}})] == [
        True,
        True,
        False,
        False,
        False,
    ]


def test_start_up_code_runs_around_the_requests_of_a_client() -> None:
    log: list[str] = []

    async def app(scope: Any, receive: Any, send: Any) -> None:
        if scope["type"] == "lifespan":
            await receive()
            scope["state"]["pool"] = 1
            log.append("started")
            await send({"type": "lifespan.startup.complete"})
            await receive()
            log.append("stopped")
            await send({"type": "lifespan.shutdown.complete"})
            return
        log.append(f"{scope['path']} {scope['state']}")
        await Recorder()(scope, receive, send)

    with Client(app) as client:
        assert client.get("/a").body == b"recorded"
    assert Client(app).get("/b", {"a": "1"}).status == 200
    assert log == ["started", "/a {'pool': 1}", "stopped", "/b {}"]


def test_start_up_code_that_fails_is_told() -> None:
    async def app(_scope: Any, receive: Any, send: Any) -> None:
        await receive()
        await send({"type": "lifespan.startup.failed", "message": "no database"})

    with pytest.raises(RuntimeError, match="no database"), Client(app):
        pass


def test_an_application_that_answers_nothing_has_status_0() -> None:
    async def silent(_scope: Any, receive: Any, _send: Any) -> None:
        await receive()

    assert Client(silent).get("/") == Answer(0)


def test_stand_ins_take_the_place_of_whatever_was_set(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("LAMBDA_MIGRATE_CONSUME_QUEUES", "LAMBDA_MIGRATE_SNS_TOPICS", "LAMBDA_MIGRATE_SIGNING_KEYS_FILE"):
        monkeypatch.setenv(name, "of the shell")
    monkeypatch.setenv("TABLE", "of the shell")
    (tmp_path / "environment.local").write_text("TABLE=stand-in\n")
    stand_ins(tmp_path)
    assert os.environ["TABLE"] == "stand-in"
    assert not {"LAMBDA_MIGRATE_CONSUME_QUEUES", "LAMBDA_MIGRATE_SNS_TOPICS"} & os.environ.keys()


def test_what_is_signed_here_is_believed(tmp_path: Path) -> None:
    app = Recorder()
    client = Client(service(app, tmp_path))
    context = {"client": "203.0.113.7", "event": {"version": "2.0"}}
    caller = [("authorization", "Bearer 1"), ("accept", "*/*")]
    proof = sign("GET", "/a?b=1", context=context, headers=caller)
    statuses = [client.request("GET", target, [*caller, *proof.items()]).status for target in ("/a?b=1", "/a?b=2")]
    assert (statuses, [scope["client"][0] for scope in app.scopes]) == ([200, 404], ["203.0.113.7"])


@pytest.mark.parametrize(
    ("region", "partition"), [("eu-west-1", "aws"), ("cn-northwest-1", "aws-cn"), ("us-gov-east-1", "aws-us-gov")]
)
def test_a_function_s_arn_is_in_the_partition_of_its_region(region: str, partition: str) -> None:
    function = Function("orders", region, "123456789012", 512, 30)

    assert function.arn == f"arn:{partition}:lambda:{region}:123456789012:function:orders"
