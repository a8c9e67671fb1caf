"""What the triggers' own look-ups do where the embedded AWS has no such thing; recorded answers of AWS."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from lambda_migrate.function.model import Alias, Qualified
from lambda_migrate.inventory.finders import (
    api_gateway,
    event_source_mappings,
    eventbridge_targets,
    sns_subscriptions,
)
from lambda_migrate.inventory.grants import Grants, Role
from lambda_migrate.triggers import http_api, sns
from tests.inventory.fake_aws import FakeAws, statement
from tests.triggers import known

if TYPE_CHECKING:
    from lambda_migrate.function.model import Function
    from lambda_migrate.triggers.base import Trigger

API = f"arn:aws:execute-api:{known.REGION}:a1b2c3/*/*"


def allowing(*statements: dict[str, Any], **changed: Any) -> Any:
    return known.function(qualified={"": Qualified(policy=statements)}, **changed)


def apis(aws: FakeAws, function: Function, roles: Grants | None = None) -> list[Trigger[Any]]:
    return list(api_gateway.find_by_role(aws, function, roles or Grants()))


def test_http_api_the_qualifier_is_read_from_every_form_of_integration_uri() -> None:
    prefix = "arn:aws:apigateway:eu-west-1:lambda:path/2015-03-31/functions"
    uris = [
        known.ARN,
        f"{known.ARN}:live",
        f"{prefix}/{known.ARN}/invocations",
        f"{prefix}/{known.ARN}:7/invocations",
        f"{known.ARN}-other",
        "https://example.com",
    ]
    aws = FakeAws(
        {
            "apigatewayv2:get_api": {"ApiId": "a1b2c3", "Name": "orders-api", "ProtocolType": "HTTP"},
            "apigatewayv2:get_integrations": {
                "Items": [{"IntegrationId": str(number), "IntegrationUri": uri} for number, uri in enumerate(uris)]
            },
        }
    )

    found = apis(aws, allowing(statement("http", "apigateway.amazonaws.com", API)))

    assert [trigger.qualifier for trigger in found] == ["", "live", "", "7"]
    assert [trigger.enabled for trigger in found] == [False] * 4


def test_http_api_routes_of_others_are_those_that_lead_neither_to_the_function_nor_to_its_service() -> None:
    def made(identity: str, uri: str, description: str = "") -> dict[str, str]:
        return {"IntegrationId": identity, "IntegrationUri": uri, "Description": description}

    integrations = [
        made("1", known.ARN),
        made("2", "https://orders.example.com", f"{http_api.MARKER}abc"),
        made("3", "https://elsewhere.example.com", "theirs"),
    ]
    routes = [
        {"RouteId": key, "RouteKey": f"GET /{key}", "Target": f"integrations/{target}"}
        for key, target in (("ours", "1"), ("direct", "2"), ("theirs", "3"))
    ]
    aws = FakeAws(
        {
            "apigatewayv2:get_api": {"ApiId": "a1b2c3", "Name": "orders-api", "ProtocolType": "HTTP"},
            "apigatewayv2:get_integrations": {"Items": integrations},
            "apigatewayv2:get_routes": {"Items": routes},
        }
    )

    (found,) = apis(aws, allowing(statement("http", "apigateway.amazonaws.com", API)))

    assert isinstance(found.settings, http_api.Settings)
    assert [route.id for route in found.settings.routes] == ["ours"]
    assert found.settings.other_routes == ("GET /theirs",)


def test_http_api_all_apis_are_looked_through_only_where_nothing_names_one() -> None:
    answers = {"apigatewayv2:get_apis": {"Items": []}, "apigateway:get_rest_apis": {"items": []}}
    everything = ["apigatewayv2:get_apis", "apigateway:get_rest_apis"]
    one, any_ = statement("one", "apigateway.amazonaws.com", API), statement("any", "apigateway.amazonaws.com")
    invoked_by = {"arn:role": Role(frozenset({"apigateway.amazonaws.com"}))}

    calls = []
    for function, roles in ((allowing(one), {}), (allowing(any_), {}), (allowing(), invoked_by), (allowing(), {})):
        aws = FakeAws(dict(answers))
        apis(aws, function, Grants(roles))
        calls.append(aws.calls)

    assert calls == [["apigatewayv2:get_api", "apigateway:get_rest_api"], everything, everything, []]


def test_sns_pending_and_foreign_subscriptions_are_no_triggers() -> None:
    topic = f"arn:aws:sns:{known.REGION}:news"

    def entry(arn: str, protocol: str, endpoint: str) -> dict[str, str]:
        return {"SubscriptionArn": arn, "TopicArn": topic, "Protocol": protocol, "Endpoint": endpoint}

    aws = FakeAws(
        {
            "sns:list_subscriptions_by_topic": {
                "Subscriptions": [
                    entry(f"{topic}:1", "lambda", known.ARN),
                    entry(f"{topic}:2", "lambda", f"{known.ARN}-other"),
                    entry(f"{topic}:3", "https", "https://orders.example.com/lambda-proxy-non-api-events"),
                    entry("PendingConfirmation", "https", "https://other.example.com/lambda-proxy-non-api-events"),
                    entry(f"{topic}:4", "lambda", f"{known.ARN}:live"),
                ]
            },
            "sns:get_subscription_attributes": lambda SubscriptionArn: {  # noqa: N803  # as AWS calls it
                "Attributes": {
                    "FilterPolicy": '{"lambda-migrate-parked": ["never"]}' if SubscriptionArn.endswith("1") else "{}",
                    "FilterPolicyScope": "MessageAttributes",
                    "RawMessageDelivery": "false",
                }
            },
        }
    )

    found = list(sns_subscriptions.find(aws, allowing(statement("news", "sns.amazonaws.com", topic))))

    assert [(trigger.id, trigger.qualifier, trigger.enabled) for trigger in found] == [
        (f"{topic}:1", "", False),
        (f"{topic}:4", "live", True),
    ]
    assert found[1].settings == sns.Settings(
        source=topic,
        subscription=f"{topic}:4",
        attributes={},
        endpoints=(known.ARN, f"{known.ARN}:live", "https://orders.example.com/lambda-proxy-non-api-events"),
        other_subscriptions=1,
        other_filter=(known.ARN,),
    )


@pytest.mark.parametrize(("raw", "unlike"), [("false", ()), ("true", ("https://a/lambda-proxy-non-api-events",))])
def test_sns_raw_delivery_makes_an_end_of_the_service_unlike_the_function_s(raw: str, unlike: tuple[str, ...]) -> None:
    topic = f"arn:aws:sns:{known.REGION}:news"
    ends = {"1": ("lambda", known.ARN), "2": ("https", "https://a/lambda-proxy-non-api-events")}
    aws = FakeAws(
        {
            "sns:list_subscriptions_by_topic": {
                "Subscriptions": [
                    {"SubscriptionArn": f"{topic}:{name}", "TopicArn": topic, "Protocol": protocol, "Endpoint": end}
                    for name, (protocol, end) in ends.items()
                ]
            },
            "sns:get_subscription_attributes": {"Attributes": {"RawMessageDelivery": raw}},
        }
    )

    (found,) = sns_subscriptions.find(aws, allowing(statement("news", "sns.amazonaws.com", topic)))

    assert found.settings.other_filter == unlike  # type: ignore[attr-defined]  # of that kind


def test_sns_a_pattern_of_topics_is_looked_for_in_all_subscriptions() -> None:
    def entry(name: str) -> dict[str, str]:
        topic = f"arn:aws:sns:{known.REGION}:{name}"
        return {
            "SubscriptionArn": f"{topic}:1",
            "TopicArn": topic,
            "Protocol": "lambda",
            "Endpoint": known.ARN,
        }

    aws = FakeAws(
        {
            "sns:list_subscriptions": {"Subscriptions": [entry("news-a"), entry("other"), entry("news-b")]},
            "sns:get_subscription_attributes": {"Attributes": {}},
        }
    )
    pattern = statement("news", "sns.amazonaws.com", f"arn:aws:sns:{known.REGION}:news-*")

    assert [trigger.name for trigger in sns_subscriptions.find(aws, allowing(pattern))] == ["news-a", "news-b"]


@pytest.mark.parametrize(
    ("source", "buses"),
    [
        (f"arn:aws:events:{known.REGION}:rule/paid", ["default"]),
        (f"arn:aws:events:{known.REGION}:rule/shop/paid", ["shop"]),
        (f"arn:aws:events:{known.REGION}:rule/shop/*", ["shop"]),
        (f"arn:aws:events:{known.REGION}:rule/aws.partner/example.com/acct/paid", ["aws.partner/example.com/acct"]),
        (f"arn:aws:events:{known.REGION}:rule/*", ["default", "shop"]),
        ("", ["default", "shop"]),
    ],
)
def test_eventbridge_looks_on_the_buses_that_the_permission_names(source: str, buses: list[str]) -> None:
    looked: list[str] = []

    def rules(EventBusName: str, **_: Any) -> dict[str, list[str]]:  # noqa: N803  # as AWS calls it
        looked.append(EventBusName)
        return {"RuleNames": []}

    aws = FakeAws(
        {
            "events:list_rule_names_by_target": rules,
            "events:list_event_buses": {"EventBuses": [{"Name": "default"}, {"Name": "shop"}]},
        }
    )

    assert list(eventbridge_targets.find(aws, allowing(statement("e", "events.amazonaws.com", source)))) == []
    assert looked == buses


def test_eventbridge_targets_of_the_alias_are_found_and_a_disabled_rule_delivers_nothing() -> None:
    aws = FakeAws(
        {
            "events:list_rule_names_by_target": {"RuleNames": ["tick"]},
            "events:describe_rule": {
                "Arn": f"arn:aws:events:{known.REGION}:rule/tick",
                "State": "DISABLED",
                "ScheduleExpression": "rate(1 hour)",
            },
            "events:list_targets_by_rule": {
                "Targets": [
                    {"Id": "a", "Arn": f"{known.ARN}:live", "Input": "{}"},
                    {"Id": "b", "Arn": "arn:aws:sqs:eu-west-1:123456789012:other"},
                ]
            },
        }
    )
    function = allowing(
        statement("e", "events.amazonaws.com", f"arn:aws:events:{known.REGION}:rule/tick"),
        aliases=(Alias("live", "1"),),
    )

    (found,) = eventbridge_targets.find(aws, function)

    assert (found.id, found.qualifier, found.enabled) == ("default/tick/a", "live", False)
    assert (found.settings.schedule, found.settings.other_targets) == ("rate(1 hour)", 1)
    assert aws.calls.count("events:list_rule_names_by_target") == 2


def test_sqs_every_mapping_is_found_once_and_streams_and_brokers_are_named() -> None:
    def mapping(uuid: str, source: str, qualifier: str = "", **changed: Any) -> dict[str, Any]:
        arn = f"{known.ARN}:{qualifier}" if qualifier else known.ARN
        return {"UUID": uuid, "EventSourceArn": source, "FunctionArn": arn, "State": "Enabled", **changed}

    region = known.REGION
    mappings = [
        mapping("1", f"arn:aws:sqs:{region}:jobs"),
        mapping("2", f"arn:aws:kinesis:{region}:stream/clicks", StartingPosition="LATEST"),
        mapping("3", f"arn:aws:dynamodb:{region}:table/orders/stream/2026", "live"),
        mapping("4", f"arn:aws:sqs:{region}:off", State="Disabled"),
        mapping("5", f"arn:aws:sqs:{region}:gone", State="Deleting"),
        mapping("6", "", Topics=["clicks"], SelfManagedEventSource={}),
        mapping(
            "9",
            "",
            Topics=["clicks"],
            SelfManagedEventSource={"Endpoints": {"KAFKA_BOOTSTRAP_SERVERS": ["b1:9092", "b2:9092"]}},
        ),
        mapping("10", f"arn:aws:mq:{region}:broker:jobs:b-1", Queues=["first"]),
        mapping("7", f"arn:aws:sqs:{region}:jobs", "7"),
        {**mapping("8", f"arn:aws:sqs:{region}:jobs"), "FunctionArn": f"{known.ARN}-other"},
    ]
    aws = FakeAws({"lambda:list_event_source_mappings": {"EventSourceMappings": mappings}})

    found = list(event_source_mappings.find(aws, known.function(aliases=(Alias("live", "1"),))))

    assert [(each.kind, each.id, each.name, each.qualifier, each.enabled) for each in found] == [
        ("sqs", "1", "jobs", "", True),
        ("kinesis", "2", "stream/clicks", "", True),
        ("dynamodb", "3", "table/orders/stream/2026", "live", True),
        ("sqs", "4", "off", "", False),
        ("kafka", "6", "6", "", True),
        ("kafka", "9", "b1:9092/clicks", "", True),
        ("mq", "10", "broker:jobs:b-1/first", "", True),
        ("sqs", "7", "jobs", "7", True),
    ]
    assert aws.calls == ["lambda:list_event_source_mappings"]
