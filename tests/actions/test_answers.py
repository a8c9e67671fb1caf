"""Answers of AWS that the embedded AWS never gives, played back by botocore's Stubber.

The embedded AWS accepts every target and every environment, shows encrypted variables without a key, gives
subscriptions an ARN before they confirm, and is never busy with an EventBridge rule.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from lambda_migrate.actions import Observed
from lambda_migrate.actions.eventbridge.create_connection import CreateConnection
from lambda_migrate.actions.eventbridge.point_rule import PointRule
from lambda_migrate.actions.function.create_alias import CreateAlias
from lambda_migrate.actions.function.grant_permission import GrantPermission
from lambda_migrate.actions.function.set_async_settings import SetAsyncSettings
from lambda_migrate.actions.sns.subscribe import Subscribe
from lambda_migrate.engine.apply import bring
from lambda_migrate.errors import AwsError, Drifted
from tests.actions.stage import PRIVATE

if TYPE_CHECKING:
    from collections.abc import Callable

    from botocore.stub import Stubber

    from lambda_migrate.aws.session import Aws

FUNCTION = "arn:aws:lambda:us-east-1:123456789012:function:orders"
BEFORE = {"Id": "1", "Arn": FUNCTION}
AFTER = {"Id": "1", "Arn": f"{FUNCTION}:live"}
RULE = PointRule("default", "nightly", "1", BEFORE, AFTER)


def targets(stubber: Stubber, target: dict[str, Any]) -> None:
    stubber.add_response("list_targets_by_rule", {"Targets": [target]}, {"Rule": "nightly", "EventBusName": "default"})


def test_a_target_that_eventbridge_refuses_with_200_is_a_failure(
    offline: Aws, stubbed: Callable[[str], Stubber]
) -> None:
    events = stubbed("events")
    targets(events, BEFORE)
    failed = {"TargetId": "1", "ErrorCode": "AccessDenied", "ErrorMessage": "the role cannot be assumed"}
    events.add_response(
        "put_targets",
        {"FailedEntryCount": 1, "FailedEntries": [failed]},
        {"Rule": "nightly", "EventBusName": "default", "Targets": [AFTER]},
    )

    with pytest.raises(AwsError) as raised:
        bring(RULE, offline, Observed.AFTER)

    assert raised.value.message == "rule `nightly` refused its target: the role cannot be assumed"


def test_a_rule_that_is_busy_is_tried_again(
    offline: Aws, stubbed: Callable[[str], Stubber], slept: list[float]
) -> None:
    events = stubbed("events")
    targets(events, BEFORE)
    events.add_client_error("put_targets", "ConcurrentModificationException", "busy", 400)
    targets(events, BEFORE)
    events.add_response("put_targets", {"FailedEntryCount": 0, "FailedEntries": []})
    targets(events, AFTER)

    bring(RULE, offline, Observed.AFTER)

    assert slept == [0.1]


def test_an_alias_that_somebody_else_lets_others_invoke_is_not_deleted(
    offline: Aws, stubbed: Callable[[str], Stubber]
) -> None:
    lambda_ = stubbed("lambda")
    named = {"FunctionName": "orders", "Qualifier": "live"}
    granted = {"Sid": "theirs", "Principal": {"Service": "s3.amazonaws.com"}, "Resource": f"{FUNCTION}:live"}
    lambda_.add_response("get_alias", {"FunctionVersion": "1"}, {"FunctionName": "orders", "Name": "live"})
    lambda_.add_response("get_policy", {"Policy": json.dumps({"Statement": [granted]})}, named)
    queue = "arn:aws:sqs:us-east-1:123456789012:theirs"
    theirs = {"UUID": "0" * 36, "EventSourceArn": queue, "FunctionArn": f"{FUNCTION}:live"}
    mappings = {"EventSourceMappings": [theirs, theirs | {"FunctionArn": FUNCTION}]}
    lambda_.add_response("list_event_source_mappings", mappings, {"FunctionName": "orders:live"})

    with pytest.raises(Drifted) as raised:
        bring(CreateAlias("orders", "live", "1", "traffic"), offline, Observed.BEFORE)

    assert raised.value.message == f"alias live of `orders` is used by others: theirs, {queue}"


def test_the_secret_of_a_connection_is_not_repeated(offline: Aws, stubbed: Callable[[str], Stubber]) -> None:
    events = stubbed("events")
    events.add_client_error("describe_connection", "ResourceNotFoundException", "none", 404)
    stubbed("secretsmanager").add_response(
        "get_secret_value", {"SecretString": PRIVATE, "Name": "keys"}, {"SecretId": "keys"}
    )
    parameters = {"ApiKeyAuthParameters": {"ApiKeyName": "x-key", "ApiKeyValue": PRIVATE}}
    events.add_client_error(
        "create_connection",
        "ValidationException",
        f"1 validation error: value '{PRIVATE}'",
        400,
        expected_params={"Name": "orders", "AuthorizationType": "API_KEY", "AuthParameters": parameters},
    )

    with pytest.raises(AwsError) as raised:
        bring(CreateConnection("orders", "x-key", "secretsmanager:keys"), offline, Observed.AFTER)

    assert raised.value.message == "events:CreateConnection failed: ValidationException"


@pytest.mark.parametrize("state", ["CREATING", "AUTHORIZING", "DELETING"])
def test_a_connection_that_is_not_ready_is_moving(state: str, offline: Aws, stubbed: Callable[[str], Stubber]) -> None:
    stubbed("events").add_response(
        "describe_connection", {"Name": "orders", "ConnectionState": state}, {"Name": "orders"}
    )

    assert CreateConnection("orders", "x-key", "secretsmanager:keys").observe(offline) is Observed.MOVING


def test_a_subscription_without_an_arn_is_moving(offline: Aws, stubbed: Callable[[str], Stubber]) -> None:
    topic, endpoint = "arn:aws:sns:us-east-1:123456789012:orders", "https://orders.example.com/sns"
    found = {"SubscriptionArn": "PendingConfirmation", "Protocol": "https", "Endpoint": endpoint, "TopicArn": topic}
    stubbed("sns").add_response("list_subscriptions_by_topic", {"Subscriptions": [found]}, {"TopicArn": topic})

    assert Subscribe(topic, "https", endpoint, {}).observe(offline) is Observed.MOVING


def test_a_permission_is_added_on_condition_of_the_policy_s_own_revision(
    offline: Aws, stubbed: Callable[[str], Stubber]
) -> None:
    """The embedded AWS gives a policy the function's revision and does not look at it; on AWS it has its own."""
    lambda_ = stubbed("lambda")
    policy = {"Version": "2012-10-17", "Statement": []}
    for _ in range(2):
        lambda_.add_response(
            "get_policy",
            {"Policy": json.dumps(policy), "RevisionId": "p1"},
            {"FunctionName": "orders", "Qualifier": "live"},
        )
    lambda_.add_response(
        "add_permission",
        {"Statement": "{}"},
        {
            "FunctionName": "orders",
            "Qualifier": "live",
            "RevisionId": "p1",
            "StatementId": "lm-1",
            "Action": "lambda:InvokeFunction",
            "Principal": "sns.amazonaws.com",
        },
    )

    granted = {"Sid": "lm-1", "Principal": {"Service": "sns.amazonaws.com"}}
    written = granted | {"Effect": "Allow", "Action": "lambda:InvokeFunction", "Resource": f"{FUNCTION}:live"}
    lambda_.add_response(
        "get_policy",
        {"Policy": json.dumps({"Statement": [written]}), "RevisionId": "p2"},
        {"FunctionName": "orders", "Qualifier": "live"},
    )

    bring(GrantPermission("orders", "live", granted), offline, Observed.AFTER)


