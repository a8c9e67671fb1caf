"""What was found before the switch: differences, what it costs, what rate the service holds; from what is kept of them.

Values of answers are in none of it: a page for a change board goes further than the machine that compared them.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

SHOWN = 20
"""Differences that are told; `verify shadow` shows the others."""


@dataclass(frozen=True)
class Differing:
    """Differences of one kind at one place.

    Attributes:
        route: Of the requests, or the kind of the event.
        path: Where in the answer.
        what: How it differs.
        count: How often.
        event: Where the smallest example's event is: file and line.
    """

    route: str
    path: str
    what: str
    count: int
    event: str


@dataclass(frozen=True)
class Compared:
    """What `verify shadow` found the last time.

    Attributes:
        at: When, ISO 8601.
        by: The caller's ARN.
        result: ``pass``, ``fail`` or ``inconclusive``.
        compared: Events.
        mismatched: Those whose answers differ in what means something.
        differing: The most frequent ones; empty also where they are kept on another machine.
    """

    at: str
    by: str
    result: str
    compared: int
    mismatched: int
    differing: tuple[Differing, ...] = ()


@dataclass(frozen=True)
class Bill:
    """What something costs a month, in US dollars.

    Attributes:
        name: ``on Lambda``, ``as a service, 2 tasks``.
        total: All of it.
        items: Name, amount and basis of each.
        more: What belongs to it, one line each: both while the proxy runs, from when on it is cheaper.
    """

    name: str
    total: float
    items: tuple[tuple[str, float, str], ...] = ()
    more: tuple[str, ...] = ()


@dataclass(frozen=True)
class Cost:
    """What `assess` said the last time.

    Attributes:
        at: When, ISO 8601.
        verdict: Whether to move, in one line.
        bills: On Lambda, then as a service: two where the share of waiting is not known.
        prices: Where the prices are from, in one line.
        lacks: What was not known, and what the numbers are worth without it, one line each.
    """

    at: str
    verdict: str
    bills: tuple[Bill, ...]
    prices: str = ""
    lacks: tuple[str, ...] = ()


@dataclass(frozen=True)
class Loaded:
    """What `verify load` found the last time.

    Attributes:
        at: When, ISO 8601.
        result: ``pass``, ``fail`` or ``inconclusive``.
        reason: One line.
        against: The URL.
        rates: For each: requests a second, sent, errors, and p50, p95, p99 in milliseconds.
        remarks: What the numbers are worth, one line each.
    """

    at: str
    result: str
    reason: str
    against: str
    rates: tuple[tuple[float, int, int, dict[str, float]], ...] = ()
    remarks: tuple[str, ...] = ()


@dataclass(frozen=True)
class Proofs:
    """What was found; None where it was not looked for."""

    shadow: Compared | None = None
    cost: Cost | None = None
    load: Loaded | None = None


def compared(at: str, by: str, note: dict[str, Any], tally: dict[str, Any]) -> Compared | None:
    """Return what the latest note of a comparison says, with the differences where they are of the same one.

    Args:
        at: When it was noted.
        by: By whom.
        note: The ledger's.
        tally: What is kept on this machine; empty where nothing is.
    """
    try:
        counted = (int(note["compared"]), int(note["mismatched"]))
        same = (tally.get("compared"), tally.get("mismatched")) == counted
        differing = tuple(_differing(each) for each in (tally.get("differences", ()) if same else ())[:SHOWN])
        return Compared(at, by, str(note["result"]), *counted, differing)
    except (LookupError, TypeError, ValueError, AttributeError):
        return None


def _differing(group: dict[str, Any]) -> Differing:
    route, path, what = (str(group[name]) for name in ("route", "path", "what"))
    return Differing(route, path, what, int(group["count"]), str(group["event"]))


def cost(kept: dict[str, Any]) -> Cost | None:
    """Return what `assess` said; None where nothing of it is kept, or in a form of another version."""
    try:
        there = kept["service"]
        services = (_service(each, several=len(there) > 1) for each in there)
        bills = (Bill("on Lambda", float(kept["lambda"]["total"]), _items(kept["lambda"])), *services)
        lacks = tuple(map(str, kept.get("lacks", ())))
        return Cost(str(kept["at"]), str(kept["verdict"]), bills, str(kept["prices"]), lacks)
    except (LookupError, TypeError, ValueError, AttributeError):
        return None


def _service(each: dict[str, Any], *, several: bool) -> Bill:
    assumed = f", if {float(each['waiting']):.0%} of the time is waiting" if several else ""
    even = each["break_even"]
    crossed = "never" if even is None else f"from {float(even):,.0f} invocations a month"
    more = (f"both, while the proxy runs: ${float(each['with_proxy']):,.2f}", f"cheaper than Lambda: {crossed}")
    tasks = int(each["tasks"])
    unit = str(each.get("unit", "task"))
    name = f"as a service, {tasks} {unit}{'' if tasks == 1 else 's'}{assumed}"
    return Bill(name, float(each["total"]), _items(each), more)


def _items(bill: dict[str, Any]) -> tuple[tuple[str, float, str], ...]:
    return tuple((str(item["name"]), float(item["amount"]), str(item["basis"])) for item in bill["items"])


def loaded(kept: dict[str, Any]) -> Loaded | None:
    """Return what `verify load` found; None where nothing of it is kept, or in a form of another version."""
    try:
        at, result, reason, against = (str(kept[name]) for name in ("at", "result", "reason", "against"))
        rates = tuple(_rate(step) for step in kept["steps"])
        return Loaded(at, result, reason, against, rates, tuple(map(str, kept["remarks"])))
    except (LookupError, TypeError, ValueError, AttributeError):
        return None


def _rate(step: dict[str, Any]) -> tuple[float, int, int, dict[str, float]]:
    latency = {str(name): float(value) for name, value in step["latency"].items()}
    return float(step["rate"]), int(step["sent"]), int(step["errors"]), latency
