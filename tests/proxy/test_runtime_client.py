"""Lambda's runtime client for Python runs the proxy: AWS's own, and the stand-in that does as it does.

AWS publishes its client, `awslambdaric`, for Linux; its managed runtimes and base images start handlers by the same
code. Elsewhere the stand-in runs alone.
"""

from __future__ import annotations

import io
import json
import os
import sys
import zipfile
from contextlib import contextmanager
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import pytest

from lambda_migrate.config import Proxy
from lambda_migrate.proxy import layer
from lambda_migrate.sandbox.container import STAND_IN
from lambda_migrate.sandbox.runtime_interface import RuntimeExitError, RuntimeInterface
from tests.events import non_http, requests
from tests.proxy.service import KEY, Received, Service, answer
from tests.support.ports import reserved_port

if TYPE_CHECKING:
    import socket
    from collections.abc import Callable, Iterator
    from pathlib import Path

pytestmark = pytest.mark.processes

CLIENTS = ("stand-in", "awslambdaric") if sys.platform == "linux" else ("stand-in",)
APPLICATION = """
import decimal, os, snapshot_restore_py
opened = []
snapshot_restore_py.after.append((opened.append, ("after",), {}))
snapshot_restore_py.before.append((opened.append, ("before",), {}))

def handler(event, context):
    if event == "fails":
        raise LookupError("it is out of stock")
    if event == "bytes":
        return b'{"as": "it is"}'
    if event == "a set":
        return {1}
    if event == "told":
        client, identity = context.client_context, context.identity
        return {
            "id": context.aws_request_id,
            "arn": context.invoked_function_arn,
            "version": context.function_version,
            "tenant": context.tenant_id,
            "client": client and [client.custom, client.env, client.client and client.client.app_title],
            "identity": identity.cognito_identity_id,
            "trace": os.environ.get("_X_AMZN_TRACE_ID"),
            "left": 0 < context.get_remaining_time_in_millis() <= 10_000,
            "log": context.log_group_name,
        }
    return {"statusCode": 200, "body": "original \\u00e9", "price": decimal.Decimal("1.5"), "opened": opened}
"""
HOOKS = """
before, after = [], []
def get_before_snapshot():
    return before
def get_after_restore():
    return after
"""
ANSWER = {"statusCode": 200, "body": "original é", "price": 1.5, "opened": []}
SPECIAL = ("fails", "bytes", "a set", "told")
TOLD = {
    "id": "8a6f2c1e-3b7d-4f60-9a51-0c2d4e6f8a90",
    "arn": "arn:aws:lambda:eu-west-1:210987654321:function:orders:live",
    "version": "$LATEST",
    "tenant": "blue",
    "client": [{"a": 1}, {"locale": "de"}, "Orders"],
    "identity": "an-identity",
    "trace": "Root=1-2-3;Parent=4;Sampled=1",
    "left": True,
    "log": "/aws/lambda/orders",
}


CONTEXT = SimpleNamespace(
    aws_request_id=TOLD["id"],
    invoked_function_arn=TOLD["arn"],
    client_context={"custom": {"a": 1}, "env": {"locale": "de"}, "client": {"app_title": "Orders"}},
    identity={"cognitoIdentityId": "an-identity", "cognitoIdentityPoolId": "a-pool"},
    tenant_id="blue",
    trace=TOLD["trace"],
    get_remaining_time_in_millis=lambda: 10_000,
)


def outcome(handler: RuntimeInterface, event: Any) -> Any:
    """Return the answer, or the names of the error that the runtime reports."""
    try:
        return handler(event, CONTEXT)
    except Exception as failed:  # noqa: BLE001  # whatever the runtime reports
        return type(failed).__name__, str(failed)


@pytest.fixture(params=CLIENTS)
def run(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Callable[..., Any]]:
    """Start the function as an image does that names the runtime client, with the proxy's layer below `/opt`."""
    opt, task = tmp_path / "opt", tmp_path / "task"
    zipfile.ZipFile(io.BytesIO(layer.build().content)).extractall(opt)
    task.mkdir()
    (task / "app.py").write_text(APPLICATION)
    (task / "snapshot_restore_py.py").write_text(HOOKS)
    path = [str(opt / "python"), *([str(STAND_IN)] if request.param == "stand-in" else [])]

    @contextmanager
    def start(handler: str = layer.HANDLER, version: str = "7", **more: str) -> Iterator[RuntimeInterface]:
        environment = {
            "PATH": os.environ["PATH"],
            "PYTHONPATH": os.pathsep.join(path),
            "PYTHONIOENCODING": "utf-8",
            "AWS_LAMBDA_FUNCTION_NAME": "orders",
            "AWS_LAMBDA_FUNCTION_VERSION": version,
            "AWS_LAMBDA_LOG_GROUP_NAME": TOLD["log"],
            "AWS_EXECUTION_ENV": "AWS_Lambda_python3.12",
            "LAMBDA_MIGRATE_SIGNING_KEYS": KEY,
            **more,
        }
        interface = RuntimeInterface(environment, [sys.executable, "-m", "awslambdaric", handler], str(task))
        try:
            interface.wait()
            yield interface
        finally:
            interface.stop()

    return start


def told(url: str, *, events: str = "all", fallback: str = "connect") -> dict[str, str]:
    return layer.environment(Proxy(fallback=fallback), service_url=url, events=events, original_handler="app.handler")


