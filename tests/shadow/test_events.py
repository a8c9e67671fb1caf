"""Events from files, and what an event is."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from lambda_migrate.shadow.events import About, Recorded, about, events
from tests.events import requests

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

HAR = {
    "log": {
        "entries": [
            {
                "request": {
                    "method": "post",
                    "url": "https://shop.example/items?a=1&b=",
                    "headers": [{"name": "Cookie", "value": "s=1; t=2"}, {"name": "X-A", "value": "b"}],
                    "postData": {"text": "grün"},
                }
            },
            {"request": {"method": "GET"}},
        ]
    }
}


def test_a_folder_is_read_in_the_order_of_names_and_what_is_wrong_is_told(tmp_path: Path) -> None:
    (tmp_path / "a.json").write_text('[{"a": 1}, 7]')
    (tmp_path / "b.jsonl").write_text('{"b": 1}\n\n{"b": 2}\nnonsense\n')
    (tmp_path / "c.json").write_text("{")
    (tmp_path / "d.har").write_text("{}")
    (tmp_path / "ignored.txt").write_text("x")

    assert list(events(tmp_path)) == [
        Recorded("a.json:1", {"a": 1}),
        Recorded("a.json:2", None, "an event as Lambda gets it, an object"),
        Recorded("b.jsonl:1", {"b": 1}),
        Recorded("b.jsonl:3", {"b": 2}),
        Recorded("b.jsonl:4", None, "JSON"),
        Recorded("c.json", None, "JSON"),
        Recorded("d.har", None, "a HAR file, with log.entries"),
    ]
    assert list(events(tmp_path / "ignored.txt")) == [Recorded("ignored.txt", None, "one of .json, .jsonl, .har, .log")]


def test_an_event_over_several_lines_as_sam_generates_it_is_one(tmp_path: Path) -> None:
    (tmp_path / "event.json").write_text(json.dumps(requests.rest_api("GET", "/items"), indent=2))

    assert list(events(tmp_path)) == [Recorded("event.json", requests.rest_api("GET", "/items"))]


def test_a_har_file_becomes_the_events_that_an_http_api_makes(tmp_path: Path) -> None:
    (tmp_path / "site.har").write_text(json.dumps(HAR))

    first, second = events(tmp_path / "site.har")

    assert first.event is not None
    assert {name: first.event[name] for name in ("rawPath", "rawQueryString", "cookies", "headers", "body")} == {
        "rawPath": "/items",
        "rawQueryString": "a=1&b=",
        "cookies": ["s=1", "t=2"],
        "headers": {"x-a": "b"},
        "body": "Z3LDvG4=",
    }
    assert about(first.event) == About("POST /items", request=True, reads=False, inferred=True)
    assert second == Recorded("site.har:2", None, "a request with method, url and headers")


@pytest.mark.parametrize(
    ("event", "expected"),
    [
        ({"requestContext": {"http": {"method": "GET"}}, "routeKey": "GET /a/{id}", "rawPath": "/a/7"}, "GET /a/{id}"),
        ({"requestContext": {"http": {"method": "GET"}}, "routeKey": "$default", "rawPath": "/a/7/b"}, "GET /a/{}/b"),
        (
            {"httpMethod": "GET", "resource": "/{proxy+}", "path": "/a/0f8fad5b-d9cb-469f-a165-70867728950e"},
            "GET /a/{}",
        ),
        ({"httpMethod": "HEAD", "resource": "/a/{id}", "path": "/a/7"}, "HEAD /a/{id}"),
    ],
)
def test_a_route_has_neither_numbers_nor_ids(event: dict[str, Any], expected: str) -> None:
    what = about(event)

    assert (what.route, what.request, what.reads) == (expected, True, True)


@pytest.mark.parametrize(
    ("event", "expected"),
    [
        ({"Records": [{"eventSource": "aws:sqs"}]}, "aws:sqs"),
        ({"Records": [{"EventSource": "aws:sns"}]}, "aws:sns"),
        ({"source": "shop", "detail-type": "paid"}, "shop"),
        ({"Records": []}, "event"),
    ],
)
def test_what_is_no_request_is_named_by_its_source(event: dict[str, Any], expected: str) -> None:
    assert about(event) == About(expected, request=False, reads=False)


@pytest.mark.parametrize("make", requests.FRONT_DOORS.values(), ids=requests.FRONT_DOORS)
def test_a_request_of_every_source_is_one(make: Callable[..., dict[str, Any]]) -> None:
    what = about(make("POST", "/orders/7"))

    assert (what.request, what.reads, what.route.startswith("POST /orders")) == (True, False, True)


@pytest.mark.parametrize("context", [None, 7, {"http": "GET"}, {"http": ["GET"]}])
def test_an_event_of_an_odd_form_is_none_that_reads(context: Any) -> None:
    assert about({"requestContext": context}) == About("event", request=False, reads=False)
