"""Who owns what, as a report has it."""

from __future__ import annotations

from dataclasses import replace

from lambda_migrate.report.build import owners
from tests.inventory.fake_aws import FUNCTION
from tests.planner.canary import at


def test_a_report_names_stacks_and_what_the_project_s_files_say() -> None:
    declared = {FUNCTION: "terraform: `aws_lambda_function.orders` in `main.tf`", "u-1": "sam: stack shop"}
    found = replace(at("1"), owners={"u-1": "shop", "paid": "events"}, declared=declared)

    assert owners(found) == (
        f"{FUNCTION}: terraform: `aws_lambda_function.orders` in `main.tf`",
        "paid: stack events",
        "u-1: sam: stack shop",
    )
