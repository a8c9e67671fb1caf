"""`verify shadow`: the service's answers against the original's, through the proxy, on the embedded AWS."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest
import yaml

from lambda_migrate.engine.ledger import Ledger
from tests.events import requests

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.cli.migration import Migration
    from tests.cli.user import User
    from tests.support.screen import Answer

pytestmark = pytest.mark.sandbox


def test_a_service_that_answers_otherwise_is_told_route_by_route(migration: Migration) -> None:
    events = [requests.http_api_2("GET", "/orders/7"), requests.http_api_2("POST", "/orders")]
    (migration.folder / "events.json").write_text(json.dumps(events))

    asked = ("verify", "shadow", "--from", "events.json", "--learn")
    refused = migration.run(*asked)
    answer = migration.run(*asked, "--yes", "--json")
    shown = migration.run(*asked, "--yes", "--also", "POST /orders")

    assert (refused.code, refused.error) == (
        2,
        "`lambda-migrate verify shadow` invokes the function, so it asks first, which needs a terminal",
    )
    data = answer.json["data"]
    assert (answer.code, data["result"], data["compared"], data["mismatched"]) == (3, "fail", 1, 1)
    assert data["skipped"] == {"POST /orders may change something; `--also` sends it too": 1}
    assert data["noisy"] == [["GET /orders/{}", "$.request_id"]]
    assert "  path: $.request_id\n" in (migration.folder / "noise.yaml").read_text()
    assert (shown.code, shown.error) == (3, "2 of 2 differ: more than 1.00%, with 95 % confidence")
    assert "POST /orders    1 of 1 differ" in shown.out
    page = migration.run("report", "--offline").out
    assert "shadow: result fail, compared 2, mismatched 2" in page
    assert "**fail**: 2 of 2 events were answered differently by the service (root, " in page
    assert "| POST /orders | " in page


def test_against_a_copy_and_while_a_run_holds_the_ledger(migration: Migration) -> None:
    recorded = {"LambdaMigrateRecord": 1, "event": requests.http_api_2("POST", "/orders"), "original": {"answer": {}}}
    (migration.folder / "events.jsonl").write_text(json.dumps(recorded))
    url = yaml.safe_load((migration.folder / "migration.yaml").read_text())["service"]["url"]
    copy = url.replace("127.0.0.1", "localhost")  # the same one under another name stands in for a copy
    asked = ("verify", "shadow", "--from", "events.jsonl", "--against", copy, "--yes")
    ledger = migration.folder / "ledger.yaml"
    identity = Ledger.read(ledger).identity
    assert identity

    with Ledger.open(ledger, identity, command="a run", by="somebody"):
        locked = migration.run(*asked)
    answer = migration.run(*asked, "--json")

    assert (locked.code, "POST /orders" in locked.out) == (6, True)
    data = answer.json["data"]
    assert (answer.code, data["compared"], list(data["routes"])) == (3, 1, ["POST /orders"])


@pytest.mark.parametrize(
    ("words", "problem"),
    [
        (["verify", "shadow"], "missing option `--from` (env var: `LAMBDA_MIGRATE_VERIFY_SHADOW_FROM`)"),
        (["verify", "shade"], "unexpected argument `shade`"),
        (["verify", "--learn"], "no such option: `--learn`"),
        (["verify", "shadow", "--from", "nowhere"], "`nowhere` does not exist"),
    ],
)
def test_what_does_not_go_is_said(words: list[str], problem: str, user: User, run: Callable[..., Answer]) -> None:
    answer = run(*words)

    assert (answer.code, answer.error) == (2, problem)
