"""Which custom domains stand in front of the function's APIs, and what Route 53 says of them."""

from __future__ import annotations

from typing import Any

import pytest

from lambda_migrate.errors import NotAllowed
from lambda_migrate.inventory import domains
from lambda_migrate.inventory.domains import Domain
from tests.inventory.fake_aws import FakeAws


def name(domain: str, **more: Any) -> dict[str, Any]:
    configuration = {"EndpointType": "REGIONAL", "SecurityPolicy": "TLS_1_2"}
    return {"DomainName": domain, "DomainNameConfigurations": [configuration], **more}


def mappings(DomainName: str) -> dict[str, Any]:  # noqa: N803  # as AWS calls it
    leads = {"api.example.com": [("a1", "prod", "v1"), ("theirs", "prod", "v2")], "other.example.com": []}
    return {"Items": [{"ApiId": api, "Stage": stage, "ApiMappingKey": path} for api, stage, path in leads[DomainName]]}


def records(HostedZoneId: str, StartRecordName: str, MaxItems: str) -> dict[str, Any]:  # noqa: N803  # as AWS calls it
    assert (HostedZoneId, StartRecordName, MaxItems) == ("/hostedzone/Z1", "api.example.com", "20")
    return {
        "ResourceRecordSets": [
            {"Name": "api.example.com.", "Type": "A", "AliasTarget": {"DNSName": "d-1.execute-api"}, "Weight": 255},
            {"Name": "api.example.com.", "Type": "CAA", "TTL": 300},
            {"Name": "later.example.com.", "Type": "A", "TTL": 60},
        ]
    }


ANSWERS = {
    "apigatewayv2:get_domain_names": {
        "Items": [
            name("api.example.com", MutualTlsAuthentication={"TruststoreUri": "s3://t"}),
            name("other.example.com"),
        ]
    },
    "apigatewayv2:get_api_mappings": mappings,
    "route53:list_hosted_zones": {
        "HostedZones": [
            {"Id": "/hostedzone/Z1", "Name": "example.com."},
            {"Id": "/hostedzone/Z2", "Name": "ample.com."},
        ]
    },
    "route53:list_resource_record_sets": records,
}


def test_a_domain_is_told_with_its_base_path_what_it_asks_for_and_its_records() -> None:
    (found,) = domains.of_apis(FakeAws(ANSWERS), ["a1"])

    assert found == Domain(
        "api.example.com", "a1", "prod", "v1", "REGIONAL", "TLS_1_2", True, ("A alias, weight 255", "CAA, 300 s")
    )
    assert found.describe({"a1": "shop"}) == (
        "api.example.com/v1 → shop, stage prod, regional, TLS_1_2, asks for client certificates;"
        " Route 53: A alias, weight 255; CAA, 300 s"
    )


def test_where_no_domain_leads_to_the_apis_nobody_looks_for_records() -> None:
    aws = FakeAws(ANSWERS)

    assert domains.of_apis(aws, ["b2"]) == ()
    assert "route53:list_hosted_zones" not in aws.calls


def test_what_may_not_be_read_is_raised_and_never_taken_for_none() -> None:
    answers = {**ANSWERS, "route53:list_hosted_zones": NotAllowed("denied")}

    with pytest.raises(NotAllowed):
        domains.of_apis(FakeAws(answers), ["a1"])


def test_a_name_without_a_record_in_this_account_says_so() -> None:
    assert Domain("api.example.com", "a1", "prod").describe({}) == (
        "api.example.com → a1, stage prod; Route 53: no record in this account"
    )
