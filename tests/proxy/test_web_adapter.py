"""The proxy in a function that runs under the AWS Lambda Web Adapter: who answers what, and who is started."""

from __future__ import annotations

import http.client
import io
import json
import os
import sys
import threading
import zipfile
from typing import TYPE_CHECKING, Any

import pytest

from lambda_migrate.config import Proxy
from lambda_migrate.proxy import layer
from lambda_migrate.sandbox import web_adapter
from lambda_migrate.sandbox.web_adapter import Adapter, AdapterError
from tests.events import non_http, requests
from tests.proxy.service import KEY, Received, Service, answer, echo
from tests.support.ports import reserved_port
from tests.support.waiting import TIMEOUT

if TYPE_CHECKING:
    import socket
    from collections.abc import Callable, Iterator
    from pathlib import Path

pytestmark = pytest.mark.processes

APPLICATION = """
import json, os, sys
from http.server import BaseHTTPRequestHandler, HTTPServer

class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    def log_message(self, *_): pass
    def answer(self):
        body = self.rfile.read(int(self.headers.get("content-length") or 0)).decode()
        context = self.headers.get("x-amzn-request-context")
        told = {"who": "original", "path": self.path, "body": body, "context": context}
        content = json.dumps(told).encode()
        self.send_response(500 if "fails" in body else 200)
        self.send_header("content-type", "application/json")
        self.send_header("content-length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)
    do_GET = do_POST = answer

HTTPServer(("127.0.0.1", int(os.environ.get("FIXED") or os.environ["PORT"])), Handler).serve_forever()
"""


class Context:
    aws_request_id = "8a6f2c1e-3b7d-4f60-9a51-0c2d4e6f8a90"
    invoked_function_arn = "arn:aws:lambda:eu-west-1:210987654321:function:orders:live"

    def get_remaining_time_in_millis(self) -> int:
        return 10_000


@pytest.fixture
def run(tmp_path: Path) -> Iterator[Callable[..., Adapter]]:
    """Start the function as Lambda would, with the adapter and the proxy on it."""
    opt, task = tmp_path / "opt", tmp_path / "task"
    for name, content in web_adapter.LAYER.items():
        (opt / name).parent.mkdir(parents=True, exist_ok=True)
        (opt / name).write_bytes(content)
    zipfile.ZipFile(io.BytesIO(layer.build().content)).extractall(opt)
    task.mkdir()
    (task / "app.py").write_text(APPLICATION)
    (task / "run.sh").write_text(f'#!/bin/sh\nexec "{sys.executable}" -S app.py\n')
    for script in (opt / "bootstrap", opt / layer.SELECTOR, task / "run.sh"):
        script.chmod(0o755)
    running: list[Adapter] = []

    def start(url: str, *, events: str = "all", version: str = "7", fallback: str = "connect", **more: str) -> Adapter:
        told = layer.environment(
            Proxy(fallback=fallback),
            service_url=url,
            events=events,
            original_handler="",
            original_wrapper="/opt/bootstrap",
        )
        environment = {
            "PATH": os.environ["PATH"],
            "LAMBDA_TASK_ROOT": str(task),
            "AWS_LAMBDA_FUNCTION_NAME": "orders",
            "AWS_LAMBDA_FUNCTION_VERSION": version,
            "AWS_LAMBDA_EXEC_WRAPPER": layer.WRAPPER,
            "LAMBDA_MIGRATE_SIGNING_KEYS": KEY,
            **told,
            **more,
        }
        adapter = Adapter.of_package(environment, [str(opt)], "run.sh", [sys.executable, "/var/runtime/bootstrap.py"])
        running.append(adapter)
        adapter.wait()
        return adapter

    yield start
    for adapter in running:
        adapter.stop()


@pytest.fixture
def service() -> Iterator[Service]:
    there = Service(echo)
    yield there
    there.close()


def body_of(result: Any) -> Any:
    return json.loads(result["body"])


