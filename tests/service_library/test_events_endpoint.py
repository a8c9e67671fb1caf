"""The door for events: who may come in, who handles, and what the caller gets."""

from __future__ import annotations

import asyncio
import json
import multiprocessing
import os
import threading
import time
from decimal import Decimal
from typing import TYPE_CHECKING, Any, NamedTuple

import pytest
from lambda_migrate_service.context import Function
from lambda_migrate_service.deliveries.api_destination import ApiDestination
from lambda_migrate_service.deliveries.endpoint import EVENTS_PATH, EventsEndpoint
from lambda_migrate_service.deliveries.replay import Replays, private_directory
from lambda_migrate_service.dispatch import HANDLERS, Dispatcher, on
from lambda_migrate_service.environment import SettingsError
from lambda_migrate_service.events import EVENTS, recognise
from lambda_migrate_service.proxy import ProxyEvents, SignatureVerifier
from lambda_migrate_service.proxy.signing_keys import SigningKeys, parse

from tests.service_library.calling import Recorder, ask, call, http_scope
from tests.service_library.signer import signed
from tests.support.waiting import TIMEOUT

if TYPE_CHECKING:
    from pathlib import Path

FUNCTION = Function("orders", "eu-west-1", "123456789012", 256, 3.0)


class OutOfStock(Exception):
    """Raised by the handlers of these tests."""


class Unreadable(Exception):
    """Has no message that could be read."""

    def __str__(self) -> str:
        raise OutOfStock


class World:
    def __init__(self, directory: Path, handler: Any = None, *, handlers: Any = None, keys: str = "k1:s") -> None:
        self.calls: list[tuple[Any, Any]] = []
        self.app = Recorder()
        proxy = ProxyEvents(SignatureVerifier(SigningKeys(parse(keys))), Replays(directory, 300.0), FUNCTION)
        dispatcher = Dispatcher(handler or self.handle, workers=4, handlers=handlers or {})
        self.endpoint = EventsEndpoint(self.app, [proxy, ApiDestination("the-api-key", FUNCTION)], dispatcher)

    def handle(self, event: Any, context: Any) -> Any:
        self.calls.append((event, context))
        return {"handled": event}

    def deliver(self, event: Any, **signing: Any) -> Any:
        body = json.dumps({"event": event}).encode()
        return call(self.endpoint, "POST", EVENTS_PATH, signed("POST", EVENTS_PATH, body, key="k1:s", **signing), body)


@pytest.mark.parametrize("event", [{"task": "x", "big": 2**70, "price": 0.1}, [1], "text", None, 7])
def test_an_event_reaches_the_handler_as_it_was_and_the_answer_comes_back(tmp_path: Path, event: Any) -> None:
    world = World(tmp_path)
    answer = world.deliver(event, context={"context": {"aws_request_id": "r1", "deadline_ms": 32503680000000}})
    assert (answer.status, answer.content) == (200, {"handled": event})
    ((given, context),) = world.calls
    assert (given, context.aws_request_id, context.function_name) == (event, "r1", "orders")


@pytest.mark.parametrize("kind", list(EVENTS))
def test_every_sample_is_recognised_and_goes_to_its_typed_handler(tmp_path: Path, kind: str) -> None:
    sample = EVENTS[kind].SAMPLE
    assert recognise(sample) == kind
    world = World(tmp_path, handlers={kind: lambda event, _context: [kind, event]})
    assert world.deliver(sample).content == [kind, sample]
    assert world.calls == []


def test_a_kind_is_recognised_under_every_name_that_aws_gives_it() -> None:
    names = ("aws:kafka", "SelfManagedKafka", "aws:SelfManagedKafka", "aws:mq", "aws:amq", "aws:rmq")
    assert [recognise({"eventSource": name}) for name in names] == [*["kafka"] * 3, *["mq"] * 3]


