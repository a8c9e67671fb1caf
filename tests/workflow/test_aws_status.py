"""What AWS shows of lock and guard, told beside what the ledger says."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import pytest

from lambda_migrate.engine.guard_role import name_of
from lambda_migrate.engine.ledger import Identity, Ledger
from lambda_migrate.engine.lock import Holder
from lambda_migrate.engine.machines import Claim, encode
from lambda_migrate.errors import NotAllowed, NotFound
from lambda_migrate.verify.check import Check
from lambda_migrate.workflow import aws_status
from tests.inventory.fake_aws import FakeAws

if TYPE_CHECKING:
    from pathlib import Path

Checks = list[Check]
NOW = datetime(2026, 9, 30, 8, 0, tzinfo=UTC).timestamp()
HOLDER = Holder("arn:aws:iam::1:user/ann", "laptop", 4711, "cutover", "", "")
SCHEDULE = {
    "ScheduleExpression": "at(2026-09-30T08:15:00)",
    "Target": {"Arn": "arn", "RoleArn": "role", "Input": json.dumps({"Name": "live", "FunctionVersion": "1"})},
}
ARMED = {"state": "armed", "at": "2026-09-30T08:15:00", "alias": "live", "version": "1"}
IDENTITY = Identity("123456789012", "eu-west-1", "arn:aws:lambda:eu-west-1:123456789012:function:orders")
AT = "at 2026-09-30 08:15 UTC"


def looked(folder: Path, description: str | None, schedule: Any = None, note: dict[str, str] | None = None) -> Checks:
    aws = FakeAws()
    if description is not None:
        aws.answers["lambda:get_alias"] = {"Description": description}
    aws.answers["scheduler:get_schedule"] = schedule or NotFound("none")
    return list(aws_status.checks(aws, "orders", ledger(folder, note), NOW))  # type: ignore[arg-type]  # a stand-in


def ledger(folder: Path, note: dict[str, str] | None) -> Ledger:
    """Return a ledger whose last note of the guard is this."""
    path = folder / "ledger.yaml"
    if note:
        with Ledger.open(path, IDENTITY, command="cutover", by="ann") as opened:
            opened.note("guard", run=1, id="04-shift_weight", **note)
    return Ledger.read(path)


def test_the_holder_is_named_with_where_for_what_and_how_long(tmp_path: Path) -> None:
    lock, _guard = looked(tmp_path, encode(Claim(HOLDER, NOW + 600, "t")))

    assert lock == Check(
        "lock in AWS",
        "warn",
        "held by arn:aws:iam::1:user/ann on laptop (process 4711), `cutover`, for 10 min more"
        " (until 2026-09-30 08:10 UTC, renewed while it lasts)",
        "wait for it; where that process is gone, `lambda-migrate unlock` evicts it",
    )


@pytest.mark.parametrize(
    ("description", "result", "detail"),
    [
        (None, "skip", "nothing is locked: alias `lambda-migrate` does not exist"),
        ("", "pass", "nobody works on the function"),
        ("do not delete", "warn", "the description of alias `lambda-migrate` is not ours: `do not delete`"),
    ],
)
def test_where_nobody_holds_it_that_is_said(tmp_path: Path, description: str | None, result: str, detail: str) -> None:
    lock, _guard = looked(tmp_path, description)

    assert (lock.result, lock.detail) == (result, detail)


def test_one_that_has_expired_is_taken_over(tmp_path: Path) -> None:
    lock, _guard = looked(tmp_path, encode(Claim(HOLDER, NOW - 60, "t")))

    assert lock.detail.endswith(": expired at 2026-09-30 07:59 UTC")
    assert lock.hint == "the next command that changes something takes it over"


@pytest.mark.parametrize(
    ("schedule", "note", "result", "detail"),
    [
        (None, None, "skip", "no schedule would put traffic back, and the ledger expects none"),
        (
            SCHEDULE,
            ARMED,
            "pass",
            f"alias live goes back to version 1 by itself {AT}, unless a command goes on or rolls back before",
        ),
        (
            SCHEDULE,
            None,
            "fail",
            (
                "schedule `lambda-migrate-orders-guard` puts alias live back to version 1 at 2026-09-30T08:15:00 UTC,"
                " and `ledger.yaml` knows nothing of it"
            ),
        ),
        (
            None,
            ARMED,
            "fail",
            (
                "AWS has no schedule `lambda-migrate-orders-guard`, which the ledger expects at 2026-09-30 08:15 UTC:"
                " nothing would put traffic back"
            ),
        ),
        (
            {**SCHEDULE, "ScheduleExpression": "at(2026-09-30T09:00:00)"},
            ARMED,
            "warn",
            (
                "schedule `lambda-migrate-orders-guard` puts alias live back to version 1 at 2026-09-30T09:00:00 UTC,"
                " the ledger says 2026-09-30 08:15 UTC"
            ),
        ),
        (
            {**SCHEDULE, "Target": {"Arn": "arn", "RoleArn": "role", "Input": "not JSON"}},
            None,
            "fail",
            (
                "schedule `lambda-migrate-orders-guard` does something at 2026-09-30T08:15:00 UTC,"
                " and `ledger.yaml` knows nothing of it"
            ),
        ),
    ],
    ids=["neither", "both", "schedule alone", "ledger alone", "another time", "somebody's own"],
)
def test_schedule_and_ledger_are_compared(
    tmp_path: Path, schedule: Any, note: dict[str, str] | None, result: str, detail: str
) -> None:
    _lock, guard = looked(tmp_path, "", schedule, note)

    assert (guard.result, guard.detail) == (result, detail)


def test_an_orphan_is_told_with_what_to_do(tmp_path: Path) -> None:
    _lock, guard = looked(tmp_path, "", SCHEDULE)

    delete = f"aws scheduler delete-schedule --name {name_of('orders')}"
    assert guard.hint == f"bring back the ledger that set it, or `{delete}`"


def test_what_may_not_be_read_is_said(tmp_path: Path) -> None:
    _lock, guard = looked(tmp_path, "", NotAllowed("scheduler:GetSchedule is not allowed", hint="allow it"))

    assert guard == Check("guard in AWS", "fail", "scheduler:GetSchedule is not allowed", "allow it")


def test_a_role_that_is_left_of_a_guard_is_told_with_what_removes_it(tmp_path: Path) -> None:
    name = name_of("orders")
    aws = FakeAws({"scheduler:get_schedule": NotFound("none"), "iam:get_role": {"Role": {"RoleName": name}}})
    _lock, guard = aws_status.checks(aws, "orders", ledger(tmp_path, None), NOW)  # type: ignore[arg-type]  # a stand-in

    said = f"no schedule would put traffic back, and the ledger expects none, but its role `{name}` is left"
    assert guard == Check("guard in AWS", "warn", said, "`lambda-migrate cleanup` removes it")
