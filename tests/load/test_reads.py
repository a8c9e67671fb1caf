"""What a load is made of: the reads among recorded events, as HTTP, and never a write."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from lambda_migrate.load.reads import Reads, reads
from lambda_migrate.shadow.events import events
from tests.events import requests

if TYPE_CHECKING:
    from pathlib import Path


def test_reads_are_sent_and_nothing_else(tmp_path: Path) -> None:
    listed = [
        requests.http_api_2("GET", "/orders/7"),
        requests.http_api_2("POST", "/orders"),
        requests.http_api_2("DELETE", "/orders/7"),
        {"Records": [{"eventSource": "aws:sqs"}]},
        [],
    ]
    (tmp_path / "events.json").write_text(json.dumps(listed))
    (tmp_path / "log.jsonl").write_text("{nothing\n")

    made = reads(events(tmp_path))

    assert [(each.route, each.method, each.target) for each in made.requests] == [
        ("GET /orders/{}", "GET", "/orders/7")
    ]
    assert made.skipped == {
        "may change something": 2,
        "not a request": 1,
        "events.json:5: not an event as Lambda gets it, an object": 1,
        "log.jsonl:1: not JSON": 1,
    }


def test_a_har_file_keeps_query_headers_and_cookies(tmp_path: Path) -> None:
    headers = [{"name": name, "value": value} for name, value in (("Accept", "text/html"), ("Cookie", "a=1; b=2"))]
    entry = {"request": {"method": "GET", "url": "https://www.example.com/shop/items?page=2", "headers": headers}}
    (tmp_path / "site.har").write_text(json.dumps({"log": {"entries": [entry]}}))

    (read,) = reads(events(tmp_path / "site.har"), "/shop").requests

    assert (read.target, sorted(name for name, _value in read.headers)) == ("/items?page=2", ["accept", "cookie"])
    assert dict(read.headers)["cookie"] == "a=1; b=2"


def test_nothing_is_sent_of_a_file_that_holds_no_event(tmp_path: Path) -> None:
    (tmp_path / "empty.json").write_text("[]")

    assert reads(events(tmp_path)) == Reads(())
