"""Names that lead to the function: custom domains of API Gateway, CloudFront distributions, and records of Route 53.

AWS has no index from an API to its names, so they are looked through: domain names with their mappings, distributions
with their origins, hosted zones with their records. Nothing is asked where no API, load balancer or function URL
invokes the function. What cannot be read is unknown, and said.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass, field, replace
from functools import partial
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from lambda_migrate.actions.route53.change_records import spoken
from lambda_migrate.aws import partitions
from lambda_migrate.aws.arn import Arn
from lambda_migrate.errors import AwsError, NotAllowed
from lambda_migrate.inventory import concurrently, distributions

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from lambda_migrate.aws.session import Aws
    from lambda_migrate.inventory.model import Inventory

CALLS = (
    "apigatewayv2:GetDomainNames",
    "apigatewayv2:GetApiMappings",
    "apigateway:GetDomainNames",
    "apigateway:GetBasePathMappings",
    "cloudfront:ListDistributions",
    "elbv2:DescribeLoadBalancers",
    "route53:ListHostedZones",
    "route53:ListResourceRecordSets",
)
"""What it calls, from which the policies of IAM are made."""

REST, FRONT = "apigateway", "CloudFront"


@dataclass(frozen=True)
class Record:
    """A record of Route 53.

    Attributes:
        zone: Id of its hosted zone.
        zone_name: What the zone is about, ``example.com``.
        private: Whether the zone is a VPC's own.
        name: Its name.
        record: All that it says beside the name, as Route 53 lists it.
    """

    zone: str
    zone_name: str
    private: bool
    name: str
    record: dict[str, Any]

    @property
    def target(self) -> str:
        """The host that it leads to; "" where it has addresses."""
        alias, values = self.record.get("AliasTarget"), self.record.get("ResourceRecords") or ()
        if alias:
            return _host(alias["DNSName"])
        return _host(values[0]["Value"]) if self.record["Type"] == "CNAME" and values else ""


@dataclass(frozen=True)
class Mapping:
    """Where a domain name sends a path: ``path`` is the base path, "" for all; ``api`` the API's id."""

    path: str
    api: str
    stage: str


@dataclass(frozen=True)
class Domain:
    """A name that leads to the function.

    Attributes:
        name: ``api.example.com``.
        by: What answers for it: ``API Gateway``, ``CloudFront``, ``load balancer``, ``function URL``.
        host: The host that its records have to lead to.
        endpoint: ``REGIONAL``, ``EDGE``, ``PRIVATE``; "" where that means nothing.
        security_policy: The oldest TLS that it takes, ``TLS_1_2``; "" where AWS does not say.
        mutual_tls: Whether callers have to show a certificate.
        mappings: Which base paths lead to which APIs; also those that lead to others.
        records: Of Route 53, in every zone of the account.
    """

    name: str
    by: str
    host: str
    endpoint: str = ""
    security_policy: str = ""
    mutual_tls: bool = False
    mappings: tuple[Mapping, ...] = ()
    records: tuple[Record, ...] = ()

    def to_dict(self) -> dict[str, Any]:
        """Return it as JSON-able data."""
        return asdict(self)


@dataclass
class Domains:
    """The names that lead to the function.

    Attributes:
        names: The names, sorted.
        unread: What could not be read, with why; one line each.
        zones: Names of the hosted zones that were looked through, by id.
        records: All records of these zones.
        hosts: What answers, by the hosts that lead to the function without a name of the owner's.
    """

    names: tuple[Domain, ...] = ()
    unread: list[str] = field(default_factory=list)
    zones: dict[str, str] = field(default_factory=dict)
    records: tuple[Record, ...] = ()
    hosts: dict[str, str] = field(default_factory=dict)

    def to_dict(self) -> dict[str, Any]:
        """Return them as JSON-able data, without the records of other names."""
        return {"names": [each.to_dict() for each in self.names], "unread": list(self.unread)}

    def named(self, name: str) -> Domain | None:
        """Return the domain of that name, or None."""
        return next((each for each in self.names if each.name == name.lower()), None)


