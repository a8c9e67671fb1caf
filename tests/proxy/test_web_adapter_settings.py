"""What the AWS Lambda Web Adapter's settings (`AWS_LWA_*`) mean once the proxy stands beside the application."""

from __future__ import annotations

import http.client
import json
import threading
from typing import TYPE_CHECKING

import pytest

from lambda_migrate.sandbox.web_adapter import Adapter, AdapterError
from tests.events import non_http, requests
from tests.proxy.service import Received, Service
from tests.proxy.web_adapter import CONTEXT, Context, body_of, failing
from tests.support.ports import reserved_port
from tests.support.waiting import TIMEOUT

if TYPE_CHECKING:
    import socket
    from collections.abc import Callable

pytestmark = pytest.mark.processes


def test_events_that_stay_go_to_the_path_that_the_application_has_for_them(
    under_adapter: Callable[..., Adapter], service: Service
) -> None:
    adapter = under_adapter(service.url, events="api", AWS_LWA_PASS_THROUGH_PATH="/handle")

    event = adapter(non_http.sqs("a"), Context())

    assert (event["who"], event["path"], json.loads(event["body"])) == ("original", "/handle", non_http.sqs("a"))


def in_pieces(_received: Received, sock: socket.socket) -> None:
    sock.sendall(b"HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\ntransfer-encoding: chunked\r\n\r\n")
    for piece in (b"one", b"two"):
        sock.sendall(b"%x\r\n%b\r\n" % (len(piece), piece))
    sock.sendall(b"0\r\n\r\n")


def test_the_first_piece_of_a_streamed_answer_arrives_before_the_service_has_the_second(
    under_adapter: Callable[..., Adapter],
) -> None:
    arrived = threading.Event()

    def slowly(_received: Received, sock: socket.socket) -> None:
        sock.sendall(b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n3\r\none\r\n")
        assert arrived.wait(TIMEOUT)
        sock.sendall(b"3\r\ntwo\r\n0\r\n\r\n")

    service = Service(slowly)
    try:
        adapter = under_adapter(service.url, AWS_LWA_INVOKE_MODE="response_stream")
        connection = http.client.HTTPConnection("127.0.0.1", adapter._settings.port, timeout=TIMEOUT)
        connection.request("GET", "/orders", headers={"x-amzn-request-context": CONTEXT})
        answered = connection.getresponse()
        first = answered.read(3)
        arrived.set()
        rest = answered.read()
        connection.close()
    finally:
        service.close()

    assert (first, rest) == (b"one", b"two")


def test_statuses_that_stand_for_failures_fail_the_invocation_whoever_answers(
    under_adapter: Callable[..., Adapter],
) -> None:
    service = Service(failing)
    try:
        adapter = under_adapter(service.url, AWS_LWA_ERROR_STATUS_CODES="404,500-599")
        with pytest.raises(AdapterError, match=r'^{"statusCode":500,"body":".*ValueError'):
            adapter(requests.rest_api(), Context())
    finally:
        service.close()


@pytest.mark.parametrize("events", ["all", "non-api"])
def test_what_the_adapter_takes_for_ready_is_what_the_proxy_says(
    under_adapter: Callable[..., Adapter], service: Service, events: str
) -> None:
    adapter = under_adapter(service.url, events=events, AWS_LWA_READINESS_CHECK_HEALTHY_STATUS="200, 300-399")

    assert adapter(requests.http_api_2(), Context())["statusCode"] == 200


def test_a_port_of_its_own_for_readiness_decides_nothing_about_the_port_for_requests(
    under_adapter: Callable[..., Adapter],
) -> None:
    with reserved_port() as ready, reserved_port() as port:
        told = {"AWS_LWA_READINESS_CHECK_PORT": str(ready), "AWS_LWA_READINESS_CHECK_HEALTHY_STATUS": "204"}
        adapter = under_adapter(f"http://127.0.0.1:{port}", **told)
        request = body_of(adapter(requests.rest_api(), Context()))

    assert request["who"] == "original"


def test_where_the_adapter_streams_an_answer_is_handed_on_while_it_comes(under_adapter: Callable[..., Adapter]) -> None:
    service = Service(in_pieces)
    try:
        adapter = under_adapter(service.url, AWS_LWA_INVOKE_MODE="response_stream")
        result = adapter(requests.function_url(), Context())
    finally:
        service.close()

    assert (result["statusCode"], result["body"]) == (200, "onetwo")
