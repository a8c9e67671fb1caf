"""Names that lead to the function are found with their mappings and records; what cannot be read is said."""

from __future__ import annotations

from typing import Any

from lambda_migrate.errors import NotAllowed
from lambda_migrate.inventory import domains
from lambda_migrate.inventory.domains import Domain, Mapping, Record
from tests.inventory.fake_aws import FUNCTION, FakeAws, statement
from tests.inventory.taking import fake, take

API = "abc123"
SOURCE = f"arn:aws:execute-api:eu-west-1:123456789012:{API}"
REGIONAL = "d-1.execute-api.eu-west-1.amazonaws.com"
ZONE = {"Id": "/hostedzone/Z1", "Name": "example.com.", "Config": {"PrivateZone": False}}


def alias(host: str, kind: str = "A") -> dict[str, Any]:
    return {
        "Type": kind,
        "AliasTarget": {"HostedZoneId": "ZX", "DNSName": f"{host}.", "EvaluateTargetHealth": False},
    }


def account(**changed: Any) -> FakeAws:
    """Return an account in which an HTTP API invokes the function, and names lead to it."""
    aws = fake(statement("http", "apigateway.amazonaws.com", f"{SOURCE}/*/*"))
    names = [
        {
            "DomainName": "api.example.com",
            "MutualTlsAuthentication": {"TruststoreUri": "s3://trust/store.pem"},
            "DomainNameConfigurations": [
                {"ApiGatewayDomainName": REGIONAL, "EndpointType": "REGIONAL", "SecurityPolicy": "TLS_1_2"}
            ],
        },
        {"DomainName": "other.example.com", "DomainNameConfigurations": [{"ApiGatewayDomainName": "d-2.example"}]},
    ]
    mappings = {
        "api.example.com": [
            {"ApiId": API, "Stage": "$default", "ApiMappingKey": "v1"},
            {"ApiId": "zzz", "Stage": "prod", "ApiMappingKey": "admin"},
        ],
        "other.example.com": [{"ApiId": "zzz", "Stage": "prod"}],
    }
    records = [
        {"Name": "api.example.com.", **alias(REGIONAL)},
        {"Name": "api.example.com.", **alias(REGIONAL, "AAAA")},
        {"Name": "api.example.com.", "Type": "TXT", "TTL": 60, "ResourceRecords": [{"Value": '"x"'}]},
        {"Name": "shop.example.com.", **alias("d111.cloudfront.net")},
        {"Name": "www.example.com.", "Type": "CNAME", "TTL": 300, "ResourceRecords": [{"Value": "elsewhere.example"}]},
    ]
    distribution = {
        "DomainName": "d111.cloudfront.net",
        "Origins": {"Items": [{"DomainName": f"{API}.execute-api.eu-west-1.amazonaws.com"}]},
        "Aliases": {"Items": ["shop.example.com"]},
    }
    aws.answers |= {
        "apigatewayv2:get_api": {"ApiId": API, "Name": "orders", "ProtocolType": "HTTP"},
        "apigatewayv2:get_integrations": {"Items": [{"IntegrationId": "i", "IntegrationUri": FUNCTION}]},
        "apigatewayv2:get_routes": {"Items": [{"RouteId": "r", "RouteKey": "ANY /", "Target": "integrations/i"}]},
        "apigatewayv2:get_domain_names": {"Items": names},
        "apigatewayv2:get_api_mappings": lambda DomainName: {"Items": mappings[DomainName]},  # noqa: N803  # AWS's name
        "cloudfront:list_distributions": {"DistributionList": {"Items": [distribution]}},
        "route53:list_hosted_zones": {"HostedZones": [ZONE]},
        "route53:list_resource_record_sets": {"ResourceRecordSets": records},
        **changed,
    }
    return aws


def record(name: str, about: dict[str, Any]) -> Record:
    return Record("Z1", "example.com", private=False, name=name, record=about)


def test_names_are_found_with_their_mappings_their_tls_and_their_records() -> None:
    aws = account()

    found = domains.read(aws, take(aws))  # type: ignore[arg-type]  # all that it needs

    assert found.names == (
        Domain(
            "api.example.com",
            "API Gateway",
            REGIONAL,
            "REGIONAL",
            "TLS_1_2",
            mutual_tls=True,
            mappings=(Mapping("v1", API, "$default"), Mapping("admin", "zzz", "prod")),
            records=(
                record("api.example.com", alias(REGIONAL)),
                record("api.example.com", alias(REGIONAL, "AAAA")),
            ),
        ),
        Domain(
            "shop.example.com",
            "CloudFront",
            "d111.cloudfront.net",
            records=(record("shop.example.com", alias("d111.cloudfront.net")),),
        ),
    )
    assert found.unread == []


def test_a_name_that_is_asked_for_is_read_wherever_it_leads() -> None:
    aws = account()

    found = domains.read(aws, take(aws), "other.example.com")  # type: ignore[arg-type]  # as above

    assert [each.name for each in found.names] == ["api.example.com", "other.example.com", "shop.example.com"]


def test_what_may_not_be_read_is_unknown_and_the_rest_is_found() -> None:
    denied = NotAllowed("route53:ListHostedZones is not allowed")
    aws = account(**{"route53:list_hosted_zones": denied, "cloudfront:list_distributions": denied})

    found = domains.read(aws, take(aws))  # type: ignore[arg-type]  # as above

    assert [(each.name, each.records) for each in found.names] == [("api.example.com", ())]
    assert found.unread == [
        "unknown: CloudFront distributions could not be read (route53:ListHostedZones is not allowed)",
        "unknown: hosted zones of Route 53 could not be read (route53:ListHostedZones is not allowed)",
    ]


def test_where_no_request_comes_by_a_name_nothing_is_asked() -> None:
    aws = fake()
    taken = take(aws)
    aws.calls.clear()

    assert domains.read(aws, taken).names == ()  # type: ignore[arg-type]  # as above
    assert aws.calls == []
