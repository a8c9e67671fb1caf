"""Where a service turns: the rate from which errors rise, latency grows, or answers fall behind the requests."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

if TYPE_CHECKING:
    from collections.abc import Sequence

    from lambda_migrate.load.step import Step

Result = Literal["pass", "fail", "inconclusive"]

TWICE = 2.0
"""How many times the p99 of the lowest rate a p99 may be."""

KEEPS_UP = 0.9
"""The share of the rate at which answers have to come."""

LATE = 100.0
"""Milliseconds by which this machine may be late; beyond, it is the one that is measured."""

ENOUGH = 100
"""Answers of which a p99 is one that is not the slowest."""

HALF = 0.5


@dataclass(frozen=True)
class Limits:
    """What a service has to hold.

    Attributes:
        errors: The share of errors that is allowed, 0 to 1.
        rise: Milliseconds by which a p99 that has risen is higher, at the least.
    """

    errors: float = 0.01
    rise: float = 100.0


@dataclass(frozen=True)
class Turning:
    """What follows from the steps.

    Attributes:
        result: ``pass`` where every rate that was asked for was held, or the highest one was found.
        reason: One line.
        holds: The highest rate that was held; None where none was.
        turns: The lowest one that was not; None where all were.
        remarks: What the numbers are worth, one line each.
    """

    result: Result
    reason: str
    holds: float | None = None
    turns: float | None = None
    remarks: tuple[str, ...] = ()

    def to_dict(self) -> dict[str, Any]:
        """Return it as JSON-able data."""
        return {**vars(self), "remarks": list(self.remarks)}


def turned(step: Step, first: Step, limits: Limits) -> str:
    """Return why a rate is not held, or "".

    Args:
        step: What came of it.
        first: What came of the lowest rate.
        limits: What is allowed.
    """
    if step.error_share > limits.errors:
        return f"{step.errors} of {step.sent} requests failed"
    if step.stopped:
        return step.stopped
    now, before = step.latency.get("p99"), first.latency.get("p99")
    if step is not first and now is not None and before is not None and now > max(TWICE * before, before + limits.rise):
        return f"p99 {now:.0f} ms, {before:.0f} ms at {first.rate:g} a second"
    if step.sent >= ENOUGH and step.achieved < KEEPS_UP * step.rate:
        return f"only {step.achieved:.1f} answers came a second"
    return ""


def turning(steps: Sequence[Step], limits: Limits, *, searched: bool, stopped: str = "") -> Turning:
    """Return where a service turns.

    Args:
        steps: What came of each rate, the lowest first; none comes after one that was not held.
        limits: What is allowed.
        searched: Whether rates doubled until it turned, in place of rates that somebody has to know of.
        stopped: Why no more rates were tried, where that is not because the service turned; "" for none.
    """
    remarks = tuple(_remarks(steps))
    if not steps:
        return Turning("inconclusive", stopped or "nothing was sent", remarks=remarks)
    last, first = steps[-1], steps[0]
    why = turned(last, first, limits)
    held = [step.rate for step in steps if not (step is last and why)]
    holds = held[-1] if held else None
    doubt = _doubt(last)
    if doubt:
        return Turning("inconclusive", doubt, holds if why else (held[-2] if held[1:] else None), None, remarks)
    if not why:
        if stopped:
            return Turning("inconclusive", stopped, holds, None, remarks)
        return Turning(
            "pass", f"holds {holds:g} requests a second, the highest rate that was tried", holds, None, remarks
        )
    if holds is None:
        return Turning("fail", f"does not hold {last.rate:g} requests a second: {why}", None, last.rate, remarks)
    text = f"holds {holds:g} requests a second, turns at {last.rate:g}: {why}"
    return Turning("pass" if searched else "fail", text, holds, last.rate, remarks)


def _doubt(step: Step) -> str:
    """Return why what came of a rate says nothing of the service, or ""."""
    if step.late > LATE:
        return f"at {step.rate:g} a second this machine was {step.late:.0f} ms late itself: load from a larger one"
    if step.sent and step.refused > HALF * step.sent:
        most = max((status for status in step.statuses if 400 <= status < 500), key=step.statuses.__getitem__)  # noqa: PLR2004  # 4xx
        return f"{step.refused} of {step.sent} requests were answered {most}: what they lack, the recorded events lack"
    return ""


def _remarks(steps: Sequence[Step]) -> list[str]:
    few = [step for step in steps if step.sent < ENOUGH]
    told = [f"a p99 of fewer than {ENOUGH} answers is the slowest of them: load for longer (`--each`)"] if few else []
    refused = sum(step.refused for step in steps)
    return [*told, *([f"{refused} requests were answered 4xx"] if refused else [])]
