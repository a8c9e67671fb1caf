"""The proxy in a function that runs under the AWS Lambda Web Adapter: who answers what, and who is started."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from lambda_migrate.sandbox.web_adapter import Adapter, AdapterError
from tests.events import non_http, requests
from tests.proxy.service import Service
from tests.proxy.web_adapter import CONTEXT, Context, body_of, failing
from tests.support.ports import reserved_port

if TYPE_CHECKING:
    from collections.abc import Callable

pytestmark = pytest.mark.processes


def test_requests_and_events_reach_the_service_signed_and_as_the_adapter_made_them(
    under_adapter: Callable[..., Adapter], service: Service
) -> None:
    adapter = under_adapter(service.url)

    request = body_of(adapter(requests.http_api_2("POST", body="{}"), Context()))
    event = adapter(non_http.sqs("a"), Context())

    assert (request["method"], request["target"]) == ("POST", "/orders")
    assert (event["method"], event["target"]) == ("POST", "/lambda-proxy-non-api-events")
    assert json.loads(service.received[1].body) == {"event": non_http.sqs("a")}
    assert service.received[1].headers["idempotency-key"] == Context.aws_request_id
    told = json.loads(service.received[0].headers["x-lambda-migrate-context"])
    assert told["event"]["requestContext"] == requests.http_api_2("POST")["requestContext"]
    assert told["event"]["lambdaContext"]["request_id"] == told["context"]["aws_request_id"] == Context.aws_request_id
    assert all("x-lambda-migrate-signature" in each.headers for each in service.received)


def test_what_is_not_selected_is_answered_by_the_original_beside_it(
    under_adapter: Callable[..., Adapter], service: Service
) -> None:
    adapter = under_adapter(service.url, events="non-api")

    request = body_of(adapter(requests.http_api_2("GET", "/orders", "page=2"), Context()))
    event = adapter(non_http.sqs("a"), Context())

    assert (request["who"], request["path"]) == ("original", "/orders?page=2")
    assert json.loads(request["context"]) == requests.http_api_2("GET", "/orders", "page=2")["requestContext"]
    assert event["target"] == "/lambda-proxy-non-api-events"


def test_of_an_older_adapter_one_header_is_enough_to_know_an_invocation(
    under_adapter: Callable[..., Adapter], service: Service
) -> None:
    adapter = under_adapter(service.url)

    status, _, _ = adapter._answer("GET", "/", [("x-amzn-request-context", CONTEXT)], b"")

    assert (status, [each.target for each in service.received]) == (200, ["/"])


def test_what_an_unknown_adapter_sends_is_answered_by_the_original(
    under_adapter: Callable[..., Adapter], service: Service
) -> None:
    adapter = under_adapter(service.url)

    asked = [adapter._answer(method, path, [], b"{}") for method, path in (("GET", "/orders"), ("POST", "/"))]
    ready, _, nothing = adapter._answer("GET", "/", [], b"")

    answered = [(status, json.loads(body)["who"], json.loads(body)["path"]) for status, _, body in asked]
    assert answered == [(200, "original", "/orders"), (200, "original", "/")]
    assert (ready, nothing, service.received) == (200, b"", [])


def test_latest_is_started_by_the_script_that_it_always_had(under_adapter: Callable[..., Adapter]) -> None:
    adapter = under_adapter("http://127.0.0.1:9", version="$LATEST", LAMBDA_MIGRATE_EVENTS="not one of ours")

    assert [body_of(adapter(requests.rest_api(), Context()))["who"], adapter(non_http.sqs("a"), Context())["who"]] == [
        "original",
        "original",
    ]


def test_a_service_that_nobody_reaches_falls_back_to_the_original_started_then(
    under_adapter: Callable[..., Adapter],
) -> None:
    with reserved_port() as port:
        adapter = under_adapter(f"http://127.0.0.1:{port}")
        request = body_of(adapter(requests.rest_api(), Context()))
        event = adapter(non_http.sqs("a"), Context())

    assert [request["who"], event["who"]] == ["original", "original"]


def test_without_a_fallback_a_request_is_502_and_an_event_fails_the_invocation(
    under_adapter: Callable[..., Adapter],
) -> None:
    with reserved_port() as port:
        adapter = under_adapter(f"http://127.0.0.1:{port}", fallback="never")
        refused = adapter(requests.rest_api(), Context())
        with pytest.raises(AdapterError, match="client error"):
            adapter(non_http.sqs("a"), Context())

    assert refused["statusCode"] == 502
    assert refused["multiValueHeaders"]["x-lambda-proxy-error"] == ["unreachable"]


def test_a_handler_that_fails_in_the_service_fails_the_invocation(under_adapter: Callable[..., Adapter]) -> None:
    service = Service(failing)
    try:
        adapter = under_adapter(service.url)
        with pytest.raises(AdapterError, match="client error"):
            adapter(non_http.sqs("a"), Context())
        passed = adapter(requests.rest_api(), Context())
    finally:
        service.close()

    assert passed["statusCode"] == 500


def test_an_original_on_a_fixed_port_is_told_of_by_the_probe(
    under_adapter: Callable[..., Adapter], service: Service
) -> None:
    adapter = under_adapter(service.url, FIXED=str(service.port))

    report = adapter({"lambda-migrate": {"probe": 1}}, Context())["lambda-migrate"]

    assert (report["reached"], report["error"]) == (False, "the original application: it ended before it answered")


def test_the_probe_finds_the_service_and_the_original(under_adapter: Callable[..., Adapter], service: Service) -> None:
    adapter = under_adapter(service.url)

    report = adapter({"lambda-migrate": {"probe": 1}}, Context())["lambda-migrate"]

    assert (report["reached"], report["error"], report["version"], report["events"]) == (True, None, "7", "all")


def test_an_answer_of_the_original_says_nothing_of_its_connection_and_the_adapters_stays_open(
    under_adapter: Callable[..., Adapter], service: Service
) -> None:
    adapter = under_adapter(service.url, events="non-api")

    headers = [sorted(adapter(requests.http_api_2(), Context())["headers"])]
    connection = adapter._connection
    headers.append(sorted(adapter(requests.http_api_2(), Context())["headers"]))

    assert headers == [["content-length", "content-type", "date", "server"]] * 2
    assert connection is not None
    assert adapter._connection is connection


def test_what_the_adapter_was_not_built_for_is_an_event_to_it(
    under_adapter: Callable[..., Adapter], service: Service
) -> None:
    adapter = under_adapter(service.url)

    answers = [adapter(make(), Context()) for make in (requests.lattice_1, requests.lattice_2)]

    assert [each["target"] for each in answers] == ["/lambda-proxy-non-api-events"] * 2
