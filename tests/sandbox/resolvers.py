"""Callers of a name, whose resolvers ask Route 53 and keep the answers, in a time that passes when somebody waits."""

from __future__ import annotations

import urllib.request
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from lambda_migrate.clock import Clock
from tests.support.waiting import TIMEOUT

if TYPE_CHECKING:
    import random
    from collections.abc import Callable

TTL = 60.0
"""Seconds for which a resolver keeps the answer of an alias."""

LAG = 55.0
"""Seconds after which the last of Route 53's servers answers by a change."""

EVERY = 10.0
"""Seconds between two requests of a caller."""


@dataclass(frozen=True)
class Request:
    """One request: when, to which of Route 53's targets it was led, and what was answered."""

    at: float
    target: str
    answer: str


@dataclass
class Callers:
    """Callers with a resolver each; all of them ask every ten seconds of the time that passes.

    Attributes:
        read: Returns the records of the name as they are.
        places: URL by the target of a record.
        dice: Decides which server is asked, and which record it answers with.
        count: How many callers there are.
        now: The time, in seconds since the epoch.
        made: Their requests.
        changes: When the records were seen changed.
    """

    read: Callable[[], list[dict[str, Any]]]
    places: dict[str, str]
    dice: random.Random
    count: int = 8
    now: float = field(default_factory=lambda: Clock().now())
    made: list[Request] = field(default_factory=list)
    changes: list[float] = field(default_factory=list)
    _history: list[tuple[float, list[dict[str, Any]]]] = field(default_factory=list)
    _kept: dict[int, tuple[float, str]] = field(default_factory=dict)
    _rest: float = 0.0

    def clock(self) -> Clock:
        """Return a clock by which waiting has the callers ask."""
        return Clock(lambda: self.now, self.wait)

    def wait(self, seconds: float) -> None:
        """Let time pass."""
        end = self.now + seconds
        while self.now + EVERY - self._rest <= end:
            self.now += EVERY - self._rest
            self._rest = 0.0
            self._ask()
        self._rest += end - self.now
        self.now = end

    def _ask(self) -> None:
        records = self.read()
        if not self._history or records != self._history[-1][1]:
            self._history.append((self.now, records))
            self.changes.append(self.now)
        for caller in range(self.count):
            until, target = self._kept.get(caller, (0.0, ""))
            if until <= self.now:
                target = self._answer()
                self._kept[caller] = (self.now + TTL, target)
            self.made.append(Request(self.now, target, _got(self.places[target])))

    def _answer(self) -> str:
        """Return what one of Route 53's servers answers: by the records of now, or of a moment ago."""
        asked = self.now - self.dice.uniform(0.0, LAG)
        known = next((records for at, records in reversed(self._history) if at <= asked), self._history[0][1])
        weights = [each.get("Weight", 1) for each in known]
        (drawn,) = self.dice.choices(known, weights)
        return str(drawn["AliasTarget"]["DNSName"])


def _got(url: str) -> str:
    with urllib.request.urlopen(url, timeout=TIMEOUT) as answer:  # noqa: S310  # the embedded AWS, or a service here
        text: str = answer.read().decode()
        return text
