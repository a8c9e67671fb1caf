"""Triggers and a function as the inventory would have found them."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from lambda_migrate.function import documents
from lambda_migrate.triggers.base import Trigger
from tests.inventory import fake_aws

if TYPE_CHECKING:
    from lambda_migrate.function.model import Function

ARN = fake_aws.FUNCTION
REGION = "eu-west-1:123456789012"
ORDERS = documents.function(fake_aws.configuration())


def function(**changed: Any) -> Function:
    return replace(ORDERS, **changed)


def qualified(qualifier: str) -> str:
    return ORDERS.qualified_arn(qualifier)


def http_api(qualifier: str = "", **changed: Any) -> Trigger:
    settings = {
        "source": f"arn:aws:execute-api:{REGION}:a1b2c3",
        "api": "a1b2c3",
        "integration": "int1",
        "uri": qualified(qualifier),
        "role": "",
        "timeout": 29000,
        "routes": [
            {"RouteId": "r1", "RouteKey": "ANY /{proxy+}", "Target": "integrations/int1"},
            {"RouteId": "r2", "RouteKey": "GET /health", "Target": "integrations/int1", "AuthorizationType": "NONE"},
        ],
        "stages": [{"name": "$default", "automatic": True}],
        "made": [],
        **changed,
    }
    return Trigger("http_api", "a1b2c3/int1", "orders-api", qualifier, settings, enabled=bool(settings["routes"]))


def sns(qualifier: str = "", *, enabled: bool = True, **attributes: str) -> Trigger:
    topic = f"arn:aws:sns:{REGION}:news"
    settings = {
        "source": topic,
        "subscription": f"{topic}:sub-{qualifier or 'latest'}",
        "attributes": attributes,
        "others": [qualified(qualifier)],
    }
    return Trigger("sns", f"{topic}:sub-{qualifier or 'latest'}", "news", qualifier, settings, enabled=enabled)


def eventbridge(qualifier: str = "", managed_by: str = "", made: str = "", **target: Any) -> Trigger:
    settings = {
        "source": f"arn:aws:events:{REGION}:rule/shop/paid",
        "bus": "shop",
        "rule": "paid",
        "target": {"Id": "t1", "Arn": qualified(qualifier), **target},
        "schedule": "",
        "managed_by": managed_by,
        "made": made,
    }
    return Trigger("eventbridge", "shop/paid/t1", "paid", qualifier, settings)


def sqs(qualifier: str = "", *, enabled: bool = True, **changed: Any) -> Trigger:
    settings = {
        "source": f"arn:aws:sqs:{REGION}:jobs",
        "function": qualified(qualifier),
        "BatchSize": 10,
        **changed,
    }
    return Trigger("sqs", "11111111-2222", "jobs", qualifier, settings, enabled=enabled)


def other(kind: str, name: str, qualifier: str = "", **settings: Any) -> Trigger:
    return Trigger(kind, f"{kind}:{name}", name, qualifier, settings)
