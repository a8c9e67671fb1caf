"""The door: what the proxy knows is restored, what anybody else says is dropped."""

from __future__ import annotations

import asyncio
import base64
import time
from typing import TYPE_CHECKING, Any

import pytest
from lambda_migrate_service.base_path import BasePath
from lambda_migrate_service.context import Function
from lambda_migrate_service.deliveries.replay import Replays
from lambda_migrate_service.proxy import ProxyMiddleware, SignatureVerifier
from lambda_migrate_service.proxy.signing_keys import SigningKeys, parse

from tests.service_library.calling import Recorder, call
from tests.service_library.signer import encoded, signed

if TYPE_CHECKING:
    from pathlib import Path

FUNCTION = Function("orders", "eu-west-1", "123456789012", 256, 3.0)
CONTEXT = {
    "event": {"version": "2.0", "rawPath": "/orders", "isBase64Encoded": False, "requestContext": {"stage": "prod"}},
    "context": {
        "function_name": "orders",
        "function_version": "7",
        "invoked_function_arn": "arn:aws:lambda:eu-west-1:123456789012:function:orders:live",
        "memory_limit_in_mb": "256",
        "aws_request_id": "0b1c",
        "log_group_name": "/aws/lambda/orders",
        "log_stream_name": "2025/10/09/[7]abc",
        "deadline_ms": 32503680000000,
        "client_context": {"custom": {"a": 1}, "env": {}, "client": {"app_title": "shop"}},
        "identity": None,
        "tenant_id": None,
    },
    "client": "203.0.113.7",
    "root_path": "",
    "host": None,
}


class World:
    def __init__(self, directory: Path, *, keys: str = "k1:first-secret,k2:second-secret", base_path: str = "") -> None:
        self.app = Recorder()
        self.door = ProxyMiddleware(
            self.app,
            BasePath(self.app, base_path),
            verifier=SignatureVerifier(SigningKeys(parse(keys))),
            replays=Replays(directory, 300.0),
            function=FUNCTION,
            version="1.2.3",
        )

    @property
    def scope(self) -> Any:
        return self.app.scopes[-1]


@pytest.fixture
def world(tmp_path: Path) -> World:
    return World(tmp_path)


def test_a_signed_request_gets_everything_back(world: World) -> None:
    body = b'{"order": 17}'
    headers = {"host": "api.example.com", **signed("POST", "/orders?a=%2F&b=", body, context=CONTEXT)}
    assert call(world.door, "POST", "/orders?a=%2F&b=", headers, body).body == b"from the application"
    scope = world.scope
    assert scope["client"] == ("203.0.113.7", 0)
    assert scope["aws.event"] == {**CONTEXT["event"], "body": '{"order": 17}'}
    assert scope["headers"] == [(b"host", b"api.example.com")]
    assert (scope["path"], scope["root_path"], scope["scheme"]) == ("/orders", "", "https")
    assert world.app.bodies == [body]
    context = scope["aws.context"]
    assert {name: getattr(context, name) for name in CONTEXT["context"] if hasattr(context, name)} == {
        **{name: value for name, value in CONTEXT["context"].items() if name != "deadline_ms"},
        "client_context": context.client_context,
        "identity": context.identity,
    }
    assert (context.client_context.custom, context.client_context.client.app_title) == ({"a": 1}, "shop")
    assert context.identity.cognito_identity_id is None
    assert context.get_remaining_time_in_millis() > 1_000_000


def test_an_unsigned_request_is_believed_nothing(world: World) -> None:
    forged = {"x-lambda-migrate-context": encoded({"version": 1, **CONTEXT}), "X-Lambda-Migrate-Key-Id": "k1", "a": "b"}
    call(world.door, "GET", "/orders", forged)
    scope = world.scope
    assert (scope["headers"], scope["client"]) == ([(b"a", b"b")], ("198.51.100.1", 5555))
    assert "aws.event" not in scope
    assert "aws.context" not in scope


