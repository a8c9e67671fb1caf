"""The door for events: who handles, and what the caller gets."""

from __future__ import annotations

import asyncio
import threading
import time
from decimal import Decimal
from typing import TYPE_CHECKING, Any, NamedTuple

import pytest
from lambda_migrate_service.deliveries.endpoint import EVENTS_PATH
from lambda_migrate_service.dispatch import HANDLERS, on
from lambda_migrate_service.events import EVENTS, recognise

from tests.service_library.calling import ask, http_scope
from tests.service_library.events_world import World
from tests.service_library.signer import signed
from tests.support.waiting import TIMEOUT

if TYPE_CHECKING:
    from pathlib import Path


class OutOfStock(Exception):
    """Raised by the handlers of these tests."""


class Unreadable(Exception):
    """Has no message that could be read."""

    def __str__(self) -> str:
        raise OutOfStock


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


def test_a_kind_has_one_handler_and_must_exist() -> None:
    with pytest.raises(ValueError, match="`smoke` is not a kind of event; known are sqs, sns"):
        on("smoke")
    try:
        on("sqs")(raising(OutOfStock()))
        with pytest.raises(ValueError, match="`sqs` is handled by `handler` already"):
            on("sqs")(raising(OutOfStock()))
    finally:
        HANDLERS.clear()
