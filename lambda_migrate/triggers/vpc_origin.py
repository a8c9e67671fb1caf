"""How CloudFront reaches a service without a public address: by a VPC origin, to a load balancer or an instance.

"Restrict access with VPC origins", CloudFront guide. A VPC origin does not reach all availability zones of a region.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from lambda_migrate.aws.arn import Arn
from lambda_migrate.aws.documents import read_or_none
from lambda_migrate.gates import service_without_https, vpc_origin_unfit
from lambda_migrate.gates.gate import closed
from lambda_migrate.triggers import unread
from lambda_migrate.triggers.unread import UNREAD

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from lambda_migrate.aws.session import Aws
    from lambda_migrate.config import Service
    from lambda_migrate.engine.blocker import Blocker
    from lambda_migrate.triggers.base import Destination

CALLS = ("cloudfront:GetVpcOrigin", "elbv2:DescribeLoadBalancers", "ec2:DescribeAvailabilityZones")
"""What it calls itself, from which the policies of IAM are made."""

STATUS, PROTOCOL, ZONES = "status", "protocol", "zones"
"""What :func:`look_up` says, by these names."""

DEPLOYED = "Deployed"

UNREACHED = frozenset({"apne1-az3", "apne2-az1", "cac1-az3", "use1-az3", "usw1-az2"})
"""Ids of the zones that VPC origins do not reach ("Supported AWS Regions for VPC origins", CloudFront guide)."""

SETTINGS = ("VpcOriginId", "OriginReadTimeout", "OriginKeepaliveTimeout")


def look_up(aws: Aws, service: Service) -> dict[str, str]:
    """Return what AWS says of the VPC origin that migration.yaml names; nothing where it names none.

    Args:
        aws: Where to look; reads only.
        service: What migration.yaml says of the service.
    """
    named = service.vpc_origin
    if named is None:
        return {}
    return unread.told(lambda: _of_origin(aws, named.id))


def _of_origin(aws: Aws, identity: str) -> dict[str, str]:
    answer = read_or_none(aws, "cloudfront", "get_vpc_origin", Id=identity)
    if answer is None:
        return {UNREAD: "it does not exist in this account"}
    origin = answer["VpcOrigin"]
    endpoint = origin["VpcOriginEndpointConfig"]
    about = {STATUS: str(origin["Status"]), PROTOCOL: str(endpoint["OriginProtocolPolicy"])}
    return {**about, ZONES: " ".join(_zones(aws, str(endpoint["Arn"])))}


def _zones(aws: Aws, endpoint: str) -> list[str]:
    """Return the ids of the zones that a load balancer stands in; none for an instance.

    The names of zones are each account's own, and their ids are everybody's.
    """
    if Arn.parse(endpoint).service != "elasticloadbalancing":
        return []
    answer = aws.call("elbv2", "describe_load_balancers", LoadBalancerArns=[endpoint])
    names = [str(each["ZoneName"]) for balancer in answer["LoadBalancers"] for each in balancer["AvailabilityZones"]]
    zones = aws.call("ec2", "describe_availability_zones", ZoneNames=names)["AvailabilityZones"]
    return sorted(str(each["ZoneId"]) for each in zones)


def sides(leads: Mapping[str, Any], custom: Mapping[str, Any], identity: str) -> tuple[dict[str, Any], dict[str, Any]]:
    """Return what an origin has of its own now, and by a VPC origin in its place, with the same time-outs.

    Args:
        leads: Its domain, access control and keys.
        custom: Its ``CustomOriginConfig``, whole.
        identity: The VPC origin's id.
    """
    kept = {name: leads[name] for name in ("DomainName", "OriginAccessControlId", "Keyed")}
    timeouts = {name: custom[name] for name in SETTINGS[1:] if name in custom}
    before = {**kept, "CustomOriginConfig": dict(custom), "VpcOriginConfig": None}
    after = {**kept, "CustomOriginConfig": None, "VpcOriginConfig": {SETTINGS[0]: identity, **timeouts}}
    return before, after


def blockers(
    destination: Destination, looked: Mapping[str, str] | None, called: str, subject: str
) -> Iterator[Blocker]:
    """Yield why CloudFront would not reach the service by its VPC origin.

    Args:
        destination: The service, with its VPC origin.
        looked: What :func:`look_up` says; None where nobody has looked.
        called: What a person calls the distribution, with its kind.
        subject: Its name.
    """
    origin = destination.vpc_origin
    if origin is None:
        return
    reason = unread.why(looked)
    if looked is None or reason:
        text = f"{called}: VPC origin `{origin.id}` could not be read: {reason}"
        yield closed(vpc_origin_unfit, text, subject)
        return
    if looked[STATUS] != DEPLOYED:
        text = f"{called}: VPC origin `{origin.id}` is {looked[STATUS]}; wait until it is {DEPLOYED}"
        yield closed(vpc_origin_unfit, text, subject)
    unreached = sorted(UNREACHED & set(looked[ZONES].split()))
    if unreached:
        text = (
            f"{called}: the load balancer of VPC origin `{origin.id}` stands in zone {', '.join(unreached)}, which VPC"
            " origins do not reach; take it out of that zone"
        )
        yield closed(vpc_origin_unfit, text, subject)
    plain = looked[PROTOCOL] == "http-only"
    if not (plain or origin.server_name):
        text = f"{called}: set the name on the service's certificate in `service.vpc_origin.server_name`"
        yield closed(vpc_origin_unfit, text, subject)
    if plain and not destination.plain_http:
        text = f"{called}: VPC origin `{origin.id}` speaks plain HTTP; have it use https, or set `service.plain_http`"
        yield closed(service_without_https, text, subject)
