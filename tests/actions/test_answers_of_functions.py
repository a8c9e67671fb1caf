"""Answers of Lambda that the embedded AWS never gives: updates that fail, variables that nobody can decrypt."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from lambda_migrate.actions import Observed
from lambda_migrate.actions.function.configure_latest import ConfigureLatest
from lambda_migrate.actions.function.publish_version import PublishVersion
from lambda_migrate.engine.apply import bring
from lambda_migrate.errors import AwsError, NotAllowed
from lambda_migrate.hashing import sha256
from tests.actions.stage import MARKER, PRIVATE, SECRET, SETTINGS

if TYPE_CHECKING:
    from collections.abc import Callable

    from botocore.stub import Stubber

    from lambda_migrate.aws.session import Aws

LAYER = "arn:aws:lambda:us-east-1:123456789012:layer:proxy:7"
OWN = {"PASSWORD": PRIVATE}


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
