"""What the embedded AWS does not keep of APIs: what a stage has deployed, canaries, roles of WebSocket APIs."""

from __future__ import annotations

import io
import json
from typing import TYPE_CHECKING, Any

import pytest

from lambda_migrate.errors import NotAllowed, NotFound
from lambda_migrate.function.model import Qualified
from lambda_migrate.inventory.finders import api_gateway
from lambda_migrate.inventory.grants import Grants, Role
from tests.inventory.fake_aws import FakeAws, statement
from tests.triggers import known

if TYPE_CHECKING:
    from collections.abc import Callable

API = f"arn:aws:execute-api:{known.REGION}:a1/*/*"
PATH = "arn:aws:apigateway:eu-west-1:lambda:path/2015-03-31/functions/{}/invocations"
VARIABLE = PATH.format(f"arn:aws:lambda:{known.REGION}:function:${{stageVariables.fn}}")

Shown = list[tuple[str, str, str, str]]


def found(answers: dict[str, Any], *statements: dict[str, Any], roles: dict[str, Role] | None = None) -> Shown:
    function = known.function(qualified={"": Qualified(policy=statements)})
    triggers = api_gateway.find_by_role(FakeAws(answers), function, Grants(roles or {}))
    return [(each.kind, each.name, each.qualifier, each.settings.detail or each.settings.reason) for each in triggers]


def allowed() -> dict[str, Any]:
    return statement("api", "apigateway.amazonaws.com", API)


def export(uri: str) -> Callable[..., dict[str, Any]]:
    """Return the answer of an export, with one route and one authorizer."""
    document = {
        "paths": {"/a": {"get": {"x-amazon-apigateway-integration": {"uri": uri, "type": "aws_proxy"}}}},
        "components": {"securitySchemes": {"who": {"x-amazon-apigateway-authorizer": {"authorizerUri": uri}}}},
    }
    return lambda **_: {"body": io.BytesIO(json.dumps(document).encode())}


def rest(uri: str = "", exported: Any = None, **stage: Any) -> dict[str, Any]:
    methods = {"GET": {"methodIntegration": {"uri": uri}}} if uri else {}
    return {
        "apigatewayv2:get_api": NotFound("not there"),
        "apigateway:get_rest_api": {"name": "shop"},
        "apigateway:get_resources": {"items": [{"id": "r1", "path": "/a", "resourceMethods": methods}]},
        "apigateway:get_stages": {"item": [{"stageName": "prod", **stage}]},
        "apigateway:get_export": exported,
    }


def http(protocol: str = "HTTP", *, automatic: bool = False, exported: Any = None) -> dict[str, Any]:
    return {
        "apigatewayv2:get_api": {"ApiId": "a1", "Name": "shop", "ProtocolType": protocol},
        "apigatewayv2:get_stages": {"Items": [{"StageName": "prod", "AutoDeploy": automatic}]},
        "apigatewayv2:export_api": exported,
    }


@pytest.mark.parametrize(
    ("answers", "kind"),
    [
        (rest(exported=export(PATH.format(f"{known.ARN}:live"))), "rest_api"),
        (http(exported=export(PATH.format(f"{known.ARN}:live"))), "http_api_variable"),
    ],
)
def test_a_stage_runs_what_was_deployed_although_the_api_does_not_name_the_function_any_more(
    answers: dict[str, Any], kind: str
) -> None:
    assert [each[:3] for each in found(answers, allowed())] == [(kind, "shop/prod", "live")]


@pytest.mark.parametrize("answers", [rest(exported=NotAllowed("denied")), http(exported=NotAllowed("denied"))])
def test_a_deployment_that_cannot_be_read_is_unknown(answers: dict[str, Any]) -> None:
    assert found(answers, allowed()) == [("unknown", "shop/prod", "", "denied")]


def test_what_a_websocket_api_has_deployed_is_not_shown_and_so_unknown_unless_it_deploys_by_itself() -> None:
    text = "it runs an earlier deployment, which may invoke the function"

    assert found(http("WEBSOCKET"), allowed()) == [("unknown", "shop/prod", "", text)]
    assert found(http("WEBSOCKET", automatic=True), allowed()) == []


def test_the_canary_of_a_stage_has_variables_of_its_own() -> None:
    stage = {"variables": {"fn": "other"}, "canarySettings": {"stageVariableOverrides": {"fn": "orders:7"}}}

    assert found(rest(VARIABLE, **stage), allowed()) == [
        ("rest_api", "shop/prod (canary)", "7", "GET /a, by the variables of stage prod (canary)")
    ]


def test_an_api_without_a_stage_cannot_say_what_its_variables_are() -> None:
    answers = {**rest(VARIABLE), "apigateway:get_stages": {"item": []}}

    reason = "the API has no stage whose variables would say which function it names"
    assert found(answers, allowed()) == [("unknown", "shop", "", reason)]


def test_without_a_permission_only_what_has_a_role_may_be_the_function_by_a_variable() -> None:
    def integration(identity: str, **about: str) -> dict[str, str]:
        return {"IntegrationId": identity, "IntegrationUri": VARIABLE, **about}

    answers = {
        "apigatewayv2:get_apis": {"Items": [{"ApiId": "b2", "Name": "chat", "ProtocolType": "WEBSOCKET"}]},
        "apigatewayv2:get_integrations": {
            "Items": [integration("1"), integration("2", CredentialsArn="arn:aws:iam::123456789012:role/gateway")]
        },
        "apigatewayv2:get_routes": {"Items": [{"RouteId": "r", "RouteKey": "$default", "Target": "integrations/2"}]},
        "apigatewayv2:get_stages": {"Items": [{"StageName": "prod", "StageVariables": {"fn": "orders"}}]},
    }
    role = {"arn:aws:iam::123456789012:role/gateway": Role(frozenset({"apigateway.amazonaws.com"}))}

    assert found(answers, roles=role) == [
        ("websocket_api", "chat/prod", "", "by the variables of stage prod, as role gateway")
    ]


def test_an_api_that_may_not_be_read_is_unknown_and_holds_up_no_other() -> None:
    def get_api(ApiId: str) -> Any:  # noqa: N803  # as AWS calls it
        return NotAllowed("denied") if ApiId == "a1" else {"ApiId": ApiId, "Name": "open"}

    answers = {
        "apigatewayv2:get_api": get_api,
        "apigatewayv2:get_integrations": {"Items": [{"IntegrationId": "1", "IntegrationUri": known.ARN}]},
    }
    second = statement("second", "apigateway.amazonaws.com", API.replace("a1", "b2"))

    assert found(answers, allowed(), second) == [("unknown", "API a1", "", "denied"), ("http_api", "open", "", "")]


def test_a_listing_of_apis_that_may_not_be_read_is_unknown() -> None:
    answers = {"apigatewayv2:get_apis": NotAllowed("denied")}

    assert found(answers, statement("any", "apigateway.amazonaws.com")) == [("unknown", "API Gateway", "", "denied")]
