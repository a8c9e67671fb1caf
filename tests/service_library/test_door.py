"""Who may use the application without the proxy."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

import pytest
from lambda_migrate_service import Door, Environment, SettingsError

from tests.service_library.calling import Recorder, call
from tests.service_library.signer import signed
from tests.service_library.whole import whole

if TYPE_CHECKING:
    from pathlib import Path

HEADER, KEY, NEXT, SIGNING = "x-lambda-migrate-door-key", "a-key-of-the-door-1", "a-key-of-the-door-2", "k1:secret"
REHEARSAL = "/prod/lambda-migrate-probe-0123456789abcdef"


def asked(door: Door, memory: Path, headers: Any = (), path: str = "/orders") -> tuple[int, list[str]]:
    """Ask for a path; return the status and the names of the headers that the application saw."""
    seen: list[str] = []

    async def application(scope: Any, _receive: Any, send: Any) -> None:
        seen.extend(name.decode() for name, _ in scope["headers"])
        assert not [name for name in scope if name.startswith("lambda_migrate.")]
        await send({"type": "http.response.start", "status": 200, "headers": []})
        await send({"type": "http.response.body", "body": b""})

    service = whole(application, lambda _event, _context: None, memory, SIGNING, door=door)
    return call(service, "GET", path, headers).status, seen


@pytest.mark.parametrize(
    ("require", "headers", "status"),
    [
        ("open", [], 200),
        ("open", [(HEADER, "wrong")], 200),
        ("header", [(HEADER, KEY)], 200),
        ("header", [(HEADER.upper(), NEXT)], 200),
        ("header", [], 403),
        ("header", [(HEADER, "")], 403),
        ("header", [(HEADER, KEY[:-1])], 403),
        ("header", [(HEADER, KEY), (HEADER, KEY)], 403),
        ("signed", [(HEADER, KEY)], 403),
        ("signed", [], 403),
    ],
)
def test_a_request_that_is_not_the_proxys_needs_what_is_required_and_leaves_its_key_at_the_door(
    tmp_path: Path, require: str, headers: list[tuple[str, str]], status: int
) -> None:
    found, seen = asked(Door(require, (KEY, NEXT)), tmp_path, headers)

    assert (found, [name for name in seen if name.startswith("x-lambda-migrate-")]) == (status, [])


@pytest.mark.parametrize("require", ["open", "header", "signed"])
def test_the_proxy_health_checks_and_what_proves_itself_come_in(tmp_path: Path, require: str) -> None:
    door = Door(require, (KEY,))
    proxied = signed("GET", "/orders", b"", key=SIGNING)

    assert asked(door, tmp_path, list(proxied.items()))[0] == 200
    assert asked(door, tmp_path, path="/healthz")[0] == 200
    service = whole(Recorder(), lambda _event, _context: None, tmp_path, SIGNING, door=door)
    event, path = b'{"event": {}}', "/lambda-proxy-non-api-events"
    assert call(service, "POST", path, signed("POST", path, event, key=SIGNING), event).status == 200


@pytest.mark.parametrize(("given", "key"), [([], False), ([(HEADER, "wrong")], False), ([(HEADER, KEY)], True)])
@pytest.mark.parametrize("path", ["/lambda-proxy-probe", REHEARSAL, REHEARSAL.removeprefix("/prod")])
def test_the_probe_tells_what_is_required_and_whether_the_key_came_along(
    tmp_path: Path, path: str, given: list[tuple[str, str]], key: bool
) -> None:
    service = whole(Recorder(), lambda _event, _context: None, tmp_path, SIGNING, door=Door("header", (KEY,)))
    headers = [*signed("GET", path, b"", key=SIGNING).items(), *given]

    answer = call(service, "GET", path, headers)

    assert (answer.status, answer.content["door"]) == (200, {"require": "header", "key": key})


def test_nobody_learns_of_the_rehearsal_who_cannot_sign(tmp_path: Path) -> None:
    service = whole(Recorder(), lambda _event, _context: None, tmp_path, SIGNING, door=Door("header", (KEY,)))

    assert call(service, "GET", REHEARSAL).status == 403
    other = signed("GET", "/lambda-migrate-probe-0123456789abcdef", b"", key=SIGNING)
    assert call(service, "GET", REHEARSAL, other).status == 404


def test_a_websocket_that_may_not_come_in_is_closed() -> None:
    sent: list[Any] = []

    async def receive() -> Any:
        return {"type": "websocket.connect"}

    async def send(message: Any) -> None:
        sent.append(message)

    door = Door("header", (KEY,)).before(Recorder())
    asyncio.run(door({"type": "websocket", "path": "/", "headers": []}, receive, send))

    assert sent == [{"type": "websocket.close", "code": 1008}]


@pytest.mark.parametrize(
    ("variables", "problem"),
    [
        ({"LAMBDA_MIGRATE_REQUIRE": "closed"}, "LAMBDA_MIGRATE_REQUIRE must be one of open, signed, header"),
        (
            {"LAMBDA_MIGRATE_REQUIRE": "header"},
            "LAMBDA_MIGRATE_REQUIRE=header needs LAMBDA_MIGRATE_DOOR_KEY, which is not set",
        ),
        (
            {"LAMBDA_MIGRATE_REQUIRE": "header", "LAMBDA_MIGRATE_DOOR_KEY": f"{KEY},short"},
            "a key of LAMBDA_MIGRATE_DOOR_KEY must have at least 16 printable ASCII characters",
        ),
    ],
)
def test_a_door_that_would_not_close_stops_the_start(variables: dict[str, str], problem: str) -> None:
    environment = Environment(variables)
    Door.read(environment)

    with pytest.raises(SettingsError) as caught:
        environment.check()
    assert caught.value.problems == [problem]


def test_it_is_open_unless_somebody_closes_it() -> None:
    environment = Environment({})

    assert Door.read(environment).require == "open"
    environment.check()
