"""Lambda freezes an environment once it has answered: the recorder goes on where it was, as a stopped process shows."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import threading
from typing import TYPE_CHECKING, Any

import pytest

from tests.events import requests
from tests.proxy.service import KEY, Service, answer
from tests.support.waiting import TIMEOUT

if TYPE_CHECKING:
    from collections.abc import Callable

pytestmark = pytest.mark.processes

PROGRAM = """
import json, os, sys
from lambda_migrate.proxy.runtime.proxy import start

handle = start(os.environ)
context = type("Context", (), {"aws_request_id": "8a6f2c1e", "function_version": "7"})
for line in sys.stdin:
    handle(json.loads(line), context)
    print("answered", flush=True)
"""
TOLD = json.dumps({"until": 4_000_000_000, "rate": 1, "mirror": True})


def environment(url: str) -> dict[str, str]:
    own = {
        "FUNCTION_VERSION": "7",
        "SERVICE_URL": url,
        "EVENTS": "none",
        "ORIGINAL_HANDLER": "tests.proxy.original.handler",
        "SIGNING_KEYS": KEY,
        "RECORD": TOLD,
    }
    named = {f"LAMBDA_MIGRATE_{name}": value for name, value in own.items()}
    return {**os.environ, **named, "AWS_LAMBDA_FUNCTION_VERSION": "7", "AWS_LAMBDA_FUNCTION_NAME": "parcels"}


@pytest.mark.parametrize(
    ("reply", "recorded"),
    [
        (answer(b"{}", headers=(("content-type", "application/json"),)), "answer"),
        (None, "lost"),
    ],
    ids=["answered", "closed"],
)
def test_what_the_service_did_while_all_was_frozen_is_recorded_later(
    serve: Callable[..., Service], reply: bytes | None, recorded: str
) -> None:
    asked, thawing, replied = threading.Event(), threading.Event(), threading.Event()

    def behave(_received: Any, sock: Any) -> bytes | None:
        asked.set()
        assert thawing.wait(TIMEOUT)
        if reply:
            sock.sendall(reply)
        sock.close()
        replied.set()
        return None

    service = serve(behave)
    with subprocess.Popen(
        [sys.executable, "-c", PROGRAM],
        env=environment(service.url),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        bufsize=1,
    ) as process:
        try:
            assert process.stdin
            assert process.stdout
            process.stdin.write(json.dumps(requests.alb()) + "\n")
            assert asked.wait(TIMEOUT)
            lines = iter(process.stdout.readline, "")
            assert next(line for line in lines if "answered\n" in line)  # the caller did not wait for the service
            process.send_signal(signal.SIGSTOP)
            thawing.set()
            assert replied.wait(TIMEOUT)
            process.send_signal(signal.SIGCONT)
            record = json.loads(next(line for line in lines if "LambdaMigrateRecord" in line))
        finally:
            process.kill()

    told = record["service"]
    assert (sorted(told), record["original"]["answer"]["answered by"]) == ([recorded], "original")