def serve(received: Received, _sock: socket.socket) -> bytes:
    """Answer as a lifted service does; its handler fails where the event says so."""
    event = json.loads(received.body or b"null")
    if event == {"event": "fails"}:
        content = json.dumps({"errorType": "LookupError", "errorMessage": "not here either"}).encode()
        return answer(content, "500 Internal Server Error", (("content-type", "application/json"),))
    content = json.dumps({"service": received.target}).encode()
    return answer(content, headers=(("content-type", "application/json"),))


@pytest.fixture
def service() -> Iterator[Service]:
    there = Service(serve)
    yield there
    there.close()


def test_latest_answers_as_the_function_does_without_the_proxy(run: Callable[..., Any]) -> None:
    events = [requests.rest_api(), non_http.sqs("a"), *SPECIAL]

    with run("app.handler", version="$LATEST") as plain:
        before = [outcome(plain, event) for event in events]
    with run(version="$LATEST", **told("http://127.0.0.1:9")) as latest:
        after = [outcome(latest, event) for event in events]

    assert after == before
    assert before[:3] == [ANSWER, ANSWER, ("LookupError", "it is out of stock")]
    assert (before[3], before[5]) == ({"as": "it is"}, TOLD)
    assert before[4][0] == "Runtime.MarshalError"
    assert before[4][1].startswith("Unable to marshal response: Object of type set is not JSON serializable")


def test_what_is_not_selected_is_the_originals_and_each_line_of_the_log_is_json(
    run: Callable[..., Any], service: Service, capfd: pytest.CaptureFixture[str]
) -> None:
    events = [requests.rest_api(), non_http.sqs("a"), requests.alb()]

    with run(**told(service.url, events="non-api"), AWS_LAMBDA_LOG_FORMAT="JSON") as handler:
        answers = [outcome(handler, event) for event in events]

    assert answers == [ANSWER, {"service": "/lambda-proxy-non-api-events"}, ANSWER]
    lines = [json.loads(line) for line in capfd.readouterr().err.splitlines() if line.startswith("{")]
    accounted = [(each["level"], each["message"], each["request_id"]) for each in lines if "_aws" in each]
    assert accounted == [("INFO", said, TOLD["id"]) for said in ("passed through", "proxied", "passed through")]


def test_the_service_answers_and_fails_under_the_handlers_own_names_and_the_original_stands_by(
    run: Callable[..., Any], service: Service
) -> None:
    with run(**told(service.url)) as handler:
        request, event = outcome(handler, requests.http_api_2()), outcome(handler, non_http.sqs("a"))
        failed = outcome(handler, "fails")
        probed = handler({"lambda-migrate": {"probe": 1}}, CONTEXT)["lambda-migrate"]
        service.close()
        fallen_back = [outcome(handler, each) for each in (requests.http_api_2(), non_http.sqs("a"), "fails")]

    assert (request["statusCode"], json.loads(request["body"])) == (200, {"service": "/orders"})
    assert (event, failed) == ({"service": "/lambda-proxy-non-api-events"}, ("LookupError", "not here either"))
    assert (probed["reached"], probed["version"]) == (True, "7")
    assert fallen_back == [ANSWER, ANSWER, ("LookupError", "it is out of stock")]
    context = json.loads(service.received[0].headers["x-lambda-migrate-context"])["context"]
    assert context["client_context"] == {
        "client": {
            "installation_id": None,
            "app_title": "Orders",
            "app_version_name": None,
            "app_version_code": None,
            "app_package_name": None,
        },
        "custom": {"a": 1},
        "env": {"locale": "de"},
    }
    assert context["identity"] == {"cognito_identity_id": "an-identity", "cognito_identity_pool_id": "a-pool"}
    assert (context["tenant_id"], context["aws_request_id"]) == ("blue", TOLD["id"])
    assert service.received[0].headers["x-amzn-trace-id"] == TOLD["trace"]


def test_without_a_fallback_a_request_is_502_and_an_event_an_error(run: Callable[..., Any]) -> None:
    with reserved_port() as port, run(**told(f"http://127.0.0.1:{port}", fallback="never")) as handler:
        request, event = outcome(handler, requests.rest_api()), outcome(handler, non_http.sqs("a"))

    assert (request["statusCode"], event[0]) == (502, "ServiceUnreachable")


def test_what_the_original_registers_for_its_snapshot_is_called(run: Callable[..., Any], service: Service) -> None:
    started = {"AWS_LAMBDA_INITIALIZATION_TYPE": "snap-start", **told(service.url)}

    with run(**started) as handler:
        proxied = outcome(handler, requests.http_api_2())
        service.close()
        fallen_back = outcome(handler, requests.http_api_2())

    assert json.loads(proxied["body"]) == {"service": "/orders"}
    assert fallen_back == {**ANSWER, "opened": ["before", "after"]}


@pytest.mark.parametrize(
    ("handler", "variables", "reason"),
    [
        ("app.missing", {}, "^Runtime.HandlerNotFound: Handler 'missing' missing on module 'app'$"),
        ("nowhere.handler", {}, "^Runtime.ImportModuleError: Unable to import module 'nowhere': No module named "),
        (
            layer.HANDLER,
            {"LAMBDA_MIGRATE_EVENTS": "some"},
            "^SettingsError: LAMBDA_MIGRATE_EVENTS: `some` is not",
        ),
    ],
)
def test_what_does_not_start_says_why(
    run: Callable[..., Any], handler: str, variables: dict[str, str], reason: str
) -> None:
    with pytest.raises(RuntimeExitError, match=reason), run(handler, **variables):
        pass
