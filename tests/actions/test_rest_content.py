"""What of a REST API differs from what a stage has deployed; pure."""

from __future__ import annotations

import copy
from typing import TYPE_CHECKING, Any

import pytest

from lambda_migrate.actions.api_gateway import rest_content

if TYPE_CHECKING:
    from collections.abc import Callable

INTEGRATION = "x-amazon-apigateway-integration"
URI = "arn:aws:apigateway:eu-west-1:lambda:path/2015-03-31/functions/arn:aws:lambda:eu-west-1:1:function:f/invocations"
DEPLOYED: dict[str, Any] = {
    "openapi": "3.0.1",
    "x-amazon-apigateway-binary-media-types": ["image/png"],
    "x-amazon-apigateway-gateway-responses": {"DEFAULT_4XX": {"responseParameters": {"a": "'b'"}, "statusCode": 400}},
    "components": {"securitySchemes": {"who": {"x-amazon-apigateway-authorizer": {"authorizerUri": URI}}}},
    "paths": {
        "/orders": {
            "parameters": [],
            "get": {
                "security": [{"who": [], "api_key": []}],
                INTEGRATION: {
                    "type": "aws_proxy",
                    "uri": URI,
                    "httpMethod": "POST",
                    "passthroughBehavior": "when_no_match",
                },
            },
        },
        "/{proxy+}": {"x-amazon-apigateway-any-method": {INTEGRATION: {"type": "mock"}}},
    },
}
WORKING: dict[str, Any] = {
    "resources": [
        {"id": "root", "path": "/"},
        {
            "id": "r1",
            "path": "/orders",
            "resourceMethods": {
                "GET": {
                    "authorizationType": "CUSTOM",
                    "authorizerId": "a1",
                    "apiKeyRequired": True,
                    "methodIntegration": {
                        "type": "AWS_PROXY",
                        "uri": URI,
                        "httpMethod": "POST",
                        "connectionType": "INTERNET",
                        "timeoutInMillis": 29000,
                        "passthroughBehavior": "WHEN_NO_MATCH",
                        "cacheNamespace": "r1",
                        "requestParameters": {},
                    },
                }
            },
        },
        {"id": "r2", "path": "/{proxy+}", "resourceMethods": {"ANY": {"methodIntegration": {"type": "MOCK"}}}},
    ],
    "authorizers": [{"id": "a1", "name": "who", "authorizerUri": URI}, {"id": "a2", "name": "unused"}],
    "models": [{"id": "m1", "name": "Empty"}],
    "validators": [],
    "answers": [
        {"responseType": "DEFAULT_4XX", "responseParameters": {"a": "'b'"}, "statusCode": "400"},
        {"responseType": "DEFAULT_5XX", "defaultResponse": True},
    ],
    "settings": {"binaryMediaTypes": ["image/png"]},
}


def get(content: dict[str, Any]) -> Any:
    return content["resources"][1]["resourceMethods"]["GET"]


def test_what_an_export_writes_otherwise_or_leaves_out_is_no_difference() -> None:
    assert rest_content.differences(DEPLOYED, WORKING) == ()
    assert rest_content.deployed_uris(DEPLOYED) == {"GET /orders": URI, "ANY /{proxy+}": "", "authorizer who": URI}
    assert rest_content.uris(WORKING) == {
        "GET /orders": URI,
        "ANY /{proxy+}": "",
        "authorizer who": URI,
        "authorizer unused": "",
    }


CHANGES: dict[str, Callable[[dict[str, Any]], object]] = {
    "`GET /orders` has another uri than is deployed": lambda each: get(each)["methodIntegration"].update(uri="other"),
    "`GET /orders` has another timeoutInMillis than is deployed": lambda each: get(each)["methodIntegration"].update(
        timeoutInMillis=5000
    ),
    "`GET /orders` has another credentials than is deployed": lambda each: get(each)["methodIntegration"].update(
        credentials="role"
    ),
    "`GET /orders` asks for an API key differently from what is deployed": lambda each: get(each).update(
        apiKeyRequired=False
    ),
    "`GET /orders` has another authorizer than is deployed": lambda each: get(each).pop("authorizerId"),
    "`POST /orders` is not deployed": lambda each: each["resources"][1]["resourceMethods"].update(POST={}),
    "`ANY /{proxy+}` is deployed and no longer in the API": lambda each: each["resources"].pop(),
    "authorizer `who` has another function than is deployed": lambda each: each["authorizers"][0].update(
        authorizerUri="other"
    ),
    "authorizer `who` has another role than is deployed": lambda each: each["authorizers"][0].update(
        authorizerCredentials="role"
    ),
    "the binary media types are others than are deployed": lambda each: each["settings"].clear(),
    "gateway response `DEFAULT_4XX` is another one than is deployed": lambda each: each["answers"][0].update(
        statusCode="499"
    ),
    "gateway response `DEFAULT_5XX` is another one than is deployed": lambda each: each["answers"][1].pop(
        "defaultResponse"
    ),
}


@pytest.mark.parametrize("expected", CHANGES)
def test_each_change_that_nobody_has_deployed_is_named(expected: str) -> None:
    content = copy.deepcopy(WORKING)
    CHANGES[expected](content)

    assert rest_content.differences(DEPLOYED, content) == (expected,)


def test_an_authorizer_that_is_gone_is_named() -> None:
    content = copy.deepcopy(WORKING)
    del content["authorizers"][0]

    assert rest_content.differences(DEPLOYED, content) == ("authorizer `who` is deployed and no longer in the API",)


def test_a_digest_leaves_out_what_we_change_and_nothing_else() -> None:
    ours, theirs = copy.deepcopy(WORKING), copy.deepcopy(WORKING)
    get(ours)["methodIntegration"]["uri"] = "other"
    get(theirs)["methodIntegration"]["timeoutInMillis"] = 5000
    names = frozenset({"GET /orders"})

    kept = [rest_content.without(each, names) for each in (WORKING, ours, theirs)]
    bare = [rest_content.without(each, names, bare=True) for each in (WORKING, ours, theirs)]

    assert kept[0] == kept[1] != kept[2]
    assert bare[0] == bare[1] == bare[2]
    assert rest_content.without(ours, frozenset()) != rest_content.without(WORKING, frozenset())
