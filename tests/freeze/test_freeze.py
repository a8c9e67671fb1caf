"""The freeze on an embedded AWS, whose CloudTrail tells who changed the function."""

from __future__ import annotations

import time
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest

from lambda_migrate import inventory
from lambda_migrate.actions.function.create_alias import CreateAlias
from lambda_migrate.actions.function.grant_permission import GrantPermission
from lambda_migrate.engine.executor import Executor
from lambda_migrate.engine.ledger import Identity, Ledger
from lambda_migrate.engine.plan import Plan, Step
from lambda_migrate.errors import Drifted
from lambda_migrate.freeze import check, plans, recording, snapshot
from lambda_migrate.freeze.check import frozen
from lambda_migrate.freeze.denial import Principal
from lambda_migrate.function.versions import original
from tests.support.embedded_aws import archive

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from lambda_migrate.aws.session import Aws
    from lambda_migrate.sandbox.embedded_aws import EmbeddedAws

pytestmark = pytest.mark.sandbox

PASSWORD = "hunter2"


@pytest.fixture
def arn(make_function: Callable[..., str]) -> str:
    return make_function(Environment={"Variables": {"PASSWORD": PASSWORD}})


@pytest.fixture
def ledger(tmp_path: Path, embedded_aws: EmbeddedAws, arn: str) -> Iterator[Ledger]:
    identity = Identity(embedded_aws.account, embedded_aws.region, arn)
    with Ledger.open(tmp_path / "ledger.yaml", identity, command="freeze", by="tester") as opened:
        yield opened


@pytest.fixture
def begun(aws: Aws, ledger: Ledger, arn: str, unique: str) -> Ledger:
    recording.record(ledger, snapshot.read(aws, unique), arn, version="1")
    return ledger


def test_a_function_that_nobody_touched_is_as_it_was(aws: Aws, begun: Ledger, unique: str) -> None:
    assert check(aws, begun, unique) is None


def test_without_a_freeze_nothing_is_asked_of_aws(aws: Aws, ledger: Ledger, unique: str) -> None:
    calls: list[str] = []
    aws.log = calls.append

    assert check(aws, ledger, unique) is None
    assert calls == []


def test_other_code_is_told_with_who_when_and_which_call(
    aws: Aws, begun: Ledger, client: Callable[[str], Any], unique: str
) -> None:
    client("lambda").update_function_code(FunctionName=unique, ZipFile=archive("handler = print\n"))

    change = check(aws, begun, unique)

    assert change
    assert [difference.what for difference in change.differences] == ["code"]
    assert (change.calls[0].call, change.source) == ("UpdateFunctionCode", "human")
    assert change.calls[0].who.endswith(":user/test")
    assert isinstance(change.error(), Drifted)
    assert f"`{unique}` was changed since the freeze of" in change.error().message


@pytest.mark.parametrize("looked_after", [0.0, 7200.0])
def test_a_clock_that_was_an_hour_ahead_at_the_freeze_hides_nobody(
    aws: Aws, ledger: Ledger, arn: str, client: Callable[[str], Any], unique: str, looked_after: float
) -> None:
    right = ledger.clock
    ledger.clock = lambda: right() + timedelta(hours=1)
    recording.record(ledger, snapshot.read(aws, unique), arn, version="1")
    ledger.clock = right
    if looked_after:
        ledger.note("looked")  # whatever is recorded once the clock is put right
    client("lambda").update_function_code(FunctionName=unique, ZipFile=archive("handler = print\n"))
    aws.now = lambda: time.time() + looked_after

    change = check(aws, ledger, unique)

    assert change
    assert change.calls[0].call == "UpdateFunctionCode"


@pytest.mark.parametrize(
    ("what", "call", "parameters"),
    [
        ("configuration", "update_function_configuration", {"Timeout": 42}),
        ("configuration", "update_function_configuration", {"Environment": {"Variables": {"PASSWORD": "other"}}}),
        ("configuration", "update_function_configuration", {"MemorySize": 256}),
        ("alias theirs", "create_alias", {"Name": "theirs", "FunctionVersion": "$LATEST"}),
        (
            "permission theirs of the function",
            "add_permission",
            {"StatementId": "theirs", "Action": "lambda:InvokeFunction", "Principal": "sns.amazonaws.com"},
        ),
    ],
)
def test_everything_else_that_a_deployment_changes_is_seen_too(
    aws: Aws,
    begun: Ledger,
    client: Callable[[str], Any],
    unique: str,
    what: str,
    call: str,
    parameters: dict[str, Any],
) -> None:
    getattr(client("lambda"), call)(FunctionName=unique, **parameters)

    change = check(aws, begun, unique)

    assert change
    assert [difference.what for difference in change.differences] == [what]
    assert not change.harmless


