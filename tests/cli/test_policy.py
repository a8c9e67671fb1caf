"""`policy` prints what a phase and its way back need, IAM lets them run with just that, `doctor` asks IAM before."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from uuid import uuid4

import pytest

from lambda_migrate.aws.permissions import Permission
from tests.actions.stage import trust
from tests.inventory.world import build
from tests.support.chaos import FULL
from tests.support.embedded_aws import function_maker
from tests.support.operator import asking_aws
from tests.support.screen import call
from tests.support.service import serving

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

    from lambda_migrate.sandbox.embedded_aws import EmbeddedAws
    from tests.support.operator import Operator
    from tests.support.screen import Answer

pytestmark = pytest.mark.sandbox

PAUSED = 7
"""Nobody calls the function, so that a weight is inconclusive."""
ASKING = [
    Permission("iam:SimulatePrincipalPolicy", "*"),
    Permission("iam:GetRole", "*"),
]


@dataclass
class Migrating:
    """Somebody who migrates a function with a trigger of each kind, as root or as the operator."""

    aws: EmbeddedAws
    operator: Operator
    patch: pytest.MonkeyPatch

    def root(self, *arguments: str) -> Answer:
        return self._run(self.aws.environment, arguments)

    def limited(self, *arguments: str) -> Answer:
        return self._run(self.operator.environment, arguments)

    def _run(self, environment: dict[str, str], arguments: Iterable[str]) -> Answer:
        for name, value in environment.items():
            self.patch.setenv(name, value)
        return call(*arguments)

    def policy(self, phase: str) -> list[Permission]:
        """Return what the policy of a phase allows, as the command prints it."""
        answer = self.root("policy", "--phase", phase, "--json")
        assert answer.code == 0, answer.err
        return [each for policy in answer.json["data"]["policies"] for each in permissions(policy["document"])]


def permissions(document: dict[str, Any]) -> Iterator[Permission]:
    for statement in document["Statement"]:
        (condition,) = statement.get("Condition", {"": {}}).items()
        operator, keys = condition
        met = next(((operator, key, value) for key, value in keys.items()), ())
        for action in listed(statement["Action"]):
            for resource in listed(statement["Resource"]):
                yield Permission(action, resource, met)


def listed(value: str | list[str]) -> list[str]:
    return [value] if isinstance(value, str) else value


@pytest.fixture(scope="module")
def account(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[EmbeddedAws, Operator]]:
    with asking_aws(tmp_path_factory.mktemp("asking")) as account:
        yield account


@pytest.fixture
def migrating(
    account: tuple[EmbeddedAws, Operator], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Migrating]:
    aws, operator = account
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("AWS_SESSION_TOKEN", raising=False)
    name, client = f"t{uuid4().hex[:10]}", operator.client
    client("iam").create_role(RoleName=name, AssumeRolePolicyDocument=json.dumps(trust("lambda.amazonaws.com")))
    build(client, function_maker(client, aws.account, name)())
    client("secretsmanager").create_secret(Name=f"{name}/keys", SecretString="k1:the-signing-secret")
    with serving() as service:
        (tmp_path / "migration.yaml").write_text(
            f"function: {name}\nservice: {{url: '{service.url}', directory: '.'}}\n"
            f"proxy: {{signing_keys: 'secretsmanager:{name}/keys'}}\n"
            "cutover: {propagation: false, bake: 1s, weights: [100]}\n"
            "verify: {timeout: 1s, slow: 60s, probes: 1, arrival: 0s}\n"
        )
        yield Migrating(aws, operator, monkeypatch)


def test_a_phase_and_its_way_back_run_under_just_its_policy(migrating: Migrating) -> None:
    for phase, command, code in (("proxy", ("proxy", "deploy"), 0), ("cutover", ("cutover",), PAUSED)):
        migrating.operator.may(migrating.policy(phase))

        there = migrating.limited(*command, "--yes")
        back = migrating.limited("rollback", "--last", "--now", "--yes")
        again = migrating.limited(*command, "--yes")

        assert (there.code, back.code, again.code) == (code, 0, code), (there.err, back.err, again.err)
        assert "not allowed" not in there.err + back.err + again.err


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
