"""How many answers a second are compared, and whether memory stays the same (budget: 1,000 a second and core)."""

from __future__ import annotations

import json
import time
import tracemalloc

import pytest

from lambda_migrate.shadow.answer import answer_of
from lambda_migrate.shadow.compare import differences
from lambda_migrate.shadow.tally import Tally

pytestmark = pytest.mark.benchmark

BODY = {"items": [{"id": number, "name": f"item {number}", "price": 9.99, "tags": ["a", "b"]} for number in range(20)]}


def payload(number: int) -> bytes:
    body = json.dumps({**BODY, "time": number})
    headers = {"content-type": "application/json", "etag": "1", "cache-control": "no-store"}
    return json.dumps({"statusCode": 200, "headers": headers, "body": body}).encode()


def compare(count: int) -> Tally:
    tally = Tally()
    for number in range(count):
        one, other = (answer_of(payload(each), "", 1.0, request=True) for each in (number, number + number % 2))
        tally.add("GET /items", "events", differences(one, other), 1.0, 1.0)
    return tally


def memory_of(count: int) -> int:
    """Return the most bytes that are held while so many pairs are compared."""
    tracemalloc.start()
    compare(count)
    held = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    return held


def test_pairs_a_second_and_memory() -> None:
    begun = time.perf_counter()
    compare(5_000)
    rate = 5_000 / (time.perf_counter() - begun)
    grown = memory_of(5_000) / memory_of(500)

    print(f"\nshadow: {rate:,.0f} pairs a second and core; memory {grown:.2f} x at ten times as many")
    assert grown < 2
