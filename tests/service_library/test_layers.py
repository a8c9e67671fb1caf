"""The layers around the application: health, limits, lifespan, logs, settings."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

import pytest
from anyio.to_thread import current_default_thread_limiter
from lambda_migrate_service.environment import Environment, SettingsError, set_defaults
from lambda_migrate_service.health import Health, Readiness
from lambda_migrate_service.lifespan import Lifespan
from lambda_migrate_service.limits import Concurrency, TimeLimit, let_threads_run

from tests.service_library.calling import Recorder, ask, call, http_scope
from tests.support.waiting import eventually

if TYPE_CHECKING:
    from pathlib import Path


def test_health_is_told_before_and_after_readiness() -> None:
    readiness = Readiness()
    app = Health(Recorder(), readiness)
    seen = []
    for started, draining in ((False, False), (True, False), (True, True)):
        readiness.started, readiness.draining = started, draining
        answers = [call(app, "GET", path) for path in ("/healthz", "/readyz")]
        seen.append([(answer.status, answer.content["status"]) for answer in answers])
    assert seen == [
        [(200, "alive"), (503, "starting")],
        [(200, "alive"), (200, "ready")],
        [(200, "alive"), (503, "draining")],
    ]
    assert call(app, "POST", "/healthz").body == b"from the application"


def test_more_requests_than_may_run_are_turned_away_and_then_welcome_again() -> None:
    async def run() -> list[int]:
        opened = asyncio.Event()

        async def slow(scope: Any, receive: Any, send: Any) -> None:
            await opened.wait()
            await Recorder()(scope, receive, send)

        app = Concurrency(slow, 2)
        running = [asyncio.ensure_future(ask(app, http_scope("GET", "/"))) for _ in range(2)]
        await asyncio.sleep(0)
        turned_away = await ask(app, http_scope("GET", "/"))
        opened.set()
        answers = [*await asyncio.gather(*running), turned_away, await ask(app, http_scope("GET", "/"))]
        assert turned_away.headers["retry-after"] == "1"
        assert app.running == 0
        return [answer.status for answer in answers]

    assert asyncio.run(run()) == [200, 200, 503, 200]


def test_a_request_may_take_as_long_as_the_function_and_no_longer() -> None:
    cancelled = []

    async def slow(scope: Any, receive: Any, send: Any) -> None:
        try:
            await asyncio.sleep(10)
        except asyncio.CancelledError:
            cancelled.append(scope["path"])
            await Recorder()(scope, receive, send)
            raise

    async def run() -> int:
        answer = await ask(TimeLimit(slow, 0.05), http_scope("GET", "/slow"))
        await asyncio.to_thread(eventually, lambda: cancelled)
        return answer.status

    assert asyncio.run(run()) == 504
    assert cancelled == ["/slow"]
    assert call(TimeLimit(Recorder(), 5), "GET", "/").status == 200


def test_an_answer_that_has_begun_is_cut_off() -> None:
    told: list[str] = []

    async def endless(_scope: Any, _receive: Any, send: Any) -> None:
        await send({"type": "http.response.start", "status": 200, "headers": []})
        await asyncio.sleep(10)

    async def send(message: Any) -> None:
        told.append(message["type"])

    async def nothing() -> Any:
        await asyncio.Event().wait()

    asyncio.run(TimeLimit(endless, 0.05)(http_scope("GET", "/"), nothing, send))
    assert told == ["http.response.start"]  # the server closes the connection of an answer that has no end


@pytest.mark.parametrize("error", [SystemExit(3), KeyboardInterrupt()])
def test_an_application_that_exits_fails_its_own_request_alone(error: BaseException) -> None:
    async def leaving(_scope: Any, _receive: Any, _send: Any) -> None:
        raise error

    with pytest.raises(RuntimeError, match=f"the application raised {type(error).__name__}"):
        call(TimeLimit(leaving, 1), "GET", "/")


def test_a_websocket_takes_no_requests_place() -> None:
    async def run() -> list[int]:
        opened = asyncio.Event()

        async def app(scope: Any, receive: Any, send: Any) -> None:
            await (opened.wait() if scope["type"] == "websocket" else Recorder()(scope, receive, send))

        limited = Concurrency(app, 1)
        socket = asyncio.ensure_future(ask(limited, {**http_scope("GET", "/"), "type": "websocket"}))
        await asyncio.sleep(0)
        statuses = [(await ask(limited, http_scope("GET", "/"))).status for _ in range(2)]
        socket.cancel()
        return statuses

    assert asyncio.run(run()) == [200, 200]


@pytest.mark.parametrize(("limit", "threads"), [(5, 40), (100, 100)])
def test_as_many_plain_endpoints_run_at_once_as_requests(limit: int, threads: int) -> None:
    async def run() -> float:
        let_threads_run(limit)
        return current_default_thread_limiter().total_tokens

    assert asyncio.run(run()) == threads


def test_an_error_of_the_application_stays_one() -> None:
    async def broken(_scope: Any, _receive: Any, _send: Any) -> None:
        raise KeyError("x")

    with pytest.raises(KeyError):
        call(TimeLimit(broken, 1), "GET", "/")


class Companion:
    def __init__(self, log: list[str]) -> None:
        self.log = log

    async def start(self) -> None:
        self.log.append("companion starts")

    def drain(self) -> None:
        self.log.append("companion drains")

    async def stop(self) -> None:
        self.log.append("companion stops")


def live(app: Any, mode: str, log: list[str]) -> tuple[list[str], Readiness]:
    """Go through a whole lifespan; return what the server was told."""
    readiness = Readiness()
    told: list[str] = []

    async def run() -> None:
        asked = [{"type": "lifespan.startup"}, {"type": "lifespan.shutdown"}]

        async def receive() -> Any:
            log.append(f"ready: {readiness.started}")
            return asked.pop(0)

        async def send(message: Any) -> None:
            told.append(message["type"])

        lifespan = Lifespan(app, mode, [Companion(log)], readiness)
        await lifespan({"type": "lifespan", "asgi": {}, "state": {}}, receive, send)

    asyncio.run(run())
    return told, readiness


def application(log: list[str], *, fails: bool = False) -> Any:
    async def app(scope: Any, receive: Any, send: Any) -> None:
        assert scope["type"] == "lifespan"
        await receive()
        log.append("application starts")
        scope["state"]["pool"] = 1
        if fails:
            await send({"type": "lifespan.startup.failed", "message": "no database"})
            return
        await send({"type": "lifespan.startup.complete"})
        await receive()
        log.append("application stops")
        await send({"type": "lifespan.shutdown.complete"})

    return app


@pytest.mark.parametrize("mode", ["on", "auto"])
def test_start_up_runs_in_order_and_shutdown_in_reverse(mode: str) -> None:
    log: list[str] = []
    told, readiness = live(application(log), mode, log)
    assert log == [
        "ready: False",
        "application starts",
        "companion starts",
        "ready: True",
        "companion drains",
        "companion stops",
        "application stops",
    ]
    assert told == ["lifespan.startup.complete", "lifespan.shutdown.complete"]
    assert readiness.state == "draining"


def test_start_up_code_that_lambda_never_ran_is_not_run() -> None:
    log: list[str] = []
    told, _ = live(application(log), "off", log)
    assert "application starts" not in log
    assert told == ["lifespan.startup.complete", "lifespan.shutdown.complete"]


def test_a_failed_start_up_is_told_and_the_service_is_not_ready() -> None:
    log: list[str] = []
    told, readiness = live(application(log, fails=True), "auto", log)
    assert (told, readiness.state) == (["lifespan.startup.failed"], "starting")


async def _no_lifespan(scope: Any, _receive: Any, _send: Any) -> None:
    assert scope["type"] == "http"


@pytest.mark.parametrize(("mode", "told"), [("auto", "lifespan.startup.complete"), ("on", "lifespan.startup.failed")])
def test_an_application_without_a_lifespan_is_forgiven_unless_it_must_have_one(mode: str, told: str) -> None:
    assert live(_no_lifespan, mode, [])[0][0] == told


def test_wrong_settings_are_told_all_at_once() -> None:
    environment = Environment({"PORT": "65536", "MODE": "fast", "N": "-1", "M": "inf", "SET": ""})
    values = [
        environment.whole("PORT", 8000, most=65535),
        environment.choice("MODE", "on", ("on", "off")),
        environment.number("N", 2.5),
        environment.number("M", 3),
    ]
    environment.require(("SET", "TABLE", "QUEUE"))
    assert values == [8000, "on", 2.5, 3]
    with pytest.raises(SettingsError) as caught:
        environment.check()
    assert caught.value.problems == [
        "PORT must be a whole number of 1 to 65535",
        "MODE must be one of on, off",
        "N must be a number of at least 0",
        "M must be a number of at least 0",
        "TABLE is not set",
        "QUEUE is not set",
    ]
    assert str(caught.value).startswith("the service cannot start:\n  PORT")


def test_defaults_of_the_env_file_give_way(tmp_path: Path) -> None:
    file = tmp_path / "service.env"
    file.write_text("# a comment\nA=1\nB = two words = 2\n\n#C=3\nnonsense\nD=a\u2028b\n")
    variables = {"A": "mine"}
    set_defaults(variables, file)
    set_defaults(variables, tmp_path / "missing.env")
    assert variables == {"A": "mine", "B": "two words = 2", "D": "a\u2028b"}
