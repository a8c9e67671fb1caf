"""What a domain name leads to so that callers reach the service: a load balancer, or a name that leads to one."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from lambda_migrate.aws.arn import Arn
from lambda_migrate.engine.source_metrics import SourceMetrics
from lambda_migrate.errors import AwsError, NotAllowed
from lambda_migrate.planner.domain import Target

if TYPE_CHECKING:
    from lambda_migrate.aws.session import Aws
    from lambda_migrate.config import Migration
    from lambda_migrate.inventory.domains import Domains

CALLS = ("elbv2:DescribeLoadBalancers",)
"""What it calls, from which the policies of IAM are made."""

_COUNTED = ("RequestCount", "HTTPCode_Target_5XX_Count", "HTTPCode_Target_4XX_Count")
_DEPTH = 5
"""How many names are followed that each lead to the next."""


def of_service(aws: Aws, config: Migration, domains: Domains) -> Target:
    """Return what a name has to lead to.

    Args:
        aws: Where to look for the load balancer.
        config: Says where the service is.
        domains: Records of Route 53, which the service's own name may stand in.
    """
    host = (urlsplit(config.service.public_url or config.service.url or "").hostname or "").lower()
    if not host:
        return Target(problem="migration.yaml does not say where the service is; set `service.public_url`")
    records: dict[str, dict[str, Any]] = {"CNAME": {"ResourceRecords": [{"Value": host}], "TTL": 60}}
    end = host
    for _step in range(_DEPTH):
        own = [each for each in domains.records if each.name == end and not each.private]
        aliases = {each.record["Type"]: each.record for each in own if each.record.get("AliasTarget")}
        records |= {kind: {"AliasTarget": record["AliasTarget"]} for kind, record in aliases.items()}
        following = next((each.target for each in own if each.target), "")
        if not following:
            break
        end = following
    try:
        balancer = _balancer(aws, end)
    except (AwsError, NotAllowed) as error:
        return Target(records, f"load balancers could not be read ({error.message})")
    if balancer is None:
        return Target(records, f"`{host}` is not a load balancer of this account and region, nor an alias of one")
    alias = {"HostedZoneId": balancer["CanonicalHostedZoneId"], "DNSName": balancer["DNSName"]}
    kinds = ("A", "AAAA") if str(balancer.get("IpAddressType", "")).startswith("dualstack") else ("A",)
    made = {kind: {"AliasTarget": {**alias, "EvaluateTargetHealth": False}} for kind in kinds}
    return Target({**made, **records}, metrics=_metrics(balancer))


def _balancer(aws: Aws, host: str) -> dict[str, Any] | None:
    for each in aws.pages("elbv2", "describe_load_balancers", "LoadBalancers"):
        if str(each["DNSName"]).lower() == host:
            balancer: dict[str, Any] = each
            return balancer
    return None


def _metrics(balancer: dict[str, Any]) -> SourceMetrics | None:
    """Return what a load balancer counts of all its requests ("CloudWatch metrics for your ALB", ELB user guide)."""
    if balancer.get("Type") != "application":
        return None
    dimensions = {"LoadBalancer": Arn.parse(str(balancer["LoadBalancerArn"])).below("loadbalancer")}
    return SourceMetrics.of_requests("AWS/ApplicationELB", dimensions, *_COUNTED)
