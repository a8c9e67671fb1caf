"""Lines of logs become the requests that they tell of."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from lambda_migrate.shadow.access_logs import EXPECTED
from lambda_migrate.shadow.events import Recorded, about, events

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
