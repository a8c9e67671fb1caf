"""`verify load` by the command line: options, the question, and the ledger."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from lambda_migrate.engine.ledger import Ledger
from tests.events import requests
from tests.support.listening import Handler, listening

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.cli.migration import Migration
    from tests.cli.user import User
    from tests.support.screen import Answer

pytestmark = pytest.mark.sandbox


class Well(Handler):
    def serve(self) -> None:
        self.answer(200, b"{}")


def test_the_ledger_and_the_report_keep_what_it_found(migration: Migration) -> None:
    (migration.folder / "events.json").write_text(json.dumps([requests.http_api_2("GET", "/orders/7")]))
    with listening(Well) as url:
        asked = ("verify", "load", "--from", "events.json", "--against", url, "--rates", "20", "--each", "1s")

        refused = migration.run(*asked)
        answer = migration.run(*asked, "--yes", "--json")

        ledger = migration.folder / "ledger.yaml"
        identity = Ledger.read(ledger).identity
        assert identity
        with Ledger.open(ledger, identity, command="cutover", by="alice"):
            locked = migration.run(*asked, "--yes")

    assert (locked.code, "holds 20 requests a second" in locked.out) == (6, True)
    assert locked.hint == "the result is kept for `report`; only the note in the ledger is missing"
    assert (refused.code, refused.error) == (
        2,
        "`lambda-migrate verify load` loads the service, so it asks first, which needs a terminal",
    )
    data = answer.json["data"]
    assert (answer.code, data["result"], data["holds"], data["against"]) == (0, "pass", 20, url)
    note = migration.run("history").out.splitlines()[-1]
    assert note.endswith("load pass: holds 20 requests a second")
    page = migration.run("report", "--offline").out
    assert f"**pass**: holds 20 requests a second, the highest rate that was tried ({url}, " in page
    assert "| 20 | 20 | 0 | " in page


@pytest.mark.parametrize(
    ("words", "problem"),
    [
        (["verify", "load"], "missing option `--from` (env var: `LAMBDA_MIGRATE_VERIFY_LOAD_FROM`)"),
        (["verify", "load", "--from", "e", "--learn"], "no such option: `--learn`"),
        (["verify", "load", "--from", "nowhere"], "`nowhere` does not exist"),
        (
            ["verify", "load", "--from", "e", "--rates", "5,5"],
            "`--rates 5,5` has to rise from more than 0 to at most 2,000",
        ),
        (
            ["verify", "load", "--from", "e", "--rates", "x"],
            "`--rates x` has to rise from more than 0 to at most 2,000",
        ),
        (["verify", "load", "--from", "e", "--each", "2h"], "`--each 2h` has to be from 1 s to 1 h"),
        (
            ["verify", "shadow", "--from", "e", "--rates", "5"],
            "no such option: `--rates`",
        ),
    ],
)
def test_what_does_not_go_is_said(words: list[str], problem: str, user: User, run: Callable[..., Answer]) -> None:
    user.configure(url="https://orders.example.com")

    answer = run(*words)

    assert (answer.code, answer.error) == (2, problem)
