"""The service is asked what the original is asked, off the caller's path, and both answers are recorded."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any

import pytest

from lambda_migrate.proxy.runtime.recording import recorder as recording
from tests.events import non_http, requests
from tests.proxy.recorder import Held, invoke, recording_of, records
from tests.proxy.service import Service, answer
from tests.support.waiting import eventually

Serve = Callable[..., Service]


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


def test_what_fell_back_is_recorded_and_not_mirrored_to_a_service_that_is_to_be_left_alone() -> None:
    handle = recording_of("http://127.0.0.1:1", "api", mirror=True, also=["aws:sqs"])

    for event in (requests.alb(), requests.alb(), non_http.sqs()):
        assert handle(event)["answered by"] == "original"

    refused, barred, passed_through = records(handle, 3)
    errors = [line["error"] for line in handle.lines if line.get("message") == "fell back"]
    assert errors == ["unreachable", "breaker-open"]
    assert ("service" in refused, "service" in barred) == (False, False)
    assert passed_through["service"] == {"lost": "unreachable"}


def test_what_would_be_cut_into_pieces_is_not_recorded(serve: Serve) -> None:
    held = Held()

    invoke(held.recorder(lambda _event, _context: {"answer": "x" * 20_000}), requests.alb())
    eventually(lambda: len(held.lines) == 1)
    with pytest.raises(ValueError, match=r"^$"):
        recording.ToLog(held.write).write("x" * 262_119)

    assert held.lines[0]["service"] == {"lost": "too-large"}


def test_a_time_that_may_hold_a_freeze_is_not_told() -> None:
    held, ended = Held(), threading.Event()

    def mirror(_event: Any, _context: Any) -> dict[str, Any]:
        ended.wait(10)
        return {"answer": {}, "milliseconds": 5_000.0}

    invoke(held.recorder(mirror), requests.alb())
    ended.set()

    eventually(lambda: len(held.lines) == 1)
    assert held.lines[0]["service"] == {"answer": {}}
