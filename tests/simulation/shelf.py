"""Documents of one kind: as they are, as a reader sees them a while later, and as AWS goes by them later still.

AWS answers writes from the truth, and conditions of writes too; reads may come from a replica that lags, and what
carries traffic (its data plane) learns of a change later than both.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.simulation.world import World

Document = dict[str, Any]
_Past = dict[str, list[tuple[float, Document | None]]]


@dataclass
class Shelf:
    """Documents by name.

    Args:
        world: Whose they are.
        spread: Seconds after which the data plane goes by a change, at most; 0 for what it goes by at once.
    """

    world: World
    spread: float = 0.0
    truth: dict[str, Document] = field(default_factory=dict)
    _seen: _Past = field(default_factory=dict)
    _working: _Past = field(default_factory=dict)

    def put(self, name: str, document: Document, *, spread: float | None = None) -> None:
        """Write a document, in place of what stands under its name."""
        self._replaced(name, spread)
        self.truth[name] = document
        self.world.changed()

    def drop(self, name: str, *, spread: float | None = None) -> None:
        """Delete what stands under a name."""
        self._replaced(name, spread)
        del self.truth[name]
        self.world.changed()

    def _replaced(self, name: str, spread: float | None) -> None:
        before, now = self.truth.get(name), self.world.time.now
        lag = self.world.unkind.lag
        if lag and not self.world.theirs:
            self._remember(self._seen, name, now + self.world.random.uniform(0.0, lag), before)
        longest = self.spread if spread is None else spread
        if longest and not self.world.theirs:
            until = now + self.world.random.uniform(0.0, longest)
            self._remember(self._working, name, until, before)
            self.world.time.at(until + 0.001, self.world.changed)

    @staticmethod
    def _remember(past: _Past, name: str, until: float, before: Document | None) -> None:
        known = past.setdefault(name, [])
        known.append((max([until, *(each for each, _ in known)]), before))

    def seen(self, name: str) -> Document | None:
        """Return what a reader is shown."""
        return self._past(self._seen, name)

    def working(self, name: str) -> Document | None:
        """Return what carries traffic."""
        return self._past(self._working, name)

    def _past(self, past: _Past, name: str) -> Document | None:
        now = self.world.time.now
        known = past.get(name)
        if known and not self.world.plain:
            for until, before in known:
                if now < until:
                    return before
            del past[name]
        return self.truth.get(name)

    def listed(self) -> Iterator[tuple[str, Document]]:
        """Yield what a reader is shown of all, by name."""
        names = dict.fromkeys((*self.truth, *self._seen)) if self._seen else self.truth
        for name in list(names):
            document = self.seen(name)
            if document is not None:
                yield name, document

    def at_work(self) -> Iterator[tuple[str, Document]]:
        """Yield what carries traffic, by name."""
        names = dict.fromkeys((*self.truth, *self._working)) if self._working else self.truth
        for name in list(names):
            document = self.working(name)
            if document is not None:
                yield name, document
