"""Counts what was compared, in memory that does not grow with it, and says what follows."""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal

if TYPE_CHECKING:
    from collections.abc import Iterable

    from lambda_migrate.shadow.compare import Difference

MOST = 500
"""Groups of differences that are kept apart; a run with more has more to tell than anybody reads."""

OTHERS = "and others"
SURE = 1.96
"""Standard deviations of the interval that holds the true rate in 95 of 100 cases."""

Result = Literal["pass", "fail", "inconclusive"]


@dataclass
class Group:
    """Differences of one kind at one place.

    Attributes:
        route: Of the requests, or the kind of the event.
        path: Where in the answer.
        what: How it differs.
        count: How often.
        one: Of the smallest example: what the original has.
        other: What the service has.
        event: Where the example's event is: file and line.
        size: Characters of the example.
    """

    route: str
    path: str
    what: str
    count: int = 0
    one: str = ""
    other: str = ""
    event: str = ""
    size: int = 1 << 30


@dataclass
class Route:
    """What was compared of one route.

    Attributes:
        compared: Events.
        mismatched: Those whose answers differ in what means something.
        original: Milliseconds that the original took, all together.
        service: The same of the service.
    """

    compared: int = 0
    mismatched: int = 0
    original: float = 0.0
    service: float = 0.0


@dataclass
class Tally:
    """What was compared.

    Attributes:
        routes: By their names.
        groups: Differences, by route, path and how they differ.
        skipped: Events that were not sent, by why.
        noisy: Routes and paths at which the original itself answers differently each time.
    """

    routes: dict[str, Route] = field(default_factory=dict)
    groups: dict[tuple[str, str, str], Group] = field(default_factory=dict)
    skipped: dict[str, int] = field(default_factory=dict)
    noisy: set[tuple[str, str]] = field(default_factory=set)

    def add(self, route: str, event: str, differing: Iterable[Difference], original: float, service: float) -> None:
        """Account for one event.

        Args:
            route: Of the request.
            event: Where it is: file and line.
            differing: What differs and means something.
            original: Milliseconds that the original took.
            service: Milliseconds that the service took.
        """
        about = self.routes.setdefault(route if len(self.routes) < MOST or route in self.routes else OTHERS, Route())
        about.compared += 1
        about.original += original
        about.service += service
        listed = list(differing)
        about.mismatched += bool(listed)
        for each in listed:
            self._group(route, event, each)

    def _group(self, route: str, event: str, difference: Difference) -> None:
        key = (route, difference.path, difference.what)
        if key not in self.groups and len(self.groups) >= MOST:
            key = (OTHERS, OTHERS, "value")
        group = self.groups.setdefault(key, Group(*key))
        group.count += 1
        size = len(difference.one) + len(difference.other)
        if size < group.size:
            group.one, group.other, group.event, group.size = difference.one, difference.other, event, size

    def learn(self, route: str, paths: Iterable[str]) -> None:
        """Keep where the original itself answers differently each time."""
        if len(self.noisy) < MOST:
            self.noisy |= {(route, path) for path in paths}

    def skip(self, why: str) -> None:
        """Account for an event that was not sent."""
        self.skipped[why] = self.skipped.get(why, 0) + 1

    @property
    def compared(self) -> int:
        """Events that were compared."""
        return sum(route.compared for route in self.routes.values())

    @property
    def mismatched(self) -> int:
        """Events whose answers differ in what means something."""
        return sum(route.mismatched for route in self.routes.values())

    def verdict(self, most: float) -> tuple[Result, str]:
        """Return whether the rate of mismatches is at most so high, with 95 % confidence, and why.

        Args:
            most: The rate that is allowed, 0 to 1.
        """
        if not self.compared:
            return "inconclusive", "nothing was compared: no event was sent"
        low, high = wilson(self.mismatched, self.compared)
        rate = f"{self.mismatched} of {self.compared} differ"
        if high <= most:
            return "pass", f"{rate}: at most {high:.2%}, with 95 % confidence"
        if low > most:
            return "fail", f"{rate}: more than {most:.2%}, with 95 % confidence"
        return (
            "inconclusive",
            f"{rate}: up to {high:.2%} may, {most:.2%} are allowed; {needed(most)} alike would be enough",
        )

    def to_dict(self) -> dict[str, Any]:
        """Return it as JSON-able data."""
        return {
            "compared": self.compared,
            "mismatched": self.mismatched,
            "routes": {name: vars(route) for name, route in self.routes.items()},
            "differences": [vars(group) for group in self.ranked()],
            "skipped": dict(self.skipped),
            "noisy": [list(each) for each in sorted(self.noisy)],
        }

    @classmethod
    def from_dict(cls, data: dict[str, Any]) -> Tally:
        """Read back what :meth:`to_dict` wrote."""
        groups = [Group(**each) for each in data["differences"]]
        return cls(
            {name: Route(**each) for name, each in data["routes"].items()},
            {(each.route, each.path, each.what): each for each in groups},
            dict(data["skipped"]),
            {(route, path) for route, path in data["noisy"]},
        )

    def ranked(self) -> list[Group]:
        """Return the differences, the most frequent first."""
        return sorted(self.groups.values(), key=lambda group: (-group.count, group.route, group.path, group.what))


def wilson(hits: int, count: int) -> tuple[float, float]:
    """Return between which rates the true one is in 95 of 100 cases (Wilson's score interval)."""
    if not count:
        return 0.0, 1.0
    rate, square = hits / count, SURE**2
    middle = rate + square / (2 * count)
    spread = SURE * math.sqrt(rate * (1 - rate) / count + square / (4 * count**2))
    whole = 1 + square / count
    return max(0.0, (middle - spread) / whole), min(1.0, (middle + spread) / whole)


def needed(most: float) -> int:
    """Return how many answers have to be alike for a rate to be at most so high, where none differs."""
    return math.ceil(SURE**2 * (1 - most) / most)
