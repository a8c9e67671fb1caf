"""Which pages of the AWS console a plan names, and that an error names one."""

from __future__ import annotations

from types import SimpleNamespace
from typing import TYPE_CHECKING, Any, cast

import pytest

from lambda_migrate.actions.event_source.point_mapping import PointMapping
from lambda_migrate.engine.plan import Plan, Step
from lambda_migrate.errors import Drifted
from lambda_migrate.render.error import error
from lambda_migrate.render.plan import consoles
from lambda_migrate.render.result import error_to_dict
from lambda_migrate.render.terminal import Paint
from lambda_migrate.workflow.console_pages import of_function, of_plan

if TYPE_CHECKING:
    from lambda_migrate.workflow.context import Context

FUNCTION = "arn:aws:lambda:eu-west-1:123456789012:function:orders"
QUEUE = "sqs:arn:aws:sqs:eu-west-1:123456789012:jobs"
MOVED = PointMapping("4f1c", "jobs", FUNCTION, f"{FUNCTION}:live")
HOST = "https://eu-west-1.console.aws.amazon.com"
PAGES = {
    "function": f"{HOST}/lambda/home?region=eu-west-1#/functions/orders",
    "alias live": f"{HOST}/lambda/home?region=eu-west-1#/functions/orders/aliases/live",
    "SQS queue jobs": f"{HOST}/sqs/v3/home?region=eu-west-1#/queues/"
    "https%3A%2F%2Fsqs.eu-west-1.amazonaws.com%2F123456789012%2Fjobs",
}


def context(endpoint_url: str | None = None) -> Context:
    parts: dict[str, Any] = {"aws_read_only": SimpleNamespace(endpoint_url=endpoint_url)}
    return cast("Context", SimpleNamespace(**parts, migration=SimpleNamespace(alias="live")))


def plan(phase: str) -> Plan:
    steps = (Step("01-a", MOVED, trigger="sqs"), Step("02-b", MOVED, group="SQS queue", trigger=QUEUE))
    return Plan(phase, FUNCTION, "f", steps)


@pytest.mark.parametrize(
    ("phase", "named"),
    [("cutover", ["function", "alias live", "SQS queue jobs"]), ("retire", ["function", "SQS queue jobs"])],
)
def test_a_plan_names_the_pages_of_what_it_changes(phase: str, named: list[str]) -> None:
    assert of_plan(context(), plan(phase)) == {name: PAGES[name] for name in named}


def test_an_emulator_has_no_console() -> None:
    assert of_plan(context("http://127.0.0.1:4566"), plan("cutover")) == {}


def test_addresses_stay_whole_on_a_narrow_screen() -> None:
    lines = consoles(PAGES, Paint(width=60))

    assert [line.split()[-1] for line in lines] == list(PAGES.values())


def test_an_error_names_the_page_too() -> None:
    drifted = Drifted("alias `live` has moved", hint="run `lambda-migrate plan`", topic="drift")
    drifted.console = of_function(context(), FUNCTION)

    assert error(drifted, Paint(), wrap=False) == (
        "error: alias `live` has moved\n"
        "\n"
        "hint: run `lambda-migrate plan`\n"
        "more: lambda-migrate explain drift\n"
        f"console: {PAGES['function']}"
    )
    assert error_to_dict(drifted)["console"] == PAGES["function"]
