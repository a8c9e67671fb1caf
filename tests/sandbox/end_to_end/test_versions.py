"""Who answers in which version, what happens while the service is down, and who is let in at the service's doors."""

from __future__ import annotations

import http.client
import json
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit
from uuid import uuid4

import pytest

from tests.events import requests
from tests.sandbox.end_to_end.stage import (
    CAUTIOUS,
    ONLY_API,
    ONLY_EVENTS,
    ORIGINAL,
    PROXIED,
    STRANDED,
    TIMEOUT,
)
from tests.support.waiting import eventually

if TYPE_CHECKING:
    from tests.sandbox.end_to_end.stage import Stage

pytestmark = pytest.mark.sandbox

LATEST = "$LATEST"
SEEN = requests.http_api_2(path="/api/seen")
PROBE = {"lambda-migrate": {"probe": 1}}


def who_answers(stage: Stage, alias: str) -> tuple[str, str]:
    """Return who handles a request and who handles an event of one qualifier."""
    answered = stage.invoke(alias, SEEN)["payload"]
    marker = f"who-{uuid4().hex}"
    stage.invoke(alias, {"marker": marker})
    (note,) = [*stage.notebook.notes(alias, marker), *stage.notebook.notes(stage.function, marker)]
    return json.loads(answered["body"])["handled_by"], note.handled_by


@pytest.mark.parametrize(
    ("alias", "expected"),
    [
        (ORIGINAL, ("lambda", "lambda")),
        (PROXIED, ("service", "service")),
        (ONLY_API, ("service", "lambda")),
        (ONLY_EVENTS, ("lambda", "service")),
        (STRANDED, ("lambda", "lambda")),
        (LATEST, ("lambda", "lambda")),
    ],
)
def test_each_version_proxies_what_it_should(stage: Stage, alias: str, expected: tuple[str, str]) -> None:
    assert who_answers(stage, alias) == expected


def test_latest_carries_the_proxy_and_answers_as_the_original(stage: Stage) -> None:
    configured = stage.aws.call("lambda", "get_function_configuration", FunctionName=stage.function)
    assert configured["Handler"] == "lambda_migrate_proxy.handler"
    assert configured["Environment"]["Variables"]["LAMBDA_MIGRATE_EVENTS"] == "all"

    event = requests.http_api_2(path="/api/answers/cookies")
    latest, original = stage.invoke(LATEST, event), stage.invoke(ORIGINAL, event)

    assert (latest["payload"], latest["error"]) == (original["payload"], None)


def counted(stage: Stage, metric: str, alias: str) -> float:
    """Return the sum of a metric of the proxy, for the version behind an alias."""
    version = stage.versions.get(alias, alias)
    dimensions = [
        {"Name": "FunctionName", "Value": stage.function},
        {"Name": "FunctionVersion", "Value": version},
    ]
    period: dict[str, datetime | int] = {**_today(), "Period": 3600}
    found = stage.aws.call(
        "cloudwatch",
        "get_metric_statistics",
        Namespace="LambdaMigrate",
        MetricName=metric,
        Dimensions=dimensions,
        Statistics=["Sum"],
        **period,
    )
    return sum(point["Sum"] for point in found["Datapoints"])


def _today() -> dict[str, Any]:

    now = datetime.now(UTC)
    return {"StartTime": now - timedelta(hours=2), "EndTime": now + timedelta(hours=1)}


@pytest.mark.parametrize(
    ("alias", "metric"),
    [(PROXIED, "Proxied"), (STRANDED, "Fallback"), (CAUTIOUS, "Failed"), (ONLY_API, "PassedThrough")],
)
def test_what_the_proxy_did_is_counted_once(stage: Stage, alias: str, metric: str) -> None:
    before = counted(stage, metric, alias)

    stage.invoke(alias, {"to be": "counted"})

    eventually(lambda: counted(stage, metric, alias) == before + 1)


def test_without_the_service_the_original_answers_alike(stage: Stage) -> None:
    for event in (requests.http_api_2(path="/api/answers/cookies"), {"wish": {"return": {"done": 1}}}):
        fallen_back, original = stage.invoke(STRANDED, event), stage.invoke(ORIGINAL, event)

        assert (fallen_back["payload"], fallen_back["error"]) == (original["payload"], None)


def test_without_the_service_an_exception_of_the_original_keeps_its_name(stage: Stage) -> None:
    found = stage.invoke(STRANDED, {"wish": {"raise": "OutOfStock", "message": ["here"]}})

    assert found["payload"] == {"errorType": "OutOfStock", "errorMessage": "here"}