def test_requests_and_events_reach_the_service_signed_and_as_the_adapter_made_them(
    run: Callable[..., Adapter], service: Service
) -> None:
    adapter = run(service.url)

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
    run: Callable[..., Adapter], service: Service
) -> None:
    adapter = run(service.url, events="non-api")

    request = body_of(adapter(requests.http_api_2("GET", "/orders", "page=2"), Context()))
    event = adapter(non_http.sqs("a"), Context())

    assert (request["who"], request["path"]) == ("original", "/orders?page=2")
    assert json.loads(request["context"]) == requests.http_api_2("GET", "/orders", "page=2")["requestContext"]
    assert event["target"] == "/lambda-proxy-non-api-events"


def test_events_that_stay_go_to_the_path_that_the_application_has_for_them(
    run: Callable[..., Adapter], service: Service
) -> None:
    adapter = run(service.url, events="api", AWS_LWA_PASS_THROUGH_PATH="/handle")

    event = adapter(non_http.sqs("a"), Context())

    assert (event["who"], event["path"], json.loads(event["body"])) == ("original", "/handle", non_http.sqs("a"))


CONTEXT = json.dumps(requests.http_api_2("GET")["requestContext"])


def test_of_an_older_adapter_one_header_is_enough_to_know_an_invocation(
    run: Callable[..., Adapter], service: Service
) -> None:
    adapter = run(service.url)

    status, _, _ = adapter._answer("GET", "/", [("x-amzn-request-context", CONTEXT)], b"")

    assert (status, [each.target for each in service.received]) == (200, ["/"])


def test_what_an_unknown_adapter_sends_is_answered_by_the_original(
    run: Callable[..., Adapter], service: Service
) -> None:
    adapter = run(service.url)

    asked = [adapter._answer(method, path, [], b"{}") for method, path in (("GET", "/orders"), ("POST", "/"))]
    ready, _, nothing = adapter._answer("GET", "/", [], b"")

    answered = [(status, json.loads(body)["who"], json.loads(body)["path"]) for status, _, body in asked]
    assert answered == [(200, "original", "/orders"), (200, "original", "/")]
    assert (ready, nothing, service.received) == (200, b"", [])


def test_latest_is_started_by_the_script_that_it_always_had(run: Callable[..., Adapter]) -> None:
    adapter = run("http://127.0.0.1:9", version="$LATEST", LAMBDA_MIGRATE_EVENTS="not one of ours")

    assert [body_of(adapter(requests.rest_api(), Context()))["who"], adapter(non_http.sqs("a"), Context())["who"]] == [
        "original",
        "original",
    ]


def test_a_service_that_nobody_reaches_falls_back_to_the_original_started_then(run: Callable[..., Adapter]) -> None:
    with reserved_port() as port:
        adapter = run(f"http://127.0.0.1:{port}")
        request = body_of(adapter(requests.rest_api(), Context()))
        event = adapter(non_http.sqs("a"), Context())

    assert [request["who"], event["who"]] == ["original", "original"]


def test_without_a_fallback_a_request_is_502_and_an_event_fails_the_invocation(run: Callable[..., Adapter]) -> None:
    with reserved_port() as port:
        adapter = run(f"http://127.0.0.1:{port}", fallback="never")
        refused = adapter(requests.rest_api(), Context())
        with pytest.raises(AdapterError, match="client error"):
            adapter(non_http.sqs("a"), Context())

    assert refused["statusCode"] == 502
    assert refused["multiValueHeaders"]["x-lambda-proxy-error"] == ["unreachable"]


def failing(_received: Received, _sock: socket.socket) -> bytes:
    content = json.dumps({"errorType": "ValueError", "errorMessage": "no"}).encode()
    return answer(content, "500 Internal Server Error", (("content-type", "application/json"),))


def test_a_handler_that_fails_in_the_service_fails_the_invocation(run: Callable[..., Adapter]) -> None:
    service = Service(failing)
    try:
        adapter = run(service.url)
        with pytest.raises(AdapterError, match="client error"):
            adapter(non_http.sqs("a"), Context())
        passed = adapter(requests.rest_api(), Context())
    finally:
        service.close()

    assert passed["statusCode"] == 500


def test_an_original_on_a_fixed_port_is_told_of_by_the_probe(run: Callable[..., Adapter], service: Service) -> None:
    adapter = run(service.url, FIXED=str(service.port))

    report = adapter({"lambda-migrate": {"probe": 1}}, Context())["lambda-migrate"]

    assert (report["reached"], report["error"]) == (False, "the original application: it ended before it answered")


