"""What AWS refuses, the sandbox refuses, with AWS's codes."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any
from uuid import uuid4

import pytest
from botocore.exceptions import ClientError

if TYPE_CHECKING:
    from collections.abc import Callable

pytestmark = pytest.mark.sandbox


def code(call: Callable[[], Any]) -> str:
    with pytest.raises(ClientError) as caught:
        call()
    return str(caught.value.response["Error"]["Code"])


@pytest.fixture
def function(make_function: Callable[..., str], client: Callable[[str], Any], unique: str) -> str:
    """A function with two versions and an alias `live`, half on each."""
    make_function()
    lambdas = client("lambda")
    lambdas.publish_version(FunctionName=unique)
    lambdas.update_function_configuration(FunctionName=unique, Description="changed")
    lambdas.get_waiter("function_updated_v2").wait(FunctionName=unique, WaiterConfig={"Delay": 0.05})
    lambdas.publish_version(FunctionName=unique)
    half = {"AdditionalVersionWeights": {"2": 0.5}}
    lambdas.create_alias(FunctionName=unique, Name="live", FunctionVersion="1", RoutingConfig=half)
    return unique


def test_a_destination_that_is_nowhere_is_refused(client: Callable[[str], Any], function: str) -> None:
    lambdas, nowhere = client("lambda"), {"OnSuccess": {}, "OnFailure": {}}

    def put(**more: Any) -> Any:
        return lambdas.put_function_event_invoke_config(FunctionName=function, MaximumRetryAttempts=1, **more)

    assert code(lambda: put(DestinationConfig=nowhere)) == "InvalidParameterValueException"
    assert put()["MaximumRetryAttempts"] == 1


def test_a_function_that_is_being_updated_is_not_updated_again(client: Callable[[str], Any], function: str) -> None:
    lambdas = client("lambda")
    lambdas.update_function_configuration(FunctionName=function, Description="once")

    codes = [
        code(lambda: lambdas.update_function_configuration(FunctionName=function, Description="twice")),
        code(lambda: lambdas.update_function_code(FunctionName=function, ZipFile=b"")),
        code(lambda: lambdas.publish_version(FunctionName=function)),
    ]

    assert codes == ["ResourceConflictException"] * 3


def test_a_version_that_an_alias_names_is_not_deleted(client: Callable[[str], Any], function: str) -> None:
    lambdas = client("lambda")

    codes = [code(lambda n=n: lambdas.delete_function(FunctionName=function, Qualifier=n)) for n in ("1", "2")]
    lambdas.update_alias(FunctionName=function, Name="live", FunctionVersion="1", RoutingConfig={})
    lambdas.delete_function(FunctionName=function, Qualifier="2")

    assert codes == ["ResourceConflictException"] * 2
    assert [each["Version"] for each in lambdas.list_versions_by_function(FunctionName=function)["Versions"]] == [
        "$LATEST",
        "1",
    ]


def test_an_alias_names_versions_that_exist_and_do_not_change(client: Callable[[str], Any], function: str) -> None:
    lambdas = client("lambda")

    def update(version: str, weights: dict[str, float]) -> str:
        routing = {"AdditionalVersionWeights": weights}
        return code(
            lambda: lambdas.update_alias(
                FunctionName=function, Name="live", FunctionVersion=version, RoutingConfig=routing
            )
        )

    codes = [
        code(lambda: lambdas.create_alias(FunctionName=function, Name="live", FunctionVersion="1")),
        code(lambda: lambdas.create_alias(FunctionName=function, Name="other", FunctionVersion="9")),
        update("9", {}),
        update("1", {"9": 0.5}),
        update("1", {"$LATEST": 0.5}),
        update("$LATEST", {"1": 0.5}),
    ]

    unknown, wrong = "ResourceNotFoundException", "InvalidParameterValueException"
    assert codes == ["ResourceConflictException", unknown, unknown, unknown, wrong, wrong]


def test_an_alias_has_weights_or_something_provisioned(client: Callable[[str], Any], function: str) -> None:
    lambdas = client("lambda")

    def provision(qualifier: str) -> Any:
        return lambdas.put_provisioned_concurrency_config(
            FunctionName=function, Qualifier=qualifier, ProvisionedConcurrentExecutions=1
        )

    codes = [code(lambda: provision("live")), code(lambda: provision("$LATEST"))]
    lambdas.update_alias(FunctionName=function, Name="live", FunctionVersion="1", RoutingConfig={})
    provision("live")
    half = {"AdditionalVersionWeights": {"2": 0.5}}
    codes.append(
        code(lambda: lambdas.update_alias(FunctionName=function, Name="live", FunctionVersion="1", RoutingConfig=half))
    )

    assert codes == ["InvalidParameterValueException"] * 3


def test_a_policy_is_changed_as_it_was_seen_and_a_statement_made_once(
    client: Callable[[str], Any], function: str
) -> None:
    lambdas = client("lambda")

    def permit(sid: str, **condition: str) -> Any:
        return lambdas.add_permission(
            FunctionName=function,
            Qualifier="live",
            StatementId=sid,
            Action="lambda:InvokeFunction",
            Principal="sns.amazonaws.com",
            **condition,
        )

    permit("one")
    seen = lambdas.get_policy(FunctionName=function, Qualifier="live")["RevisionId"]
    lambdas.update_function_configuration(FunctionName=function, Description="changes no policy")
    permit("two", RevisionId=seen)

    codes = [
        code(lambda: permit("three", RevisionId=seen)),
        code(
            lambda: lambdas.remove_permission(
                FunctionName=function, Qualifier="live", StatementId="one", RevisionId=seen
            )
        ),
        code(lambda: permit("two")),
    ]

    policy = json.loads(lambdas.get_policy(FunctionName=function, Qualifier="live")["Policy"])
    assert codes == ["PreconditionFailedException"] * 2 + ["ResourceConflictException"]
    assert [each["Sid"] for each in policy["Statement"]] == ["one", "two"]


def test_a_source_is_mapped_to_a_function_once(client: Callable[[str], Any], function: str) -> None:
    url = client("sqs").create_queue(QueueName=function)["QueueUrl"]
    attributes = client("sqs").get_queue_attributes(QueueUrl=url, AttributeNames=["QueueArn"])["Attributes"]
    mapping = {"EventSourceArn": attributes["QueueArn"], "Enabled": False}
    client("lambda").create_event_source_mapping(FunctionName=f"{function}:live", **mapping)

    once_more = code(lambda: client("lambda").create_event_source_mapping(FunctionName=f"{function}:live", **mapping))
    elsewhere = client("lambda").create_event_source_mapping(FunctionName=function, **mapping)

    assert (once_more, elsewhere["EventSourceArn"]) == ("ResourceConflictException", mapping["EventSourceArn"])


def test_a_rule_with_targets_is_not_deleted(client: Callable[[str], Any], unique: str) -> None:
    events = client("events")
    events.put_rule(Name=unique, ScheduleExpression="rate(7 days)")
    events.put_targets(Rule=unique, Targets=[{"Id": "1", "Arn": f"arn:aws:sqs:us-east-1:000000000000:{unique}"}])

    with_targets = code(lambda: events.delete_rule(Name=unique))
    events.remove_targets(Rule=unique, Ids=["1"])
    events.delete_rule(Name=unique)

    assert with_targets == "ValidationException"


def test_an_integration_with_a_route_is_not_deleted_and_a_route_is_made_once(client: Callable[[str], Any]) -> None:
    apis = client("apigatewayv2")
    api = apis.create_api(Name=uuid4().hex, ProtocolType="HTTP")["ApiId"]
    made = apis.create_integration(
        ApiId=api,
        IntegrationType="HTTP_PROXY",
        IntegrationMethod="ANY",
        IntegrationUri="http://127.0.0.1:9",
        PayloadFormatVersion="1.0",
    )
    target = f"integrations/{made['IntegrationId']}"
    route = apis.create_route(ApiId=api, RouteKey="GET /orders", Target=target)["RouteId"]

    codes = [
        code(lambda: apis.delete_integration(ApiId=api, IntegrationId=made["IntegrationId"])),
        code(lambda: apis.create_route(ApiId=api, RouteKey="GET /orders", Target=target)),
    ]
    apis.delete_route(ApiId=api, RouteId=route)
    apis.delete_integration(ApiId=api, IntegrationId=made["IntegrationId"])

    assert codes == ["ConflictException"] * 2
