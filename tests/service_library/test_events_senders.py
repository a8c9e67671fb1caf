"""Who may send events, how often one is taken, and what a stranger finds."""

from __future__ import annotations

import asyncio
import multiprocessing
import os
import time
from typing import TYPE_CHECKING, Any

import pytest
from lambda_migrate_service.deliveries.api_destination import ApiDestination
from lambda_migrate_service.deliveries.endpoint import EVENTS_PATH, EventsEndpoint
from lambda_migrate_service.deliveries.replay import Replays, private_directory
from lambda_migrate_service.dispatch import Dispatcher
from lambda_migrate_service.environment import SettingsError

from tests.service_library.calling import call, http_scope
from tests.service_library.events_world import FUNCTION, World
from tests.service_library.signer import signed
from tests.support.waiting import TIMEOUT

if TYPE_CHECKING:
    from pathlib import Path

BODY = b'{"event": {"a": 1}}'


@pytest.mark.parametrize(
    ("method", "headers", "body"),
    [
        pytest.param("POST", {}, BODY, id="nothing"),
        pytest.param("POST", signed("POST", EVENTS_PATH, BODY, key="k1:wrong"), BODY, id="wrong secret"),
        pytest.param("POST", signed("POST", EVENTS_PATH, BODY, key="k2:s"), BODY, id="unknown key"),
        pytest.param("POST", signed("POST", EVENTS_PATH, BODY, key="k1:s"), b'{"event": 2}', id="another body"),
        pytest.param("POST", signed("POST", EVENTS_PATH, BODY, key="k1:s", at=1.0), BODY, id="expired"),
        pytest.param("POST", signed("POST", EVENTS_PATH, b"[]", key="k1:s"), b"[]", id="no envelope"),
        pytest.param("POST", signed("POST", EVENTS_PATH, b"{", key="k1:s"), b"{", id="no JSON"),
        pytest.param("GET", signed("GET", EVENTS_PATH, b"", key="k1:s"), b"", id="no POST"),
        pytest.param("POST", {"x-lambda-migrate-api-key": "the-api-kez"}, BODY, id="wrong API key"),
        pytest.param("POST", {"x-lambda-migrate-api-key": ""}, BODY, id="empty API key"),
        pytest.param("POST", {"x-lambda-migrate-api-key": "é"}, BODY, id="an API key that is not ASCII"),
    ],
)
def test_whoever_proves_nothing_finds_nothing(tmp_path: Path, method: str, headers: Any, body: bytes) -> None:
    world = World(tmp_path)
    answer = call(world.endpoint, method, EVENTS_PATH, headers, body)
    assert (answer.status, answer.content) == (404, {"detail": "Not Found"})
    assert (world.calls, world.app.scopes) == ([], [])


def test_without_keys_the_door_is_closed(tmp_path: Path) -> None:
    world = World(tmp_path, keys="")
    closed = EventsEndpoint(world.app, [ApiDestination("", FUNCTION)], Dispatcher(world.handle, workers=1))
    assert world.deliver({}).status == 404
    assert call(closed, "POST", EVENTS_PATH, {"x-lambda-migrate-api-key": ""}, BODY).status == 404
    assert world.calls == []


def test_an_api_destination_comes_in_with_its_key(tmp_path: Path) -> None:
    world = World(tmp_path)
    answer = call(world.endpoint, "POST", EVENTS_PATH, {"X-Lambda-Migrate-Api-Key": "the-api-key"}, BODY)
    assert (answer.status, answer.content) == (200, {"handled": {"a": 1}})
    context = world.calls[0][1]
    assert 0 < context.get_remaining_time_in_millis() <= 3000
    assert context.invoked_function_arn == "arn:aws:lambda:eu-west-1:123456789012:function:orders"


def test_a_body_that_lambda_could_not_have_sent_is_refused(tmp_path: Path) -> None:
    world = World(tmp_path)
    body = b" " * (20 * 1024 * 1024 + 1)
    assert call(world.endpoint, "POST", EVENTS_PATH, signed("POST", EVENTS_PATH, body, key="k1:s"), body).status == 413


def test_a_body_that_does_not_come_takes_nobody_elses_place_for_long(tmp_path: Path) -> None:
    world = World(tmp_path)
    endpoint = EventsEndpoint(
        world.app, [ApiDestination("k", FUNCTION)], Dispatcher(None, workers=1), body_timeout=0.01
    )

    async def scenario() -> Any:
        scope = http_scope("POST", EVENTS_PATH, {"x-lambda-migrate-api-key": "k"})
        never = asyncio.Event()
        said: list[Any] = []

        async def send(message: Any) -> None:
            said.append(message.get("status"))

        await endpoint(scope, never.wait, send)  # type: ignore[arg-type]  # it gives no message
        return said

    assert asyncio.run(scenario()) == [408, None]


def test_other_paths_pass(tmp_path: Path) -> None:
    world = World(tmp_path)
    assert call(world.endpoint, "POST", "/orders", {}, BODY).body == b"from the application"


def test_an_event_is_taken_once(tmp_path: Path) -> None:
    world = World(tmp_path)
    body = b'{"event": {}}'
    headers = signed("POST", EVENTS_PATH, body, key="k1:s")
    assert [call(world.endpoint, "POST", EVENTS_PATH, headers, body).status for _ in range(3)] == [200, 404, 404]
    assert len(world.calls) == 1


def _claim_all(directory: Path, queue: Any, names: list[str], sent: float) -> None:
    replays = Replays(directory, 300.0)
    queue.put([name for name in names if replays.claim(name, sent)])


def test_of_several_workers_one_takes_an_event(tmp_path: Path) -> None:
    spawn = multiprocessing.get_context("fork")
    queue = spawn.Queue()
    names, sent = [f"{number:032x}" for number in range(300)], time.time()
    workers = [spawn.Process(target=_claim_all, args=(tmp_path, queue, names, sent)) for _ in range(4)]
    for worker in workers:
        worker.start()
    taken = [name for _ in workers for name in queue.get(timeout=TIMEOUT)]
    for worker in workers:
        worker.join()
    assert sorted(taken) == names


def test_what_is_too_old_to_come_again_is_forgotten(tmp_path: Path) -> None:
    now = [1_000_000.0]
    replays = Replays(tmp_path, 300.0, clock=lambda: now[0], aside=lambda tidy: tidy())
    assert replays.claim("a", now[0])
    now[0] += 200
    assert replays.claim("b", now[0])
    assert not replays.claim("a", 1_000_000.0)
    assert not replays.claim("b", now[0])
    now[0] += 400
    assert replays.claim("c", now[0])
    assert sorted(file.name for file in tmp_path.glob("*/*")) == ["c"]


def test_what_cannot_be_remembered_is_refused(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("no folder")
    assert not Replays(tmp_path / "file", 300.0).claim("a", 0.0)


def test_the_memory_lies_where_nobody_else_can_write(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    directory = private_directory("service-orders")
    assert directory == tmp_path / f"service-orders-{os.getuid()}"
    assert directory.stat().st_mode & 0o777 == 0o700
    directory.chmod(0o777)
    with pytest.raises(SettingsError, match="own: remove it"):
        private_directory("service-orders")
