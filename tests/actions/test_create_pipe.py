"""A pipe that AWS fails to make: said at once, and made again once its cause is gone."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import pytest

from lambda_migrate.actions import Observed
from lambda_migrate.actions.pipes.create_pipe import CreatePipe
from lambda_migrate.engine.apply import bring
from lambda_migrate.errors import AwsError, NotFound
from tests.inventory.fake_aws import FakeAws

NOW = 1_800_000_000.0
ACTION = CreatePipe("scans", "arn:stream", "d", "r", "KinesisStreamParameters", {"BatchSize": 1}, {}, 360.0, "kinesis")


@dataclass
class Pipes:
    """One pipe, which AWS fails to make for as long as it is told to."""

    failing: bool
    pipe: dict[str, Any] | None = None
    deleted: int = 0
    asked: list[dict[str, Any]] = field(default_factory=list)

    def describe(self, **_asked: Any) -> Any:
        if self.pipe is None:
            raise NotFound("there is none", operation="pipes:DescribePipe")
        return self.pipe

    def create(self, **asked: Any) -> Any:
        self.asked.append(asked)
        state = {"CurrentState": "CREATE_FAILED", "StateReason": "it may not read"} if self.failing else {}
        self.pipe = {**asked, "CurrentState": "STOPPED", **state}
        return {}

    def delete(self, **_asked: Any) -> Any:
        self.pipe, self.deleted = None, self.deleted + 1
        return {}

    def aws(self) -> Any:
        answers = {
            "pipes:describe_pipe": self.describe,
            "pipes:create_pipe": self.create,
            "pipes:delete_pipe": self.delete,
            "events:describe_api_destination": lambda **_asked: {"ApiDestinationArn": "arn:destination"},
            "iam:get_role": lambda **_asked: {"Role": {"Arn": "arn:role"}},
        }
        return FakeAws(answers, now=lambda: NOW)


def quickly(_seconds: float) -> None:
    """Wait for nothing."""


def test_why_it_could_not_be_made_is_said_and_the_way_back_deletes_what_is_left() -> None:
    pipes = Pipes(failing=True)

    with pytest.raises(AwsError, match=r"^pipe `scans`: CREATE_FAILED: it may not read$"):
        bring(ACTION, pipes.aws(), Observed.AFTER, sleep=quickly)

    assert ACTION.observe(pipes.aws()) is Observed.BEFORE
    back = [bring(ACTION, pipes.aws(), Observed.BEFORE, sleep=quickly) for _ in range(2)]
    assert (back, pipes.pipe, pipes.deleted) == ([True, False], None, 1)


def test_what_an_earlier_attempt_left_is_deleted_and_it_is_made_again() -> None:
    pipes = Pipes(failing=False, pipe={"Name": "scans", "CurrentState": "CREATE_FAILED"})

    assert bring(ACTION, pipes.aws(), Observed.AFTER, sleep=quickly)

    (made,) = pipes.asked
    position = made["SourceParameters"]["KinesisStreamParameters"]
    assert (pipes.deleted, made["DesiredState"]) == (1, "STOPPED")
    assert (position["StartingPosition"], position["StartingPositionTimestamp"].timestamp()) == (
        "AT_TIMESTAMP",
        NOW - 360.0,
    )
    assert ACTION.parameters == {"BatchSize": 1}