def test_answers_are_judged_as_their_caller_would() -> None:
    verdicts = {
        ("sqs", "None"): EVENTS["sqs"].accepts(None),
        ("sqs", "one failure"): EVENTS["sqs"].accepts({"batchItemFailures": [{"itemIdentifier": "1"}]}),
        ("sqs", "empty id"): EVENTS["sqs"].accepts({"batchItemFailures": [{"itemIdentifier": ""}]}),
        ("sqs", "text"): EVENTS["sqs"].accepts("done"),
        ("sqs", "nothing"): EVENTS["sqs"].accepts([]),
        ("cognito", "None"): EVENTS["cognito"].accepts(None),
        ("cognito", "event"): EVENTS["cognito"].accepts(EVENTS["cognito"].SAMPLE),
        ("firehose", "record"): EVENTS["firehose"].accepts({"records": [{"recordId": "1", "result": "Ok"}]}),
        ("firehose", "None"): EVENTS["firehose"].accepts(None),
        ("authorizer", "simple"): EVENTS["authorizer"].accepts({"isAuthorized": False}),
        ("direct", "anything"): EVENTS["direct"].accepts(object()),
    }
    assert [name for name, verdict in verdicts.items() if not verdict] == [
        ("sqs", "empty id"),
        ("sqs", "text"),
        ("cognito", "None"),
        ("firehose", "None"),
    ]


def test_a_coroutine_handler_runs_on_the_loop_and_a_plain_one_beside_it(tmp_path: Path) -> None:
    loop_thread = threading.get_ident()
    threads: dict[str, int] = {}

    async def coroutine(_event: Any, _context: Any) -> None:
        threads["coroutine"] = threading.get_ident()

    def plain(_event: Any, _context: Any) -> None:
        threads["plain"] = threading.get_ident()

    world = World(tmp_path, plain, handlers={"sqs": coroutine})
    assert [world.deliver(EVENTS[kind].SAMPLE).content for kind in ("sqs", "sns")] == [None, None]
    assert threads["coroutine"] == loop_thread
    assert threads["plain"] != loop_thread


def raising(error: BaseException) -> Any:
    def handler(_event: Any, _context: Any) -> None:
        raise error

    return handler


@pytest.mark.parametrize(
    ("handler", "expected"),
    [
        (raising(OutOfStock("none left")), {"errorType": "OutOfStock", "errorMessage": "none left"}),
        (raising(SystemExit(3)), {"errorType": "Runtime.ExitError", "errorMessage": "the handler called exit(3)"}),
        (raising(KeyboardInterrupt("^C")), {"errorType": "KeyboardInterrupt", "errorMessage": "^C"}),
        (raising(asyncio.CancelledError("no")), {"errorType": "CancelledError", "errorMessage": "no"}),
        (raising(Unreadable()), {"errorType": "Unreadable", "errorMessage": "its message cannot be read"}),
        (raising(OutOfStock("x" * 10**7)), {"errorType": "OutOfStock", "errorMessage": "x" * 256 * 1024}),
        (
            lambda _event, _context: {1, 2},
            {
                "errorType": "Runtime.MarshalError",
                "errorMessage": "Unable to marshal response: Object of type set is not JSON serializable",
            },
        ),
    ],
)
def test_a_failure_is_told_by_its_type(tmp_path: Path, handler: Any, expected: Any) -> None:
    answer = World(tmp_path, handler).deliver({"task": 1})
    assert (answer.status, answer.content) == (500, expected)


@pytest.mark.parametrize(
    ("error", "kind", "message"),
    [
        (OutOfStock("again"), "OutOfStock", "again"),
        (SystemExit(3), "Runtime.ExitError", "the handler called exit(3)"),
        (KeyboardInterrupt("^C"), "KeyboardInterrupt", "^C"),
        (asyncio.CancelledError(), "CancelledError", "the handler was cancelled"),
    ],
)
def test_a_failing_coroutine_is_told_by_its_type(tmp_path: Path, error: BaseException, kind: str, message: str) -> None:
    async def handler(_event: Any, _context: Any) -> None:
        raise error

    answer = World(tmp_path, handlers={"sqs": handler}).deliver(EVENTS["sqs"].SAMPLE)
    assert answer.content == {"errorType": kind, "errorMessage": message}


