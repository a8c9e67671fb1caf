"""What recording costs the caller: the time of an invocation with it and without, as a ratio in one run.

Rate 1, so that every event is recorded: at the default rate a hundredth of them bears this. The handler waits two
milliseconds, as one does that asks a database; the recorder's thread works meanwhile and between invocations.
"""

from __future__ import annotations

import json
import statistics
import threading
import time
from typing import TYPE_CHECKING, Any

import pytest

from lambda_migrate.proxy.runtime.recording.recorder import Recorder, ToLog
from lambda_migrate.proxy.runtime.recording.redaction import Redaction
from lambda_migrate.proxy.runtime.recording.settings import RecordSettings
from lambda_migrate.proxy.runtime.telemetry import Telemetry
from tests.events import requests
from tests.proxy.service import Context

if TYPE_CHECKING:
    from collections.abc import Callable

pytestmark = pytest.mark.benchmark

ROUNDS, CALLS = 15, 40
NEVER = threading.Event()
BODY = {"items": [{"id": number, "name": f"item {number}", "price": 9.99} for number in range(20)], "token": "x"}
ANSWER = {"statusCode": 200, "headers": {"content-type": "application/json"}, "body": json.dumps(BODY)}
EVENT = requests.http_api_2("GET", "/items", "page=2", headers={"authorization": "Bearer x", "cookie": "a=b", "x": "y"})
MOST = 2.0
"""How many times as long an invocation of two milliseconds may take; nearer to 1.1 on a machine that is quiet."""


def handler(_event: Any, _context: Any) -> dict[str, Any]:
    NEVER.wait(0.002)
    return ANSWER


def medians(ways: dict[str, Callable[[], Any]]) -> dict[str, float]:
    """Return microseconds of each way; they take turns, so that all see the same machine."""
    times: dict[str, list[float]] = {name: [] for name in ways}
    for _ in range(ROUNDS):
        for name, call in ways.items():
            for _ in range(CALLS):
                begun = time.perf_counter()
                call()
                times[name].append(time.perf_counter() - begun)
    return {name: statistics.median(each) * 1e6 for name, each in times.items()}


def test_recording_costs_the_caller_little() -> None:
    written: list[str] = []
    telemetry = Telemetry("parcels", lambda _line: None)
    settings = RecordSettings(until=4_000_000_000, rate=1, per_route=1_000_000)
    recorder = Recorder(settings, ToLog(written.append), telemetry, "7")
    begun = time.perf_counter()
    for _ in range(200):
        Redaction().event(EVENT)
        Redaction().answer(ANSWER)
    redacting = (time.perf_counter() - begun) / 200 * 1e6

    undrawn = Recorder(RecordSettings(until=4_000_000_000, rate=1e-9), ToLog(written.append), telemetry, "7")
    found = medians(
        {
            "without": lambda: handler(EVENT, Context()),
            "recording": lambda: recorder.through(handler, EVENT, Context()),
            "not drawn": lambda: undrawn.through(handler, EVENT, Context()),
        }
    )

    ratio = found["recording"] / found["without"]
    print(
        f"\nrecording: {ratio:.2f} x an invocation of 2 ms, {found['recording'] - found['without']:.0f} µs more;"
        f" not drawn: {found['not drawn'] / found['without']:.2f} x; redacting, beside it: {redacting:.0f} µs;"
        f" {len(written)} written"
    )
    assert written
    assert ratio < MOST
