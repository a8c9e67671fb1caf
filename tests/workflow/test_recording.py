"""Which versions record, and whether migration.yaml says something else."""

from __future__ import annotations

import json
from typing import Any

from lambda_migrate.function.model import Alias, Function
from lambda_migrate.render.terminal import Paint
from lambda_migrate.workflow.recording import VARIABLE, described
from tests.planner.worlds import inventory, version

NOW = 1_790_000_000.0
SETTINGS = json.dumps({"until": 1_790_812_800, "rate": 0.05, "mirror": True})
COUNTS = "; 1,204 recorded and 3 dropped in the last day"
SHARE = "records and mirrors 5.00% of what the original answers until 2026-10-01 00:00 UTC"
OVER = json.dumps({"until": 1_780_000_000, "bucket": "records"})


def function(*settings: str, weights: dict[str, float] | None = None) -> Function:
    proxies = [
        version(str(number), "none", proxy_settings={VARIABLE: each} if each else {"x": "y"})
        for number, each in enumerate(settings, 2)
    ]
    return inventory(versions=(version("1"), *proxies), alias=Alias("live", "1", weights=weights or {})).function


def described_as(made: Function, wanted: str) -> tuple[list[Any], tuple[str, ...]]:
    result = described(made, wanted, NOW, Paint(width=300), {"3": (1204, 3)}.get)
    return [" ".join(line.split()) for line in result.text.splitlines()], result.next


def test_versions_that_record_are_shown_with_what_share_of_the_traffic_they_see() -> None:
    assert described_as(function(OVER, SETTINGS, weights={"3": 0.1}), SETTINGS) == (
        [
            "version 2 recorded until 2026-05-28 20:26 UTC, to s3://records",
            f"version 3 {SHARE}, to the function's log; it has 10% of live{COUNTS}",
            "migration.yaml is what the newest version has",
        ],
        ("verify record --into recorded",),
    )


def test_a_setting_that_is_not_published_is_said_and_so_is_none() -> None:
    assert described_as(function(""), SETTINGS) == (
        ["migration.yaml is not in force: `proxy deploy` publishes it"],
        ("proxy deploy",),
    )
    unset = "`proxy.record` is not set: a version that is published now does not record"
    assert described_as(function(), "") == (
        [f"migration.yaml {unset}; `until` there turns it on"],
        (),
    )
