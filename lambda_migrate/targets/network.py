"""Where in a VPC the service runs: as configured, else where the function is; and what stands against it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from lambda_migrate.gates import service_network
from lambda_migrate.gates.gate import closed

if TYPE_CHECKING:
    from lambda_migrate.targets.base import Deployment, Network


@dataclass(frozen=True)
class NetworkPlacement:
    """Where the service runs.

    Attributes:
        vpc: The VPC; "" where nobody named one and the function is in none.
        subnets: Of the service.
        load_balancer_subnets: Of the load balancer.
        security_groups: Of the service.
        public: Whether the load balancer is reached from the internet.
        blockers: What stands against it, one line each.
        warnings: What a person should know, one line each.
    """

    vpc: str
    subnets: tuple[str, ...]
    load_balancer_subnets: tuple[str, ...]
    security_groups: tuple[str, ...]
    public: bool
    blockers: tuple[str, ...] = ()
    warnings: tuple[str, ...] = ()


def placement(deployment: Deployment, network: Network, *, default: bool) -> NetworkPlacement:
    """Work out where the service runs.

    Args:
        deployment: What is to run; its function's network is taken where none is named.
        network: What migration.yaml says.
        default: Whether the target goes into the account's default VPC where none is named.
    """
    function = deployment.function.vpc if deployment.function else {}
    vpc = network.vpc or function.get("VpcId") or ""
    subnets = tuple(network.subnets or function.get("SubnetIds") or ())
    balanced = tuple(network.load_balancer_subnets or subnets)
    groups = tuple(network.security_groups or function.get("SecurityGroupIds") or ())
    anywhere = default and not vpc and not subnets
    blockers = () if anywhere else _blockers(vpc, subnets, balanced)
    warnings = _warnings(network, in_vpc=bool(function.get("VpcId")), anywhere=anywhere)
    return NetworkPlacement(vpc, subnets, balanced, groups, network.public or anywhere, blockers, warnings)


def _blockers(vpc: str, subnets: tuple[str, ...], balanced: tuple[str, ...]) -> tuple[str, ...]:
    if not vpc or not subnets:
        text = "the function is not in a VPC: set `vpc` and `subnets` in `service.target.network`"
        return (str(closed(service_network, text)),)
    if len(balanced) < 2:  # noqa: PLR2004  # AWS wants two availability zones
        text = "a load balancer needs subnets in two availability zones: name them in `load_balancer_subnets`"
        return (str(closed(service_network, text)),)
    return ()


def _warnings(network: Network, *, in_vpc: bool, anywhere: bool) -> tuple[str, ...]:
    if anywhere and not network.public:
        text = "no VPC is named and the function is in none: the load balancer is reached from the internet,"
        return (f"{text} in the account's default VPC",)
    if not network.public and not in_vpc:
        return ("the load balancer is internal and the function is in no VPC: the proxy will not reach it",)
    if network.public and not anywhere and not network.load_balancer_subnets:
        text = "the load balancer is public, and its subnets are the service's own:"
        return (f"{text} where those do not reach the internet, name others in `load_balancer_subnets`",)
    return ()
