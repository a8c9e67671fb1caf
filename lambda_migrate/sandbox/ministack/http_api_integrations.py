"""What HTTP APIs integrate with: functions that permit it, and services behind an HTTP proxy integration."""

from __future__ import annotations

import http.client
import urllib.parse
from typing import TYPE_CHECKING, Any

from ministack.core.concurrency import run_reentrant
from ministack.core.responses import get_account_id, get_region
from ministack.services import apigateway, lambda_svc

from lambda_migrate.sandbox.ministack import vpc_links
from lambda_migrate.sandbox.ministack.permissions import permitted

if TYPE_CHECKING:
    from collections.abc import Callable

HOP_BY_HOP = {"connection", "keep-alive", "transfer-encoding", "te", "trailer", "upgrade", "proxy-connection"}


def install() -> None:
    """Add it to the MiniStack of this process."""
    apigateway._invoke_lambda_proxy = _permitted_proxy(apigateway._invoke_lambda_proxy)
    apigateway._invoke_http_proxy = _invoke_service
    apigateway._apply_request_parameter_mappings = _marking_the_path(apigateway._apply_request_parameter_mappings)


def _permitted_proxy(original: Callable[..., Any]) -> Callable[..., Any]:
    """An HTTP API answers 500 where the function's policy does not name it, as on AWS."""

    async def invoke(integration: dict[str, Any], api_id: str, stage: str, *arguments: Any, **options: Any) -> Any:
        reference = apigateway._extract_lambda_ref_from_integration_uri(integration.get("integrationUri", ""))
        route_key = arguments[5] if len(arguments) > 5 else options.get("route_key", "$default")  # noqa: PLR2004
        route = "$default" if route_key == "$default" else route_key.replace(" ", "", 1).replace("ANY", "*", 1)
        source = f"arn:aws:execute-api:{get_region()}:{get_account_id()}:{api_id}/{stage}/{route}"
        if not permitted(reference, "apigateway.amazonaws.com", source):
            lambda_svc.logger.warning("%s may not invoke %s", source, reference)
            return 500, {"Content-Type": "application/json"}, b'{"message":"Internal Server Error"}'
        return await original(integration, api_id, stage, *arguments, **options)

    return invoke


class _WholePath(str):
    """A path that replaces the path of the integration URI, where any other is appended to it."""

    __slots__ = ()


def _marking_the_path(original: Callable[..., Any]) -> Callable[..., Any]:
    def apply(integration: dict[str, Any], **options: Any) -> Any:
        options["context_vars"] = {**options["context_vars"], "request.path": options["request_path"]}
        headers, query, path = original(integration, **options)
        overwritten = "overwrite:path" in (integration.get("requestParameters") or {})
        return headers, query, _WholePath(path) if overwritten else path

    return apply


async def _invoke_service(  # MiniStack calls it so
    integration: dict[str, Any], path: str, method: str, headers: dict[str, str], body: bytes, query: dict[str, Any]
) -> Any:
    """Pass a request through to the service of an HTTP proxy integration, and its answer back."""
    uri = urllib.parse.urlsplit(vpc_links.followed(integration, "integrationUri"))
    whole = path if isinstance(path, _WholePath) else uri.path.rstrip("/") + path
    target = urllib.parse.quote(whole, safe="/:@!$&'()*+,;=~%")
    if query:
        target += "?" + urllib.parse.urlencode(query, doseq=True)
    sent = {
        name: value for name, value in headers.items() if name.lower() not in HOP_BY_HOP | {"host", "content-length"}
    }
    sent["forwarded"] = f"for=127.0.0.1;host={headers.get('host', '')};proto=http"
    timeout = integration.get("timeoutInMillis", 30000) / 1000
    try:
        return await run_reentrant(exchange, uri, method, target, body, sent, timeout)
    except TimeoutError:
        return 504, {"Content-Type": "application/json"}, b'{"message":"Gateway Timeout"}'
    except (OSError, http.client.HTTPException) as error:
        lambda_svc.logger.warning("HTTP API integration %s: %s", integration.get("integrationUri"), error)
        return 503, {"Content-Type": "application/json"}, b'{"message":"Service Unavailable"}'


def exchange(  # one HTTP exchange has this many parts
    uri: urllib.parse.SplitResult, method: str, target: str, body: bytes, headers: dict[str, str], timeout: float
) -> tuple[int, dict[str, Any], bytes]:
    """Send a request to a service, and return its status, headers and body; redirects are not followed."""
    kind = http.client.HTTPSConnection if uri.scheme == "https" else http.client.HTTPConnection
    connection = kind(uri.hostname or "", uri.port, timeout=timeout)
    try:
        connection.request(method, target, body or None, headers)
        answer = connection.getresponse()
        content = answer.read()
        received: dict[str, Any] = {}
        for name, value in answer.getheaders():
            if name.lower() == "set-cookie":
                received.setdefault("Set-Cookie", []).append(value)
            elif name.lower() not in HOP_BY_HOP | {"content-length"}:
                received[name] = value
    finally:
        connection.close()
    return answer.status, received, content
