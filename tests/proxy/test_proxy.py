"""Who answers an event: the service, or the original; and what is said about it."""

from __future__ import annotations

import json
import sys
from datetime import datetime
from typing import TYPE_CHECKING, Any

import pytest

from lambda_migrate.proxy import runtime
from lambda_migrate.proxy.runtime.proxy import start
from lambda_migrate.proxy.runtime.settings import SettingsError
from tests.events import non_http, requests
from tests.proxy.probing import GONE, PROBE, Serve
from tests.proxy.service import KEY, Context, Function, Service, answer, function

if TYPE_CHECKING:
    from pathlib import Path


def who(handle: Function, event: Any, version: str = "7") -> str:
    found = handle(event, version=version)
    return "original" if found.get("answered by") == "original" else "service"


@pytest.mark.parametrize(
    ("events", "expected"),
    [
        ("none", ["original", "original"]),
        ("non-api", ["original", "service"]),
        ("api", ["service", "original"]),
        ("all", ["service", "service"]),
    ],
)
def test_only_selected_events_go_to_the_service(service: Service, events: str, expected: list[str]) -> None:
    handle = function(service.url, events=events)

    assert [who(handle, requests.rest_api()), who(handle, non_http.sqs())] == expected


@pytest.mark.parametrize("version", ["$LATEST", "", "live", "\uff17"])
def test_only_a_numbered_version_proxies(service: Service, version: str) -> None:
    handle = function(service.url)
    handle.proxy._version = version

    assert [who(handle, event, version) for event in (requests.alb(), non_http.sqs())] == ["original", "original"]
    assert service.received == []


def test_the_context_tells_the_version_before_the_environment_does(service: Service) -> None:
    handle = function(service.url)

    assert (who(handle, requests.alb(), "$LATEST"), who(handle, requests.alb(), "8")) == ("original", "service")


def test_the_original_gets_the_very_event_and_context(service: Service) -> None:
    event, context = non_http.sqs(), Context(version="$LATEST")

    found = function(service.url).proxy(event, context)

    assert (found["event"] is event, found["request"]) == (True, Context.aws_request_id)


def test_the_original_is_imported_on_first_use_where_the_service_answers_everything(service: Service) -> None:
    handle = function(service.url, original_handler="tests.proxy.imported_late/module.handler")
    handle(requests.alb())

    assert "tests.proxy.imported_late" not in sys.modules
    with pytest.raises(ModuleNotFoundError):
        handle(requests.alb(), version="$LATEST")


@pytest.mark.parametrize("settings", [{"events": "non-api"}, {"events": "none"}])
def test_the_original_is_imported_at_the_start_where_it_is_sure_to_be_used(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, settings: dict[str, str]
) -> None:
    name = f"original_{settings['events'].replace('-', '_')}"
    (tmp_path / f"{name}.py").write_text("def handler(event, context):\n    return 'original'\n")
    monkeypatch.syspath_prepend(tmp_path)

    function(GONE, original_handler=f"{name}.handler", **settings)

    assert name in sys.modules


def test_an_original_that_cannot_be_imported_fails_when_it_is_used_not_before(service: Service) -> None:
    handle = function(service.url, events="non-api", original_handler="nowhere.handler")

    assert handle(non_http.sqs())["method"] == "POST"
    with pytest.raises(ModuleNotFoundError, match="nowhere"):
        handle(requests.alb())


def test_what_the_original_raises_is_the_callers(service: Service) -> None:
    with pytest.raises(TypeError):
        function(service.url, events="none", original_handler="json.loads")(non_http.sqs())


@pytest.mark.parametrize("event", [requests.rest_api(), non_http.sqs()])
def test_fallback_the_original_runs_when_no_connection_could_be_made(event: Any) -> None:
    handle = function(GONE, fallback="connect")

    assert who(handle, event) == "original"
    assert [(line["message"], line["reason"], line["level"]) for line in handle.lines] == [
        ("fell back", "connection refused", "WARN")
    ]


@pytest.mark.parametrize("event", [requests.rest_api("POST"), non_http.sqs()])
def test_fallback_never_after_a_byte_was_sent(serve: Serve, event: Any) -> None:
    service = serve(lambda _received, _sock: None)
    handle = function(service.url, fallback="connect")

    try:
        assert handle(event)["statusCode"] == 502
    except Exception as failure:  # noqa: BLE001  # the name is what is compared
        assert type(failure).__name__ == "ServiceConnectionLost"  # noqa: PT017  # one of both ways is right
    assert len(service.received) == 1


def test_fallback_never_after_a_first_attempt_was_sent_and_the_service_then_left(serve: Serve) -> None:
    def leave(_received: Any, _sock: Any) -> bytes | None:
        if len(service.received) == 1:
            return answer(b"hello")
        service._listener.close()
        return None

    service = serve(leave)
    handle = function(service.url, fallback="connect")
    handle(requests.rest_api())

    assert handle(requests.rest_api())["statusCode"] == 502
    assert [line["message"] for line in handle.lines] == ["proxied", "failed"]


def test_fallback_never_for_an_answer_of_the_service_whatever_it_is(serve: Serve) -> None:
    service = serve(lambda _received, _sock: answer(b"busy", "503 Busy"))

    assert function(service.url, fallback="connect")(requests.alb())["statusCode"] == 503


def test_without_the_setting_there_is_no_fallback() -> None:
    assert function(GONE)(requests.alb())["statusCode"] == 502


