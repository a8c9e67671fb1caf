"""Every HTTP front door, built once in front of the original version and once in front of the proxy version."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from tests.sandbox.end_to_end.stage import BOTH

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.sandbox.end_to_end.stage import Stage

BINARY = ["image/png", "application/octet-stream"]
"""What the REST APIs are told to treat as binary."""


@dataclass(frozen=True)
class Entrance:
    """A front door of one version.

    Attributes:
        prefix: Stands in front of every path: the embedded AWS has one host for all.
        names: Names and ids of what the door is made of, and what they stand for.
    """

    prefix: str
    names: dict[str, str] = field(default_factory=dict)


def http_api(stage: Stage, alias: str, payload: str = "2.0") -> Entrance:
    """An HTTP API with one route for everything."""
    api = stage.aws.call("apigatewayv2", "create_api", Name=f"{stage.function}-{alias}", ProtocolType="HTTP")["ApiId"]
    integration = stage.aws.call(
        "apigatewayv2",
        "create_integration",
        ApiId=api,
        IntegrationType="AWS_PROXY",
        IntegrationUri=stage.qualified(alias),
        PayloadFormatVersion=payload,
    )["IntegrationId"]
    stage.aws.call("apigatewayv2", "create_route", ApiId=api, RouteKey="$default", Target=f"integrations/{integration}")
    stage.aws.call("apigatewayv2", "create_stage", ApiId=api, StageName="$default", AutoDeploy=True)
    stage.allow("apigateway")
    return Entrance(f"/_aws/execute-api/{api}/$default", {api: "<api>"})


def http_api_1(stage: Stage, alias: str) -> Entrance:
    """An HTTP API whose integration asks for payload 1.0."""
    return http_api(stage, alias, "1.0")


def rest_api(stage: Stage, alias: str) -> Entrance:
    """A REST API with one greedy resource, and some types that it treats as binary."""
    api = stage.aws.call("apigateway", "create_rest_api", name=f"{stage.function}-{alias}", binaryMediaTypes=BINARY)[
        "id"
    ]
    root = stage.aws.call("apigateway", "get_resources", restApiId=api)["items"][0]["id"]
    made = stage.aws.call("apigateway", "create_resource", restApiId=api, parentId=root, pathPart="{proxy+}")["id"]
    method = {"restApiId": api, "resourceId": made, "httpMethod": "ANY"}
    stage.aws.call("apigateway", "put_method", **method, authorizationType="NONE")
    function = f"arn:aws:apigateway:us-east-1:lambda:path/2015-03-31/functions/{stage.qualified(alias)}/invocations"
    stage.aws.call(
        "apigateway", "put_integration", **method, type="AWS_PROXY", integrationHttpMethod="POST", uri=function
    )
    stage.aws.call("apigateway", "create_deployment", restApiId=api, stageName="live")
    stage.allow("apigateway")
    return Entrance(f"/_aws/execute-api/{api}/live", {api: "<api>", made: "<resource>"})


def function_url(stage: Stage, alias: str) -> Entrance:
    """A function URL that needs no credentials."""
    url = stage.aws.call(
        "lambda", "create_function_url_config", FunctionName=stage.function, Qualifier=alias, AuthType="NONE"
    )["FunctionUrl"]
    identifier = url.removeprefix("https://").partition(".")[0]
    return Entrance(f"/_aws/lambda-url/{identifier}", {identifier: "<url>"})


def load_balancer(stage: Stage, alias: str, *, multiple: bool = False) -> Entrance:
    """An Application Load Balancer with the function as its only target."""
    name = f"{stage.function}-{alias[:4]}-{'many' if multiple else 'one'}"
    balancer = stage.aws.call("elbv2", "create_load_balancer", Name=name, Subnets=["subnet-1", "subnet-2"])
    balancer_arn = balancer["LoadBalancers"][0]["LoadBalancerArn"]
    group = stage.aws.call("elbv2", "create_target_group", Name=name, TargetType="lambda")["TargetGroups"][0]
    group_arn = group["TargetGroupArn"]
    attribute = {"Key": "lambda.multi_value_headers.enabled", "Value": str(multiple).lower()}
    stage.aws.call("elbv2", "modify_target_group_attributes", TargetGroupArn=group_arn, Attributes=[attribute])
    stage.allow("elasticloadbalancing", group_arn)
    stage.aws.call("elbv2", "register_targets", TargetGroupArn=group_arn, Targets=[{"Id": stage.qualified(alias)}])
    stage.aws.call(
        "elbv2",
        "create_listener",
        LoadBalancerArn=balancer_arn,
        Protocol="HTTP",
        Port=80,
        DefaultActions=[{"Type": "forward", "TargetGroupArn": group_arn}],
    )
    return Entrance(f"/_alb/{name}", {group_arn: "<target group>", name: "<balancer>"})


def load_balancer_multiple(stage: Stage, alias: str) -> Entrance:
    """A load balancer whose target group has multi-value headers."""
    return load_balancer(stage, alias, multiple=True)


DOORS: dict[str, Callable[[Stage, str], Entrance]] = {
    "HTTP API, payload 2.0": http_api,
    "HTTP API, payload 1.0": http_api_1,
    "REST API": rest_api,
    "function URL": function_url,
    "load balancer": load_balancer,
    "load balancer, multi-value headers": load_balancer_multiple,
}


def build(stage: Stage, kind: str) -> dict[str, Entrance]:
    """Return the entrances of both versions."""
    return {alias: DOORS[kind](stage, alias) for alias in BOTH}


def names(stage: Stage, entrance: Entrance, alias: str) -> dict[str, Any]:
    """Return the names of a version and of what leads to it."""
    return stage.names(alias) | entrance.names
