"""Latency before the first weight and since all traffic moved, from the same points that the chart shows. Pure."""

from __future__ import annotations

from statistics import median
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from lambda_migrate.report.model import Share, Traffic

WHOLE = 100.0


def before_and_after(traffic: Traffic | None, shares: Sequence[Share]) -> str:
    """Return the p95 before and after in one line; "" where there is nothing to compare.

    Args:
        traffic: What CloudWatch counted, of which the first line of latency is the function's.
        shares: Of the traffic, on the version on trial, in the order of time.
    """
    first = next((share.at for share in shares if share.percent), None)
    if traffic is None or not traffic.latency or first is None:
        return ""
    points, last = traffic.latency[0].points, shares[-1]
    whole = last.percent == WHOLE
    before = [value for at, value in points if at + traffic.period <= first]
    after = [value for at, value in points if at >= (last.at if whole else first)]
    if not before and not after:
        return ""
    since = "since all traffic moved" if whole else "since"
    return f"p95 of the duration: {_middle(before)} before the first weight, {_middle(after)} {since}"


def _middle(values: Sequence[float]) -> str:
    """Return the median of the periods."""
    return f"{median(values):,.0f} ms" if values else "unknown"
