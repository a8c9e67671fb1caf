"""Lines of logs become the requests that they tell of."""

from __future__ import annotations

import gzip
import json
from typing import TYPE_CHECKING

import pytest

from lambda_migrate.shadow.access_logs import EXPECTED, NAMES_A_ROUTE
from lambda_migrate.shadow.events import Answered, Recorded, about, events

if TYPE_CHECKING:
    from pathlib import Path

BALANCER = (
    "https 2026-11-30T12:00:00.186641Z app/shop/50dc6c495c 192.0.2.1:2817 10.0.0.1:80 0.086 0.048 0.037 200 200 0 5"
    ' "GET https://www.shop.example:443/items/7?a=1 HTTP/1.1" "curl/8.5" ECDHE-RSA-AES128-GCM-SHA256 TLSv1.2'
)


@pytest.mark.parametrize(
    ("line", "route", "query"),
    [
        (BALANCER, "GET /items/{}", "a=1"),
        (json.dumps({"requestId": "x", "httpMethod": "GET", "path": "/items", "status": "200"}), "GET /items", ""),
        (
            json.dumps(
                {
                    "timestamp": 1,
                    "message": f"INFO {json.dumps({'rawPath': '/a', 'requestContext': {'http': {'method': 'GET'}}})}",
                }
            ),
            "GET /a",
            None,
        ),
        (f"2026-11-30T12:00:00.000Z {json.dumps({'rawPath': '/a', 'Records': []})}", "event", None),
        ('192.0.2.1 - - [30/Nov/2026:12:00:00 +0000]"GET /items HTTP/1.1" 200 2 c6af9ac6', "GET /items", ""),
        ("192.0.2.1,-,-,30/Nov/2026:12:00:00 +0000,GET,/items,HTTP/1.1,200,2,c6af9ac6", "GET /items", ""),
        (
            '<request id="c6"> <ip>192.0.2.1</ip> <httpMethod>GET</httpMethod> <resourcePath>/items</resourcePath>',
            "GET /items",
            "",
        ),
        (json.dumps({"httpMethod": "GET", "routeKey": "GET /items", "requestId": "x"}), "GET /items", ""),
    ],
)
def test_a_line_becomes_the_request_that_it_tells_of(line: str, route: str, query: str | None, tmp_path: Path) -> None:
    (tmp_path / "a.log").write_text(f"{line}\n\n")

    (recorded,) = events(tmp_path / "a.log")

    assert recorded.event is not None
    assert (about(recorded.event).route, recorded.event.get("rawQueryString")) == (route, query)


@pytest.mark.parametrize(
    "line",
    [
        '"GET https://[probe/ HTTP/1.1" "-"',
        "nonsense",
        "{",
        json.dumps({"message": "START RequestId: 7"}),
        json.dumps({"path": 7}),
    ],
)
def test_a_line_of_something_else_is_told_with_its_number(line: str, tmp_path: Path) -> None:
    (tmp_path / "a.log").write_text(f"{BALANCER}\n{line}\n")

    assert list(events(tmp_path / "a.log"))[1:] == [Recorded("a.log:2", None, EXPECTED)]


@pytest.mark.parametrize(
    "line",
    [
        json.dumps({"httpMethod": "GET", "resourcePath": "/items/{id}"}),
        json.dumps({"httpMethod": "GET", "routeKey": "GET /items/{id}"}),
        '192.0.2.1 - - [30/Nov/2026:12:00:00 +0000]"GET /items/{proxy+} HTTP/1.1" 200 2 c6af9ac6',
    ],
)
def test_a_log_that_keeps_the_route_and_not_the_path_is_told_what_to_log(line: str, tmp_path: Path) -> None:
    (tmp_path / "a.log").write_text(line)

    assert list(events(tmp_path / "a.log")) == [Recorded("a.log:1", None, NAMES_A_ROUTE)]


RECORDED = json.dumps({"LambdaMigrateRecord": 1, "event": {"a": 1}, "original": {"answer": 7}, "message": "recorded"})


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("a.log", f"2026-11-30T12:00:00.000Z {RECORDED}"),
        ("a.log", json.dumps({"timestamp": 1, "message": RECORDED})),
        ("a.json", json.dumps({"events": [{"timestamp": 1, "message": RECORDED}], "searchedLogStreams": []})),
        ("a.json", json.dumps({"messageType": "DATA_MESSAGE", "logEvents": [{"timestamp": 1, "message": RECORDED}]})),
        (
            "a.json",
            json.dumps(
                {"results": [[{"field": "@message", "value": RECORDED}]], "statistics": {}, "status": "Complete"}
            ),
        ),
    ],
)
def test_records_are_found_in_whatever_form_cloudwatch_logs_are_handed_on(
    name: str, content: str, tmp_path: Path
) -> None:
    (tmp_path / name).write_text(content)
    (tmp_path / "b").mkdir()
    with gzip.open(tmp_path / "b" / f"{name}.gz", "wt") as file:
        file.write(content)

    assert [(each.event, each.original) for each in events(tmp_path)] == [({"a": 1}, Answered(7))] * 2


def test_an_event_with_events_in_it_is_an_event(tmp_path: Path) -> None:
    (tmp_path / "a.json").write_text('{"events": [{"message": "x"}]}')

    assert list(events(tmp_path / "a.json")) == [Recorded("a.json", {"events": [{"message": "x"}]})]


def test_a_file_that_gzip_did_not_write_or_that_is_cut_is_told_and_the_others_are_read(tmp_path: Path) -> None:
    whole = gzip.compress(f"{BALANCER}\n".encode() * 2)
    (tmp_path / "000000.gz").write_bytes(b"nonsense")
    (tmp_path / "a.log.gz").write_bytes(whole[:-12])
    (tmp_path / "b.log.gz").write_bytes(whole)

    read = list(events(tmp_path))

    assert [each.where for each in read if each.problem == "a file that gzip has written, to its end"] == [
        "000000.gz",
        "a.log.gz",
    ]
    assert [each.where for each in read if each.event][-2:] == ["b.log.gz:1", "b.log.gz:2"]
