"""Names that lead to the function are found with their mappings and records; what cannot be read is said."""

from __future__ import annotations

from typing import Any

from lambda_migrate.errors import NotAllowed
from lambda_migrate.inventory import domains
from lambda_migrate.inventory.domains import Domain, Mapping, Record
from tests.inventory.named_account import API, REGIONAL, account, alias
from tests.inventory.taking import fake, take


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
