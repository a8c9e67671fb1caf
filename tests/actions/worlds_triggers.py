"""Worlds of the actions on what invokes the function."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from lambda_migrate.actions.api_gateway.create_integration import CreateIntegration
from lambda_migrate.actions.api_gateway.end_rehearsal import EndRehearsal
from lambda_migrate.actions.api_gateway.point_integration import PointIntegration
from lambda_migrate.actions.api_gateway.point_route import PointRoute
from lambda_migrate.actions.api_gateway.rehearse_route import RehearseRoute
from lambda_migrate.actions.event_source.delete_mapping import DeleteMapping
from lambda_migrate.actions.event_source.point_mapping import PointMapping
from lambda_migrate.actions.event_source.switch_mapping import SwitchMapping
from lambda_migrate.actions.eventbridge.point_rule import PointRule
from lambda_migrate.actions.sns.park_subscription import NEVER, ParkSubscription
from lambda_migrate.actions.sns.remove_subscription import RemoveSubscription
from lambda_migrate.actions.sns.subscribe import Subscribe
from tests.actions.stage import MARKER, SECRET, World

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.actions.stage import Stage


def point_mapping(stage: Stage) -> World:
    arn = stage.function()
    live = stage.alias("live", stage.publish("original"))
    theirs = stage.alias("theirs", "1")
    uuid = stage.mapping(stage.name)

    def elsewhere() -> None:
        stage.lambda_.update_event_source_mapping(UUID=uuid, FunctionName=theirs)
        stage.mapping_at_rest(uuid)

    return World(
        PointMapping(uuid, "queue", arn, live),
        documents=stage.mappings,
        foreign=lambda: stage.batch_size(uuid, 5),
        drift=elsewhere,
    )


def switch_mapping(stage: Stage) -> World:
    stage.function()
    uuid = stage.mapping(stage.name)
    return World(
        SwitchMapping(uuid, "queue", before=True, after=False),
        documents=stage.mappings,
        foreign=lambda: stage.batch_size(uuid, 5),
        drift=lambda: stage.lambda_.delete_event_source_mapping(UUID=uuid),
    )


def delete_mapping(stage: Stage) -> World:
    stage.function()
    uuid = stage.mapping(stage.name)

    def switch(*, on: bool) -> None:
        stage.lambda_.update_event_source_mapping(UUID=uuid, Enabled=on)
        stage.mapping_at_rest(uuid)

    switch(on=False)
    return World(
        DeleteMapping(uuid, "queue"),
        documents=stage.mappings,
        foreign=lambda: stage.mapping(stage.name, "theirs"),
        drift=lambda: switch(on=True),
    )


def point_integration(stage: Stage) -> World:
    arn = stage.function()
    live = stage.alias("live", stage.publish("original"))
    api = stage.http_api()
    integration = stage.integration(api, arn)

    def update(**fields: Any) -> None:
        stage.client("apigatewayv2").update_integration(ApiId=api, IntegrationId=integration, **fields)

    return World(
        PointIntegration(api, integration, stage.name, arn, live),
        documents=lambda: stage.integrations(api),
        foreign=lambda: update(TimeoutInMillis=5000),
        drift=lambda: update(IntegrationUri=f"{arn}:theirs"),
    )


def create_integration(stage: Stage) -> World:
    api = stage.http_api()
    stage.integration(api, stage.function())
    settings = {
        "IntegrationType": "HTTP_PROXY",
        "IntegrationUri": "https://orders.example.com/{proxy}",
        "IntegrationMethod": "ANY",
        "PayloadFormatVersion": "1.0",
        "TimeoutInMillis": 29000,
        "RequestParameters": {"overwrite:path": "$request.path"},
    }
    return World(
        CreateIntegration(api, MARKER, settings),
        documents=lambda: stage.integrations(api),
        foreign=lambda: stage.integration(api, "arn:aws:lambda:us-east-1:000000000000:function:theirs", "theirs"),
        drift=lambda: stage.integration(api, "arn:aws:lambda:us-east-1:000000000000:function:theirs", MARKER),
    )


def create_integration_with_a_key(stage: Stage) -> World:
    api, arn = stage.http_api(), stage.function()
    key = "overwrite:header.x-key"
    settings = {
        "IntegrationType": "HTTP_PROXY",
        "IntegrationUri": "https://orders.example.com",
        "IntegrationMethod": "ANY",
        "PayloadFormatVersion": "1.0",
        "RequestParameters": {"overwrite:path": "$request.path"},
    }

    def other() -> None:
        stage.client("apigatewayv2").create_integration(ApiId=api, Description=MARKER, **settings)

    return World(
        CreateIntegration(api, MARKER, settings, {key: stage.secret(SECRET)}),
        documents=lambda: stage.integrations(api),
        foreign=lambda: stage.integration(api, arn, "theirs"),
        drift=other,
    )


def create_integration_by_a_link(stage: Stage) -> World:
    api = stage.http_api()
    stage.integration(api, stage.function())
    listener = "arn:aws:elasticloadbalancing:us-east-1:000000000000:listener/app/orders/1/2"
    settings = {
        "IntegrationType": "HTTP_PROXY",
        "IntegrationUri": listener,
        "IntegrationMethod": "ANY",
        "PayloadFormatVersion": "1.0",
        "ConnectionType": "VPC_LINK",
        "ConnectionId": "link1",
        "TlsConfig": {"ServerNameToVerify": "orders.example.com"},
        "RequestParameters": {"overwrite:path": "$request.path"},
    }
    return World(
        CreateIntegration(api, MARKER, settings),
        documents=lambda: stage.integrations(api),
        foreign=lambda: stage.integration(api, "arn:aws:lambda:us-east-1:000000000000:function:theirs", "theirs"),
        drift=lambda: stage.integration(api, "arn:aws:lambda:us-east-1:000000000000:function:theirs", MARKER),
    )


def point_route(stage: Stage) -> World:
    gateway = stage.client("apigatewayv2")
    arn = stage.function()
    api = stage.http_api()
    before = f"integrations/{stage.integration(api, arn)}"
    stage.integration(api, arn, MARKER)
    route = gateway.create_route(ApiId=api, RouteKey="ANY /{proxy+}", Target=before)["RouteId"]

    def documents() -> Any:
        found = gateway.get_routes(ApiId=api)["Items"]
        return {each["RouteKey"]: {**each, "ResponseMetadata": None} for each in found}

    return World(
        PointRoute(api, route, "ANY /{proxy+}", before, f"marker:{MARKER}"),
        documents=documents,
        foreign=lambda: gateway.update_route(ApiId=api, RouteId=route, OperationName="theirs"),
        drift=lambda: gateway.update_route(
            ApiId=api, RouteId=route, Target=f"integrations/{stage.integration(api, arn, 'theirs')}"
        ),
    )


def rehearse_route(stage: Stage, *, ended: bool = False) -> World:
    gateway = stage.client("apigatewayv2")
    api, arn = stage.http_api(), stage.function()
    made = stage.integration(api, arn, MARKER)
    path = "/lambda-migrate-probe-0123456789abcdef"
    if ended:
        gateway.create_route(ApiId=api, RouteKey=f"GET {path}", Target=f"integrations/{made}")

    def documents() -> Any:
        found = gateway.get_routes(ApiId=api)["Items"]
        return {each["RouteKey"]: {**each, "RouteId": None} for each in found}

    def elsewhere() -> None:
        theirs = f"integrations/{stage.integration(api, arn, 'theirs')}"
        for each in gateway.get_routes(ApiId=api)["Items"]:
            gateway.update_route(ApiId=api, RouteId=each["RouteId"], Target=theirs)
        if not ended:
            gateway.create_route(ApiId=api, RouteKey=f"GET {path}", Target=theirs)

    kind = EndRehearsal if ended else RehearseRoute
    return World(
        kind(api, path, f"marker:{MARKER}"),
        documents=documents,
        foreign=lambda: gateway.create_route(ApiId=api, RouteKey="GET /theirs", Target=f"integrations/{made}"),
        drift=elsewhere,
    )


def point_rule(stage: Stage) -> World:
    arn = stage.function()
    before = {
        "Id": "orders",
        "Arn": arn,
        "RetryPolicy": {"MaximumRetryAttempts": 3, "MaximumEventAgeInSeconds": 600},
        "DeadLetterConfig": {"Arn": stage.queue("failures")},
    }
    stage.rule(**before)
    stage.api_destination("service", stage.connection("service"))
    stage.role("events")
    after = {
        **before,
        "Arn": f"api-destination:{stage.name}-service",
        "RoleArn": f"role:{stage.name}-events",
        "InputTransformer": {"InputTemplate": '{"event": <aws.events.event.json>}'},
    }
    events = stage.client("events")
    theirs = {"Id": "theirs", "Arn": stage.queue("theirs")}
    return World(
        PointRule("default", stage.name, "orders", before, after),
        documents=stage.targets,
        foreign=lambda: events.put_targets(Rule=stage.name, Targets=[theirs]),
        drift=lambda: events.put_targets(Rule=stage.name, Targets=[{**before, "Input": "{}"}]),
    )


def subscribe(stage: Stage) -> World:
    topic = stage.topic()
    queue = stage.queue()
    attributes = {"RawMessageDelivery": "true", "FilterPolicy": json.dumps({"kind": ["order"]})}
    return World(
        Subscribe(topic, "sqs", queue, attributes),
        documents=lambda: stage.subscriptions(topic),
        foreign=lambda: stage.subscription(topic, "sqs", stage.queue("theirs")),
        drift=lambda: stage.subscription(topic, "sqs", queue),
    )


def park_subscription(stage: Stage) -> World:
    topic = stage.topic()
    before = {"FilterPolicy": json.dumps({"order": {"kind": ["new"]}}), "FilterPolicyScope": "MessageBody"}
    subscription = stage.subscription(topic, "lambda", stage.function(), **before)
    failures = json.dumps({"deadLetterTargetArn": stage.queue("failures")})
    return World(
        ParkSubscription(subscription, stage.name, before),
        documents=lambda: stage.subscriptions(topic),
        foreign=lambda: stage.attribute(subscription, "RedrivePolicy", failures),
        drift=lambda: stage.attribute(subscription, "FilterPolicy", json.dumps({"kind": ["theirs"]})),
    )


def park_subscription_without_filter(stage: Stage) -> World:
    topic = stage.topic()
    subscription = stage.subscription(topic, "lambda", stage.function())
    return World(
        ParkSubscription(subscription, stage.name, {"FilterPolicy": None}),
        documents=lambda: stage.subscriptions(topic),
        foreign=lambda: stage.subscription(topic, "sqs", stage.queue("theirs")),
        drift=lambda: stage.client("sns").unsubscribe(SubscriptionArn=subscription),
    )


def remove_subscription(stage: Stage) -> World:
    topic = stage.topic()
    subscription = stage.subscription(topic, "lambda", stage.function(), FilterPolicy=json.dumps(NEVER))
    return World(
        RemoveSubscription(subscription, stage.name),
        documents=lambda: stage.subscriptions(topic),
        foreign=lambda: stage.subscription(topic, "sqs", stage.queue("theirs")),
        drift=lambda: stage.attribute(subscription, "FilterPolicy", "{}"),
    )


WORLDS: dict[str, Callable[[Stage], World]] = {
    "point_mapping": point_mapping,
    "switch_mapping": switch_mapping,
    "delete_mapping": delete_mapping,
    "point_integration": point_integration,
    "create_integration": create_integration,
    "create_integration/keyed": create_integration_with_a_key,
    "create_integration/linked": create_integration_by_a_link,
    "point_route": point_route,
    "rehearse_route": rehearse_route,
    "end_rehearsal": lambda stage: rehearse_route(stage, ended=True),
    "point_rule": point_rule,
    "subscribe": subscribe,
    "park_subscription": park_subscription,
    "park_subscription/unfiltered": park_subscription_without_filter,
    "remove_subscription": remove_subscription,
}