def test_a_rule_that_stays_busy_is_given_up_after_some_seconds(
    offline: Aws, stubbed: Callable[[str], Stubber], slept: list[float]
) -> None:
    events = stubbed("events")
    for _ in range(5):
        targets(events, BEFORE)
        events.add_client_error("put_targets", "ConcurrentModificationException", "busy", 400)

    with pytest.raises(AwsError, match="busy"):
        bring(RULE, offline, Observed.AFTER)

    assert slept == [0.1, 0.5, 2.0, 5.0]


@pytest.mark.parametrize("kept", [{}, {"OnFailure": {"Destination": "arn:aws:sqs:us-east-1:123456789012:failures"}}])
def test_a_destination_that_is_not_set_is_not_sent_as_an_empty_one(
    kept: dict[str, Any], offline: Aws, stubbed: Callable[[str], Stubber]
) -> None:
    """Lambda shows ``{"OnSuccess": {}}``; whether it takes that is more than we have to know."""
    side = {"MaximumRetryAttempts": 1, "DestinationConfig": {"OnSuccess": {}, **kept}}
    functions = stubbed("lambda")
    functions.add_client_error("get_function_event_invoke_config", "ResourceNotFoundException", "none", 404)
    sent = {"FunctionName": "orders", "Qualifier": "live", "MaximumRetryAttempts": 1}
    functions.add_response("put_function_event_invoke_config", {}, sent | ({"DestinationConfig": kept} if kept else {}))

    SetAsyncSettings("orders", "live", None, side).write(offline, side)

    functions.assert_no_pending_responses()
