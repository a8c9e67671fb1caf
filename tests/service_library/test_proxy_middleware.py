"""The door: what the proxy knows is restored, what anybody else says is dropped."""

from __future__ import annotations

import asyncio
import time
from typing import TYPE_CHECKING, Any

import pytest
from lambda_migrate_service.deliveries.endpoint import LARGEST_BODY
from lambda_migrate_service.proxy.signature import PROOF

from tests.service_library.calling import ask, call, http_scope
from tests.service_library.signed_world import CONTEXT, World
from tests.service_library.signer import encoded, signed

if TYPE_CHECKING:
    from pathlib import Path


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
        **CONTEXT["context"],
        "client_context": context.client_context,
        "identity": context.identity,
    }
    assert (context.client_context.custom, context.client_context.client.app_title) == ({"a": 1}, "shop")
    assert context.identity.cognito_identity_id is None
    assert context.get_remaining_time_in_millis() > 1_000_000


def test_an_unsigned_request_is_believed_nothing(world: World) -> None:
    forged = {"x-lambda-migrate-context": encoded({"version": 1, **CONTEXT}), "X-Lambda-Migrate-Api-Key": "k", "a": "b"}
    call(world.door, "GET", "/orders", forged)
    scope = world.scope
    assert (scope["headers"], scope["client"]) == ([(b"a", b"b")], ("198.51.100.1", 5555))
    assert [name for name in scope if name.startswith(("aws.", "lambda_migrate."))] == []


@pytest.mark.parametrize(
    ("asked", "changes", "reason"),
    [
        pytest.param({"method": "PUT"}, {}, "signature", id="another method"),
        pytest.param({"target": "/orders/2"}, {}, "signature", id="another path"),
        pytest.param({"target": "/orders?admin=1"}, {}, "signature", id="another query"),
        pytest.param({"body": b"evil"}, {}, "body", id="another body"),
        pytest.param({"body": b""}, {}, "body", id="no body"),
        pytest.param({}, {"context": encoded({"version": 1, "client": "10.0.0.1"})}, "signature", id="context"),
        pytest.param({}, {"content-sha256": "0" * 64}, "signature", id="another digest"),
        pytest.param({}, {"content-sha256": ""}, "incomplete", id="no digest"),
        pytest.param({}, {"timestamp": "1"}, "time", id="another time"),
        pytest.param({}, {"timestamp": "1e3"}, "incomplete", id="a time that is not a number"),
        pytest.param({}, {"request-id": "0" * 32}, "signature", id="another id"),
        pytest.param({}, {"request-id": "../../etc/passwd"}, "incomplete", id="an id that is a path"),
        pytest.param({}, {"request-id": "0" * 32 + "\n"}, "incomplete", id="an id and more"),
        pytest.param({}, {"key-id": "k9"}, "key", id="unknown key"),
        pytest.param({}, {"key-id": "k2"}, "signature", id="another key"),
        pytest.param({}, {"signature": "0" * 64}, "signature", id="another signature"),
        pytest.param({}, {"signature": ""}, "signature", id="no signature"),
        pytest.param({}, {"signature": "é"}, "signature", id="a signature that is not ASCII"),
    ],
)
def test_whoever_claims_to_be_the_proxy_and_is_not_is_refused_with_a_mark(
    world: World, asked: dict[str, Any], changes: dict[str, str], reason: str
) -> None:
    reserved = {f"x-lambda-migrate-{name}": value for name, value in changes.items()}
    headers = {**signed("POST", "/orders", b"body", context=CONTEXT), **reserved}
    whole = {"method": "POST", "target": "/orders", "body": b"body", **asked}
    answer = call(world.door, whole["method"], whole["target"], headers, whole["body"])
    assert (answer.status, answer.content) == (404, {"detail": "Not Found"})
    assert (answer.headers["x-lambda-migrate-refused"], answer.headers["x-lambda-migrate-service"]) == (reason, "1")
    assert world.app.scopes == []


@pytest.mark.parametrize("name", PROOF)
def test_any_header_of_a_signature_is_a_claim(world: World, name: str) -> None:
    answer = call(world.door, "GET", "/orders", {f"X-Lambda-Migrate-{name}": "x"})
    assert (answer.status, answer.headers["x-lambda-migrate-refused"]) == (404, "incomplete")


@pytest.mark.parametrize(("age", "status"), [(299, 200), (301, 404), (-299, 200), (-301, 404)])
def test_the_clocks_may_be_five_minutes_apart(world: World, age: int, status: int) -> None:
    answer = call(world.door, "GET", "/orders", signed("GET", "/orders", context=CONTEXT, at=time.time() - age))
    assert answer.status == status


def test_a_header_that_comes_twice_is_no_proof(world: World) -> None:
    for name, value in signed("GET", "/orders", context=CONTEXT).items():
        headers = [*signed("GET", "/orders", context=CONTEXT).items(), (name, value)]
        answer = call(world.door, "GET", "/orders", headers)
        assert (name, answer.status) == (name, 404)
    assert world.app.scopes == []


def test_a_write_is_believed_once_and_a_read_again(world: World) -> None:
    headers = signed("POST", "/orders", b"x", context=CONTEXT)
    reads = signed("GET", "/orders", context=CONTEXT)
    statuses = []
    for method, body, given in (
        ("POST", b"x", headers),
        ("POST", b"x", headers),
        ("GET", b"", reads),
        ("GET", b"", reads),
    ):
        answer = call(world.door, method, "/orders", given, body)
        statuses.append((answer.status, answer.headers.get("x-lambda-migrate-refused")))
    assert statuses == [(200, None), (404, "replay"), (200, None), (200, None)]


