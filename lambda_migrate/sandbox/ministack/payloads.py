"""What the sandbox adds to the payloads of MiniStack's front doors.

Loaded by :mod:`lambda_migrate.sandbox.ministack.additions`.

- **Payload 1.0** of HTTP APIs, for integrations with that ``PayloadFormatVersion``; MiniStack sends 2.0 to all.
- **REST APIs** send no ``version``: only HTTP APIs do. They count the length of what they send.
- **Paths** arrive as the client sent them, except in payload 2.0 of HTTP APIs; MiniStack decodes all of them.
- **Load balancers** leave the query encoded, and send only lists where multi-value headers are on.

https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-integrations-lambda.html
https://docs.aws.amazon.com/elasticloadbalancing/latest/application/lambda-functions.html
"""

from __future__ import annotations

import base64
import re
from contextvars import ContextVar
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote

from ministack.services import alb, apigateway, apigateway_v1, lambda_svc

if TYPE_CHECKING:
    from collections.abc import Callable

_raw_path: ContextVar[str] = ContextVar("raw_path", default="")
_DOOR = re.compile(r"^/(_aws/execute-api/[^/]+/[^/]+|_aws/lambda-url/[^/]+|_alb/[^/]+)")
"""What stands in front of a path where one host serves all front doors."""


def remembering_the_path(app: Callable[..., Any]) -> Callable[..., Any]:
    """Return MiniStack's application, such that its front doors can tell the path that the client sent."""

    async def remembering(scope: dict[str, Any], receive: Any, send: Any) -> None:
        if scope["type"] == "http":
            _raw_path.set(scope["raw_path"].decode("latin-1").partition("?")[0])
        await app(scope, receive, send)

    return remembering


def _as_sent(path: str) -> str:
    raw = _DOOR.sub("", _raw_path.get())
    return raw if unquote(raw) == path else path


def install() -> None:
    """Add everything to the MiniStack of this process."""
    build = apigateway_v1._build_lambda_event_v1
    apigateway_v1._build_lambda_event_v1 = _of_a_rest_api(build)
    lambda_svc._build_function_url_event = _with_the_raw_path(lambda_svc._build_function_url_event)
    apigateway_v1._invoke_lambda_proxy_v1 = _counting_the_length(apigateway_v1._invoke_lambda_proxy_v1)
    apigateway._invoke_lambda_proxy = _as_the_integration_says(apigateway._invoke_lambda_proxy, build)
    alb._invoke_lambda_target = _leaving_all_encoded(alb._invoke_lambda_target)
    lambda_svc._execute_function_with_config_scope = _lists_alone(lambda_svc._execute_function_with_config_scope)


def _of_a_rest_api(original: Callable[..., Any]) -> Callable[..., Any]:
    def build(*arguments: Any, **options: Any) -> dict[str, Any]:
        event: dict[str, Any] = original(*arguments, **options)
        del event["version"]
        sent = _as_sent(event["path"])
        event["requestContext"]["path"] = event["requestContext"]["path"].removesuffix(event["path"]) + sent
        return event | {"path": sent}

    return build


def _with_the_raw_path(original: Callable[..., Any]) -> Callable[..., Any]:
    def build(*arguments: Any, **options: Any) -> dict[str, Any]:
        event: dict[str, Any] = original(*arguments, **options)
        return event | {"rawPath": _as_sent(event["rawPath"])}

    return build


def _counting_the_length(original: Callable[..., Any]) -> Callable[..., Any]:
    """The function's ``content-length`` is wrong where a body that is base64 goes through undecoded."""

    async def invoke(*arguments: Any, **options: Any) -> tuple[int, dict[str, Any], bytes]:
        status, headers, body = await original(*arguments, **options)
        if body:
            headers = {name: value for name, value in headers.items() if name.lower() != "content-length"}
        return status, headers, body

    return invoke


def _as_the_integration_says(original: Callable[..., Any], build: Callable[..., Any]) -> Callable[..., Any]:
    async def invoke(
        integration: dict[str, Any], api_id: str, stage: str, *request: Any, **owner: Any
    ) -> tuple[int, dict[str, Any], bytes]:
        if integration.get("payloadFormatVersion") != "1.0":
            answered: tuple[int, dict[str, Any], bytes] = await original(integration, api_id, stage, *request, **owner)
            return answered
        reference = apigateway._extract_lambda_ref_from_integration_uri(integration["integrationUri"])
        result, _ = await apigateway_v1._call_lambda_raw(
            reference,
            _event(build, api_id, stage, *request),
            account_id=owner.get("owner_account_id"),
            region=owner.get("owner_region"),
        )
        answer, error = apigateway_v1._lambda_proxy_response(result or {"error": True})
        if answer is None or error:
            return 500, {"Content-Type": "application/json"}, b'{"message":"Internal Server Error"}'
        return _answered(answer)

    return invoke


def _event(  # as MiniStack calls for an invocation
    build: Callable[..., Any],
    api_id: str,
    stage: str,
    path: str,
    method: str,
    headers: dict[str, str],
    body: bytes,
    *others: Any,
) -> dict[str, Any]:
    """Return payload 1.0 of a request to an HTTP API."""
    query, route_key, path_parameters = (*others, "$default", None)[:3]
    resource = {"path": route_key.partition(" ")[2] or route_key, "id": route_key}
    variables = {"variables": apigateway._get_stage_variables(api_id, stage)}
    event: dict[str, Any] = build(
        api_id, stage, variables, resource, path, method, headers, body, query, path_parameters
    )
    if body and not apigateway._v2_request_body_is_text(headers.get("content-type")):
        event |= {"body": base64.b64encode(body).decode(), "isBase64Encoded": True}
    event["requestContext"] |= {
        "domainName": f"{api_id}.execute-api.{apigateway._HOST}",
        "domainPrefix": api_id,
        "path": path,
    }
    return event | {"path": _as_sent(path)}


def _answered(answer: dict[str, Any]) -> tuple[int, dict[str, Any], bytes]:
    """Return status, headers and body of what a function answered to payload 1.0."""
    multiple = {name.lower(): list(values) for name, values in (answer.get("multiValueHeaders") or {}).items()}
    single = {name.lower(): [str(value)] for name, value in (answer.get("headers") or {}).items()}
    headers = {"content-type": ["application/json"]} | single | multiple
    body = answer.get("body") or ""
    return (
        int(answer["statusCode"]),
        headers,
        base64.b64decode(body) if answer.get("isBase64Encoded") else body.encode(),
    )


def _leaving_all_encoded(original: Callable[..., Any]) -> Callable[..., Any]:
    async def invoke(*arguments: Any) -> Any:
        function, group, method, path, headers, body, _query, raw = arguments
        encoded: dict[str, list[str]] = {}
        for part in raw.split("&") if raw else ():
            name, _, value = part.partition("=")
            encoded.setdefault(name, []).append(value)
        return await original(function, group, method, _as_sent(path), headers, body, encoded, raw)

    return invoke


def _lists_alone(original: Callable[..., Any]) -> Callable[..., Any]:
    def execute(func: dict[str, Any], event: Any) -> Any:
        if isinstance(event, dict) and "multiValueHeaders" in event and "elb" in event.get("requestContext", {}):
            event = {name: event[name] for name in event if name not in ("headers", "queryStringParameters")}
        return original(func, event)

    return execute
