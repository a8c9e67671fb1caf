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


def compare(count: int) -> tuple[float, int]:
    """Compare so many pairs; return how many a second, and the most bytes that were held."""
    tally = Tally()
    tracemalloc.start()
    begun = time.perf_counter()
    for number in range(count):
        one, other = (answer_of(payload(each), "", 1.0, request=True) for each in (number, number + number % 2))
        tally.add("GET /items", "events", differences(one, other), 1.0, 1.0)
    took, held = time.perf_counter() - begun, tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    return count / took, held


def test_pairs_a_second_and_memory() -> None:
    few, of_few = compare(1_000)
    many, of_many = compare(10_000)

    print(
        f"\nshadow: {few:,.0f} and {many:,.0f} pairs a second (traced); memory {of_many / of_few:.2f} x at ten times as many"
    )
    assert of_many < 2 * of_few