def test_the_probe_finds_the_service_and_the_original(run: Callable[..., Adapter], service: Service) -> None:
    adapter = run(service.url)

    report = adapter({"lambda-migrate": {"probe": 1}}, Context())["lambda-migrate"]

    assert (report["reached"], report["error"], report["version"], report["events"]) == (True, None, "7", "all")


def in_pieces(_received: Received, sock: socket.socket) -> None:
    sock.sendall(b"HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\ntransfer-encoding: chunked\r\n\r\n")
    for piece in (b"one", b"two"):
        sock.sendall(b"%x\r\n%b\r\n" % (len(piece), piece))
    sock.sendall(b"0\r\n\r\n")


def test_the_first_piece_of_a_streamed_answer_arrives_before_the_service_has_the_second(
    run: Callable[..., Adapter],
) -> None:
    arrived = threading.Event()

    def slowly(_received: Received, sock: socket.socket) -> None:
        sock.sendall(b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n3\r\none\r\n")
        assert arrived.wait(TIMEOUT)
        sock.sendall(b"3\r\ntwo\r\n0\r\n\r\n")

    service = Service(slowly)
    try:
        adapter = run(service.url, AWS_LWA_INVOKE_MODE="response_stream")
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


def test_statuses_that_stand_for_failures_fail_the_invocation_whoever_answers(run: Callable[..., Adapter]) -> None:
    service = Service(failing)
    try:
        adapter = run(service.url, AWS_LWA_ERROR_STATUS_CODES="404,500-599")
        with pytest.raises(AdapterError, match=r'^{"statusCode":500,"body":".*ValueError'):
            adapter(requests.rest_api(), Context())
    finally:
        service.close()


def test_an_answer_of_the_original_says_nothing_of_its_connection_and_the_adapters_stays_open(
    run: Callable[..., Adapter], service: Service
) -> None:
    adapter = run(service.url, events="non-api")

    headers = [sorted(adapter(requests.http_api_2(), Context())["headers"])]
    connection = adapter._connection
    headers.append(sorted(adapter(requests.http_api_2(), Context())["headers"]))

    assert headers == [["content-length", "content-type", "date", "server"]] * 2
    assert connection is not None
    assert adapter._connection is connection


@pytest.mark.parametrize("events", ["all", "non-api"])
def test_what_the_adapter_takes_for_ready_is_what_the_proxy_says(
    run: Callable[..., Adapter], service: Service, events: str
) -> None:
    adapter = run(service.url, events=events, AWS_LWA_READINESS_CHECK_HEALTHY_STATUS="200, 300-399")

    assert adapter(requests.http_api_2(), Context())["statusCode"] == 200


def test_a_port_of_its_own_for_readiness_decides_nothing_about_the_port_for_requests(
    run: Callable[..., Adapter],
) -> None:
    with reserved_port() as ready, reserved_port() as port:
        told = {"AWS_LWA_READINESS_CHECK_PORT": str(ready), "AWS_LWA_READINESS_CHECK_HEALTHY_STATUS": "204"}
        adapter = run(f"http://127.0.0.1:{port}", **told)
        request = body_of(adapter(requests.rest_api(), Context()))

    assert request["who"] == "original"


def test_what_the_adapter_was_not_built_for_is_an_event_to_it(run: Callable[..., Adapter], service: Service) -> None:
    adapter = run(service.url)

    answers = [adapter(make(), Context()) for make in (requests.lattice_1, requests.lattice_2)]

    assert [each["target"] for each in answers] == ["/lambda-proxy-non-api-events"] * 2


def test_where_the_adapter_streams_an_answer_is_handed_on_while_it_comes(run: Callable[..., Adapter]) -> None:
    service = Service(in_pieces)
    try:
        adapter = run(service.url, AWS_LWA_INVOKE_MODE="response_stream")
        result = adapter(requests.function_url(), Context())
    finally:
        service.close()

    assert (result["statusCode"], result["body"]) == (200, "onetwo")
