"""Prices as AWS lists them, and what is left out."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from lambda_migrate.aws.price_list import instance, read
from lambda_migrate.errors import NotAllowed

if TYPE_CHECKING:
    from collections.abc import Iterator


def product(price: str, begin: str = "0", **attributes: str) -> str:
    tier = {"beginRange": begin, "pricePerUnit": {"USD": price}}
    return json.dumps(
        {"product": {"attributes": attributes}, "terms": {"OnDemand": {"a": {"priceDimensions": {"b": tier}}}}}
    )


@dataclass
class Listed:
    """A session that knows products by service."""

    products: dict[str, list[str]]
    region_name: str = "eu-west-1"
    on_this_machine: bool = False
    asked: list[Any] = field(default_factory=list)

    def elsewhere(self, region: str) -> Listed:
        self.asked.append(region)
        return self

    def pages(self, service: str, operation: str, key: str, **parameters: Any) -> Iterator[str]:
        self.asked.append((service, operation, key, parameters["ServiceCode"], parameters["Filters"][0]["Value"]))
        if parameters["ServiceCode"] not in self.products:
            raise NotAllowed("not allowed to call pricing:GetProducts")
        yield from self.products[parameters["ServiceCode"]]


def test_a_price_is_taken_that_is_said_once_and_what_cannot_be_read_is_left_out() -> None:
    aws = Listed(
        {
            "AWSLambda": [
                product("0.0000002", group="AWS-Lambda-Requests"),
                product("0.0000166667", group="AWS-Lambda-Duration"),
                product("0.0000150000", "6000000000", group="AWS-Lambda-Duration"),
                product("0.1", group="AWS-Lambda-Duration-ARM"),
                product("0.2", group="AWS-Lambda-Duration-ARM"),
            ],
            "AmazonECS": [
                product("0.04048", usagetype="EUW1-Fargate-vCPU-Hours:perCPU"),
                product("0.01", usagetype="EUW1-SpotUsage-Fargate-vCPU-Hours:perCPU"),
                product("0", usagetype="EUW1-Fargate-GB-Hours"),
            ],
        }
    )

    assert read(aws) == {"requests": 0.2, "duration": 0.0000166667, "vcpu": 0.04048}  # type: ignore[arg-type]
    assert aws.asked == [
        "us-east-1",
        *(
            ("pricing", "get_products", "PriceList", service, "eu-west-1")
            for service in ("AWSLambda", "AmazonECS", "AmazonApiGateway")
        ),
    ]


def test_an_aws_on_this_machine_is_not_asked() -> None:
    aws = Listed({}, on_this_machine=True)

    assert (read(aws), aws.asked) == ({}, [])  # type: ignore[arg-type]


def test_an_instance_is_asked_for_as_it_runs_and_unknown_where_several_prices_are_said() -> None:
    other = product("0.05", instanceType="t3.large")
    aws = Listed({"AmazonEC2": [product("0.0228", instanceType="t3.small"), other]})
    twice = Listed(
        {"AmazonEC2": [product("0.0228", instanceType="t3.small"), product("0.03", instanceType="t3.small")]}
    )

    assert [instance(each, "t3.small") for each in (aws, twice, Listed({}))] == [0.0228, None, None]  # type: ignore[arg-type]
    assert instance(Listed({}, on_this_machine=True), "t3.small") is None  # type: ignore[arg-type]
    assert aws.asked == ["us-east-1", ("pricing", "get_products", "PriceList", "AmazonEC2", "eu-west-1")]
