"""What each version did until now, for whoever watches a bake: the same numbers that the verdict compares. Pure."""

from __future__ import annotations

from statistics import median
from typing import TYPE_CHECKING

from lambda_migrate.engine.verdict import Side

if TYPE_CHECKING:
    from lambda_migrate.verify.metrics import Measured, Trial
    from lambda_migrate.verify.traffic import Flow, Traffic

BEFORE = "before the first weight"


def of_versions(trial: Trial, measured: Measured, share: float, now: float) -> tuple[Side, Side]:
    """Return the version on trial, and what it is held against: the original beside it, else the time before.

    Args:
        trial: What is on trial.
        measured: What was counted.
        share: Of the traffic that goes to it, 0 to 1.
        now: The time, in seconds since the epoch; the last period may not be over.
    """
    start, end = measured.window
    seconds = min(end, now) - start
    mine = _side(f"version {trial.version} (proxy)", share, measured.traffic, seconds)
    if measured.original is not None:
        other = f"version {trial.original} (original)"
        return mine, _side(other, 1 - share, measured.original, seconds)
    return mine, _side(BEFORE, None, measured.before, end - start)


def of_source(now: Flow, before: Flow) -> tuple[Side, Side]:
    """Return what a source counted since its trigger goes straight to the service, and as long before."""
    return tuple(  # type: ignore[return-value]  # two of them
        Side(name, None, flow.whole if flow.seen else None, flow.failed if flow.seen else None)
        for name, flow in (("straight to the service", now), ("before, by Lambda", before))
    )


def _side(name: str, share: float | None, traffic: Traffic, seconds: float) -> Side:
    p95 = traffic.latency.get("p95", ())
    return Side(name, share, traffic.invocations, traffic.errors, median(p95) if p95 else None, seconds)
