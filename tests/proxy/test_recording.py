"""A sample of what the original answers is recorded, off the caller's path, and never at the cost of an answer."""

from __future__ import annotations

import datetime as dt
import subprocess
import sys
import threading
from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import pytest

from lambda_migrate.config.record import Record, told
from lambda_migrate.proxy.runtime.recording import recorder as recording
from lambda_migrate.proxy.runtime.recording.recorder import MOST
from lambda_migrate.proxy.runtime.recording.settings import read
from lambda_migrate.proxy.runtime.settings import SettingsError
from tests.events import non_http, requests
from tests.proxy.recorder import Held, invoke, recording_of, records
from tests.proxy.service import Context, Service, function
from tests.support.waiting import eventually

Serve = Callable[..., Service]


def test_a_record_holds_the_event_and_what_the_original_answered() -> None:
    handle = recording_of()
    event = requests.http_api_2("GET", "/orders/7", headers={"authorization": "Bearer hunter2"})

    returned = handle(event)

    (record,) = records(handle, 1)
    took = record["original"].pop("milliseconds")
    redacted = {**event, "headers": {"authorization": "[redacted]"}}
    assert returned["answered by"] == "original"
    assert record.pop("timestamp").endswith("Z")
    assert (took >= 0, record) == (
        True,
        {
            "level": "INFO",
            "message": "recorded",
            "LambdaMigrateRecord": 1,
            "version": "7",
            "requestId": Context.aws_request_id,
            "event": redacted,
            "original": {"answer": {"answered by": "original", "event": redacted, "request": Context.aws_request_id}},
        },
    )


def test_what_the_original_raises_is_recorded_by_its_class_and_raised() -> None:
    def raising(event: Any, _context: Any) -> Any:
        raise LookupError(event)

    held = Held()
    with pytest.raises(LookupError):
        held.recorder().through(raising, {"source": "shop"}, Context())

    eventually(lambda: len(held.lines) == 1)
    assert {**held.lines[0]["original"], "milliseconds": 0} == {"error": "LookupError", "milliseconds": 0}


def test_what_the_service_answers_is_not_recorded_and_what_falls_back_is(serve: Serve) -> None:
    handle = recording_of(serve().url, "api")
    handle(requests.alb())
    handle(non_http.sqs("a"))
    refused = recording_of("http://127.0.0.1:1", "all")
    refused.proxy.settings.fallback = "connect"
    refused(requests.alb())

    assert [record["event"]["Records"][0]["body"] for record in records(handle, 1)] == ["a"]
    assert [record["event"]["path"] for record in records(refused, 1)] == ["/orders"]


@pytest.mark.parametrize("version", ["$LATEST", "7"])
def test_without_the_setting_and_on_latest_nothing_of_the_recorder_is_even_loaded(version: str) -> None:
    setting = {"LAMBDA_MIGRATE_RECORD": "nonsense"} if version == "$LATEST" else {}
    environment = {
        "AWS_LAMBDA_FUNCTION_VERSION": version,
        "LAMBDA_MIGRATE_EVENTS": "none",
        "LAMBDA_MIGRATE_ORIGINAL_HANDLER": "tests.proxy.original.handler",
        **setting,
    }
    program = (
        f"import sys; from lambda_migrate.proxy.runtime.proxy import start; handle = start({environment!r}, print)\n"
        "handle({'rawPath': '/'}, type('Context', (), {'aws_request_id': 'x'}))\n"
        "print([name for name in sys.modules if 'recording' in name or name == 'threading'])"
    )

    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)

    assert done.stdout.splitlines()[-1] == "[]"


def test_a_recorder_that_falls_behind_drops_and_counts_and_never_delays_the_caller() -> None:
    held = Held(patient=True)
    recorder = held.recorder()

    invoke(recorder, *([requests.alb()] * (MOST + 20)))  # nobody waits for the sink, which waits itself
    held.open.set()
    eventually(lambda: len(held.lines) >= MOST)
    held.now += 61
    invoke(recorder, requests.alb())

    eventually(lambda: sum(held.counted.values()) == MOST + 21)
    assert held.counted["RecordsDropped"] in (19, 20)  # the sink may have taken one out by then


def test_what_is_too_large_or_no_json_is_dropped_and_counted() -> None:
    held = Held()
    recorder = held.recorder(largest=2_000)
    large = requests.alb("POST", body="x" * 2_000)

    invoke(recorder, large, requests.alb("POST", body='{"a": 1}'), {"a": {1, 2}})
    recorder.through(lambda _event, _context: {"body": "y" * 2_000}, requests.alb(), Context())
    recorder.through(lambda _event, _context: {1, 2}, requests.alb(), Context())

    eventually(lambda: len(held.lines) == 1)
    held.now += 61
    invoke(recorder, requests.alb())
    eventually(lambda: held.counted == {"Recorded": 2, "RecordsDropped": 4})
    assert held.lines[0]["event"]["body"] == '{"a": 1}'


