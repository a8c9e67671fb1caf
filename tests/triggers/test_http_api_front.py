from __future__ import annotations

from typing import Any

from lambda_migrate.config import parse
from lambda_migrate.errors import NotAllowed
from lambda_migrate.triggers.http_api_front import look_up
from tests.inventory.fake_aws import FakeAws
from tests.triggers import known

SERVICE = parse("function: orders\nservice: {url: https://orders.internal}\n").service


def looked(**answers: Any) -> dict[str, str]:
    aws = FakeAws({f"apigatewayv2:{name}": answer for name, answer in answers.items()})
    return look_up(aws, known.ORDERS, SERVICE)  # type: ignore[arg-type]  # all that it needs


def test_what_domains_do_in_front_of_an_api_is_found_with_the_keys_that_they_put_before_its_paths() -> None:
    names = [{"DomainName": "api.example.com", "MutualTlsAuthentication": {"TruststoreUri": "s3://x"}}]
    mappings = [{"ApiId": "one", "Stage": "prod", "ApiMappingKey": "v1"}, {"ApiId": "two", "Stage": "$default"}]

    found = looked(get_domain_names={"Items": names}, get_api_mappings={"Items": mappings})

    assert found == {"one": "custom-domain mapping-key=v1 mutual-tls", "two": "custom-domain mutual-tls"}


def test_domains_that_cannot_be_read_are_not_taken_for_none() -> None:
    assert looked(get_domain_names=NotAllowed("you may not look")) == {"unread": "you may not look"}