def test_a_handler_has_until_the_deadline_and_no_longer(tmp_path: Path) -> None:
    released = threading.Event()
    world = World(tmp_path, lambda _event, _context: released.wait(2 * TIMEOUT))
    begun = time.monotonic()
    deadline = int((time.time() + 0.3) * 1000)
    answer = world.deliver({}, context={"context": {"deadline_ms": deadline, "aws_request_id": "r1"}})
    released.set()
    assert answer.status == 500
    assert answer.content["errorType"] == "Sandbox.Timedout"
    assert answer.content["errorMessage"].startswith("r1 Task timed out after 0.")
    assert time.monotonic() - begun < TIMEOUT


class Stock(NamedTuple):
    sku: str
    left: Any


@pytest.mark.parametrize(
    ("returned", "written"),
    [
        (Decimal(5), "5"),
        (Decimal("5.0"), "5.0"),
        (Decimal("1.5"), "1.5"),
        (Decimal(123456789012345678901234567890), "123456789012345678901234567890"),
        (Decimal("-Infinity"), "-Infinity"),
        (Decimal("-NaN"), "NaN"),
        (Decimal("sNaN"), "NaN"),
        (float("nan"), "NaN"),
        ([float("inf"), -0.0, 1e22], "[Infinity, -0.0, 1e+22]"),
        (Stock("a", Decimal(3)), '{"sku": "a", "left": 3}'),
        ([(1, Stock("a", (2, 3)))], '[[1, {"sku": "a", "left": [2, 3]}]]'),
        ({b"sku": [b"caf\xc3\xa9"], 1: True, None: {}}, '{"sku": ["caf\\u00e9"], "1": true, "null": {}}'),
        (b'{"written": "already"}', '{"written": "already"}'),
    ],
)
def test_what_a_handler_returned_is_written_as_lambda_writes_it(tmp_path: Path, returned: Any, written: str) -> None:
    assert World(tmp_path, lambda _event, _context: returned).deliver({}).body.decode() == written


def contains_itself() -> list[Any]:
    value: list[Any] = []
    value.append(value)
    return value


@pytest.mark.parametrize("returned", [{1, 2}, {(1, 2): 3}, [b"\xff"], bytearray(b"a"), Stock, contains_itself()])
def test_what_lambda_cannot_write_is_a_failure_of_that_name(tmp_path: Path, returned: Any) -> None:
    answer = World(tmp_path, lambda _event, _context: returned).deliver({})
    assert (answer.status, answer.content["errorType"]) == (500, "Runtime.MarshalError")
    assert answer.content["errorMessage"].startswith("Unable to marshal response: ")


def test_a_slow_plain_handler_does_not_hold_up_others(tmp_path: Path) -> None:
    gate = threading.Barrier(3, timeout=TIMEOUT)
    world = World(tmp_path, lambda _event, _context: gate.wait() * 0)

    async def three() -> list[Any]:
        answers = []
        for _ in range(3):
            body = b'{"event": {}}'
            headers = signed("POST", EVENTS_PATH, body, key="k1:s")
            answers.append(ask(world.endpoint, http_scope("POST", EVENTS_PATH, headers), body))
        return [answer.content for answer in await asyncio.gather(*answers)]

    assert asyncio.run(three()) == [0, 0, 0]


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
        pytest.param("POST", {"x-lambda-migrate-api-key": "é"}, BODY, id="an API key that is no ASCII"),
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


def test_a_kind_has_one_handler_and_must_exist() -> None:
    with pytest.raises(ValueError, match="`smoke` is not a kind of event; known are sqs, sns"):
        on("smoke")
    try:
        on("sqs")(raising(OutOfStock()))
        with pytest.raises(ValueError, match="`sqs` is handled by `handler` already"):
            on("sqs")(raising(OutOfStock()))
    finally:
        HANDLERS.clear()
