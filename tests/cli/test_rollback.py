"""`rollback`: all of it or back to a step, from the ledger alone, and the originals are as they were."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from lambda_migrate.engine.guard_role import name_of

if TYPE_CHECKING:
    from tests.cli.migration import Migration

pytestmark = pytest.mark.sandbox

CALLED_BY = ["http_api", "sns", "eventbridge", "sqs"]


def test_everything_is_taken_back_from_the_ledger_alone(migration: Migration) -> None:
    assert migration.run("cutover", "--weights", "50,100", "--yes").code == 7  # nobody calls it, so it pauses
    half_way = migration.found()
    moved = {trigger.qualifier for trigger in half_way.triggers if trigger.enabled}
    assert (moved, len(half_way.function.versions)) == ({"live"}, 2)

    answer = migration.run("rollback", "--yes", "--json")

    assert answer.code == 0
    assert [step for step in answer.json["data"]["undone"] if "shift_weight" in step] != []
    found = migration.found()
    assert found.triggers == migration.original.triggers
    assert found.fingerprint == migration.original.fingerprint
    assert sorted({trigger.kind for trigger in found.triggers}) == sorted(CALLED_BY)


def test_back_to_a_step_leaves_that_step_standing_and_the_rest_can_be_done_again(migration: Migration) -> None:
    deployed = migration.found().function

    answer = migration.run("rollback", "--to", "01-publish_version", "--yes", "--json")

    undone = [step.partition("-")[2] for step in answer.json["data"]["undone"]]
    assert undone == ["restore_latest", "configure_latest", "publish_version", "publish_layer", "pin_original"]
    assert answer.json["data"]["stayed"] == []
    back = migration.found().function
    assert [version.number for version in back.versions] == [deployed.versions[0].number]
    assert back.configuration_sha256 == migration.original.function.configuration_sha256
    assert migration.run("proxy", "deploy", "--yes").code == 0
    assert len(migration.found().function.versions) == 2


def test_a_schedule_that_would_move_traffic_unknown_to_the_ledger_is_told(migration: Migration) -> None:
    name, aws = name_of(migration.world.name), migration.aws
    call = {"FunctionName": migration.world.name, "Name": "live", "FunctionVersion": "1"}
    statement = {"Effect": "Allow", "Principal": {"Service": "scheduler.amazonaws.com"}, "Action": "sts:AssumeRole"}
    trust = json.dumps({"Version": "2012-10-17", "Statement": [statement]})
    role = aws.call("iam", "create_role", RoleName=f"{name}-theirs", AssumeRolePolicyDocument=trust)["Role"]["Arn"]
    target = {
        "Arn": "arn:aws:scheduler:::aws-sdk:lambda:updateAlias",
        "RoleArn": role,
        "Input": json.dumps(call),
    }
    aws.call(
        "scheduler",
        "create_schedule",
        Name=name,
        ScheduleExpression="at(2099-01-01T08:15:00)",
        FlexibleTimeWindow={"Mode": "OFF"},
        Target=target,
    )
    try:
        answer = migration.run("rollback", "--dry-run")
    finally:
        aws.call("scheduler", "delete_schedule", Name=name)
        aws.call("iam", "delete_role", RoleName=f"{name}-theirs")

    said = " ".join(answer.err.split())
    assert (
        f"! schedule `{name}` puts alias live back to version 1 at 2099-01-01T08:15:00 UTC, and `ledger.yaml`" in said
    )
    assert f"`aws scheduler delete-schedule --name {name}`" in said
