"""`report`: one page for the change ticket, Markdown for a pull request, and a runbook."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.cli.migration import Migration
    from tests.support.screen import Answer

pytestmark = pytest.mark.sandbox


@pytest.fixture
def half_way(migration: Migration) -> Migration:
    """A cutover that pauses at half of the traffic, because nobody calls."""
    assert migration.run("cutover", "--weights", "50,100", "--yes").code == 7
    return migration


def test_it_tells_where_a_canary_stands_and_without_aws_what_the_ledger_knows(
    half_way: Migration, monkeypatch: pytest.MonkeyPatch
) -> None:
    answer = half_way.run("report", "--json")
    data, name = answer.json["data"], half_way.world.name

    assert (answer.code, data["live"], data["phase"]) == (0, "alias live is at version 1, 50 % on version 2", "cutover")
    assert data["remaining"] == ["12-shift_weight: alias live: 1, 50 % on 2 → 2"]
    assert [share["percent"] for share in data["shares"]] == [0.0, 50.0]
    assert [(each["step"], each["result"]) for each in data["judgements"]] == [("11-shift_weight", "inconclusive")]
    assert "traffic.invocations" in [name for name, _value in data["judgements"][0]["evidence"]]
    assert {each["kind"]: each["now"] for each in data["callers"] if "switched off" not in each["now"]} == {
        "HTTP API": "live",
        "SNS topic": "live",
        "EventBridge rule": "live",
        "SQS queue": "live",
    }
    assert data["timeline"][0]["text"].endswith(f"function:{name}")
    assert {each["what"] for each in data["timeline"]} == {"note", "planned", "done", "verdict"}

    monkeypatch.setenv("AWS_ENDPOINT_URL", "http://127.0.0.1:9")
    alone = half_way.run("report", "--offline", "--json")
    assert (alone.code, alone.json["data"]) == (
        0,
        data | {"made": alone.json["data"]["made"], "callers": None, "traffic": None, "remaining": [], "phase": ""},
    )


def test_it_is_a_page_that_asks_for_nothing_and_a_runbook_that_says_what_to_type(half_way: Migration) -> None:
    answer = half_way.run("report", "--html", "report.html")
    page = (half_way.folder / "report.html").read_text()

    assert (answer.code, answer.out.splitlines()[0]) == (
        0,
        "Written: `report.html`. It names the account, callers and steps, and holds no secrets.",
    )
    assert f"<h1>Migration of {half_way.world.name}</h1>" in page
    assert re.findall(r"(?:src|href)=|url\(|<script|@import", page) == []
    assert page.count('<svg class="chart" role="img"') >= 1
    assert "hunter2" not in page
    assert "the-signing-secret" not in page

    answer, name = half_way.run("report", "--runbook"), half_way.world.name
    alias = half_way.aws.call("lambda", "get_alias", FunctionName=name, Name="live")

    assert answer.code == 0
    weights = "--routing-config '{\"AdditionalVersionWeights\": {}}'"
    revision = f"--revision-id {alias['RevisionId']}"
    assert re.findall(r"^\$ (.*)$", answer.out, re.MULTILINE) == [
        f"aws lambda update-alias --function-name {name} --name live --function-version 2 {weights} {revision}",
        f"aws lambda get-alias --function-name {name} --name live",
    ]
    assert "Back: alias live: 2 → 1, 50 % on 2" in answer.out


def test_a_runbook_changes_nothing_and_shows_no_environment(migration: Migration) -> None:
    assert migration.run("rollback", "--yes").code == 0
    before = migration.found()

    answer = migration.run("report", "--runbook")

    assert (answer.code, migration.found().fingerprint) == (0, before.fingerprint)
    assert "# Runbook: proxy of" in answer.out
    assert "--zip-file fileb://FILE" in answer.out
    assert "hunter2" not in answer.out


@pytest.mark.parametrize(
    ("words", "problem"),
    [
        (["--runbook", "--offline"], "`--runbook` cannot be combined with `--html`, `--markdown` or `--offline`"),
        (["--html", "a.html", "--markdown"], "`--html` and `--markdown` cannot be combined"),
        (["--offline", "--html", "missing/a.html"], "`missing/a.html` cannot be written: No such file or directory"),
    ],
)
def test_what_does_not_go_is_said(words: list[str], problem: str, user: object, run: Callable[..., Answer]) -> None:
    answer = run("report", *words)

    assert (answer.code, answer.err.splitlines()[0]) == (2, f"error: {problem}")
