"""REST, HTTP and WebSocket APIs on the embedded AWS: what invokes the function, by itself or by a stage's variables."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from lambda_migrate import inventory
from tests.inventory.callers import Callers

if TYPE_CHECKING:
    from collections.abc import Callable

    from lambda_migrate.aws.session import Aws
    from lambda_migrate.inventory import Inventory

pytestmark = pytest.mark.sandbox

PATH = "arn:aws:apigateway:us-east-1:lambda:path/2015-03-31/functions/{}/invocations"
FN = "${stageVariables.fn}"


class Apis:
    """Makes APIs of all three kinds, and the permission that a console would give them."""

    def __init__(self, client: Callable[[str], Any], function: str) -> None:
        self.client, self.function = client, function
        self.rest, self.v2 = client("apigateway"), client("apigatewayv2")

    def allow(self, api: str, **given: str) -> None:
        """Permit an API to invoke the function."""
        account, region = self.function.split(":")[4], self.function.split(":")[3]
        self.client("lambda").add_permission(
            FunctionName=self.function.rpartition(":")[2],
            StatementId=f"api-{api}",
            Action="lambda:InvokeFunction",
            Principal="apigateway.amazonaws.com",
            SourceArn=f"arn:aws:execute-api:{region}:{account}:{api}/*/*",
            **given,
        )

    def rest_api(self, name: str, methods: dict[str, str], **integration: str) -> str:
        """Return the id of a REST API with a method for each path, ``{"GET /orders": uri}``."""
        api = str(self.rest.create_rest_api(name=name)["id"])
        root = self.rest.get_resources(restApiId=api)["items"][0]["id"]
        for key, uri in methods.items():
            verb, path = key.split(" /")
            resource = self.rest.create_resource(restApiId=api, parentId=root, pathPart=path)["id"]
            about = {"restApiId": api, "resourceId": resource, "httpMethod": verb}
            self.rest.put_method(**about, authorizationType="NONE")
            self.rest.put_integration(**about, type="AWS_PROXY", integrationHttpMethod="POST", uri=uri, **integration)
        return api

    def deploy(self, api: str, stage: str, **variables: str) -> None:
        """Deploy a REST API to a stage."""
        self.rest.create_deployment(restApiId=api, stageName=stage, variables=variables)

    def api(self, name: str, uri: str, *, protocol: str = "HTTP", **integration: str) -> tuple[str, str]:
        """Return the ids of an HTTP or WebSocket API and of its only integration, which a route leads to."""
        selection = {"RouteSelectionExpression": "$request.body.action"} if protocol == "WEBSOCKET" else {}
        api = str(self.v2.create_api(Name=name, ProtocolType=protocol, **selection)["ApiId"])
        made = self.v2.create_integration(ApiId=api, IntegrationType="AWS_PROXY", IntegrationUri=uri, **integration)
        target = f"integrations/{made['IntegrationId']}"
        self.v2.create_route(ApiId=api, RouteKey="$default", Target=target)
        return api, str(made["IntegrationId"])

    def stage(self, api: str, name: str, *, automatic: bool = True, **variables: str) -> None:
        """Make a stage of an HTTP or WebSocket API."""
        self.v2.create_stage(ApiId=api, StageName=name, AutoDeploy=automatic, StageVariables=variables)


@pytest.fixture
def apis(client: Callable[[str], Any], make_function: Callable[..., str]) -> Apis:
    return Apis(client, make_function())


def shown(found: Inventory) -> list[tuple[str, str, str, str]]:
    """Return what was found: kind, name, qualifier, and how or why it could not be looked at."""
    return [
        (each.kind, each.name, each.qualifier, each.settings.detail or each.settings.reason) for each in found.triggers
    ]


def take(aws: Aws, apis: Apis) -> Inventory:
    return inventory.take(aws, apis.function.rpartition(":")[2], alias="live")


def test_a_rest_api_invokes_by_its_methods_and_its_authorizers(aws: Aws, apis: Apis, unique: str) -> None:
    arn = apis.function
    api = apis.rest_api(
        unique,
        {
            "GET /a": PATH.format(arn),
            "POST /b": PATH.format(arn),
            "ANY /c": PATH.format(f"{arn}:live"),
            "GET /d": PATH.format(f"{arn}-other"),
        },
    )
    apis.rest.create_authorizer(
        restApiId=api,
        name="who",
        type="TOKEN",
        authorizerUri=PATH.format(f"{arn}:7"),
        identitySource="method.request.header.Authorization",
    )
    apis.deploy(api, "prod")
    apis.allow(api)

    found = take(aws, apis)

    assert shown(found) == [
        ("rest_api", unique, "", "GET /a, POST /b"),
        ("rest_api", unique, "live", "ANY /c"),
        ("rest_api_authorizer", "who", "7", ""),
    ]
    account, region = arn.split(":")[4], arn.split(":")[3]
    assert {each.settings.source for each in found.triggers} == {f"arn:aws:execute-api:{region}:{account}:{api}"}
    assert found.warnings == ()


def test_stage_variables_are_put_in_for_each_stage(aws: Aws, apis: Apis, unique: str) -> None:
    prefix, name = apis.function.rsplit(":", 1)
    api = apis.rest_api(unique, {"GET /a": PATH.format(f"{prefix}:{FN}"), "GET /b": PATH.format(f"{prefix}:x-{FN}")})
    apis.deploy(api, "dev", fn=f"{name}-dev")
    apis.deploy(api, "prod", fn=name)
    apis.deploy(api, "test", fn=f"{name}:live")
    apis.deploy(api, "old", other="x")
    apis.allow(api)

    found = take(aws, apis)

    missing = "stage `old` has no variable `fn`, by which the API names a function"
    assert shown(found) == [
        ("rest_api", f"{unique}/prod", "", "GET /a, by the variables of stage prod"),
        ("rest_api", f"{unique}/test", "live", "GET /a, by the variables of stage test"),
        ("unknown", f"{unique}/old", "", missing),
    ]


@pytest.mark.parametrize(("protocol", "kind"), [("HTTP", "http_api_variable"), ("WEBSOCKET", "websocket_api")])
def test_so_are_those_of_http_and_websocket_apis(aws: Aws, apis: Apis, unique: str, protocol: str, kind: str) -> None:
    api, _ = apis.api(unique, PATH.format(f"{apis.function}:{FN}"), protocol=protocol)
    apis.stage(api, "dev", fn="7")
    apis.stage(api, "prod", fn="live")
    apis.stage(api, "old")
    apis.allow(api)

    found = take(aws, apis)

    missing = "stage `old` has no variable `fn`, by which the API names a function"
    expected = [
        (kind, f"{unique}/dev", "7", "by the variables of stage dev"),
        (kind, f"{unique}/prod", "live", "by the variables of stage prod"),
        ("unknown", f"{unique}/old", "", missing),
    ]
    assert sorted(shown(found)) == sorted(expected)
    assert all(each.enabled for each in found.triggers)


def test_an_api_with_credentials_needs_no_permission(
    aws: Aws, apis: Apis, client: Callable[[str], Any], unique: str
) -> None:
    role = Callers(client, unique).role("apigateway.amazonaws.com", f"{apis.function}*")
    rest = apis.rest_api(f"{unique}-rest", {"GET /a": PATH.format(apis.function)}, credentials=role)
    apis.deploy(rest, "prod")
    http, integration = apis.api(f"{unique}-http", apis.function, CredentialsArn=role, PayloadFormatVersion="2.0")
    apis.stage(http, "$default")
    socket, _ = apis.api(f"{unique}-socket", PATH.format(apis.function), protocol="WEBSOCKET")
    apis.stage(socket, "prod")

    found = take(aws, apis)

    as_role = f"as role {role.rpartition('/')[2]}"
    assert shown(found) == [
        ("http_api", f"{unique}-http", "", ""),
        ("rest_api", f"{unique}-rest", "", f"GET /a, {as_role}"),
        ("websocket_api", f"{unique}-socket", "", ""),
    ]
    assert found.triggers[0].id == f"{http}/{integration}"


def test_a_permission_for_an_api_that_does_not_invoke_the_function_is_not_used(
    aws: Aws, apis: Apis, unique: str
) -> None:
    api = apis.rest_api(unique, {"GET /a": PATH.format(f"{apis.function}-other")})
    apis.deploy(api, "prod")
    apis.allow(api)

    found = take(aws, apis)

    account, region = apis.function.split(":")[4], apis.function.split(":")[3]
    source = f"arn:aws:execute-api:{region}:{account}:{api}/*/*"
    assert (found.triggers, found.warnings) == (
        (),
        (f"permission `api-{api}` is not used: `{source}` invokes nothing here",),
    )
