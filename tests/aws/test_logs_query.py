"""A query of the logs: waited for, and told where it fails."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import pytest

from lambda_migrate.aws.logs_query import ask
from lambda_migrate.errors import AwsError


@dataclass
class Logs:
    """A session whose query goes through these states, a second each."""

    states: list[str]
    slept: list[float] = field(default_factory=list)
    started: list[dict[str, Any]] = field(default_factory=list)

    def now(self) -> float:
        return sum(self.slept)

    def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)

    def call(self, service: str, operation: str, **parameters: Any) -> dict[str, Any]:  # noqa: ARG002  # as a session
        if operation == "start_query":
            self.started.append(parameters)
            return {"queryId": "q1"}
        assert parameters == {"queryId": "q1"}
        state = self.states.pop(0) if len(self.states) > 1 else self.states[0]
        rows = [[{"field": "invocations", "value": "7"}, {"field": "billed", "value": "70.5"}]]
        return {"status": state, "results": rows if state == "Complete" else []}


def test_the_rows_come_by_their_fields_once_it_is_complete() -> None:
    logs = Logs(["Scheduled", "Running", "Complete"])

    assert ask(logs, "/aws/lambda/orders", "stats", 10.5, 20.5) == [{"invocations": "7", "billed": "70.5"}]  # type: ignore[arg-type]
    assert logs.started == [
        {"logGroupName": "/aws/lambda/orders", "startTime": 10, "endTime": 20, "queryString": "stats"}
    ]
    assert logs.slept == [1.0, 1.0]


@pytest.mark.parametrize("states", [["Failed"], ["Timeout"], ["Running"]])
def test_one_that_fails_or_takes_too_long_is_an_error(states: list[str]) -> None:
    with pytest.raises(AwsError) as raised:
        ask(Logs(states), "/aws/lambda/orders", "stats", 0, 1)  # type: ignore[arg-type]

    assert raised.value.message == f"the query of `/aws/lambda/orders` did not finish: {states[0]}"
