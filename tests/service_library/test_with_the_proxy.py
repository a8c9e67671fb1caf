"""Both ends of the wire together: the proxy as it runs in Lambda, a real server, the service's half."""

from __future__ import annotations

import hashlib
import json
import socket
import threading
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import pytest
import uvicorn
from lambda_migrate_service.base_path import BasePath
from lambda_migrate_service.context import Function
from lambda_migrate_service.deliveries.endpoint import EventsEndpoint
from lambda_migrate_service.deliveries.replay import Replays
from lambda_migrate_service.dispatch import Dispatcher
from lambda_migrate_service.proxy import LambdaProxy, SignatureVerifier
from lambda_migrate_service.proxy.signing_keys import SigningKeys

from lambda_migrate.proxy.runtime.proxy import start
from tests.support.waiting import TIMEOUT, eventually

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

FUNCTION = Function("orders", "eu-west-1", "123456789012", 256, 3.0)
CONTEXT = SimpleNamespace(
    function_name="orders",
    function_version="7",
    invoked_function_arn="arn:aws:lambda:eu-west-1:123456789012:function:orders:live",
    memory_limit_in_mb="256",
    aws_request_id="8f507cfc-xmpl-4697-b07a-ac58fc914c95",
    log_group_name="/aws/lambda/orders",
    log_stream_name="stream",
    tenant_id=None,
    client_context=SimpleNamespace(custom={"a": 1}, env={"locale": "fr"}, client=SimpleNamespace(app_title="shop")),
    identity=SimpleNamespace(cognito_identity_id="id", cognito_identity_pool_id="pool"),
    get_remaining_time_in_millis=lambda: 3000,
)

UNHURRIED = SimpleNamespace(**{**vars(CONTEXT), "get_remaining_time_in_millis": lambda: 30_000})


async def echo(scope: Any, receive: Any, send: Any) -> None:
    """Answer with what the application was given."""
    message = await receive()
    context = scope.get("aws.context")
    seen = {
        "path": scope["path"],
        "query": scope["query_string"].decode(),
        "client": scope["client"],
        "scheme": scope["scheme"],
        "root_path": scope["root_path"],
        "body": message["body"].decode(),
        "reserved": [name.decode() for name, _ in scope["headers"] if name.startswith(b"x-lambda-migrate-")],
        "host": dict(scope["headers"]).get(b"host", b"").decode(),
        "event": scope.get("aws.event"),
        "arn": context and context.invoked_function_arn,
    }
    await send({"type": "http.response.start", "status": 200, "headers": [(b"content-type", b"application/json")]})
    await send({"type": "http.response.body", "body": json.dumps(seen).encode()})


class World:
    """A service on loopback, and the proxy's environment."""

    def __init__(self, directory: Path) -> None:
        self.keys = directory / "keys"
        self.keys.write_text("k1:the-first-secret")
        self.handled: list[tuple[Any, Any]] = []
        proxy = LambdaProxy(
            SignatureVerifier(SigningKeys({}, self.keys)), Replays(directory / "replays", 300.0), FUNCTION
        )
        middleware = proxy.middleware(echo, BasePath(echo, ""), "1.2.3", [])
        endpoint = EventsEndpoint(middleware, [proxy.events], Dispatcher(self.handle, workers=2, handlers={}))
        self.socket = socket.create_server(("127.0.0.1", 0))
        config = uvicorn.Config(proxy.signatures(endpoint), log_config=None, access_log=False, lifespan="off")
        self.server = uvicorn.Server(config)
        self.thread = threading.Thread(target=self.server.run, args=([self.socket],), daemon=True)
        self.thread.start()
        eventually(lambda: self.server.started)

    def handle(self, event: Any, context: Any) -> Any:
        self.handled.append((event, context))
        if isinstance(event, dict) and "text" in event and len(event["text"]) > 1_000:
            return {"length": len(event["text"])}
        if event == {"fail": True}:
            raise LookupError("out of stock")
        return {"taken": event}

    def proxy(self, **settings: str) -> Any:
        return start(
            {
                "LAMBDA_MIGRATE_SERVICE_URL": f"http://127.0.0.1:{self.socket.getsockname()[1]}",
                "LAMBDA_MIGRATE_EVENTS": "all",
                "LAMBDA_MIGRATE_ORIGINAL_HANDLER": "app.handler",
                "LAMBDA_MIGRATE_SIGNING_KEYS": "k1:the-first-secret",
                "LAMBDA_MIGRATE_FALLBACK": "never",
                "AWS_LAMBDA_FUNCTION_VERSION": "7",
                **settings,
            },
            write=lambda _line: None,
        )


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    made = World(tmp_path_factory.mktemp("service"))
    yield made
    made.server.should_exit = True
    made.thread.join(TIMEOUT)