def test_what_the_migration_changes_itself_is_no_change(aws: Aws, begun: Ledger, arn: str, unique: str) -> None:
    statement = {
        "Sid": "lambda-migrate-live",
        "Effect": "Allow",
        "Principal": {"Service": "sns.amazonaws.com"},
        "Action": "lambda:InvokeFunction",
        "Resource": f"{arn}:live",
    }
    version = str(aws.call("lambda", "publish_version", FunctionName=unique, Description="original")["Version"])
    steps = (
        Step("01", CreateAlias(unique, "live", version, "traffic")),
        Step("02", GrantPermission(unique, "live", statement)),
    )

    Executor(begun, aws).run(Plan("cutover", arn, "", steps))

    assert check(aws, begun, unique) is None


def test_the_ledger_learns_no_value_of_the_environment(begun: Ledger) -> None:
    assert PASSWORD not in begun.path.read_text()


def test_a_freeze_that_is_taken_over_again_keeps_its_beginning(
    aws: Aws, begun: Ledger, client: Callable[[str], Any], arn: str, unique: str
) -> None:
    first = frozen(begun)
    client("lambda").update_function_configuration(FunctionName=unique, Timeout=42)
    aws.wait_function_updated(unique)

    recording.record(begun, snapshot.read(aws, unique), arn, version="2", reason="urgent fix")

    record = frozen(begun)
    assert first
    assert record
    assert record.note
    assert (record.note["began"], record.note["version"]) == (first.at, "2")
    assert check(aws, begun, unique) is None


def test_the_original_is_published_once(aws: Aws, begun: Ledger, unique: str) -> None:
    function = inventory.take(aws, unique, alias="live").function
    plan = plans.begin(function, original(function))
    assert [step.action.kind for step in plan.steps] == ["publish_version"]

    Executor(begun, aws).run(plan)

    again = inventory.take(aws, unique, alias="live").function
    published = original(again)
    assert published
    assert published.description.startswith("lambda-migrate original ")
    assert plans.begin(again, published).steps == ()


def test_denials_are_attached_recorded_and_lifted(
    aws: Aws, begun: Ledger, client: Callable[[str], Any], arn: str, unique: str
) -> None:
    iam = client("iam")
    iam.create_role(RoleName=f"{unique}-deployer", AssumeRolePolicyDocument="{}")
    iam.create_user(UserName=f"{unique}-anna")
    whom = (Principal("role", f"{unique}-deployer"), Principal("user", f"{unique}-anna"))
    executor = Executor(begun, aws)

    executor.run(plans.enforce(aws, arn, whom, "arn:aws:iam::000000000000:user/migrating"))

    name = f"lambda-migrate-freeze-{unique}"
    denied = iam.get_role_policy(RoleName=f"{unique}-deployer", PolicyName=name)["PolicyDocument"]
    assert denied["Statement"][0]["Effect"] == "Deny"
    assert iam.list_user_policies(UserName=f"{unique}-anna")["PolicyNames"] == [name]
    assert plans.enforce(aws, arn, whom, "arn:aws:iam::000000000000:user/migrating").steps == ()

    recording.lift(executor, by="retire")

    assert iam.list_role_policies(RoleName=f"{unique}-deployer")["PolicyNames"] == []
    assert iam.list_user_policies(UserName=f"{unique}-anna")["PolicyNames"] == []
    assert frozen(begun) is None
    assert recording.lift(executor, by="retire") == []


def test_who_cannot_be_denied_is_named(aws: Aws, begun: Ledger, arn: str) -> None:
    plan = plans.enforce(aws, arn, (Principal("role", "AWSReservedSSO_Deploy_0a1b"),), "arn:aws:iam::1:user/me")

    assert plan.steps == ()
    assert len(plan.blockers) == 1
    text = "`role/AWSReservedSSO_Deploy_0a1b` belongs to IAM Identity Center"
    assert plan.blockers[0].startswith(f"denial-impossible: {text}")


def test_who_was_only_seen_and_cannot_be_denied_keeps_nobody_from_being_denied(
    aws: Aws, begun: Ledger, client: Callable[[str], Any], arn: str, unique: str
) -> None:
    client("iam").create_role(RoleName=f"{unique}-deployer", AssumeRolePolicyDocument="{}")
    seen = (Principal("role", "AWSReservedSSO_Deploy_0a1b"), Principal("role", f"{unique}-deployer"))

    plan = plans.enforce(aws, arn, seen, "arn:aws:iam::000000000000:user/me", named=False)

    assert [step.action.kind for step in plan.steps] == ["put_role_policy"]
    assert plan.blockers == ()
    assert len(plan.warnings) == 1
    assert plan.warnings[0].startswith("`role/AWSReservedSSO_Deploy_0a1b` belongs to IAM Identity Center")
