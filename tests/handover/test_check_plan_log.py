"""Whether a deployment keeps the flips, from the lines that `terraform plan -json` writes."""

from __future__ import annotations

import json
from typing import Any

import pytest

from lambda_migrate.handover.check import check, read
from tests.handover.plans import FLIPS

SUMMARY = {"@level": "info", "type": "change_summary", "changes": {"operation": "plan"}}


def planned(action: str, kind: str = "aws_lambda_alias") -> dict[str, Any]:
    resource = {"addr": f"{kind}.this", "resource_type": kind}
    return {"@level": "info", "type": "planned_change", "change": {"action": action, "resource": resource}}


@pytest.mark.parametrize(
    ("lines", "outcome", "why"),
    [
        ([SUMMARY], "keeps", "no aws_lambda_alias is changed"),
        ([planned("update", "aws_sqs_queue"), planned("noop"), SUMMARY], "keeps", "no aws_lambda_alias is changed"),
        (
            [planned("update"), SUMMARY],
            "unknown",
            (
                "aws_lambda_alias.this is changed, but these lines do not show the new values:"
                " check `terraform show -json PLAN`"
            ),
        ),
        ([planned("noop")], "unknown", "the plan ended before its summary, or with an error"),
        (
            [{"@level": "error", "type": "diagnostic"}, SUMMARY],
            "unknown",
            "the plan ended before its summary, or with an error",
        ),
    ],
)
def test_the_lines_of_a_plan_say_what_is_changed_and_not_how(
    lines: list[dict[str, Any]], outcome: str, why: str
) -> None:
    content = "\n".join(json.dumps(each) for each in lines).encode()

    (finding,) = check(read(content), [FLIPS["live_alias"]])

    assert (finding.outcome, finding.why) == (outcome, why)
