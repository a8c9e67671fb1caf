"""An account in which names lead to the function: custom domains, a distribution and records."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tests.inventory.fake_aws import FUNCTION, statement
from tests.inventory.taking import fake

if TYPE_CHECKING:
    from tests.inventory.fake_aws import FakeAws

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
