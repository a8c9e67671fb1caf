"""What must hold at every moment, whoever does what; what breaks it by the program's doing is kept, with when.

What somebody else breaks is theirs. What the program's writes break, or time after them, is ours.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from tests.simulation.services.lambda_aliases import weights
from tests.simulation.services.lambda_functions import runs
from tests.simulation.world import FUNCTION

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.simulation.world import World


@dataclass
class Watch:
    """Looks at a world after every change of it.

    Attributes:
        world: The world.
        broken: What the program broke: when, by which call, and what.
        theirs: What somebody else did.
        redeployed: Whether somebody else has deployed since: what ran before is then ours to keep for as long as
            traffic goes through our alias, and no longer.
    """

    world: World
    broken: list[str] = field(default_factory=list)
    theirs: set[str] = field(default_factory=set)
    redeployed: bool = False
    _known: set[str] = field(default_factory=set)
    _seen: int = -1
    _weights: dict[str, float] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self._home = runs(self.world.services.lambda_.latest.truth[FUNCTION])
        self._begin = self.world.time.now
        self.world.time.look = self.look
        self._known = set(self.problems())

    def look(self, by: str = "time") -> None:
        """Look; what is new is the doing of whoever called last."""
        if self._seen == self.world.changes:
            return
        self._seen = self.world.changes
        now = set(self.problems())
        if self._left_unguarded() and by == "lambda:UpdateAlias":
            now.add("part of the traffic is moved, and no schedule would put it back")
        for each in sorted(now - self._known - self.theirs):
            self.broken.append(f"after {self.world.time.now - self._begin:.0f} s, by {by}: {each}")
        self._known = now

    def _left_unguarded(self) -> bool:
        """Return whether weights were moved while nothing guards them."""
        alias = self.world.services.lambda_.aliases.truth.get(f"{FUNCTION}:live", {})
        before, self._weights = self._weights, dict(weights(alias))
        return self._weights not in ({}, before) and not self.world.services.scheduler.schedules.truth

    def look_away(self) -> None:
        """Take what is wrong now for somebody else's doing."""
        self._seen = self.world.changes
        now = set(self.problems())
        self.theirs |= now - self._known
        self._known = now

    def problems(self) -> Iterator[str]:
        """Yield what is wrong at this moment."""
        yield from (way.problem for way in self.world.ways if way.problem)
        if FUNCTION in self.world.services.lambda_.latest.truth and not self.original_there():
            yield "the original is gone: neither $LATEST nor a version runs what it ran"

    def original_there(self) -> bool:
        """Return whether the original is there to go back to."""
        functions = self.world.services.lambda_
        if self.redeployed and f"{FUNCTION}:live" not in functions.aliases.truth:
            return True
        known = (functions.latest.truth[FUNCTION], *functions.versions.truth.values())
        return any(runs(each) == self._home for each in known)
