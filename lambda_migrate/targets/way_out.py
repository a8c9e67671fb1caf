"""Whether the subnets of a service let it reach what it needs to start: a route to the internet, or VPC endpoints.

"Amazon ECR interface VPC endpoints" (ECR user guide) says what Fargate needs, "Using Elastic Beanstalk with VPC
endpoints" (Elastic Beanstalk developer guide) what instances need.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from lambda_migrate.errors import AwsError, NotAllowed
from lambda_migrate.gates import service_without_way_out
from lambda_migrate.gates.gate import closed

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from lambda_migrate.aws.session import Aws
    from lambda_migrate.engine.blocker import Blocker
    from lambda_migrate.targets.network import NetworkPlacement

_ANYWHERE = "0.0.0.0/0"
_ELSEWHERE = (
    "NatGatewayId",
    "TransitGatewayId",
    "NetworkInterfaceId",
    "InstanceId",
    "LocalGatewayId",
    "CoreNetworkArn",
)
"""What a default route may lead to that needs no public address here."""


@dataclass(frozen=True)
class Needs:
    """What a service has to reach before it answers.

    Attributes:
        endpoints: Services of AWS, as the names of VPC endpoints end: ``ecr.api``.
        internet: What no endpoint of AWS stands for; "" where there is nothing.
        public: Whether what runs there has public addresses; None where the subnets decide it.
        setting: The key of ``service.target`` that gives it one.
    """

    endpoints: tuple[str, ...]
    internet: str
    public: bool | None
    setting: str


@dataclass(frozen=True)
class _Subnet:
    """A subnet: its default routes, its route table, and whether it gives out public addresses."""

    name: str
    ways: frozenset[str]
    table: str
    public: bool


def closed_ways(aws: Aws, place: NetworkPlacement, needs: Needs) -> list[Blocker]:
    """Return why a service could not start in these subnets; what cannot be read stands in the way too."""
    if not place.vpc or not place.subnets:
        return []
    try:
        subnets = list(_subnets(aws, place.vpc, place.subnets))
        wanted = [{"Name": "vpc-id", "Values": [place.vpc]}]
        endpoints = list(aws.pages("ec2", "describe_vpc_endpoints", "VpcEndpoints", Filters=wanted))
    except (AwsError, NotAllowed) as error:
        text = f"the routes of {', '.join(place.subnets)} could not be read: {error.message}"
        return [closed(service_without_way_out, f"{text}; allow it, or accept this where you know that they lead out")]
    return [blocker for subnet in subnets for blocker in _closed(aws, subnet, endpoints, needs)]


def _subnets(aws: Aws, vpc: str, names: Sequence[str]) -> Iterator[_Subnet]:
    wanted = [{"Name": "vpc-id", "Values": [vpc]}]
    tables = list(aws.pages("ec2", "describe_route_tables", "RouteTables", Filters=wanted))
    listed = aws.pages("ec2", "describe_subnets", "Subnets", SubnetIds=list(names))
    public = {each["SubnetId"]: bool(each.get("MapPublicIpOnLaunch")) for each in listed}
    for name in names:
        table = _table(tables, name)
        yield _Subnet(name, _ways(table), str(table.get("RouteTableId", "")), public.get(name, False))


def _table(tables: Sequence[dict[str, Any]], subnet: str) -> dict[str, Any]:
    """Return the route table of a subnet: its own, else the VPC's main one."""
    tied = [(each, table) for table in tables for each in table.get("Associations", ())]
    own = (table for each, table in tied if each.get("SubnetId") == subnet)
    main = (table for each, table in tied if each.get("Main"))
    return next(own, None) or next(main, {})


def _ways(table: dict[str, Any]) -> frozenset[str]:
    """Return where the default routes lead: ``internet gateway``, which needs a public address, or ``elsewhere``."""
    routes = [each for each in table.get("Routes", ()) if each.get("DestinationCidrBlock") == _ANYWHERE]
    active = [each for each in routes if each.get("State", "active") == "active"]
    gateways = {str(each.get("GatewayId") or "").partition("-")[0] for each in active}
    elsewhere = any(each.get(key) for each in active for key in _ELSEWHERE) or "vgw" in gateways
    ways = {"internet gateway"} if "igw" in gateways else set()
    return frozenset(ways | ({"elsewhere"} if elsewhere else set()))


def _closed(aws: Aws, subnet: _Subnet, endpoints: Sequence[dict[str, Any]], needs: Needs) -> Iterator[Blocker]:
    public = subnet.public if needs.public is None else needs.public
    if "elsewhere" in subnet.ways or ("internet gateway" in subnet.ways and public):
        return
    missing = [name for name in needs.endpoints if not _reached(aws, subnet, endpoints, name)]
    missing += [needs.internet] if needs.internet else []
    if not missing:
        return
    text = f"from `{subnet.name}` the service does not reach {', '.join(missing)}"
    if "internet gateway" in subnet.ways:
        text += f": the way out is an internet gateway, which takes public addresses; set `{needs.setting}: true`,"
        yield closed(service_without_way_out, f"{text} or name subnets behind a NAT gateway", subnet.name)
        return
    text += ": it has no route to the internet; add a NAT gateway or VPC endpoints, or name other subnets"
    yield closed(service_without_way_out, text, subnet.name)


def _reached(aws: Aws, subnet: _Subnet, endpoints: Sequence[dict[str, Any]], name: str) -> bool:
    """Return whether an endpoint stands for a service: one with private DNS, or one that is in the route table."""
    for each in endpoints:
        there = str(each.get("State", "")).lower() == "available"
        if not there or not str(each.get("ServiceName", "")).endswith(f".{aws.region_name}.{name}"):
            continue
        gateway = each.get("VpcEndpointType") == "Gateway"
        if subnet.table in each.get("RouteTableIds", ()) if gateway else each.get("PrivateDnsEnabled"):
            return True
    return False
