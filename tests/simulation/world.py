"""An AWS account in memory: its services, its clock, and how unkind it is."""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass, field
from random import Random
from typing import TYPE_CHECKING, Any

from tests.simulation.clock import Time
from tests.simulation.refusals import NotModelledError
from tests.simulation.services import build
from tests.simulation.traffic import rates, ways
from tests.simulation.unkindness import KIND, Unkindness

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.simulation.services import Services
    from tests.simulation.traffic import Key, Way

ACCOUNT = "123456789012"
REGION = "eu-west-1"
FUNCTION = "orders"
SERVICE = "https://service.example.com"


@dataclass
class World:
    """One account in one region.

    Attributes:
        seed: Of everything that is left to chance here.
        unkind: How unkind it is.
        time: Its clock.
        theirs: Whether somebody else is at work: what they change is seen at once.
        plain: Whether reads show the truth, and nothing is being worked on: what it all comes to.
        changes: Number of writes.
        packages: What code and layers are, by their URL.
    """

    seed: int = 0
    unkind: Unkindness = KIND
    time: Time = field(default_factory=Time)
    theirs: bool = False
    plain: bool = False
    changes: int = 0
    packages: dict[str, bytes] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.random, self._ids = Random(self.seed), Random(self.seed + 1)
        self.services: Services = build(self)
        self.time.passing = self._count
        self._counted: tuple[int, list[Way], dict[Key, float]] = (-1, [], {})

    def _count(self, start: float, end: float) -> None:
        self.services.cloudwatch.count(start, end, self._flowing()[2])

    @property
    def ways(self) -> list[Way]:
        """Where everything that comes in goes at this moment."""
        return self._flowing()[1]

    def _flowing(self) -> tuple[int, list[Way], dict[Key, float]]:
        if self._counted[0] != self.changes:
            found = list(ways(self))
            self._counted = (self.changes, found, rates(self, found))
        return self._counted

    def changed(self) -> None:
        """Count a write."""
        self.changes += 1

    def drawn(self, digits: int = 8) -> str:
        """Return an id that AWS draws."""
        return f"{self._ids.getrandbits(4 * digits):0{digits}x}"

    def uuid(self) -> str:
        """Return an id in the form of a UUID."""
        text = self.drawn(32)
        return "-".join((text[:8], text[8:12], text[12:16], text[16:20], text[20:]))

    def spread(self, seconds: float) -> float:
        """Return how long the data plane may take to learn of something, at most."""
        return seconds if self.unkind.spread else 0.0

    def done_at(self, longest: float | None = None) -> float:
        """Return when an update is done that begins now."""
        slow = self.unkind.slow if longest is None else min(self.unkind.slow, longest)
        return self.time.now + (self.random.uniform(0.0, slow) if slow else 0.0)

    def working_until(self, when: float) -> bool:
        """Return whether something that is done at a time is still being worked on."""
        return not self.plain and self.time.now < when

    def arn(self, service: str, rest: str) -> str:
        """Return an ARN of this account and region."""
        return f"arn:aws:{service}:{REGION}:{ACCOUNT}:{rest}"

    def answer(self, service: str, operation: str, parameters: dict[str, Any]) -> dict[str, Any]:
        """Carry out a call.

        Raises:
            Refused: AWS does not.
            NotModelledError: The simulation does not know the call.
        """
        found = self.services.by_name(service)
        method = getattr(found, operation, None)
        if method is None:
            if operation.startswith(("list_", "describe_")):
                return {}  # of this the account has nothing
            msg = f"the simulation has no {service}:{operation}; build it in tests/simulation/services"
            raise NotModelledError(msg)
        answer: dict[str, Any] = method(**parameters)
        return answer

    def client(self, service: str) -> Client:
        """Return a service as boto3 would, for somebody else."""
        return Client(self, service)

    @contextmanager
    def somebody_else(self) -> Iterator[None]:
        """Have what happens in the block be somebody else's doing."""
        before, self.theirs = self.theirs, True
        try:
            yield
        finally:
            self.theirs = before

    @contextmanager
    def told_plainly(self) -> Iterator[None]:
        """Have reads show what it all comes to."""
        before, self.plain = self.plain, True
        try:
            yield
        finally:
            self.plain = before


@dataclass(frozen=True)
class Client:
    """A service as boto3 has it, in somebody else's hands."""

    world: World
    service: str

    def __getattr__(self, operation: str) -> Any:
        def call(**parameters: Any) -> Any:
            with self.world.somebody_else():
                return copied(self.world.answer(self.service, operation, parameters))

        return call


def copied(value: Any) -> Any:
    """Return a copy of JSON-able data."""
    if isinstance(value, dict):
        return {name: copied(each) for name, each in value.items()}
    if isinstance(value, list):
        return [copied(each) for each in value]
    return value
