"""Triggers and a function as the inventory would have found them."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from lambda_migrate import triggers
from lambda_migrate.function import documents
from lambda_migrate.triggers import rest_api as rest_api_kind
from lambda_migrate.triggers.base import Settings, Trigger
from lambda_migrate.triggers.event_source import MappingSettings
from lambda_migrate.triggers.http_api import Route, Stage
from tests.inventory import fake_aws
from tests.triggers import pigeon

if TYPE_CHECKING:
    from lambda_migrate.function.model import Function

ARN = fake_aws.FUNCTION
REGION = "eu-west-1:123456789012"
ORDERS = documents.function(fake_aws.configuration())


def function(**changed: Any) -> Function:
    return replace(ORDERS, **changed)


def qualified(qualifier: str) -> str:
    return ORDERS.qualified_arn(qualifier)


def http_api(qualifier: str = "", **changed: Any) -> Trigger[triggers.http_api.Settings]:
    settings = replace(
        triggers.http_api.Settings(
            source=f"arn:aws:execute-api:{REGION}:a1b2c3",
            api="a1b2c3",
            integration="int1",
            uri=qualified(qualifier),
            timeout=29000,
            routes=(
                Route("r1", "ANY /{proxy+}", "integrations/int1"),
                Route("r2", "GET /health", "integrations/int1"),
            ),
            stages=(Stage("$default", automatic=True),),
            endpoint="https://a1b2c3.execute-api.eu-west-1.amazonaws.com",
        ),
        **changed,
    )
    return Trigger("http_api", "a1b2c3/int1", "orders-api", qualifier, settings, enabled=bool(settings.routes))


PATH = "arn:aws:apigateway:eu-west-1:lambda:path/2015-03-31/functions/{}/invocations"
"""How a REST or WebSocket API names a function."""


def rest_api(qualifier: str = "", **changed: Any) -> Trigger[triggers.rest_api.Settings]:
    uri = PATH.format(qualified(qualifier) if qualifier else ARN)
    settings = replace(
        triggers.rest_api.Settings(
            source=f"arn:aws:execute-api:{REGION}:r1",
            api="r1",
            api_name="shop",
            parts=(
                rest_api_kind.Part("ANY /{proxy+}", uri, "res1", "ANY"),
                rest_api_kind.Part("authorizer who", uri, authorizer="auth1"),
            ),
            stages=(rest_api_kind.Stage("dev", "d1"), rest_api_kind.Stage("prod", "d2")),
            rest="0" * 64,
        ),
        **changed,
    )
    return Trigger("rest_api", "r1/$LATEST", "shop", qualifier, settings)


def sns(qualifier: str = "", *, enabled: bool = True, **attributes: str) -> Trigger[triggers.sns.Settings]:
    topic = f"arn:aws:sns:{REGION}:news"
    subscription = f"{topic}:sub-{qualifier or 'latest'}"
    settings = triggers.sns.Settings(
        source=topic, subscription=subscription, attributes=attributes, endpoints=(qualified(qualifier),)
    )
    return Trigger("sns", subscription, "news", qualifier, settings, enabled=enabled)


def eventbridge(
    qualifier: str = "", managed_by: str = "", endpoint: str = "", **target: Any
) -> Trigger[triggers.eventbridge.Settings]:
    settings = triggers.eventbridge.Settings(
        source=f"arn:aws:events:{REGION}:rule/shop/paid",
        bus="shop",
        rule="paid",
        target={"Id": "t1", "Arn": qualified(qualifier), **target},
        managed_by=managed_by,
        endpoint=endpoint,
    )
    return Trigger("eventbridge", "shop/paid/t1", "paid", qualifier, settings)


def sqs(
    qualifier: str = "", *, enabled: bool = True, source: str = f"arn:aws:sqs:{REGION}:jobs", **changed: Any
) -> Trigger[MappingSettings]:
    settings = MappingSettings(source=source, function=qualified(qualifier), mapping={"BatchSize": 10, **changed})
    return Trigger("sqs", "11111111-2222", "jobs", qualifier, settings, enabled=enabled)


def kinesis(stream: str) -> Trigger[MappingSettings]:
    source = f"arn:aws:kinesis:{REGION}:stream/{stream}"
    settings = MappingSettings(source=source, function=qualified("live"), mapping={"MaximumRetryAttempts": 3})
    return Trigger("kinesis", f"uuid-of-{stream}", f"stream/{stream}", "live", settings)


def s3(bucket: str, qualifier: str = "") -> Trigger[triggers.s3.Settings]:
    source = f"arn:aws:s3:::{bucket}"
    settings = triggers.s3.Settings(
        source=source, bucket=bucket, owner="123456789012", notification="ours", function=qualified(qualifier)
    )
    return Trigger("s3", f"{source}/ours", bucket, qualifier, settings)


def with_settings(trigger: Trigger[Any], **changed: Any) -> Trigger[Any]:
    return replace(trigger, settings=replace(trigger.settings, **changed))


def carrier_pigeon(name: str, qualifier: str = "", *, enabled: bool = True) -> Trigger[pigeon.Settings]:
    """Return a trigger that can only go to the alias; needs the fixture ``made_up_kinds``."""
    return Trigger("pigeon", f"loft:{name}", name, qualifier, pigeon.Settings(loft=name), enabled=enabled)


def slow_snail(name: str, qualifier: str = "") -> Trigger[Settings]:
    """Return a trigger that cannot be re-pointed; needs the fixture ``made_up_kinds``."""
    return Trigger("snail", f"garden:{name}", name, qualifier, Settings())
