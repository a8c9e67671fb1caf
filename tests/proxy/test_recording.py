"""A sample of what the original answers is recorded, off the caller's path, and never at the cost of an answer."""

from __future__ import annotations

import datetime as dt
import json
import subprocess
import sys
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import pytest

from lambda_migrate.config.record import Record, told
from lambda_migrate.proxy.runtime.recording import recorder as recording
from lambda_migrate.proxy.runtime.recording.recorder import MOST, Recorder
from lambda_migrate.proxy.runtime.recording.settings import RecordSettings, read
from lambda_migrate.proxy.runtime.settings import SettingsError
from lambda_migrate.proxy.runtime.telemetry import Telemetry
from tests.events import non_http, requests
from tests.proxy.service import Context, Function, Service, answer, function
from tests.support.waiting import eventually

LATER = 4_000_000_000
Serve = Callable[..., Service]


def recording_of(url: str = "http://127.0.0.1:1", events: str = "none", **settings: Any) -> Function:
    return function(url, events=events, record=json.dumps({"until": LATER, "rate": 1, **settings}))


def records(handle: Function, count: int) -> list[dict[str, Any]]:
    """Return the records once there are so many; they are written by a thread of their own."""
    found: list[dict[str, Any]] = []

    def all_there() -> bool:
        found[:] = [line for line in handle.lines if line.get("LambdaMigrateRecord")]
        return len(found) >= count

    eventually(all_there)
    return found


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


@dataclass
class Held:
    """A recorder whose sink waits where a test wants it to."""

    lines: list[dict[str, Any]] = field(default_factory=list)
    counts: list[dict[str, Any]] = field(default_factory=list)
    open: threading.Event = field(default_factory=threading.Event)
    now: float = 1_000_000.0
    patient: bool = False

    def write(self, line: str) -> None:
        if self.patient:
            self.open.wait(10)
        self.lines.append(json.loads(line))

    def flush(self) -> float | None:
        return None

    def recorder(self, mirror: Any = None, **settings: Any) -> Recorder:
        telemetry = Telemetry("parcels", lambda line: self.counts.append(json.loads(line)))
        wanted = RecordSettings(**{"until": LATER, "rate": 1, **settings})
        return Recorder(wanted, self, telemetry, "7", mirror, lambda: self.now)

    @property
    def counted(self) -> dict[str, int]:
        return {name: sum(line[name] for line in self.counts) for name in ("Recorded", "RecordsDropped")}


def ok(_event: Any, _context: Any) -> dict[str, Any]:
    return {"statusCode": 200}


def invoke(recorder: Recorder, *events: Any) -> None:
    for event in events:
        assert recorder.through(ok, event, Context()) == {"statusCode": 200}


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


def test_a_handler_that_changes_its_event_does_not_change_the_record() -> None:
    held = Held()

    def emptying(event: dict[str, Any], _context: Any) -> dict[str, Any]:
        event.clear()
        return {"statusCode": 200}

    held.recorder().through(emptying, requests.alb(), Context())

    eventually(lambda: len(held.lines) == 1)
    assert held.lines[0]["event"] == requests.alb()


def test_reads_are_mirrored_marked_and_recorded_with_both_answers(serve: Serve) -> None:
    service = serve(lambda _received, _sock: answer(b'{"by": "service", "token": "x"}', "201 Created"))
    handle = recording_of(service.url, mirror=True)

    returned = handle(requests.http_api_2("GET", "/orders/7"))
    handle(requests.http_api_2("POST", "/orders"))
    handle(non_http.sqs("a"))

    read, write, queue = records(handle, 3)
    assert returned["answered by"] == "original"
    assert [(each.method, each.target, each.headers["x-mirrored-by"]) for each in service.received] == [
        ("GET", "/orders/7", "lambda-migrate")
    ]
    assert (read["service"]["answer"]["statusCode"], read["service"]["answer"]["body"]) == (
        201,
        '{"by":"service","token":"[redacted]"}',
    )
    assert ("service" in write, "service" in queue) == (False, False)


@pytest.mark.parametrize("make", [requests.rest_api, requests.alb, requests.alb_multi, requests.lattice_1])
def test_every_kind_of_request_is_marked(serve: Serve, make: Callable[..., Any]) -> None:
    service = serve()
    handle = recording_of(service.url, mirror=True)
    event = make("GET", "/a")

    handle(event)

    records(handle, 1)
    assert [each.headers["x-mirrored-by"] for each in service.received] == ["lambda-migrate"]


def test_what_is_named_is_mirrored_too_and_events_by_what_they_raise(serve: Serve) -> None:
    service = serve(lambda _received, _sock: answer(b'{"errorType": "ParcelLost"}', "500 Oops"))
    handle = recording_of(service.url, mirror=True, also=["aws:sqs"])

    handle(non_http.sqs("a"))

    (record,) = records(handle, 1)
    assert {**record["service"], "milliseconds": 0} == {"error": "ParcelLost", "milliseconds": 0}


def test_a_service_that_does_not_answer_costs_the_caller_nothing_and_is_told(serve: Serve) -> None:
    handle = recording_of("http://127.0.0.1:1", mirror=True)

    assert handle(requests.alb())["answered by"] == "original"

    (record,) = records(handle, 1)
    assert record["service"] == {"lost": "unreachable"}


def test_a_time_that_may_hold_a_freeze_is_not_told() -> None:
    held, ended = Held(), threading.Event()

    def mirror(_event: Any, _context: Any) -> dict[str, Any]:
        ended.wait(10)
        return {"answer": {}, "milliseconds": 5_000.0}

    invoke(held.recorder(mirror), requests.alb())
    ended.set()

    eventually(lambda: len(held.lines) == 1)
    assert held.lines[0]["service"] == {"answer": {}}


def test_what_the_configuration_says_is_what_the_proxy_reads() -> None:
    record = Record.model_validate({"until": dt.date(2026, 9, 30), "rate": 0.5, "kinds": ["http"], "mirror": True})

    assert vars(read(told(record))) == {"until": 1_790_812_800, "rate": 0.5, "kinds": ("http",), "mirror": True}
    assert told(None) == ""


@pytest.mark.parametrize("text", ["{", "[]", '{"rate": "1"}', '{"unknown": 1}', '{"mirror": 1}'])
def test_a_setting_that_is_wrong_stops_the_version_at_its_start(text: str) -> None:
    with pytest.raises(SettingsError, match=r"^LAMBDA_MIGRATE_RECORD: "):
        function("http://127.0.0.1:1", events="none", record=text)
