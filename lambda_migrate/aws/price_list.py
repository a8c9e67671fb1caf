"""Reads prices from AWS's Price List API; what it does not say plainly is left out.

`GetProducts` is answered in few regions, for all of them ("Using the AWS Price List Query API", AWS Billing guide).
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from lambda_migrate.errors import MigrateError, NoCredentials

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from lambda_migrate.aws.session import Aws

ANSWERED_IN = "us-east-1"
MILLION = 1e6


@dataclass(frozen=True)
class Wanted:
    """One price.

    Attributes:
        name: What we call it.
        service: The service's code.
        attribute: Of the product, that identifies it.
        ending: How that attribute's value ends, after the region's prefix.
        factor: How many of AWS's units ours has.
    """

    name: str
    service: str
    attribute: str
    ending: str
    factor: float = 1.0


WANTED = (
    Wanted("requests", "AWSLambda", "group", "AWS-Lambda-Requests", MILLION),
    Wanted("duration", "AWSLambda", "group", "AWS-Lambda-Duration"),
    Wanted("duration_arm", "AWSLambda", "group", "AWS-Lambda-Duration-ARM"),
    Wanted("provisioned", "AWSLambda", "group", "AWS-Lambda-Provisioned-Concurrency"),
    Wanted("provisioned_duration", "AWSLambda", "group", "AWS-Lambda-Duration-Provisioned"),
    Wanted("vcpu", "AmazonECS", "usagetype", "Fargate-vCPU-Hours:perCPU"),
    Wanted("memory", "AmazonECS", "usagetype", "Fargate-GB-Hours"),
    Wanted("vcpu_arm", "AmazonECS", "usagetype", "Fargate-ARM-vCPU-Hours:perCPU"),
    Wanted("memory_arm", "AmazonECS", "usagetype", "Fargate-ARM-GB-Hours"),
    Wanted("rest", "AmazonApiGateway", "usagetype", "ApiGatewayRequest", MILLION),
    Wanted("http", "AmazonApiGateway", "usagetype", "ApiGatewayHttpRequest", MILLION),
)


def read(aws: Aws) -> dict[str, float]:
    """Return the prices of the session's region in US dollars, by our names; none where they cannot be read.

    Args:
        aws: The session.
    """
    if aws.on_this_machine:
        return {}
    told: dict[str, float] = {}
    elsewhere = aws.elsewhere(ANSWERED_IN)
    for service in dict.fromkeys(each.service for each in WANTED):
        try:
            products = list(_products(elsewhere, service, aws.region_name))
        except NoCredentials:
            raise
        except MigrateError:
            continue
        for wanted in (each for each in WANTED if each.service == service):
            price = _price(products, wanted)
            if price is not None:
                told[wanted.name] = round(price * wanted.factor, 10)
    return told


def instance(aws: Aws, kind: str) -> float | None:
    """Return what an hour of a type of instance costs on demand with Linux, in US dollars; None where it is not said.

    Args:
        aws: The session.
        kind: ``t3.small``.
    """
    if aws.on_this_machine:
        return None
    wanted = {"instanceType": kind, "operatingSystem": "Linux", "tenancy": "Shared", "capacitystatus": "Used"}
    wanted |= {"preInstalledSw": "NA"}
    try:
        products = list(_products(aws.elsewhere(ANSWERED_IN), "AmazonEC2", aws.region_name, wanted))
    except NoCredentials:
        raise
    except MigrateError:
        return None
    return _price(products, Wanted("instance", "AmazonEC2", "instanceType", kind))


def _products(aws: Aws, service: str, region: str, wanted: Mapping[str, str] | None = None) -> Iterator[dict[str, Any]]:
    fields = {"regionCode": region, **(wanted or {})}
    filters = [{"Type": "TERM_MATCH", "Field": name, "Value": value} for name, value in fields.items()]
    for text in aws.pages("pricing", "get_products", "PriceList", ServiceCode=service, Filters=filters):
        product = json.loads(text)
        if isinstance(product, dict):
            yield product


def _price(products: list[dict[str, Any]], wanted: Wanted) -> float | None:
    """Return the price of the first tier, if exactly one is said for what is wanted."""
    prices = {
        float(price)
        for product in products
        if _is(wanted, str(product.get("product", {}).get("attributes", {}).get(wanted.attribute, "")))
        for term in product.get("terms", {}).get("OnDemand", {}).values()
        for tier in term.get("priceDimensions", {}).values()
        if str(tier.get("beginRange", "0")) == "0"
        for price in [tier.get("pricePerUnit", {}).get("USD", "")]
        if price and float(price)
    }
    return prices.pop() if len(prices) == 1 else None


def _is(wanted: Wanted, value: str) -> bool:
    """Return whether a value is the wanted one: in most regions a prefix comes before it, ``EUW1-``."""
    prefix, hyphen, _ = value.partition("-")
    rest = value.removeprefix(f"{prefix}-") if hyphen and prefix.isupper() and prefix != "AWS" else value
    return wanted.ending in (value, rest)