def test_without_service_and_fallback_requests_are_answered_and_events_fail(stage: Stage) -> None:
    request, event = stage.invoke(CAUTIOUS, SEEN), stage.invoke(CAUTIOUS, {"n": 1})

    answer = request["payload"]
    assert (request["error"], answer["statusCode"], answer["headers"]["x-lambda-proxy-error"]) == (
        None,
        502,
        "unreachable",
    )
    assert (event["error"], event["payload"]["errorType"]) == ("Unhandled", "ServiceUnreachable")


def test_the_probe_reports_the_service(stage: Stage) -> None:
    report = stage.invoke(PROXIED, PROBE)["payload"]["lambda-migrate"]

    assert 0 < report.pop("milliseconds") < 1000 * TIMEOUT
    assert report["service"].pop("started").endswith("Z")
    assert report["service"].pop("paths")
    assert report == {
        "probe": 1,
        "reached": True,
        "status": 200,
        "service": {
            "service": stage.function,
            "version": "of the tests",
            "consumers": [],
            "base_path": "/api",
            "door": {"require": "open", "key": False},
        },
        "events": "all",
        "version": stage.versions[PROXIED],
        "error": None,
    }


@pytest.mark.parametrize(
    ("alias", "error"),
    [(LATEST, "`$LATEST` passes every event to the original"), (CAUTIOUS, "onnection refused")],
)
def test_the_probe_reports_that_the_service_is_not_reached(stage: Stage, alias: str, error: str) -> None:
    report = stage.invoke(alias, PROBE)["payload"]["lambda-migrate"]

    assert (report["reached"], report["service"], report["version"]) == (False, None, stage.versions.get(alias, alias))
    assert error in report["error"]


def ask_the_service(
    stage: Stage, method: str, path: str, headers: dict[str, str], body: bytes | None = None
) -> tuple[int, bytes]:
    """Send a request straight to the service, as anybody can who reaches it."""
    connection = http.client.HTTPConnection("127.0.0.1", urlsplit(stage.service_url).port, timeout=TIMEOUT)
    try:
        connection.request(method, path, body, headers)
        answer = connection.getresponse()
        return answer.status, answer.read()
    finally:
        connection.close()


FORGED = {
    "x-lambda-migrate-key-id": "first",
    "x-lambda-migrate-timestamp": "1793000000000",
    "x-lambda-migrate-request-id": "0" * 32,
    "x-lambda-migrate-content-sha256": "0" * 64,
    "x-lambda-migrate-context": "eJyrVipLLSrOzM9TsjLUUUpKLElVslJKK83Li1fSUcpNzcxTsopWykvMTVWKrQUAcoMOlg",
    "x-lambda-migrate-signature": "0" * 64,
}


@pytest.mark.parametrize("headers", [{}, FORGED, {"x-lambda-migrate-api-key": ""}], ids=["none", "forged", "empty"])
@pytest.mark.parametrize(
    ("method", "path"),
    [("POST", "/lambda-proxy-non-api-events"), ("GET", "/lambda-proxy-non-api-events"), ("GET", "/lambda-proxy-probe")],
)
def test_whoever_did_not_sign_finds_no_doors(stage: Stage, method: str, path: str, headers: dict[str, str]) -> None:
    marker = f"unsigned-{uuid4().hex}"
    body = json.dumps({"event": {"marker": marker}}).encode() if method == "POST" else None

    answered = ask_the_service(stage, method, path, headers, body)

    assert answered == ask_the_service(stage, method, "/no-such-path", {}, body) == (404, b'{"detail":"Not Found"}')
    assert stage.notebook.notes(stage.function, marker) == []


def test_what_an_unsigned_request_says_of_itself_is_ignored(stage: Stage) -> None:
    context = {name: FORGED[name] for name in FORGED if name.endswith("-context")}
    status, body = ask_the_service(stage, "GET", "/seen", {**context, "x-lambda-migrate-other": "1"})

    seen = json.loads(body)
    assert (status, seen["event"], seen["context"], seen["client"][0]) == (200, None, None, "127.0.0.1")
    assert [name for name in seen["headers"] if name.startswith("x-lambda-migrate")] == []


def test_whoever_claims_to_be_the_proxy_and_is_not_is_refused(stage: Stage) -> None:
    assert ask_the_service(stage, "GET", "/seen", FORGED) == (404, b'{"detail":"Not Found"}')


def test_the_path_of_the_events_cannot_be_reached_through_an_api(stage: Stage) -> None:
    marker = f"injected-{uuid4().hex}"
    injected = requests.http_api_2(
        "POST", "/api/lambda-proxy-non-api-events", body=json.dumps({"event": {"marker": marker}})
    )

    found = {alias: stage.invoke(alias, injected)["payload"] for alias in (ORIGINAL, PROXIED)}

    assert [(found[alias]["statusCode"], found[alias]["body"]) for alias in found] == [
        (404, '{"detail":"Not Found"}')
    ] * 2
    assert stage.notebook.notes(PROXIED, marker) == []
