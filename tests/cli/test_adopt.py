"""A ledger that is lost comes back: from version control, or from what AWS shows."""

from __future__ import annotations

import subprocess
from typing import TYPE_CHECKING

from lambda_migrate.engine.ledger import Ledger
from lambda_migrate.workflow.adopt import GONE

if TYPE_CHECKING:
    from tests.cli.migration import Migration
    from tests.support.screen import Answer


def lose(migration: Migration) -> None:
    for name in ("ledger.yaml", "ledger.index"):
        (migration.folder / name).unlink(missing_ok=True)


def recorded(answer: Answer) -> list[str]:
    assert answer.code == 0, answer.err
    return [check["result"] for check in answer.json["data"]["checks"] if check["name"] == "ledger and AWS"]


def test_a_lost_ledger_is_noticed_by_those_who_look_and_those_who_act(migration: Migration) -> None:
    lose(migration)

    checks = migration.run("doctor", "--json").json["data"]["checks"]
    rolled_back = migration.run("rollback", "--yes")
    deployed = migration.run("cutover", "--yes")

    assert [check["result"] for check in checks if check["name"] == "ledger and AWS"] == ["fail"]
    assert (rolled_back.code, deployed.code) == (1, 1)
    assert "`lambda-migrate adopt` brings it back" in rolled_back.hint


def test_it_is_made_from_what_aws_shows_and_leads_back(migration: Migration) -> None:
    lose(migration)

    shown = migration.run("adopt", "--dry-run")
    adopted = migration.run("adopt", "--yes")
    status = migration.run("status", "--json").json["data"]
    verified = migration.run("history", "--verify")
    back = migration.run("rollback", "--yes")

    assert (shown.code, adopted.code, verified.code, back.code) == (0, 0, 0, 0), back.err
    assert "version of" in shown.out
    assert "What cannot be recorded, and what that means for `rollback`:" in shown.out
    assert "whatever `cutover --direct` has moved to the service stays there" in " ".join(shown.out.split())
    assert status["next"][0] == "lambda-migrate verify"
    versions = migration.found().function.versions
    assert [version.number for version in versions if version.proxy_events] == []


def test_weights_that_aws_shows_go_back(migration: Migration) -> None:
    name = migration.world.name
    migration.aws.call("lambda", "create_alias", FunctionName=name, Name="live", FunctionVersion="2")
    lose(migration)

    assert migration.run("adopt", "--yes").code == 0
    back = migration.run("rollback", "--yes")

    alias = migration.aws.call("lambda", "get_alias", FunctionName=name, Name="live")
    assert (back.code, alias["FunctionVersion"]) == (0, "1"), back.err


def test_version_control_comes_first(migration: Migration) -> None:
    commit = ["git", "-c", "user.name=me", "-c", "user.email=me@localhost", "commit", "-qm", "Record"]
    for words in (["git", "init", "-q"], ["git", "add", "ledger.yaml"], commit):
        subprocess.run(words, cwd=migration.folder, check=True)
    before = (migration.folder / "ledger.yaml").read_bytes()
    lose(migration)

    answer = migration.run("adopt", "--yes", "--json")

    assert (answer.code, answer.json["data"]["from"] != "AWS") == (0, True), answer.err
    assert (migration.folder / "ledger.yaml").read_bytes() == before
    assert Ledger.read(migration.folder / "ledger.yaml").identity is not None


def test_a_ledger_that_lacks_nothing_stays(migration: Migration) -> None:
    before = (migration.folder / "ledger.yaml").read_bytes()

    answer = migration.run("adopt", "--yes", "--json")

    assert (answer.code, answer.json["data"]) == (0, {"from": None})
    assert (migration.folder / "ledger.yaml").read_bytes() == before


def test_triggers_that_the_cutover_moved_are_recorded_and_go_back(migration: Migration) -> None:
    assert migration.run("cutover", "--weights", "100", "--yes").code in (0, 7)
    moved = [trigger for trigger in migration.found().triggers if trigger.qualifier == "live"]
    lose(migration)

    adopted = migration.run("adopt", "--yes", "--json")
    back = migration.run("rollback", "--yes")

    assert moved
    assert (adopted.code, back.code) == (0, 0), adopted.err + back.err
    assert adopted.json["data"]["not_recorded"] == [GONE]
    assert migration.found().triggers == migration.original.triggers
    assert "live" not in migration.found().function.qualified
