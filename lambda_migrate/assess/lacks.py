"""What an assessment could not see, and what its answer is then worth. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from lambda_migrate.assess.service import Size
    from lambda_migrate.assess.usage import Usage

DAY = 86_400.0
STANDARD, INFREQUENT = "STANDARD", "INFREQUENT_ACCESS"
ROUNDED = "billed time is each duration rounded up"


@dataclass(frozen=True)
class LogGroup:
    """Where a function writes its logs.

    Attributes:
        name: The group's.
        as_json: Whether the lines are JSON.
        kind: The class: ``STANDARD``, ``INFREQUENT_ACCESS``, ``DELIVERY``; "" where the group does not exist.
        days: For how many days it keeps lines; None for ever.
        problem: Why it could not be looked at; "" where it could.
    """

    name: str
    as_json: bool = False
    kind: str = STANDARD
    days: int | None = None
    problem: str = ""

    @property
    def unreadable(self) -> str:
        """Why a query of it would find no REPORT lines; "" where it may.

        Fields such as ``@type`` are made of lines in groups of class Standard alone, and a group of class Delivery
        cannot be queried ("Supported logs and discovered fields", "Log classes", CloudWatch Logs user guide).
        """
        if not self.kind:
            return f"log group `{self.name}` does not exist"
        if self.kind == INFREQUENT:
            return f"log group `{self.name}` is of class Infrequent Access, in which a query finds no REPORT lines"
        return (
            "" if self.kind == STANDARD else f"log group `{self.name}` is of class {self.kind}, and cannot be queried"
        )


@dataclass(frozen=True)
class Looked:
    """How an assessment was asked for.

    Attributes:
        since: When the window begins, in seconds since the epoch.
        group: Where the function writes its logs.
        logs: Whether the logs were asked too.
        log_bytes: That the group took in within the window.
        cost: Of asking the logs, in US dollars.
    """

    since: float
    group: LogGroup
    logs: bool = False
    log_bytes: float = 0.0
    cost: float = 0.0


def lacks(usage: Usage, sized: Sequence[Size], looked: Looked) -> Iterator[str]:
    """Yield what is not known, one line each, with what the answer is worth without it.

    Args:
        usage: What the function does, as far as it was counted.
        sized: How many tasks: two answers where the share of waiting decides.
        looked: How it was asked for.
    """
    days = usage.seconds / DAY
    if not usage.invocations:
        worth = "the cost of a service is then the least that one costs"
        yield f"CloudWatch counted no invocation in {days:g} days: {worth}"
        return
    first = usage.minutes[0].at
    if first > looked.since + DAY:
        fewer = max(1, int((looked.since + usage.seconds - first) // DAY))
        on = f"{datetime.fromtimestamp(first, UTC):%Y-%m-%d}"
        told = f"nothing was counted before {on}, and a month is reckoned from all {days:g} days"
        yield f"{told}: if the function is as new as that, say `--days {fewer}`"
    if not usage.latency:
        yield "CloudWatch has no percentiles of the duration: the mean alone is known"
    if usage.waiting is None:
        range_ = (
            "costs as a service are a range, for none and for 80 %" if len(sized) > 1 else "it does not matter here"
        )
        yield f"Lambda Insights is off, so that the share of waiting is not known: {range_}"
    yield from _of_logs(usage, looked)


def _of_logs(usage: Usage, looked: Looked) -> Iterator[str]:
    group = looked.group
    if group.problem:
        yield f"log group `{group.name}` could not be looked at: {group.problem}; its class and retention are not known"
    if not looked.log_bytes:
        yield f"CloudWatch counted no bytes of log group `{group.name}`: the cost of logs is not known, and not counted"
    if usage.reported:
        if group.days is not None and group.days < usage.seconds / DAY:
            kept = f"log group `{group.name}` keeps {group.days} days"
            yield f"{kept}: cold starts, memory and billed time are of those alone"
        return
    unknown = "cold starts and memory are not known"
    if not looked.logs:
        yield f"{unknown}, {ROUNDED}: `--logs` reads them, for about ${looked.cost:,.2f}"
    elif group.unreadable:
        yield f"{group.unreadable}: {unknown}, {ROUNDED}"
    else:
        why = (
            "the function's system log level may be above INFO"
            if group.as_json
            else "they may be too old, or elsewhere"
        )
        yield f"log group `{group.name}` has no REPORT lines of these days ({why}): {unknown}, {ROUNDED}"