@pytest.mark.parametrize(
    ("asked", "changes"),
    [
        pytest.param({"method": "PUT"}, {}, id="another method"),
        pytest.param({"target": "/orders/2"}, {}, id="another path"),
        pytest.param({"target": "/orders?admin=1"}, {}, id="another query"),
        pytest.param({"body": b"evil"}, {}, id="another body"),
        pytest.param({}, {"x-lambda-migrate-context": encoded({"version": 1, "client": "10.0.0.1"})}, id="context"),
        pytest.param({}, {"x-lambda-migrate-timestamp": "1"}, id="another time"),
        pytest.param({}, {"x-lambda-migrate-request-id": "0" * 32}, id="another id"),
        pytest.param({}, {"x-lambda-migrate-request-id": "../../etc/passwd"}, id="an id that is a path"),
        pytest.param({}, {"x-lambda-migrate-key-id": "k9"}, id="unknown key"),
        pytest.param({}, {"x-lambda-migrate-key-id": "k2"}, id="another key"),
        pytest.param({}, {"x-lambda-migrate-signature": "0" * 64}, id="another signature"),
        pytest.param({}, {"x-lambda-migrate-signature": ""}, id="no signature"),
        pytest.param({}, {"x-lambda-migrate-signature": "é"}, id="a signature that is no ASCII"),
    ],
)
def test_an_altered_request_is_believed_nothing(world: World, asked: dict[str, Any], changes: dict[str, str]) -> None:
    headers = {**signed("POST", "/orders", b"body", context=CONTEXT), **changes}
    whole = {"method": "POST", "target": "/orders", "body": b"body", **asked}
    answer = call(world.door, whole["method"], whole["target"], headers, whole["body"])
    assert answer.body == b"from the application"
    assert "aws.event" not in world.scope
    assert world.scope["client"] == ("198.51.100.1", 5555)
    assert world.scope["headers"] == []
    assert world.app.bodies == [whole["body"]]


@pytest.mark.parametrize(("age", "believed"), [(299, True), (301, False), (-299, True), (-301, False)])
def test_the_clocks_may_be_five_minutes_apart(world: World, age: int, *, believed: bool) -> None:
    call(world.door, "GET", "/orders", signed("GET", "/orders", context=CONTEXT, at=time.time() - age))
    assert ("aws.event" in world.scope) is believed


def test_a_header_that_comes_twice_is_no_proof(world: World) -> None:
    headers = [*signed("GET", "/orders", context=CONTEXT).items(), ("x-lambda-migrate-key-id", "k2")]
    call(world.door, "GET", "/orders", headers)
    assert "aws.event" not in world.scope


def test_a_write_is_believed_once_and_a_read_again(world: World) -> None:
    headers = signed("POST", "/orders", b"x", context=CONTEXT)
    reads = signed("GET", "/orders", context=CONTEXT)
    believed = []
    for method, body, given in (
        ("POST", b"x", headers),
        ("POST", b"x", headers),
        ("GET", b"", reads),
        ("GET", b"", reads),
    ):
        call(world.door, method, "/orders", given, body)
        believed.append("aws.event" in world.scope)
    assert believed == [True, False, True, True]


def test_a_write_is_not_believed_again_because_its_body_comes_slowly(tmp_path: Path) -> None:
    now = [time.time()]
    verifier = SignatureVerifier(SigningKeys(parse("k1:first-secret")), clock=lambda: now[0])
    claim = asyncio.run(
        verifier.signed_headers([(n.encode(), v.encode()) for n, v in signed("POST", "/", b"a").items()])
    )
    believed = [verifier.is_signed(claim, "POST", b"/", b"a")]
    now[0] += 301
    believed.append(verifier.is_signed(claim, "POST", b"/", b"a"))
    assert believed == [True, False]


@pytest.mark.parametrize(
    ("maps", "forwarded", "scheme"),
    [
        (
            {"headers": {"X-Forwarded-For": "6.6.6.6, 203.0.113.7", "X-Forwarded-Proto": "https", "accept": "*/*"}},
            [("x-forwarded-for", "6.6.6.6, 203.0.113.7"), ("x-forwarded-proto", "https")],
            "https",
        ),
        (
            {"headers": {"X-Forwarded-For": "b"}, "multiValueHeaders": {"X-Forwarded-For": ["a", "b"], "accept": [1]}},
            [("x-forwarded-for", "a"), ("x-forwarded-for", "b")],
            "https",
        ),
        ({"headers": {"accept": "*/*"}, "multiValueHeaders": None}, [], "https"),
        ({}, [("x-forwarded-for", "203.0.113.7, 10.0.0.9"), ("x-forwarded-proto", "http")], "http"),
    ],
    ids=["single", "several", "none", "too long for the context"],
)
def test_what_stands_in_front_of_the_service_does_not_show(
    world: World, maps: Any, forwarded: list[tuple[str, str]], scheme: str
) -> None:
    context = {**CONTEXT, "event": {**CONTEXT["event"], **maps}}
    added = {"accept": "*/*", "x-forwarded-for": "203.0.113.7, 10.0.0.9", "x-forwarded-proto": "http"}
    call(world.door, "GET", "/x", {**added, **signed("GET", "/x", context=context)})
    expected = [(b"accept", b"*/*"), *((name.encode(), value.encode()) for name, value in forwarded)]
    assert (world.scope["headers"], world.scope["scheme"]) == (expected, scheme)


def test_both_keys_are_active(world: World) -> None:
    for key in ("k1:first-secret", "k2:second-secret"):
        call(world.door, "GET", "/orders", signed("GET", "/orders", context=CONTEXT, key=key))
        assert "aws.event" in world.scope


