"""A pipe that AWS fails to start or to stop: said at once, and the way back stays open."""

from __future__ import annotations

from typing import Any

import pytest

from lambda_migrate.actions import Observed
from lambda_migrate.actions.pipes.switch_pipe import SwitchPipe
from lambda_migrate.errors import NotFound
from tests.inventory.fake_aws import FakeAws

ACTION = SwitchPipe("scans", before=False, after=True)


def showing(state: str, reason: str = "") -> Any:
    described = {"Name": "scans", "CurrentState": state, "StateReason": reason}
    return FakeAws({"pipes:describe_pipe": lambda **_asked: described})


@pytest.mark.parametrize(
    ("state", "seen"),
    [
        ("RUNNING", Observed.AFTER),
        ("STOPPED", Observed.BEFORE),
        ("STARTING", Observed.MOVING),
        ("START_FAILED", Observed.BEFORE),
        ("STOP_FAILED", Observed.AFTER),
        ("UPDATE_FAILED", Observed.DRIFT),
    ],
)
def test_what_did_not_start_does_not_run(state: str, seen: Observed) -> None:
    assert ACTION.observe(showing(state)) is seen


def test_why_it_did_not_start_is_said() -> None:
    failure = ACTION.failure(showing("START_FAILED", "the role may not read"), "scans", Observed.AFTER)

    assert failure is not None
    assert failure.message == "pipe `scans`: START_FAILED: the role may not read"
    assert ACTION.failure(showing("STOPPED"), "scans", Observed.AFTER) is None


def test_one_that_is_gone_is_passed_by_on_the_way_back() -> None:
    def gone(**_asked: Any) -> Any:
        raise NotFound("there is none", operation="pipes:DescribePipe")

    aws: Any = FakeAws({"pipes:describe_pipe": gone})

    assert ACTION.needless(aws) == "pipe scans is gone, so it sends nothing"
    assert (ACTION.observe(aws), ACTION.failure(aws, "scans", Observed.AFTER)) == (Observed.DRIFT, None)
    assert ACTION.needless(showing("RUNNING")) == ""
