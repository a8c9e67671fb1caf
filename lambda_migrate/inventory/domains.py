"""The custom domains in front of the function's APIs, and the Route 53 records that lead there. Reads only.

They stay where they are: a domain leads to an API, and the API to the alias or the service. They are shown, because
nobody else would do what a domain does besides (mutual TLS, a base path that is taken off).

https://docs.aws.amazon.com/apigateway/latest/developerguide/how-to-custom-domains.html
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

from lambda_migrate.inventory import concurrently

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from lambda_migrate.aws.documents import Document
    from lambda_migrate.aws.session import Aws

ENOUGH = "20"
"""So many records are read of a name and those after it; one name has few."""


@dataclass(frozen=True)
class Domain:
    """One mapping of a custom domain.

    Attributes:
        name: The domain, ``api.example.com``.
        api: The id of the API that it leads to.
        stage: The stage.
        path: The base path, without a slash; "" for none.
        endpoint: ``REGIONAL`` or ``EDGE``.
        security: The TLS security policy, ``TLS_1_2``.
        mutual_tls: Whether it asks for client certificates.
        records: The Route 53 records of the name, ``A alias``, ``CNAME, weight 255``, in the account's zones.
    """

    name: str
    api: str
    stage: str
    path: str = ""
    endpoint: str = ""
    security: str = ""
    mutual_tls: bool = False
    records: tuple[str, ...] = ()

    def describe(self, apis: Mapping[str, str]) -> str:
        """Return one line for a person.

        Args:
            apis: What people call the APIs, by their ids.
        """
        path = f"/{self.path}" if self.path else ""
        about = [f"{self.name}{path} → {apis.get(self.api, self.api)}, stage {self.stage}"]
        about += [self.endpoint.lower()] if self.endpoint else []
        about += [self.security] if self.security else []
        about += ["asks for client certificates"] if self.mutual_tls else []
        records = "; ".join(self.records) or "no record in this account"
        return f"{', '.join(about)}; Route 53: {records}"


def of_apis(aws: Aws, apis: Iterable[str]) -> tuple[Domain, ...]:
    """Return the domains that lead to some APIs: a call for each domain of the region, and two for each found.

    Raises:
        NotAllowed, AwsError: As AWS answered.
    """
    wanted = set(apis)
    named = list(aws.pages("apigatewayv2", "get_domain_names", "Items"))
    mapped = concurrently.ask(aws, lambda each: _mappings(aws, each["DomainName"]), named)
    ours = [
        (domain, [each for each in mappings if each["ApiId"] in wanted])
        for domain, mappings in zip(named, mapped, strict=True)
    ]
    ours = [(domain, mappings) for domain, mappings in ours if mappings]
    records = _records(aws, [domain["DomainName"] for domain, _ in ours])
    return tuple(_domain(domain, each, records) for domain, mappings in ours for each in mappings)


def _mappings(aws: Aws, name: str) -> list[Document]:
    return list(aws.pages("apigatewayv2", "get_api_mappings", "Items", DomainName=name))


def _domain(domain: Document, mapping: Document, records: Mapping[str, list[str]]) -> Domain:
    configuration: Document = next(iter(domain.get("DomainNameConfigurations") or ()), {})
    return Domain(
        name=str(domain["DomainName"]),
        api=str(mapping["ApiId"]),
        stage=str(mapping["Stage"]),
        path=str(mapping.get("ApiMappingKey") or ""),
        endpoint=str(configuration.get("EndpointType") or ""),
        security=str(configuration.get("SecurityPolicy") or ""),
        mutual_tls=bool(domain.get("MutualTlsAuthentication")),
        records=tuple(records.get(domain["DomainName"], ())),
    )


def _records(aws: Aws, names: list[str]) -> dict[str, list[str]]:
    """Return the records of names in the hosted zones of the account that may hold them."""
    found: dict[str, list[str]] = defaultdict(list)
    if not names:
        return found
    for zone in list(aws.pages("route53", "list_hosted_zones", "HostedZones")):
        for name in names:
            if f"{name}.".endswith(f".{zone['Name']}") or f"{name}." == zone["Name"]:
                found[name] += _of_zone(aws, zone, name)
    return found


def _of_zone(aws: Aws, zone: Document, name: str) -> Iterator[str]:
    answer = aws.call(
        "route53", "list_resource_record_sets", HostedZoneId=zone["Id"], StartRecordName=name, MaxItems=ENOUGH
    )
    private = ", private zone" if (zone.get("Config") or {}).get("PrivateZone") else ""
    for record in answer["ResourceRecordSets"]:
        if record["Name"].rstrip(".") == name:
            alias = " alias" if record.get("AliasTarget") else ""
            weight = f", weight {record['Weight']}" if "Weight" in record else ""
            lifetime = f", {record['TTL']} s" if "TTL" in record else ""
            yield f"{record['Type']}{alias}{weight}{lifetime}{private}"