def test_without_a_key_nothing_is_believed(tmp_path: Path) -> None:
    world = World(tmp_path, keys="")
    call(world.door, "GET", "/orders", signed("GET", "/orders", context=CONTEXT))
    assert "aws.event" not in world.scope


def test_a_binary_body_returns_to_the_event_as_base64(world: World) -> None:
    body = b"\xff\x00"
    context = {**CONTEXT, "event": {"isBase64Encoded": True, "httpMethod": "POST"}}
    call(world.door, "POST", "/up", signed("POST", "/up", body, context=context), body)
    assert world.scope["aws.event"]["body"] == base64.b64encode(body).decode()


@pytest.mark.parametrize(
    ("event", "expected"),
    [
        ({"version": "2.0"}, {"version": "2.0"}),
        ({"httpMethod": "GET"}, {"httpMethod": "GET", "body": None}),
        ({"requestContext": {"elb": {}}}, {"requestContext": {"elb": {}}, "body": ""}),
    ],
)
def test_an_empty_body_is_what_that_event_has(world: World, event: Any, expected: Any) -> None:
    call(world.door, "GET", "/", signed("GET", "/", context={**CONTEXT, "event": event}))
    assert world.scope["aws.event"] == expected


@pytest.mark.parametrize(
    ("event", "maps"),
    [
        (
            {"version": "2.0"},
            {"headers": {"accept": "a,b", "host": "h"}, "cookies": ["c=1", "d=2"]},
        ),
        (
            {"httpMethod": "GET"},
            {
                "headers": {"accept": "b", "host": "h", "cookie": "c=1; d=2"},
                "multiValueHeaders": {"accept": ["a", "b"], "host": ["h"], "cookie": ["c=1; d=2"]},
                "body": None,
            },
        ),
        (
            {"requestContext": {"elb": {}}, "queryStringParameters": {}},
            {"headers": {"accept": "b", "host": "h", "cookie": "c=1; d=2"}, "body": ""},
        ),
        (
            {"requestContext": {"elb": {}}, "multiValueQueryStringParameters": {}},
            {
                "multiValueHeaders": {"accept": ["a", "b"], "host": ["h"], "cookie": ["c=1; d=2"]},
                "body": "",
            },
        ),
    ],
    ids=["HTTP API", "REST API", "load balancer", "load balancer with lists"],
)
def test_headers_too_long_for_the_context_are_rebuilt(world: World, event: Any, maps: Any) -> None:
    own = [("Accept", "a"), ("accept", "b"), ("host", "h"), ("cookie", "c=1; d=2")]
    signing = signed("GET", "/", context={**CONTEXT, "event": event, "trimmed": True})
    call(world.door, "GET", "/", [*own, *signing.items()])
    assert world.scope["aws.event"] == {**event, **maps}


def test_host_and_root_path_are_restored(world: World) -> None:
    context = {**CONTEXT, "host": "api.example.com", "root_path": "/api"}
    call(world.door, "GET", "/x", {"host": "internal", **signed("GET", "/x", context=context)})
    scope = world.scope
    assert scope["headers"] == [(b"host", b"api.example.com")]
    assert (scope["root_path"], scope["path"], scope["raw_path"]) == ("/api", "/api/x", b"/api/x")


@pytest.mark.parametrize("broken", ["!!", "eJw", "AAAA", encoded({"version": 2}), encoded({})])
def test_a_signed_context_that_is_none_is_no_error_of_the_client(world: World, broken: str) -> None:
    assert call(world.door, "GET", "/", signed("GET", "/", context=broken)).status == 200
    assert "aws.event" not in world.scope


def test_the_old_base_path_works_for_direct_callers_only(tmp_path: Path) -> None:
    world = World(tmp_path, base_path="/api")
    for target, headers in (
        ("/api/orders?x=1", {}),
        ("/api", {}),
        ("/apifoo", {}),
        ("/orders", {}),
        ("/api/orders", signed("GET", "/api/orders", context=CONTEXT)),
    ):
        call(world.door, "GET", target, headers)
    assert [scope["path"] for scope in world.app.scopes] == ["/orders", "/", "/apifoo", "/orders", "/api/orders"]
    assert [scope["raw_path"] for scope in world.app.scopes] == [
        b"/orders",
        b"/",
        b"/apifoo",
        b"/orders",
        b"/api/orders",
    ]


def test_the_probe_answers_to_the_proxy_alone(world: World) -> None:
    path = "/lambda-proxy-probe"
    answer = call(world.door, "GET", path, signed("GET", path))
    assert (answer.status, answer.content) == (
        200,
        {"service": "orders", "version": "1.2.3", "started": answer.content["started"], "consumers": []},
    )
    assert answer.content["started"].endswith("Z")
    assert [call(world.door, "GET", path, headers).status for headers in ({}, signed("GET", "/other"))] == [404, 404]
    assert world.app.scopes == []
