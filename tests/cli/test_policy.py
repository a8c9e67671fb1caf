"""`policy` prints what a phase and its way back need, IAM lets them run with just that, `doctor` asks IAM before."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from lambda_migrate.aws.permissions import Permission
from tests.cli.limited import account, bare, migrating
from tests.support.chaos import FULL

if TYPE_CHECKING:
    from tests.cli.limited import Migrating

__all__ = ["account", "bare", "migrating"]
pytestmark = pytest.mark.sandbox

PAUSED = 7
"""Nobody calls the function, so that a weight is inconclusive."""
ASKING = [
    Permission("iam:SimulatePrincipalPolicy", "*"),
    Permission("iam:GetRole", "*"),
]


def test_a_phase_and_its_way_back_run_under_just_its_policy(migrating: Migrating) -> None:
    for phase, command, code in (("proxy", ("proxy", "deploy"), 0), ("cutover", ("cutover",), PAUSED)):
        migrating.operator.may(migrating.policy(phase))

        there = migrating.limited(*command, "--yes")
        back = migrating.limited("rollback", "--last", "--now", "--yes")
        again = migrating.limited(*command, "--yes")

        assert (there.code, back.code, again.code) == (code, 0, code), (there.err, back.err, again.err)
        assert "not allowed" not in there.err + back.err + again.err


@pytest.mark.chaos
def test_with_one_permission_less_a_phase_stops_and_says_which(migrating: Migrating) -> None:
    policy = migrating.policy("proxy")
    changing = ["lambda:PublishVersion", "lambda:UpdateFunctionConfiguration", "lambda:CreateAlias"]
    for taken in changing if FULL else changing[:1]:
        migrating.operator.may(each for each in policy if each.action != taken)

        stopped = migrating.limited("proxy", "deploy", "--yes")

        assert stopped.code == 4, stopped.err
        assert taken in stopped.err
    migrating.operator.may(policy)
    assert migrating.limited("proxy", "deploy", "--yes").code == 0


def test_what_is_printed_is_what_iam_takes_and_nothing_else(migrating: Migrating) -> None:
    answer = migrating.root("policy", "--phase", "cutover")

    (document, end) = json.JSONDecoder().raw_decode(answer.out)
    assert answer.code == 0
    assert sorted(document) == ["Statement", "Version"]
    assert answer.out[end:].strip() == "" or answer.out[end:].strip().startswith("{")
    assert "`cutover` and its way back: " in answer.err


def test_doctor_asks_iam_and_names_the_statement_to_add(migrating: Migrating) -> None:
    policies = [*migrating.policy("proxy"), *migrating.policy("cutover"), *ASKING]

    def checks() -> dict[str, dict[str, str]]:
        data = migrating.limited("doctor", "--json").json["data"]
        return {each["name"]: each for each in data["checks"] if each["name"].startswith("permissions")}

    migrating.operator.may(policies)
    assert {name: each["result"] for name, each in checks().items()} == {
        "permissions: proxy": "pass",
        "permissions: cutover": "pass",
    }

    migrating.operator.may(each for each in policies if each.action != "lambda:PublishVersion")
    denied = checks()["permissions: proxy"]
    assert (denied["result"], denied["detail"].partition(" on ")[0]) == ("fail", "IAM denies lambda:PublishVersion")
    assert '"Action": "lambda:PublishVersion"' in denied["hint"]

    migrating.operator.may(each for each in policies if each.action != "iam:SimulatePrincipalPolicy")
    unknown = checks()["permissions: proxy"]
    assert (unknown["result"], unknown["detail"].partition(":")[0]) == ("warn", "unknown")


def test_what_only_looks_needs_no_more_than_its_policy(migrating: Migrating) -> None:
    migrating.operator.may([*migrating.policy("inspect"), *ASKING])

    looked = migrating.limited("inspect", "--json")
    examined = migrating.limited("doctor", "--json").json["data"]["checks"]

    assert looked.code == 0
    assert "unknown" not in {trigger["kind"] for trigger in looked.json["data"]["inventory"]["triggers"]}
    assert looked.json["data"]["domains"]["unread"] == []
    assert [each for each in examined if "not allowed" in each["detail"]] == []


def test_root_may_do_everything(migrating: Migrating) -> None:
    data = migrating.root("doctor", "--json").json["data"]

    assert [each["detail"] for each in data["checks"] if each["name"].startswith("permissions")] == [
        "you are the account's root, who may do everything",
        "you are the account's root, who may do everything",
    ]