def http_event(body: str | None = '{"sku": "☕"}', **headers: str) -> dict[str, Any]:
    return {
        "version": "2.0",
        "rawPath": "/orders/a b",
        "rawQueryString": "x=1&x=2",
        "headers": {"host": "api.example.com", "x-forwarded-proto": "https", "x-forwarded-for": "6.6.6.6", **headers},
        "requestContext": {
            "http": {"method": "POST", "path": "/orders/a b", "sourceIp": "203.0.113.7"},
            "domainName": "api.example.com",
            "stage": "$default",
            "authorizer": {"jwt": {"claims": {"sub": "ada"}}},
        },
        "isBase64Encoded": False,
        **({} if body is None else {"body": body}),
    }


def test_an_http_event_arrives_with_all_that_lambda_knew(world: World) -> None:
    event = http_event(**{"x-lambda-migrate-context": "forged", "x-lambda-migrate-key-id": "k1"})
    answer = world.proxy()(event, CONTEXT)
    assert json.loads(answer["body"]) == {
        "path": "/orders/a b",
        "query": "x=1&x=2",
        "client": ["203.0.113.7", 0],
        "scheme": "https",
        "root_path": "",
        "body": '{"sku": "☕"}',
        "reserved": [],
        "host": "api.example.com",
        "event": event,
        "arn": CONTEXT.invoked_function_arn,
    }


def test_headers_too_long_to_send_twice_are_rebuilt(world: World) -> None:
    big = {f"x-{number}": "".join(chr(97 + (number * place) % 26) for place in range(900)) for number in range(14)}
    noise = {f"n-{number}": hashlib.sha512(bytes([number])).hexdigest() * 5 for number in range(14)}
    event = http_event(**big, **noise)
    rebuilt = json.loads(world.proxy()(event, CONTEXT)["body"])["event"]
    assert rebuilt["headers"].items() >= event["headers"].items()
    assert {**rebuilt, "headers": None} == {**event, "headers": None}


@pytest.mark.parametrize("mode", ["rewrite", "preserve"])
@pytest.mark.parametrize("host", ["api.example.com", "API.Example.com:8443"])
def test_the_application_has_the_host_that_the_client_asked_for(world: World, mode: str, host: str) -> None:
    proxy = world.proxy(LAMBDA_MIGRATE_HOST_MODE=mode)
    assert json.loads(proxy(http_event(None, host=host), CONTEXT)["body"])["host"] == host


def test_a_client_with_many_headers_does_not_get_those_of_the_front_door_forgotten(world: World) -> None:
    noise = {f"n-{number}": hashlib.sha512(bytes([number])).hexdigest() * 5 for number in range(24)}
    forged = ", ".join(f"10.0.{number // 250}.{number % 250}" for number in range(700))
    event = http_event(**noise, **{"x-forwarded-for": f"{forged}, 203.0.113.7"})
    seen = json.loads(world.proxy()(event, CONTEXT)["body"])
    assert seen["host"] == "api.example.com"
    assert seen["scheme"] == "https"
    kept = seen["event"]["headers"]["x-forwarded-for"]
    assert f"{forged}, 203.0.113.7".endswith(kept)
    assert kept.split(", ")[-2:] == ["10.0.2.199", "203.0.113.7"]
    assert len(kept) > 1_000


@pytest.mark.parametrize("character", ["ж", "😀", "\x80", "\ud800", '"'])
def test_the_longest_event_that_lambda_takes_gets_through_in_any_alphabet(world: World, character: str) -> None:
    times = 6_291_400 // len(json.dumps(character, ensure_ascii=False)[1:-1].encode("utf-8", "surrogatepass"))
    event = {"text": character * times}
    world.handled.clear()
    assert world.proxy(LAMBDA_MIGRATE_DEADLINE_MARGIN="0.1")(event, UNHURRIED) == {"length": times}
    ((given, _),) = world.handled
    assert given == event


