"""How much of a service the traffic takes, by Little's law, and what that costs."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from lambda_migrate.assess.instances import Instance
    from lambda_migrate.assess.prices import Prices
    from lambda_migrate.assess.usage import Usage

UTILIZATION = 0.6
"""The share of a processor that is planned with: above it requests begin to queue."""

LEAST = 2
"""Tasks at least: one in each of two zones."""

SOME_WAITING = 0.8
"""The share of waiting that stands for "waits a lot" where nobody has measured it."""

HOURS = 730.0
VOLUME = 10.0
"""GB of an instance's volume."""
_CONNECTIONS_OF_UNIT, _GIGABYTES_OF_UNIT = 25.0, 1.0
"""What a capacity unit of a load balancer holds: new connections a second, GB an hour (its price page)."""


@dataclass(frozen=True)
class Shape:
    """One task of the service, or one instance.

    Attributes:
        vcpu: Processors.
        memory: GB.
        at_once: Requests that it takes at once.
        arm: Whether it runs on arm64.
        nat: NAT gateways that are paid for the service alone.
        instance: The type of instance; None for tasks of Fargate.
    """

    vcpu: float = 0.5
    memory: float = 1.0
    at_once: int = 40
    arm: bool = False
    nat: int = 0
    instance: Instance | None = None

    @property
    def noun(self) -> str:
        """What there are several of."""
        return "instance" if self.instance else "task"


@dataclass(frozen=True)
class Size:
    """How many tasks, and what decides it.

    Attributes:
        tasks: At the peak.
        reason: What decides: ``processor``, ``requests at once``, ``two zones``.
        waiting: The share of waiting that it was reckoned with.
    """

    tasks: int
    reason: str
    waiting: float


def sizes(usage: Usage, shape: Shape) -> tuple[Size, ...]:
    """Return how many tasks the peak takes: two answers where that depends on a share of waiting that nobody knows.

    Args:
        usage: What the function does.
        shape: One task.
    """
    if usage.waiting is not None:
        return (size(usage, shape, usage.waiting),)
    none, some = size(usage, shape, 0.0), size(usage, shape, SOME_WAITING)
    return (none,) if none.tasks == some.tasks else (none, some)


def size(usage: Usage, shape: Shape, waiting: float, times: float = 1.0) -> Size:
    """Return how many tasks the peak takes.

    Args:
        usage: What the function does.
        shape: One task.
        waiting: The share of its time in which the function waits.
        times: How many times the traffic there is.
    """
    load = usage.peak_load * times
    processor = load * min(1.0, usage.vcpus) * (1.0 - waiting) / (shape.vcpu * UTILIZATION)
    at_once = load / shape.at_once
    needs = {"processor": math.ceil(processor), "requests at once": math.ceil(at_once), "two zones": LEAST}
    reason = max(needs, key=lambda name: (needs[name], name == "two zones"))
    return Size(needs[reason], reason, waiting)


@dataclass(frozen=True)
class Item:
    """One line of a bill.

    Attributes:
        name: What is paid for.
        amount: US dollars a month.
        basis: How it comes about, in one line.
    """

    name: str
    amount: float
    basis: str


def on_service(
    tasks: int, usage: Usage, shape: Shape, prices: Prices, logs: float, times: float = 1.0
) -> tuple[Item, ...]:
    """Return what the service costs a month.

    Args:
        tasks: That run all the time.
        usage: What the function does.
        shape: One task.
        prices: What AWS asks for.
        logs: GB of logs a month.
        times: How many times the traffic there is.
    """
    vcpu, memory = (prices.vcpu_arm, prices.memory_arm) if shape.arm else (prices.vcpu, prices.memory)
    each = shape.instance.hourly if shape.instance else shape.vcpu * vcpu + shape.memory * memory
    compute = tasks * HOURS * each
    units = max(1.0, usage.peak_rate * times / _CONNECTIONS_OF_UNIT) if usage.invocations else 0.0
    addresses = LEAST + (0 if shape.nat else tasks)
    items = [
        Item(f"{shape.noun}s", compute, f"{tasks} of {_described(shape)}"),
        Item("load balancer", HOURS * prices.balancer, "one, all the time"),
        Item("capacity units", HOURS * prices.capacity * units, f"{units:.1f} at the peak; fewer at other times"),
        Item("public addresses", HOURS * prices.address * addresses, f"{addresses}"),
        Item("logs", logs * prices.logs, f"{logs:.1f} GB, as now"),
    ]
    if shape.instance:
        items.insert(1, Item("volumes", tasks * VOLUME * prices.volume, f"{VOLUME:g} GB each"))
    if shape.nat:
        items.insert(-2, Item("NAT gateways", HOURS * prices.nat * shape.nat, f"{shape.nat}; traffic comes on top"))
    return tuple(items)


def _described(shape: Shape) -> str:
    size = f"{shape.vcpu:g} vCPU, {shape.memory:g} GB"
    return f"{shape.instance.name}, {size} for long" if shape.instance else size


def total(items: tuple[Item, ...]) -> float:
    """Return the sum of a bill, in US dollars a month."""
    return math.fsum(item.amount for item in items)
