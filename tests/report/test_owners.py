"""Who owns what, as a report has it."""

from __future__ import annotations

from dataclasses import replace

from lambda_migrate.planner.status import MigrationStatus
from lambda_migrate.planner.whereabouts import TriggerStatus
from lambda_migrate.report.build import Seen, callers, owners
from tests.inventory.fake_aws import FUNCTION
from tests.planner.canary import at


def test_a_report_names_stacks_and_what_the_project_s_files_say() -> None:
    declared = {FUNCTION: "terraform: `aws_lambda_function.orders` in `main.tf`", "11111111-2222": "sam: stack shop"}
    stacks = {"11111111-2222": "shop", "shop|paid": "events", "gone": "shop"}
    found = replace(at("1"), owners=stacks, declared={**declared, f"{FUNCTION}:live": "sam: stack shop"})

    assert owners(found) == (
        "EventBridge rule `paid`: stack events",
        "SQS queue `jobs`: sam: stack shop",
        "alias `live`: sam: stack shop",
        "function `orders`: terraform: `aws_lambda_function.orders` in `main.tf`",
        "gone: stack shop",
    )


def test_a_trigger_that_has_left_lambda_is_at_the_service_and_not_switched_off() -> None:
    found = at("1")
    first, *others = ((each.kind, each.name, each.now) for each in callers(found, Seen(found), MigrationStatus((), "")))

    row = TriggerStatus(f"{first[0]} {first[1]}", "service", "stays", "alias live")
    moved = MigrationStatus((), "", triggers=(row,))

    assert [(each.kind, each.name, each.now) for each in callers(found, Seen(found), moved)] == [
        (*first[:2], "the service"),
        *others,
    ]