@pytest.mark.parametrize("method", ["GET", "POST"])
@pytest.mark.parametrize(
    ("sent", "arrives"),
    [
        ({"authorization": "Bearer ada"}, {"authorization": "Bearer bob"}),
        ({"cookie": "session=ada"}, {"cookie": "session=bob"}),
        ({"x-api-key": "ada"}, {"x-api-key": "bob"}),
        ({"authorization": "Bearer ada"}, {}),
        ({}, {"cookie": "session=bob"}),
        ({}, {"Authorization": "Bearer bob"}),
        ({"cookie": "a=1"}, {"cookie": "a=1; b=2"}),
    ],
)
def test_a_request_that_was_read_on_the_way_cannot_be_sent_as_somebody_else(
    world: World, method: str, sent: dict[str, str], arrives: dict[str, str]
) -> None:
    caller = "\n".join(f"{name}:{value}" for name, value in sent.items())
    headers = signed(method, "/orders", context=CONTEXT, caller=caller)
    assert call(world.door, method, "/orders", {**headers, **sent}).status == 200
    answer = call(world.door, method, "/orders", {**headers, **arrives})
    assert (answer.status, answer.headers["x-lambda-migrate-refused"]) == (404, "signature")


def test_a_front_may_split_cookies_and_add_blanks(world: World) -> None:
    caller = "authorization:Bearer ada\ncookie:a=1; b=2\nx-api-key:k, l"
    headers = signed("GET", "/orders", context=CONTEXT, caller=caller)
    own = [
        ("Cookie", "a=1"),
        ("x-api-key", "k"),
        ("X-Api-Key", " l"),
        ("cookie", "b=2 "),
        ("Authorization", " Bearer ada\t"),
    ]
    assert call(world.door, "GET", "/orders", [*headers.items(), *own]).status == 200


def test_nothing_of_a_strangers_body_is_read_before_the_signature_is_proven(world: World) -> None:
    read: list[int] = []

    async def receive() -> dict[str, Any]:
        read.append(1)
        return {"type": "http.request", "body": b"x" * 65_536, "more_body": True}

    async def run(headers: dict[str, str]) -> int:
        said: list[Any] = []

        async def send(message: Any) -> None:
            said.append(message)

        await world.door(http_scope("POST", "/orders", headers), receive, send)
        return int(said[0]["status"])

    for changes in ({"signature": "0" * 64}, {"key-id": "k9"}, {"content-sha256": "0" * 64}, {"request-id": "x"}):
        reserved = {f"x-lambda-migrate-{name}": value for name, value in changes.items()}
        assert asyncio.run(run({**signed("POST", "/orders", b"x", context=CONTEXT), **reserved})) == 404
    assert read == []
    assert asyncio.run(run(signed("POST", "/orders", b"x", context=CONTEXT))) == 413
    assert len(read) == LARGEST_BODY // 65_536 + 1


def test_a_signature_that_was_read_on_the_way_lets_one_body_in(world: World) -> None:
    headers = signed("POST", "/orders", b"x", context=CONTEXT)
    reasons = [
        call(world.door, "POST", "/orders", headers, b"y" * 100).headers["x-lambda-migrate-refused"] for _ in range(3)
    ]
    assert reasons == ["body", "replay", "replay"]


def test_a_write_is_taken_as_having_come_before_its_body_has(world: World) -> None:
    headers = signed("POST", "/orders", b"x", context=CONTEXT)

    async def run() -> list[int]:
        slow = asyncio.Event()

        async def receive() -> dict[str, Any]:
            await slow.wait()
            return {"type": "http.request", "body": b"x", "more_body": False}

        said: list[Any] = []

        async def send(message: Any) -> None:
            said.append(message)

        first = asyncio.ensure_future(world.door(http_scope("POST", "/orders", headers), receive, send))
        await asyncio.sleep(0)
        second = await ask(world.door, http_scope("POST", "/orders", headers), b"x")
        slow.set()
        await first
        return [said[0]["status"], second.status]

    assert asyncio.run(run()) == [200, 404]


def test_all_answers_to_the_proxy_are_marked_and_the_application_cannot_write_a_mark(world: World) -> None:
    async def forging(_scope: Any, _receive: Any, send: Any) -> None:
        headers = [(b"X-Lambda-Migrate-Refused", b"signature"), (b"x-lambda-migrate-service", b"2"), (b"a", b"b")]
        await send({"type": "http.response.start", "status": 503, "headers": headers})
        await send({"type": "http.response.body", "body": b""})

    world.door._app = forging  # type: ignore[assignment]
    answer = call(world.door, "GET", "/", signed("GET", "/", context=CONTEXT))
    assert (answer.status, answer.headers) == (503, {"a": "b", "x-lambda-migrate-service": "1"})
    assert "x-lambda-migrate-service" not in call(world.door, "GET", "/").headers


def test_both_keys_are_active(world: World) -> None:
    for key in ("k1:first-secret", "k2:second-secret"):
        call(world.door, "GET", "/orders", signed("GET", "/orders", context=CONTEXT, key=key))
        assert "aws.event" in world.scope


def test_without_a_key_nothing_is_believed(tmp_path: Path) -> None:
    world = World(tmp_path, keys="")
    assert call(world.door, "GET", "/orders", signed("GET", "/orders", context=CONTEXT)).status == 404
    assert world.app.scopes == []
