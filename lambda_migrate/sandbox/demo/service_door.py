"""Where the demo's service is reached: at its own port, or through a load balancer in front of it."""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

from lambda_migrate.sandbox.load_balancer import LoadBalancer

if TYPE_CHECKING:
    from collections.abc import Iterator


@dataclass(frozen=True)
class ServiceDoor:
    """Where the service is reached.

    Attributes:
        port: Where the service itself listens, on 127.0.0.1.
        balancer: What stands in front of it, if anything does.
    """

    port: int
    balancer: LoadBalancer | None = None

    @property
    def url(self) -> str:
        """What callers of the service are told."""
        return self.balancer.url if self.balancer else self._target

    def close(self) -> None:
        """Let nobody reach the service any more, as ECS does before it stops a task; what is under way is answered."""
        if self.balancer:
            self.balancer.deregister(self._target)

    def open(self) -> None:
        """Let callers reach the service, which is ready."""
        if self.balancer:
            self.balancer.register(self._target)

    @property
    def _target(self) -> str:
        return f"http://127.0.0.1:{self.port}"


@contextmanager
def door_of(port: int, *, balanced: bool) -> Iterator[ServiceDoor]:
    """Return where the service is reached for as long as the block lasts.

    Args:
        port: Where the service itself listens, on 127.0.0.1.
        balanced: Whether a load balancer stands in front of it.
    """
    if not balanced:
        yield ServiceDoor(port)
        return
    with LoadBalancer().serving() as balancer:
        yield ServiceDoor(port, balancer)
