"""VPC links of API Gateway, version 2, by which an API reaches the targets of a load balancer's listener.

Loaded by :mod:`lambda_migrate.sandbox.ministack.additions`. MiniStack has no links, and keeps nothing of an integration
that names one. Here a link is there at once, and a request goes by plain HTTP to the first target of the listener's
default rule: no TLS, no rules by path or host. A REST API puts its stage in front of the path.

https://docs.aws.amazon.com/apigateway/latest/developerguide/private-integration.html
"""

from __future__ import annotations

import urllib.parse
import uuid
from contextvars import ContextVar
from typing import TYPE_CHECKING, Any

from ministack.services import alb, apigateway, apigateway_v1

if TYPE_CHECKING:
    from collections.abc import Callable

_links: dict[str, dict[str, Any]] = {}

stage: ContextVar[str] = ContextVar("stage of a REST API", default="")
"""The stage of the request that is on its way; "" for an HTTP API."""

_KEPT = ("connectionId", "tlsConfig", "integrationTarget")
"""What an integration has of a link."""

_REFUSED = 400

NOWHERE = "http://127.0.0.1:9"
"""Where nobody listens: the port of the discard protocol."""


def install() -> None:
    """Add them to the MiniStack of this process."""
    apigateway.handle_request = _with_links(apigateway.handle_request)
    apigateway._create_integration = _keeping(apigateway._create_integration)  # MiniStack has no other way in
    apigateway_v1._put_integration = _putting(apigateway_v1._put_integration)  # as above
    apigateway_v1._export_integration = _exporting(apigateway_v1._export_integration)  # as above
    apigateway_v1._execute_in_scope = _staged(apigateway_v1._execute_in_scope)  # as above


def _with_links(original: Callable[..., Any]) -> Callable[..., Any]:
    async def handle(method: str, path: str, headers: Any, body: Any, query: Any) -> Any:
        parts = [part for part in path.strip("/").split("/") if part]
        if parts[:2] != ["v2", "vpclinks"]:
            return await original(method, path, headers, body, query)
        if method == "POST":
            return apigateway._apigw_response(_made(apigateway.json.loads(body)), 201)  # as above
        link = _links.get(parts[2]) if len(parts) > 2 else None  # noqa: PLR2004  # the id
        if link is None:
            return apigateway._apigw_error("NotFoundException", f"Unable to find VPC link {parts[2:]}", 404)
        return apigateway._apigw_response(link)  # as above

    return handle


def _made(asked: dict[str, Any]) -> dict[str, Any]:
    identity = uuid.uuid4().hex[:6]
    named = {"vpcLinkId": identity, "name": asked["name"], "subnetIds": asked["subnetIds"]}
    about = {
        "securityGroupIds": asked.get("securityGroupIds", []),
        "vpcLinkStatus": "AVAILABLE",
        "vpcLinkVersion": "V2",
    }
    _links[identity] = {**named, **about}
    return _links[identity]


def _keeping(original: Callable[..., Any]) -> Callable[..., Any]:
    def make(api: str, asked: dict[str, Any]) -> Any:
        status, headers, body = original(api, asked)
        if status >= _REFUSED:
            return status, headers, body
        made = apigateway._integrations[api][apigateway.json.loads(body)["integrationId"]]  # as above
        made.update(_of_link(asked))
        return apigateway._apigw_response(made, status)  # as above

    return make


def _putting(original: Callable[..., Any]) -> Callable[..., Any]:
    def put(api: str, resource: str, method: str, asked: dict[str, Any]) -> Any:
        status, headers, body = original(api, resource, method, asked)
        if status >= _REFUSED:
            return status, headers, body
        made = apigateway_v1._resources[api][resource]["resourceMethods"][method]["methodIntegration"]  # as above
        made.update(_of_link(asked))
        return apigateway_v1._v1_response(made, status)  # as above

    return put


def _of_link(settings: dict[str, Any]) -> dict[str, Any]:
    return {name: settings[name] for name in _KEPT if settings.get(name)}


def _exporting(original: Callable[..., Any]) -> Callable[..., Any]:
    def export(integration: dict[str, Any]) -> dict[str, Any]:
        return {**original(integration), **_of_link(integration)}

    return export


def _staged(original: Callable[..., Any]) -> Callable[..., Any]:
    async def execute(request: dict[str, Any], api_id: str, stage_name: str, *arguments: Any) -> Any:
        stage.set(stage_name)
        return await original(request, api_id, stage_name, *arguments)

    return execute


def followed(integration: dict[str, Any], name: str) -> str:
    """Return an integration's URI; of one by a link, with the address of a target in the place of the host.

    Args:
        integration: As MiniStack keeps it.
        name: Under which its URI is kept there.
    """
    uri = str(integration.get(name, ""))
    if integration.get("connectionType") != "VPC_LINK":
        return uri
    target = _target(integration) if integration.get("connectionId") in _links else NOWHERE
    return f"{target}/{stage.get()}{urllib.parse.urlsplit(uri).path}" if "://" in uri else target


def _target(integration: dict[str, Any]) -> str:
    """Return where the first target listens that the listener's default rule leads to."""
    listener, balancer = integration.get("integrationUri"), integration.get("integrationTarget")
    for rule in alb._rules.values():  # as above
        of = alb._listeners.get(rule["ListenerArn"]) or {}  # as above
        if rule.get("IsDefault") and (
            rule["ListenerArn"] == listener or (balancer and of["LoadBalancerArn"] == balancer)
        ):
            for action in rule.get("Actions", ()):
                for target in alb._targets.get(action.get("TargetGroupArn"), ()):  # as above
                    return f"http://{target['Id']}:{target.get('Port', 80)}"
    return NOWHERE