@pytest.mark.parametrize("event", [{"task": "x", "big": 2**80, "text": "\ud800"}, ["a"], None])
def test_any_other_event_is_handled_and_answered_as_it_is(world: World, event: Any) -> None:
    world.handled.clear()
    assert world.proxy()(event, CONTEXT) == {"taken": event}
    ((given, context),) = world.handled
    assert (given, context.aws_request_id, context.function_version) == (event, CONTEXT.aws_request_id, "7")
    assert (context.client_context.custom, context.client_context.client.app_title) == ({"a": 1}, "shop")
    assert (context.client_context.env, context.identity.cognito_identity_pool_id) == ({"locale": "fr"}, "pool")
    assert 0 < context.get_remaining_time_in_millis() <= 3000


def test_a_failure_has_the_name_that_the_handler_gave_it(world: World) -> None:
    with pytest.raises(Exception, match="out of stock") as caught:
        world.proxy()({"fail": True}, CONTEXT)
    assert type(caught.value).__name__ == "LookupError"


def test_a_proxy_with_another_secret_is_nobody(world: World) -> None:
    stranger = world.proxy(LAMBDA_MIGRATE_SIGNING_KEYS="k1:another-secret")
    with pytest.raises(Exception, match="the service refused the proxy's signature: signature") as caught:
        stranger({"task": 1}, CONTEXT)
    assert type(caught.value).__name__ == "ServiceRefusedProxy"
    answer = stranger(http_event(), CONTEXT)
    assert (answer["statusCode"], answer["headers"]["x-lambda-proxy-error"]) == (502, "refused")


def test_the_probe_tells_who_answers(world: World) -> None:
    told = world.proxy()({"lambda-migrate": {"probe": 1}}, CONTEXT)["lambda-migrate"]
    assert (told["reached"], told["status"]) == (True, 200)
    assert (told["service"]["service"], told["service"]["version"]) == ("orders", "1.2.3")
    stranger = world.proxy(LAMBDA_MIGRATE_SIGNING_KEYS="k1:another-secret")
    assert stranger({"lambda-migrate": {"probe": 1}}, CONTEXT)["lambda-migrate"]["reached"] is False


def test_keys_are_rotated_with_no_failed_event(world: World) -> None:
    proxy = world.proxy()
    stop = threading.Event()
    failures: list[BaseException] = []
    handled = 0

    def deliver() -> None:
        nonlocal handled
        while not stop.is_set():
            try:
                proxy({"task": "load"}, CONTEXT)
                handled += 1
            except Exception as error:  # noqa: BLE001  # any failure counts
                failures.append(error)

    def more() -> None:
        already = handled
        eventually(lambda: handled > already + 10 or failures)

    load = threading.Thread(target=deliver)
    load.start()
    stages = (
        ("k1:the-first-secret,k2:the-second-secret", proxy),
        ("k2:the-second-secret,k1:the-first-secret", world.proxy(LAMBDA_MIGRATE_SIGNING_KEYS="k2:the-second-secret")),
    )
    for keys, next_proxy in stages:
        fresh = world.keys.with_suffix(".new")
        fresh.write_text(keys)
        fresh.replace(world.keys)
        more()
        proxy = next_proxy
        more()
    world.keys.write_text("k2:the-second-secret")
    more()
    stop.set()
    load.join(TIMEOUT)
    world.keys.write_text("k1:the-first-secret,k2:the-second-secret")
    assert failures == []
    assert handled > 50


@pytest.mark.parametrize("path", ["/lambda-proxy-non-api-events", "/api/lambda-proxy-non-api-events"])
def test_a_client_of_the_api_cannot_send_events(world: World, path: str) -> None:
    world.handled.clear()
    event = http_event('{"event": {"Records": [{"eventSource": "aws:s3"}]}}')
    event["rawPath"] = event["requestContext"]["http"]["path"] = path
    answer = world.proxy(LAMBDA_MIGRATE_BASE_PATH="/api")(event, CONTEXT)
    assert answer["statusCode"] == 404
    assert world.handled == []


def test_a_client_of_the_api_cannot_probe(world: World) -> None:
    event = http_event(None)
    event["rawPath"] = "/lambda-proxy-probe"
    event["requestContext"]["http"]["method"] = "GET"
    answer = world.proxy()(event, CONTEXT)
    assert (answer["statusCode"], json.loads(answer["body"])) == (404, {"detail": "Not Found"})