def test_a_proxied_request_is_one_line_which_is_a_metric_too(service: Service) -> None:
    handle = function(service.url)
    handle(
        requests.rest_api("POST", path="/secret-path", body="secret-body", queryStringParameters={"secret": "query"})
    )

    (line,) = handle.lines
    assert line.pop("UpstreamMilliseconds") > 0
    stamp = line["_aws"].pop("Timestamp")
    assert stamp > 1_600_000_000_000
    assert round(datetime.fromisoformat(line.pop("timestamp")).timestamp() * 1000) == stamp
    assert line == {
        "_aws": {
            "CloudWatchMetrics": [
                {
                    "Namespace": "LambdaMigrate",
                    "Dimensions": [["FunctionName"], ["FunctionName", "FunctionVersion"]],
                    "Metrics": [
                        {"Name": "Proxied", "Unit": "Count"},
                        {"Name": "Failed", "Unit": "Count"},
                        {"Name": "Fallback", "Unit": "Count"},
                        {"Name": "ServerErrors", "Unit": "Count"},
                        {"Name": "ClientErrors", "Unit": "Count"},
                        {"Name": "Requests", "Unit": "Count"},
                        {"Name": "UpstreamMilliseconds", "Unit": "Milliseconds"},
                    ],
                }
            ]
        },
        "FunctionName": "parcels",
        "FunctionVersion": "7",
        "Proxied": 1,
        "Failed": 0,
        "Fallback": 0,
        "ServerErrors": 0,
        "ClientErrors": 0,
        "Requests": 1,
        "kind": "rest-api",
        "level": "INFO",
        "message": "proxied",
        "request_id": Context.aws_request_id,
        "status": 200,
    }
    assert "secret" not in handle.logged[0]


def test_what_passes_through_is_one_line_too(service: Service) -> None:
    handle = function(service.url, events="none")
    handle(non_http.sqs())

    assert handle.told == [{"PassedThrough": 1, "kind": "event", "level": "INFO", "message": "passed through"}]


def test_a_mistake_of_the_proxy_itself_is_an_internal_error_and_tells_the_place_only() -> None:
    class Broken:
        def exchange(self, *_arguments: Any) -> Any:
            raise KeyError("what the client sent")

    handle = function(GONE)
    handle.proxy._service = Broken()  # type: ignore[assignment]

    found = handle(requests.alb())

    assert (found["statusCode"], json.loads(found["body"])) == (500, {"message": "Internal Server Error"})
    assert handle.lines[0]["reason"].startswith("KeyError at exchange:")
    assert "client sent" not in handle.logged[0]
    with pytest.raises(KeyError):
        handle(non_http.sqs())


def environment(**changes: str) -> dict[str, str]:
    return {
        "AWS_LAMBDA_FUNCTION_VERSION": "7",
        "LAMBDA_MIGRATE_SERVICE_URL": GONE,
        "LAMBDA_MIGRATE_EVENTS": "all",
        "LAMBDA_MIGRATE_ORIGINAL_HANDLER": "tests.proxy.original.handler",
        "LAMBDA_MIGRATE_SIGNING_KEYS": KEY,
        **changes,
    }


def test_a_wrong_setting_stops_a_numbered_version_at_the_start() -> None:
    with pytest.raises(SettingsError, match="LAMBDA_MIGRATE_EVENTS: `most` is not one of: none, non-api, api, all"):
        start(environment(LAMBDA_MIGRATE_EVENTS="most"))


def test_a_wrong_setting_on_latest_is_logged_and_probed_and_nobody_else_notices() -> None:
    logged: list[str] = []
    changes = {"AWS_LAMBDA_FUNCTION_VERSION": "$LATEST", "LAMBDA_MIGRATE_EVENTS": "most"}
    handle = Function(start(environment(**changes), logged.append), logged)

    assert who(handle, requests.alb(), "$LATEST") == "original"
    report = handle(PROBE, version="$LATEST")["lambda-migrate"]
    assert report["error"] == "LAMBDA_MIGRATE_EVENTS: `most` is not one of: none, non-api, api, all"
    assert json.loads(logged[0])["message"] == report["error"]


@pytest.mark.parametrize(
    ("url", "warned"),
    [
        ("http://orders.internal", True),
        ("http://10.0.0.7:8080", True),
        ("http://127.0.0.1.example.com", True),
        ("http://localhost.example.com", True),
        ("http://[fd00::1]", True),
        ("http://127.0.0.1:8000", False),
        ("http://127.8.0.1", False),
        ("http://localhost", False),
        ("http://orders.localhost", False),
        ("http://[::1]:8000", False),
        ("https://orders.internal", False),
    ],
)
def test_a_service_that_is_reached_in_the_clear_is_told_at_the_start(url: str, warned: bool) -> None:
    logged: list[str] = []
    start(environment(LAMBDA_MIGRATE_SERVICE_URL=url), logged.append)

    told = ("WARN", "LAMBDA_MIGRATE_SERVICE_URL: plain HTTP can be read and altered on the way; use https")
    assert [(json.loads(line)["level"], json.loads(line)["message"]) for line in logged] == [told] * warned


def test_lambda_finds_the_handler_by_its_name(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in environment().items():
        monkeypatch.setenv(name, value)
    vars(runtime).pop("handler", None)

    handler = runtime.handler

    vars(runtime).pop("handler")
    assert handler.settings.host == "127.0.0.1"
    with pytest.raises(AttributeError):
        runtime.other  # noqa: B018  # looking it up is the test
