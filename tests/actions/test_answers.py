"""Answers of AWS that the embedded AWS never gives, played back by botocore's Stubber.

The embedded AWS accepts every target and every environment, shows encrypted variables without a key, gives
subscriptions an ARN before they confirm, and is never busy with an EventBridge rule.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest
from botocore.stub import Stubber

from lambda_migrate.actions import Observed
from lambda_migrate.actions.eventbridge.create_connection import CreateConnection
from lambda_migrate.actions.eventbridge.point_rule import PointRule
from lambda_migrate.actions.function.configure_latest import ConfigureLatest
from lambda_migrate.actions.function.create_alias import CreateAlias
from lambda_migrate.actions.function.grant_permission import GrantPermission
from lambda_migrate.actions.function.publish_version import PublishVersion
from lambda_migrate.actions.function.set_async_settings import SetAsyncSettings
from lambda_migrate.actions.sns.subscribe import Subscribe
from lambda_migrate.aws.session import Aws
from lambda_migrate.engine.apply import bring
from lambda_migrate.errors import AwsError, Drifted, NotAllowed
from lambda_migrate.hashing import sha256
from tests.actions.stage import MARKER, PRIVATE, SECRET, SETTINGS

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

FUNCTION = "arn:aws:lambda:us-east-1:123456789012:function:orders"
LAYER = "arn:aws:lambda:us-east-1:123456789012:layer:proxy:7"
BEFORE = {"Id": "1", "Arn": FUNCTION}
AFTER = {"Id": "1", "Arn": f"{FUNCTION}:live"}
RULE = PointRule("default", "nightly", "1", BEFORE, AFTER)
OWN = {"PASSWORD": PRIVATE}


@pytest.fixture
def slept() -> list[float]:
    return []


@pytest.fixture
def offline(slept: list[float]) -> Aws:
    return Aws(region="us-east-1", sleep=slept.append)


@pytest.fixture
def stubbed(offline: Aws) -> Iterator[Callable[[str], Stubber]]:
    stubs: dict[str, Stubber] = {}

    def stub(service: str) -> Stubber:
        if service not in stubs:
            stubs[service] = Stubber(offline.client(service))
            stubs[service].activate()
        return stubs[service]

    yield stub
    for each in stubs.values():
        each.assert_no_pending_responses()


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


def latest(**more: Any) -> dict[str, Any]:
    return {
        "FunctionName": "orders",
        "Handler": "index.handler",
        "RevisionId": "r1",
        "State": "Active",
        "LastUpdateStatus": "Successful",
        **more,
    }


def configure(signing_keys: str = "") -> ConfigureLatest:
    return ConfigureLatest(
        "orders", "proxy", MARKER, "index.handler", "lambda_migrate_proxy.handler", SETTINGS, signing_keys, sha256(OWN)
    )


def layers(stubber: Stubber) -> None:
    versions = [{"LayerVersionArn": LAYER, "Version": 7, "Description": MARKER}]
    stubber.add_response("list_layer_versions", {"LayerVersions": versions}, {"LayerName": "proxy"})


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


def test_an_update_that_failed_does_not_bar_the_way_back(offline: Aws, stubbed: Callable[[str], Stubber]) -> None:
    lambda_ = stubbed("lambda")
    carried = latest(
        Handler="lambda_migrate_proxy.handler",
        Layers=[{"Arn": LAYER}],
        Environment={"Variables": OWN | SETTINGS},
        LastUpdateStatus="Failed",
    )
    restored = latest(Environment={"Variables": OWN})
    lambda_.add_response("get_function_configuration", carried, {"FunctionName": "orders"})
    layers(lambda_)
    layers(lambda_)
    lambda_.add_response("get_function_configuration", carried, {"FunctionName": "orders"})
    lambda_.add_response(
        "update_function_configuration",
        restored,
        {
            "FunctionName": "orders",
            "Handler": "index.handler",
            "Layers": [],
            "Environment": {"Variables": OWN},
            "RevisionId": "r1",
        },
    )
    for _ in range(2):
        lambda_.add_response("get_function_configuration", restored, {"FunctionName": "orders"})
    layers(lambda_)

    bring(configure(), offline, Observed.BEFORE)


def test_variables_that_cannot_be_decrypted_are_not_taken_for_none(
    offline: Aws, stubbed: Callable[[str], Stubber]
) -> None:
    environment = {"Error": {"ErrorCode": "AccessDeniedException", "Message": "kms:Decrypt"}}
    lambda_ = stubbed("lambda")
    lambda_.add_response("get_function_configuration", latest(Environment=environment), {"FunctionName": "orders"})
    layers(lambda_)

    with pytest.raises(NotAllowed) as raised:
        bring(configure(), offline, Observed.AFTER)

    assert raised.value.message == "the environment of `orders` cannot be read: AccessDeniedException"


def test_what_lambda_says_about_an_environment_that_is_too_long_is_not_repeated(
    offline: Aws, stubbed: Callable[[str], Stubber]
) -> None:
    """Lambda repeats the whole environment in that error."""
    lambda_ = stubbed("lambda")
    mine = latest(Environment={"Variables": OWN})
    lambda_.add_response("get_function_configuration", mine, {"FunctionName": "orders"})
    layers(lambda_)
    layers(lambda_)
    lambda_.add_response("get_function_configuration", mine, {"FunctionName": "orders"})
    stubbed("secretsmanager").add_response(
        "get_secret_value", {"SecretString": SECRET, "Name": "keys"}, {"SecretId": "keys"}
    )
    text = f"exceeded the 4KB limit. String measured: {json.dumps(OWN)} {SECRET}"
    lambda_.add_client_error("update_function_configuration", "InvalidParameterValueException", text, 400)

    with pytest.raises(AwsError) as raised:
        bring(configure("secretsmanager:keys"), offline, Observed.AFTER)

    assert raised.value.message == "lambda:UpdateFunctionConfiguration failed: InvalidParameterValueException"
    assert [each for each in (SECRET, PRIVATE) if each in f"{raised.value.message} {raised.value.hint}"] == []
    assert raised.value.__suppress_context__


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


def test_a_version_that_is_being_made_ready_is_moving(offline: Aws, stubbed: Callable[[str], Stubber]) -> None:
    lambda_ = stubbed("lambda")
    version = {"Version": "7", "Description": "original", "CodeSha256": "code"}
    lambda_.add_response("list_versions_by_function", {"Versions": [version]}, {"FunctionName": "orders"})
    lambda_.add_response(
        "get_function_configuration", {"State": "Pending"}, {"FunctionName": "orders", "Qualifier": "7"}
    )

    assert PublishVersion("orders", "code", "original").observe(offline) is Observed.MOVING


def test_publishing_is_tried_again_where_an_update_began_in_between(
    offline: Aws, stubbed: Callable[[str], Stubber], slept: list[float]
) -> None:
    lambda_ = stubbed("lambda")
    for refused in (True, False):
        lambda_.add_response("list_versions_by_function", {"Versions": []}, {"FunctionName": "orders"})
        lambda_.add_response("get_function_configuration", latest(CodeSha256="code"), {"FunctionName": "orders"})
        if refused:
            lambda_.add_client_error("publish_version", "ResourceConflictException", "An update is in progress", 409)
    lambda_.add_response(
        "publish_version",
        {"Version": "7", "Description": "original"},
        {"FunctionName": "orders", "Description": "original", "CodeSha256": "code", "RevisionId": "r1"},
    )
    lambda_.add_response("get_function_configuration", latest(), {"FunctionName": "orders", "Qualifier": "7"})
    published = {"Version": "7", "Description": "original", "CodeSha256": "code"}
    lambda_.add_response("list_versions_by_function", {"Versions": [published]}, {"FunctionName": "orders"})
    lambda_.add_response("get_function_configuration", latest(), {"FunctionName": "orders", "Qualifier": "7"})

    bring(PublishVersion("orders", "code", "original"), offline, Observed.AFTER)

    assert slept == [0.1]


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
