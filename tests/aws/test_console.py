"""Addresses of the AWS console, in each partition."""

from __future__ import annotations

import pytest

from lambda_migrate.aws.arn import Arn
from lambda_migrate.aws.console import function_page, trigger_page
from lambda_migrate.aws.partitions import DNS_SUFFIXES


@pytest.mark.parametrize(
    ("partition", "region", "host"),
    [
        ("aws", "eu-west-1", "eu-west-1.console.aws.amazon.com"),
        ("aws-cn", "cn-north-1", "cn-north-1.console.amazonaws.cn"),
        ("aws-us-gov", "us-gov-west-1", "us-gov-west-1.console.amazonaws-us-gov.com"),
    ],
)
def test_the_console_is_that_of_the_partition_and_the_region(partition: str, region: str, host: str) -> None:
    function = Arn(partition, "lambda", region, "123456789012", "function:orders")
    api = function.sibling("execute-api", "a1b2c3")

    assert (
        function_page(function),
        function_page(function, "live"),
        trigger_page("http_api", api),
        trigger_page("rest_api", api),
    ) == (
        f"https://{host}/lambda/home?region={region}#/functions/orders",
        f"https://{host}/lambda/home?region={region}#/functions/orders/aliases/live",
        f"https://{host}/apigateway/main/develop/routes?api=a1b2c3&region={region}",
        f"https://{host}/apigateway/main/apis/a1b2c3/resources?api=a1b2c3&region={region}",
    )


@pytest.mark.parametrize("partition", sorted(DNS_SUFFIXES.keys() - {"aws", "aws-cn", "aws-us-gov"}))
def test_no_address_is_made_up_where_the_console_is_not_known(partition: str) -> None:
    assert function_page(Arn(partition, "lambda", "somewhere-1", "123456789012", "function:orders")) == ""


@pytest.mark.parametrize(
    ("kind", "service", "resource", "page"),
    [
        ("sns", "sns", "news", "sns/v3/home?region=eu-west-1#/topic/arn:aws:sns:eu-west-1:123456789012:news"),
        (
            "sqs",
            "sqs",
            "jobs",
            "sqs/v3/home?region=eu-west-1#/queues/https%3A%2F%2Fsqs.eu-west-1.amazonaws.com%2F123456789012%2Fjobs",
        ),
        ("eventbridge", "events", "rule/paid", "events/home?region=eu-west-1#/eventbus/default/rules/paid"),
        ("eventbridge", "events", "rule/shop/paid", "events/home?region=eu-west-1#/eventbus/shop/rules/paid"),
        ("iot", "iot", "rule/paid", ""),
    ],
)
def test_what_invokes_the_function_has_a_page(kind: str, service: str, resource: str, page: str) -> None:
    source = Arn("aws", service, "eu-west-1", "123456789012", resource)

    assert trigger_page(kind, source) == (f"https://eu-west-1.console.aws.amazon.com/{page}" if page else "")
