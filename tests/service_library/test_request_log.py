"""What the service logs of a request: enough to find it again, and no secret."""

from __future__ import annotations

import json
import logging
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

from lambda_migrate_service.limits import TimeLimit
from lambda_migrate_service.logs import REQUEST_ID, JsonLine, RequestLog, log_as

from tests.service_library.calling import Recorder, call

if TYPE_CHECKING:
    import pytest

PROJECT = Path(__file__).parents[2]


def test_a_log_line_tells_the_request_and_never_the_query(caplog: pytest.LogCaptureFixture) -> None:
    ids = []

    async def app(scope: Any, receive: Any, send: Any) -> None:
        ids.append(REQUEST_ID.get().text)
        await Recorder()(scope, receive, send)

    caplog.set_level(logging.INFO)
    logged = RequestLog(app, quiet=frozenset({"/healthz"}))
    for target, headers in (
        ("/orders?token=topsecret", {"x-request-id": "r1"}),
        ("/healthz", {}),
        ("/long", {"x-request-id": "x" * 500}),
    ):
        call(logged, "GET", target, headers)
    lines = [json.loads(JsonLine().format(entry)) for entry in caplog.records if entry.name.endswith("request")]
    assert [(line["path"], line["status"], line["method"]) for line in lines] == [
        ("/orders", 200, "GET"),
        ("/long", 200, "GET"),
    ]
    assert ids[0] == "r1"
    assert [len(found) for found in ids[1:]] == [32, 32]
    assert "topsecret" not in json.dumps(lines)


def test_a_request_is_logged_under_the_id_of_its_invocation_once_that_is_known(
    caplog: pytest.LogCaptureFixture,
) -> None:
    async def app(scope: Any, receive: Any, send: Any) -> None:
        log_as("of the invocation")
        logging.getLogger("app").info("told")
        await Recorder()(scope, receive, send)

    caplog.set_level(logging.INFO)
    formatter = JsonLine()
    ids: list[str] = []

    class Reading(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            ids.append(json.loads(formatter.format(record))["request_id"])

    logging.getLogger().addHandler(reading := Reading())
    try:
        call(RequestLog(TimeLimit(app, 5)), "GET", "/", {"x-request-id": "of the client"})
    finally:
        logging.getLogger().removeHandler(reading)
    assert ids == ["of the invocation"] * 2


def test_a_log_line_of_an_error_is_one_line() -> None:
    try:
        int("a\nb")
    except ValueError as error:
        made = logging.LogRecord("x", logging.ERROR, "f", 1, "it failed: %s", ("é",), (ValueError, error, None))
    line = JsonLine().format(made)
    assert "\n" not in line
    assert json.loads(line)["message"] == "it failed: é"
    assert "ValueError: invalid literal" in json.loads(line)["exception"]


SERVED = """
import logging
from lambda_migrate_service.logs import configure_logs
configure_logs("DEBUG")
for name in ("botocore.parsers", "urllib3.connectionpool", "app"):
    logging.getLogger(name).debug("of %s", name)
served = logging.getLogger("uvicorn.error")
served.info('%s - "WebSocket %s" [accepted]', "203.0.113.7:1", "/ws?token=topsecret")
served.info("half a pair: \\ud83d")
print("printed")
import os
os._exit(0)
"""


def test_what_is_logged_arrives_and_tells_no_secret_even_where_everything_is_logged() -> None:
    loads = f"import sys; sys.path.insert(0, {str(PROJECT / 'service_library')!r})\n"
    ran = subprocess.run([sys.executable, "-B", "-c", loads + SERVED], capture_output=True, text=True, check=False)
    *lines, printed = ran.stdout.splitlines()
    told = [(line["logger"], line["message"]) for line in map(json.loads, lines)]
    assert told == [("app", "of app"), ("uvicorn.error", "half a pair: \ud83d")]
    assert (printed, ran.stderr) == ("printed", "")