def read(aws: Aws, inventory: Inventory, name: str = "") -> Domains:
    """Read the names that lead to the function; changes nothing.

    Args:
        aws: Where to look.
        inventory: What there is.
        name: A name that is read besides, wherever it leads: once triggers are direct, nothing leads to the function.
    """
    domains, apis = Domains(), apis_of(inventory)
    hosts = _hosts(aws, inventory, apis, domains)
    if not hosts and not apis and not name:
        return domains
    gateway = _read(domains, "custom domains of API Gateway", lambda: list(_of_gateway(aws, apis, name)))
    hosts |= {each.host: "API Gateway" for each in gateway}
    fronts = _read(domains, "CloudFront distributions", lambda: list(_of_cloudfront(aws, hosts)))
    hosts |= {each.host: FRONT for each in fronts}
    domains.hosts = hosts
    domains.records = tuple(_read(domains, "hosted zones of Route 53", lambda: _records(aws, domains)))
    known = {each.name: each for each in (*gateway, *fronts)}
    for record in domains.records:
        if (record.target in hosts or record.name == name) and record.name not in known:
            known[record.name] = Domain(record.name, hosts.get(record.target, "Route 53"), record.target)
    domains.names = tuple(_with_records(each, domains.records) for _name, each in sorted(known.items()))
    return domains


def apis_of(inventory: Inventory) -> frozenset[str]:
    """Return the ids of the APIs that invoke the function."""
    sources = (trigger.settings.source for trigger in inventory.triggers)
    named = {Arn.parse(each).resource.partition("/")[0] for each in sources if ":execute-api:" in each}
    return frozenset(named | {str(getattr(trigger.settings, "api", "")) for trigger in inventory.triggers}) - {""}


def _hosts(aws: Aws, inventory: Inventory, apis: Iterable[str], domains: Domains) -> dict[str, str]:
    """Return the hosts that lead to the function without a name of the owner's, and what answers there."""
    function = Arn.parse(inventory.function.arn)
    suffix = partitions.dns_suffix(function.partition)
    hosts = {f"{api}.execute-api.{function.region}.{suffix}": "API Gateway" for api in apis}
    for qualified in inventory.function.qualified.values():
        if qualified.url:
            hosts[str(urlsplit(qualified.url).hostname)] = "function URL"
    balancers = {str(getattr(trigger.settings, "balancer", "")) for trigger in inventory.triggers} - {""}
    for balancer in sorted(balancers):
        named = partial(_load_balancer, aws, balancer.split("/")[1])
        hosts |= dict.fromkeys(_read(domains, f"load balancer {balancer}", named), "load balancer")
    return hosts


def _load_balancer(aws: Aws, name: str) -> list[str]:
    balancers = aws.call("elbv2", "describe_load_balancers", Names=[name])["LoadBalancers"]
    return [_host(each["DNSName"]) for each in balancers]


def _read(domains: Domains, what: str, look: Callable[[], list[Any]]) -> list[Any]:
    """Return what a look finds; where it may not or cannot be, nothing, and that it is unknown."""
    try:
        return look()
    except (AwsError, NotAllowed) as error:
        domains.unread.append(f"unknown: {what} could not be read ({error.message})")
        return []


def _of_gateway(aws: Aws, apis: frozenset[str], name: str) -> Iterator[Domain]:
    """Yield the custom domains that lead to one of these APIs, and the one of that name.

    API Gateway has two listings of the same names. That of version 2 has the mappings of all kinds of APIs; names that
    are optimised for the edge are in that of version 1 alone.
    """
    newer = list(aws.pages("apigatewayv2", "get_domain_names", "Items"))
    known = {each["DomainName"] for each in newer}
    older = [each for each in aws.pages("apigateway", "get_domain_names", "items") if each["domainName"] not in known]
    names = [(_newer(each), "") for each in newer] + [(_older(each), REST) for each in older]
    mappings = concurrently.ask(aws, lambda each: _mappings(aws, each[0].name, each[1]), names, "custom domains")
    for (domain, _listing), mapped in zip(names, mappings, strict=True):
        if domain.name == name or any(each.api in apis for each in mapped):
            yield replace(domain, mappings=mapped)


