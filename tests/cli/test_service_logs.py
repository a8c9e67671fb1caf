"""`service logs --follow`: both sides in one log, until somebody stops it."""

from __future__ import annotations

import io
from dataclasses import dataclass, field
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any, cast

from lambda_migrate.render.terminal import Terminal
from lambda_migrate.workflow.call import Stop
from lambda_migrate.workflow.following import followed

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lambda_migrate.workflow.context import Context
    from lambda_migrate.workflow.target import ServiceTarget


@dataclass
class Sides:
    """A service and a function that each write a line a second, and somebody who stops after the third look."""

    stop: Stop
    time: float = 1000.0
    looks: int = 0
    asked: list[dict[str, Any]] = field(default_factory=list)

    def logs(self, _aws: Any, _deployment: Any, _settings: Any, _lines: int) -> list[str]:
        return [f"GET /orders {number}" for number in range(self.looks + 1)]

    def pages(self, _service: str, _operation: str, _key: str, **asked: Any) -> Iterator[dict[str, Any]]:
        self.asked.append(asked)
        for number in range(self.looks + 1):
            yield {"timestamp": 1_000_000 + number, "eventId": str(number), "message": f"REPORT {number}\n"}

    def now(self) -> float:
        return self.time

    def sleep(self, _seconds: float) -> None:
        self.looks += 1
        if self.looks == 3:
            self.stop.asked = "Ctrl-C"


def test_what_is_new_on_both_sides_is_written_until_it_is_stopped() -> None:
    sides, out = Sides(Stop()), io.StringIO()
    terminal = Terminal(out, io.StringIO(), io.StringIO())
    context = SimpleNamespace(
        options=SimpleNamespace(json=False),
        aws_read_only=sides,
        migration=SimpleNamespace(function="arn:aws:lambda:eu-west-1:123456789012:function:orders"),
        clock=sides,
        call=SimpleNamespace(stop=sides.stop),
        terminal=terminal,
    )
    place = SimpleNamespace(kind=sides, deployment=None, settings=None)

    ended = followed(cast("Context", context), cast("ServiceTarget", place))

    assert out.getvalue().splitlines() == [
        "service   GET /orders 0",
        "function  REPORT 0",
        "service   GET /orders 1",
        "function  REPORT 1",
        "service   GET /orders 2",
        "function  REPORT 2",
    ]
    assert [asked["logGroupName"] for asked in sides.asked] == ["/aws/lambda/orders"] * 3
    assert (ended.data, ended.error) == ({}, None)
