"""What AWS asks for: a dated table, and what the Price List API says in its place."""

from __future__ import annotations

from dataclasses import dataclass, fields, replace
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

TABLE = "table of 2026-06, us-east-1"
LIST = "Price List API"


@dataclass(frozen=True)
class Prices:
    """Prices in US dollars.

    Attributes:
        requests: A million requests of Lambda.
        duration: A GB-second of Lambda, x86.
        duration_arm: The same, arm64.
        provisioned: A GB-second of provisioned concurrency.
        provisioned_duration: A GB-second of an invocation on it.
        rest: A million requests of a REST API.
        http: A million requests of an HTTP API.
        logs: A GB of logs taken in.
        logs_infrequent: The same, by a group of class Infrequent Access.
        scanned: A GB of logs that a query reads.
        vcpu: A vCPU-hour of Fargate, x86.
        vcpu_arm: The same, arm64.
        memory: A GB-hour of Fargate, x86.
        memory_arm: The same, arm64.
        balancer: An hour of an Application Load Balancer.
        capacity: An hour of one of its capacity units.
        nat: An hour of a NAT gateway.
        address: An hour of a public IPv4 address.
        volume: A GB-month of a general purpose volume of EBS.
    """

    requests: float = 0.20
    duration: float = 0.0000166667
    duration_arm: float = 0.0000133334
    provisioned: float = 0.0000041667
    provisioned_duration: float = 0.0000097222
    rest: float = 3.50
    http: float = 1.00
    logs: float = 0.50
    logs_infrequent: float = 0.25
    scanned: float = 0.005
    vcpu: float = 0.04048
    vcpu_arm: float = 0.03238
    memory: float = 0.004445
    memory_arm: float = 0.00356
    balancer: float = 0.0225
    capacity: float = 0.008
    nat: float = 0.045
    address: float = 0.005
    volume: float = 0.08


@dataclass(frozen=True)
class Priced:
    """Prices, and where they come from.

    Attributes:
        prices: All of them.
        listed: Those that the Price List API told; the rest is the table's.
        region: The region that was asked about.
    """

    prices: Prices
    listed: tuple[str, ...] = ()
    region: str = ""

    @property
    def source(self) -> str:
        """Where they come from, in one line."""
        if not self.listed:
            return f"{TABLE}; the Price List API was not read"
        rest = [each.name for each in fields(Prices) if each.name not in self.listed]
        more = f"; from the {TABLE}: {', '.join(rest)}" if rest else ""
        return f"{LIST}, {self.region}{more}"


def priced(told: Mapping[str, float], region: str) -> Priced:
    """Return the table with what the Price List API told in its place.

    Args:
        told: Prices by the fields of :class:`Prices`, in its units.
        region: The region that was asked about.
    """
    return Priced(replace(Prices(), **told), tuple(sorted(told)), region)
