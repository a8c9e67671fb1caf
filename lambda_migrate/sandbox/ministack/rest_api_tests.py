"""TestInvokeMethod of REST APIs: a method of the API as it stands is called, whatever its stages serve.

Loaded by :mod:`lambda_migrate.sandbox.ministack.additions`. MiniStack has no such call. Here it reaches services behind
HTTP proxy integrations, by a VPC link too; the request that it makes asks no authorizer.

https://docs.aws.amazon.com/apigateway/latest/api/API_TestInvokeMethod.html
"""

from __future__ import annotations

import re
import urllib.parse
from typing import TYPE_CHECKING, Any

from ministack.services import apigateway_v1

from lambda_migrate.sandbox.ministack import vpc_links

if TYPE_CHECKING:
    from collections.abc import Callable

STAGE = "test-invoke-stage"
"""What API Gateway calls the stage of such a request."""

_CALL = re.compile(r"/restapis/([^/]+)/resources/([^/]+)/methods/([^/]+)")


def install() -> None:
    """Add it to the MiniStack of this process."""
    apigateway_v1.handle_request = _testing(apigateway_v1.handle_request)


def _testing(original: Callable[..., Any]) -> Callable[..., Any]:
    async def handle(method: str, path: str, headers: Any, body: Any, query: Any) -> Any:
        call = _CALL.fullmatch(path.rstrip("/"))
        if method != "POST" or not call:
            return await original(method, path, headers, body, query)
        return await _invoked(call[1], call[2], call[3], apigateway_v1.json.loads(body or b"{}"))  # as MiniStack does

    return handle


async def _invoked(api: str, resource_id: str, verb: str, asked: dict[str, Any]) -> Any:
    resource = apigateway_v1._resources.get(api, {}).get(resource_id) or {}  # MiniStack has no other way in
    methods = resource.get("resourceMethods") or {}
    integration = (methods.get(verb) or methods.get("ANY") or {}).get("methodIntegration") or {}
    if integration.get("type") != "HTTP_PROXY":
        return apigateway_v1._v1_error("NotFoundException", "Invalid Method identifier specified", 404)  # as above
    vpc_links.stage.set(STAGE)
    target = urllib.parse.urlsplit(asked.get("pathWithQueryString") or resource["path"])
    status, headers, body = await apigateway_v1._invoke_http_proxy_v1(  # as above
        integration,
        target.path,
        verb,
        asked.get("headers") or {},
        (asked.get("body") or "").encode(),
        urllib.parse.parse_qs(target.query),
        _parameters(resource["path"], target.path),
    )
    told = {name: value if isinstance(value, str) else value[-1] for name, value in headers.items()}
    said = body.decode("utf-8", "replace") if isinstance(body, bytes) else body
    return apigateway_v1._v1_response({"status": status, "headers": told, "body": said, "latency": 1, "log": ""})


def _parameters(resource: str, path: str) -> dict[str, str]:
    """Return what a path has in the place of the names of a resource: ``/orders/{id}/{rest+}``."""
    named, rest = {}, path.strip("/").split("/")
    for segment in resource.strip("/").split("/"):
        taken = len(rest) if segment.endswith("+}") else 1
        if segment.startswith("{"):
            named[segment.strip("{+}")] = urllib.parse.unquote("/".join(rest[:taken]))
        rest = rest[taken:]
    return named
