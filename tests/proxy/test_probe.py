"""The probe: whether a version reaches the service, as its own answer and in its metrics."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.proxy.probing import GONE, PROBE, Serve
from tests.proxy.service import Service, answer, function


def test_the_probe_tells_that_the_service_is_reached_and_who_it_is(serve: Serve) -> None:
    told = {"service": "parcels", "version": "3.1", "started": "2026-11-23T08:00:00Z", "consumers": []}
    service = serve(lambda _received, _sock: answer(json.dumps(told).encode()))

    report = function(service.url)(PROBE)["lambda-migrate"]

    assert report.pop("milliseconds") > 0
    assert report == {
        "probe": 1,
        "reached": True,
        "status": 200,
        "service": told,
        "events": "all",
        "version": "7",
        "error": None,
    }
    assert (service.received[0].method, service.received[0].target) == ("GET", "/lambda-proxy-probe")


@pytest.mark.parametrize(
    ("reply", "status", "error"),
    [
        (answer(b"{}", "404 Not Found"), 404, "the service answered 404"),
        (answer(b"<html>"), None, "the service's answer is not valid JSON"),
        (None, None, "the connection ended before the answer did"),
    ],
)
def test_the_probe_tells_why_the_service_is_not_reached(serve: Serve, reply: Any, status: Any, error: str) -> None:
    report = function(serve(lambda _received, _sock: reply).url)(PROBE)["lambda-migrate"]

    assert (report["reached"], report["status"], report["service"], report["error"]) == (False, status, None, error)


def test_a_probe_is_counted_so_that_whoever_probes_can_see_metrics_arrive() -> None:
    handle = function(GONE)
    handle(PROBE)

    (line,) = handle.lines
    (directive,) = line["_aws"]["CloudWatchMetrics"]
    assert (line["message"], line["FunctionVersion"], line["Probes"]) == ("probed", "7", 1)
    assert (directive["Namespace"], directive["Metrics"]) == ("LambdaMigrate", [{"Name": "Probes", "Unit": "Count"}])


def test_the_probe_tells_of_a_service_that_is_not_there() -> None:
    assert function(GONE)(PROBE)["lambda-migrate"]["error"] == "connection refused"


def test_the_probe_on_latest_says_so_without_calling_the_service(service: Service) -> None:
    report = function(service.url)(PROBE, version="$LATEST")["lambda-migrate"]

    assert (report["reached"], report["version"], report["error"], service.received) == (
        False,
        "$LATEST",
        "`$LATEST` passes every event to the original",
        [],
    )


@pytest.mark.parametrize(
    "event", [{"lambda-migrate": {"probe": 2}}, {"lambda-migrate": 1}, {**PROBE, "more": 1}, [PROBE], "lambda-migrate"]
)
def test_what_is_not_exactly_the_probe_is_an_event(service: Service, event: Any) -> None:
    assert function(service.url)(event)["target"] == "/lambda-proxy-non-api-events"