def test_events_that_are_all_dropped_are_counted_too() -> None:
    held = Held()

    invoke(held.recorder(largest=1), requests.alb())

    eventually(lambda: held.counted == {"Recorded": 0, "RecordsDropped": 1})


@pytest.mark.parametrize(
    ("settings", "recorded"),
    [
        ({}, ["GET /orders", "GET /orders", "POST /orders", "aws:sqs"]),
        ({"kinds": ("http",)}, ["GET /orders", "GET /orders", "POST /orders"]),
        ({"kinds": ("aws:sqs",)}, ["aws:sqs"]),
        ({"skip": ("POST *", "aws:*")}, ["GET /orders", "GET /orders"]),
        ({"per_route": 1}, ["GET /orders", "POST /orders", "aws:sqs"]),
        ({"until": 1_000_000}, []),
        ({"rate": 0.0001}, []),  # the test's own invocation is not drawn
        ({"rate": 0.6}, ["GET /orders", "GET /orders", "POST /orders", "aws:sqs"]),
    ],
)
def test_what_is_recorded_is_chosen_by_rate_kind_route_and_date(settings: dict[str, Any], recorded: list[str]) -> None:
    held, taken = Held(), []
    recorder = held.recorder(**settings)
    recorder._put = lambda what, each: taken.append(each.route) if what == "write" else None  # type: ignore[method-assign]

    events = [requests.alb(), requests.alb(), requests.alb("POST"), non_http.sqs("a")]
    invoke(recorder, *events)

    assert taken == recorded


def test_caps_of_routes_begin_again_each_hour() -> None:
    held = Held()
    recorder = held.recorder(per_route=1)

    invoke(recorder, requests.alb(), requests.alb())
    held.now += 3600
    invoke(recorder, requests.alb(), requests.alb())

    eventually(lambda: len(held.lines) == 2)


def test_whatever_fails_in_the_recorder_the_answer_stands(monkeypatch: pytest.MonkeyPatch) -> None:
    held = Held()
    recorder = held.recorder()

    def broken(*_: Any) -> Any:
        raise MemoryError

    recorder._redaction.event = broken  # type: ignore[method-assign]
    invoke(recorder, requests.alb())
    eventually(lambda: held.counted == {"Recorded": 0, "RecordsDropped": 1})
    monkeypatch.setattr(recording, "route_of", broken)
    invoke(recorder, requests.alb())


def test_where_no_thread_can_be_started_the_answer_stands_and_the_record_waits(monkeypatch: pytest.MonkeyPatch) -> None:
    held = Held()
    recorder = held.recorder()

    class Refused(threading.Thread):
        def start(self) -> None:
            raise RuntimeError("can't start new thread")

    with monkeypatch.context() as patched:
        patched.setattr(recording, "threading", SimpleNamespace(Thread=Refused))
        invoke(recorder, {"a": {1}}, requests.alb())
    assert held.lines == []
    invoke(recorder, requests.alb())

    eventually(lambda: len(held.lines) == 2)


def test_a_handler_that_changes_its_event_does_not_change_the_record() -> None:
    held = Held()

    def emptying(event: dict[str, Any], _context: Any) -> dict[str, Any]:
        event.clear()
        return {"statusCode": 200}

    held.recorder().through(emptying, requests.alb(), Context())

    eventually(lambda: len(held.lines) == 1)
    assert held.lines[0]["event"] == requests.alb()


def test_what_the_configuration_says_is_what_the_proxy_reads() -> None:
    record = Record.model_validate({"until": dt.date(2026, 9, 30), "rate": 0.5, "kinds": ["http"], "mirror": True})

    assert vars(read(told(record))) == {"until": 1_790_812_800, "rate": 0.5, "kinds": ("http",), "mirror": True}
    assert told(None) == ""


@pytest.mark.parametrize("text", ["{", "[]", '{"rate": "1"}', '{"unknown": 1}', '{"mirror": 1}'])
def test_a_setting_that_is_wrong_stops_the_version_at_its_start(text: str) -> None:
    with pytest.raises(SettingsError, match=r"^LAMBDA_MIGRATE_RECORD: "):
        function("http://127.0.0.1:1", events="none", record=text)
