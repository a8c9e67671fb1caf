"""What the proxy counts of each event, so that a verdict can be made of it."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest

from lambda_migrate.proxy.runtime.telemetry import Telemetry
from tests.events import non_http, requests
from tests.proxy.service import Function, Service, answer, function

Serve = Callable[..., Service]
COUNTS = ("Proxied", "PassedThrough", "Failed", "Fallback", "ServerErrors", "ClientErrors")
OWN = (("server", "awselb/2.0"), ("content-type", "text/html"))


def counted(handle: Function, event: Any) -> dict[str, int]:
    """Return the counts of one event that are not zero."""
    try:
        handle(event)
    except Exception as failure:  # noqa: BLE001  # an event's failure is raised; the account is what is looked at
        assert type(failure).__name__.startswith(("Service", "Parcel"))  # noqa: PT017  # one of both ways is right
    return {name: handle.lines[-1][name] for name in COUNTS if handle.lines[-1].get(name)}


def replying(serve: Serve, status: str, body: bytes = b"{}", headers: Any = ()) -> Function:
    return function(serve(lambda _received, _sock: answer(body, status, headers)).url)


@pytest.mark.parametrize(
    ("status", "expected"),
    [
        ("200 OK", {"Proxied": 1}),
        ("302 Found", {"Proxied": 1}),
        ("400 Bad Request", {"Proxied": 1, "ClientErrors": 1}),
        ("404 Not Found", {"Proxied": 1, "ClientErrors": 1}),
        ("499 Client Closed Request", {"Proxied": 1, "ClientErrors": 1}),
        ("500 Internal Server Error", {"Proxied": 1, "ServerErrors": 1}),
        ("503 Service Unavailable", {"Proxied": 1, "ServerErrors": 1}),
        ("599 Odd", {"Proxied": 1, "ServerErrors": 1}),
    ],
)
def test_every_answer_to_a_request_is_counted_by_its_status(
    serve: Serve, status: str, expected: dict[str, int]
) -> None:
    assert counted(replying(serve, status), requests.alb()) == expected


@pytest.mark.parametrize("status", ["502 Bad Gateway", "503 Service Temporarily Unavailable", "504 Gateway Timeout"])
def test_what_the_load_balancer_answers_itself_has_failed(serve: Serve, status: str) -> None:
    handle = replying(serve, status, headers=OWN)

    assert counted(handle, requests.alb()) == {"Failed": 1, "ServerErrors": 1}
    assert [(line["level"], line["error"], line["status"]) for line in handle.lines] == [
        ("ERROR", "balancer", int(status[:3]))
    ]


@pytest.mark.parametrize(
    ("status", "body", "expected"),
    [
        ("200 OK", b"{}", {"Proxied": 1}),
        ("500 Oops", b'{"errorType":"ParcelLost","errorMessage":"x"}', {"Proxied": 1}),
        ("500 Oops", b"oops", {"Failed": 1}),
        ("404 Not Found", b"", {"Failed": 1}),
    ],
)
def test_an_event_that_failed_in_its_handler_is_an_error_of_the_function_not_of_the_service(
    serve: Serve, status: str, body: bytes, expected: dict[str, int]
) -> None:
    assert counted(replying(serve, status, body), non_http.sqs()) == expected


def test_what_nobody_answered_has_failed_and_tells_how_long_it_took(serve: Serve) -> None:
    handle = function(serve(lambda _received, _sock: None).url)

    assert counted(handle, requests.alb()) == {"Failed": 1}
    assert handle.lines[-1]["UpstreamMilliseconds"] > 0
    assert {"Name": "UpstreamMilliseconds", "Unit": "Milliseconds"} in (
        handle.lines[-1]["_aws"]["CloudWatchMetrics"][0]["Metrics"]
    )


def test_each_event_is_accounted_for_once(serve: Serve) -> None:
    statuses = iter(["200 OK", "404 Not Found", "500 Oops", "502 Bad Gateway"])

    def behave(_received: Any, _sock: Any) -> bytes | None:
        status = next(statuses, None)
        return None if status is None else answer(b"{}", status, OWN if status.startswith("502") else ())

    handle = function(serve(behave).url, events="api")
    for event in [requests.alb()] * 5 + [non_http.sqs()] * 2 + [requests.alb(headers={"x": "a\r\nb"})]:
        handle(event)

    accounted = [
        sum(line.get(name, 0) for name in ("Proxied", "PassedThrough", "Failed", "Fallback")) for line in handle.lines
    ]
    assert accounted == [1] * 8


def test_every_metric_that_a_line_names_is_in_it(serve: Serve) -> None:
    handle = replying(serve, "200 OK")
    handle(requests.alb())
    handle(non_http.sqs())
    stranded = function("http://127.0.0.1:1", fallback="connect", breaker_refusals="1")
    for _ in range(2):
        stranded(requests.alb())

    for line in handle.lines + stranded.lines:
        (directive,) = line["_aws"]["CloudWatchMetrics"]
        assert [metric["Name"] for metric in directive["Metrics"] if metric["Name"] not in line] == []
        assert {name for name in COUNTS if name in line} <= {metric["Name"] for metric in directive["Metrics"]}


@pytest.mark.parametrize(
    ("nanoseconds", "stamp"),
    [
        (0, "1970-01-01T00:00:00.000Z"),
        (1_732_321_805_007_999_999, "2024-11-23T00:30:05.007Z"),
        (1_798_761_599_999_000_000, "2026-12-31T23:59:59.999Z"),
    ],
)
def test_lines_have_the_time_as_lambdas_own_lines_have_it(nanoseconds: int, stamp: str) -> None:
    logged: list[str] = []
    telemetry = Telemetry("parcels", logged.append, lambda: nanoseconds)

    telemetry.record("proxied", "7", "alb", {"Proxied": 1}, 1.5, request_id=None, status=200)
    telemetry.complain("something")

    assert json.loads(logged[0]) == {
        "_aws": {
            "Timestamp": nanoseconds // 1_000_000,
            "CloudWatchMetrics": [
                {
                    "Namespace": "LambdaMigrate",
                    "Dimensions": [["FunctionName"], ["FunctionName", "FunctionVersion"]],
                    "Metrics": [
                        {"Name": "Proxied", "Unit": "Count"},
                        {"Name": "UpstreamMilliseconds", "Unit": "Milliseconds"},
                    ],
                }
            ],
        },
        "timestamp": stamp,
        "level": "INFO",
        "message": "proxied",
        "kind": "alb",
        "FunctionName": "parcels",
        "FunctionVersion": "7",
        "Proxied": 1,
        "UpstreamMilliseconds": 1.5,
        "status": 200,
    }
    assert json.loads(logged[1]) == {
        "timestamp": stamp,
        "level": "ERROR",
        "message": "something",
        "FunctionName": "parcels",
    }


def test_a_line_is_never_that_of_another_event() -> None:
    logged: list[str] = []
    telemetry = Telemetry("parcels", logged.append)

    for number in range(600):
        telemetry.record("proxied", str(number), "alb", {"Proxied": 1}, request_id=f"r{number}", warning="w")

    assert [(line["FunctionVersion"], line["request_id"], line["level"]) for line in map(json.loads, logged)] == [
        (str(number), f"r{number}", "WARN") for number in range(600)
    ]