def _newer(about: dict[str, Any]) -> Domain:
    configuration = (about.get("DomainNameConfigurations") or [{}])[0]
    return Domain(
        about["DomainName"].lower(),
        "API Gateway",
        _host(configuration.get("ApiGatewayDomainName") or ""),
        configuration.get("EndpointType") or "REGIONAL",
        configuration.get("SecurityPolicy") or "",
        bool(about.get("MutualTlsAuthentication")),
    )


def _older(about: dict[str, Any]) -> Domain:
    types = (about.get("endpointConfiguration") or {}).get("types") or ["EDGE"]
    host = about.get("distributionDomainName") or about.get("regionalDomainName") or ""
    mutual = bool(about.get("mutualTlsAuthentication"))
    policy = about.get("securityPolicy") or ""
    return Domain(about["domainName"].lower(), "API Gateway", _host(host), types[0], policy, mutual)


def _mappings(aws: Aws, name: str, listing: str) -> tuple[Mapping, ...]:
    if listing == REST:
        older = aws.pages("apigateway", "get_base_path_mappings", "items", domainName=name)
        return tuple(
            Mapping(each["basePath"].replace("(none)", ""), each["restApiId"], each.get("stage", "")) for each in older
        )
    newer = aws.pages("apigatewayv2", "get_api_mappings", "Items", DomainName=name)
    return tuple(Mapping(each.get("ApiMappingKey") or "", each["ApiId"], each["Stage"]) for each in newer)


def _of_cloudfront(aws: Aws, hosts: dict[str, str]) -> Iterator[Domain]:
    """Yield the names of the distributions that have one of these hosts as an origin."""
    for each in distributions.listed(aws):
        origins = {_host(origin["DomainName"]) for origin in (each.get("Origins") or {}).get("Items") or []}
        if origins & hosts.keys():
            host = _host(each["DomainName"])
            aliases = (each.get("Aliases") or {}).get("Items") or [host]
            yield from (Domain(str(alias).lower(), FRONT, host) for alias in aliases)


def _records(aws: Aws, domains: Domains) -> list[Record]:
    zones = list(aws.pages("route53", "list_hosted_zones", "HostedZones"))
    domains.zones = {_zone_id(each): spoken(each["Name"]) for each in zones}
    listed = concurrently.ask(aws, partial(_of_zone, aws), zones, "hosted zones")
    return [record for each in listed for record in each]


def _of_zone(aws: Aws, zone: dict[str, Any]) -> list[Record]:
    private = bool((zone.get("Config") or {}).get("PrivateZone"))
    identity, name = _zone_id(zone), spoken(zone["Name"])
    listed = aws.pages("route53", "list_resource_record_sets", "ResourceRecordSets", HostedZoneId=identity)
    return [
        Record(identity, name, private, spoken(each["Name"]), {key: each[key] for key in each if key != "Name"})
        for each in listed
        if each["Type"] in ("A", "AAAA", "CNAME")
    ]


def _zone_id(zone: dict[str, Any]) -> str:
    return str(zone["Id"]).rpartition("/")[2]


def _with_records(domain: Domain, records: Iterable[Record]) -> Domain:
    own = tuple(each for each in records if each.name == domain.name)
    return replace(domain, records=own)


def _host(name: str) -> str:
    """Return a host as it can be compared; Route 53 writes ``dualstack.`` before load balancers' names."""
    return spoken(name).removeprefix("dualstack.")
