"""What follows from the numbers: stay, move, or look closer; and what would help where it is."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from lambda_migrate.assess.function import on_lambda
from lambda_migrate.assess.service import on_service, size, sizes, total
from lambda_migrate.assess.usage import FULL_CPU

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lambda_migrate.assess.prices import Priced
    from lambda_migrate.assess.service import Item, Shape, Size
    from lambda_migrate.assess.usage import Usage

KEPT = "provisioned concurrency"
"""What is paid however little is invoked."""

FEW = 1000
"""Invocations of the window under which numbers say little."""

ROOMY = 0.5
"""The share of its memory under which a function has far more than it uses."""

COLD = 0.01
"""The share of invocations that begin with a start from which on that is worth a word."""


@dataclass(frozen=True)
class Assessment:
    """Whether it is worth moving.

    Attributes:
        usage: What the function does.
        priced: What AWS asks for.
        shape: One task of the service.
        sizes: How many tasks: one answer, or two where nobody knows how much of the time is waiting.
        now: What the function costs a month.
        there: What the service costs a month, for each of `sizes`.
        both: What both cost while the proxy runs, for each of `sizes`, in US dollars a month.
        break_even: Invocations a month from which on a service, sized for so many, is cheaper, for each of `sizes`;
            None where it never is.
        verdict: In one line.
        advice: What would help where it is, one line each.
        lacks: What is not known, and what the answer is worth without it, one line each.
    """

    usage: Usage
    priced: Priced
    shape: Shape
    sizes: tuple[Size, ...]
    now: tuple[Item, ...]
    there: tuple[tuple[Item, ...], ...]
    both: tuple[float, ...]
    break_even: tuple[float | None, ...]
    verdict: str
    advice: tuple[str, ...]
    lacks: tuple[str, ...] = ()


def assess(
    usage: Usage, priced: Priced, shape: Shape, *, fronts: frozenset[str] = frozenset(), logs: float = 0.0
) -> Assessment:
    """Work out whether it is worth moving.

    Args:
        usage: What the function does.
        priced: What AWS asks for.
        shape: One task of the service.
        fronts: Kinds of its triggers, of which some are paid for by the request.
        logs: GB of logs a month.
    """
    sized = sizes(usage, shape)
    now = on_lambda(usage, priced.prices, fronts, logs)
    there = tuple(on_service(each.tasks, usage, shape, priced.prices, logs) for each in sized)
    both = tuple(total(now) + total(items) - logs * priced.prices.logs for items in there)
    break_even = tuple(_break_even(now, usage, priced, shape, each.waiting) for each in sized)
    verdict = _verdict(usage, total(now), tuple(map(total, there)))
    return Assessment(usage, priced, shape, sized, now, there, both, break_even, verdict, tuple(_advice(usage, priced)))


def _break_even(now: tuple[Item, ...], usage: Usage, priced: Priced, shape: Shape, waiting: float) -> float | None:
    """Return from how many invocations a month on a service costs less, sized for so many; None where never."""
    kept = sum(item.amount for item in now if item.name == KEPT)
    by_request = sum(item.amount for item in now if item.name not in ("logs", KEPT))

    def saved(times: float) -> float:
        tasks = size(usage, shape, waiting, times).tasks
        return kept + by_request * times - total(on_service(tasks, usage, shape, priced.prices, 0.0, times))

    steps = [2.0**power for power in range(-20, 21)]
    above = next((times for times in steps if saved(times) > 0), None) if by_request else None
    if above is None:
        return None
    below = above / 2
    for _ in range(20):
        middle = (below + above) / 2
        below, above = (below, middle) if saved(middle) > 0 else (middle, above)
    return above * usage.invocations * usage.monthly


def _verdict(usage: Usage, now: float, there: tuple[float, ...]) -> str:
    if usage.invocations < FEW:
        return f"{usage.invocations:,.0f} invocations are too few to compare costs"
    low, high = min(there), max(there)
    if now < low:
        return f"by cost, stay: ${now:,.2f} a month on Lambda against ${low:,.2f} as a service"
    if now > high:
        return f"by cost, move: ${now:,.2f} a month on Lambda against ${high:,.2f} as a service"
    between = f"${now:,.2f} a month against ${low:,.2f} to ${high:,.2f}"
    return f"by cost, it depends on how much of the time is waiting: {between}"


def _advice(usage: Usage, priced: Priced) -> Iterator[str]:
    """Yield what would help on Lambda: for whoever stays, and for whoever moves later."""
    if not usage.arm:
        saved = 1 - priced.prices.duration_arm / priced.prices.duration
        yield f"arm64 costs {saved:.0%} less for each GB-second, if every dependency has a wheel for it"
    reported = usage.reported
    if reported and 0 < reported.memory < ROOMY * usage.memory:
        used = f"{reported.memory:,.0f} of {usage.memory} MB are used at most"
        yield f"{used}: less memory costs less, if it is not slower"
    if reported and reported.invocations and reported.cold / reported.invocations > COLD:
        share = reported.cold / reported.invocations
        yield f"{share:.1%} of the invocations are cold starts: SnapStart (Python 3.12 or newer) shortens them"
    if usage.waiting is not None and usage.waiting > ROOMY:
        yield f"{usage.waiting:.0%} of the time is waiting, which Lambda bills and a service shares among requests"
    if usage.memory > FULL_CPU:
        yield f"{usage.memory} MB come with {usage.vcpus:.1f} vCPU, of which one event loop uses one"
    if usage.throttles:
        yield f"{usage.throttles:,.0f} calls were throttled: the limit of concurrency is reached"
    yield "Lambda Managed Instances and savings plans cost less for steady load, without a move"
