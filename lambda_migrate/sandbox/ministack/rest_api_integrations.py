"""What REST APIs integrate with: functions that permit it, and services behind an HTTP proxy integration."""

from __future__ import annotations

import http.client
import re
import urllib.parse
from typing import TYPE_CHECKING, Any

from ministack.core.concurrency import run_reentrant
from ministack.core.responses import get_account_id, get_region
from ministack.services import apigateway_v1, lambda_svc

from lambda_migrate.sandbox.ministack import vpc_links
from lambda_migrate.sandbox.ministack.http_api_integrations import HOP_BY_HOP, exchange
from lambda_migrate.sandbox.ministack.permissions import permitted

if TYPE_CHECKING:
    from collections.abc import Callable

_VARIABLE = re.compile(r"\$\{stageVariables\.([^}]+)\}")
_PATH, _HEADER = "integration.request.path.", "integration.request.header."
_UNREACHED = b'{"message": "Internal server error"}'
_LATE = b'{"message": "Endpoint request timed out"}'


def install() -> None:
    """Add it to the MiniStack of this process."""
    apigateway_v1._invoke_lambda_proxy_v1 = _permitted(apigateway_v1._invoke_lambda_proxy_v1)
    apigateway_v1._invoke_http_proxy_v1 = _invoke_service


def _permitted(original: Callable[..., Any]) -> Callable[..., Any]:
    """A REST API answers 500 where the function's policy does not name it, as on AWS, unless it comes with a role.

    MiniStack does not put stage variables into the URI either, by which it names the function.
    """

    async def invoke(
        integration: dict[str, Any],
        api_id: str,
        stage_name: str,
        stage: dict[str, Any],
        resource: dict[str, Any],
        *arguments: Any,
        **options: Any,
    ) -> Any:
        variables = stage.get("variables") or {}
        uri = _VARIABLE.sub(lambda each: variables.get(each[1], ""), integration.get("uri", ""))
        reference = apigateway_v1._extract_lambda_ref_from_integration_uri(uri)
        method = arguments[1] if len(arguments) > 1 else options.get("method", "GET")
        path = resource.get("path", "/")
        source = f"arn:aws:execute-api:{get_region()}:{get_account_id()}:{api_id}/{stage_name}/{method}{path}"
        if not integration.get("credentials") and not permitted(reference, "apigateway.amazonaws.com", source):
            lambda_svc.logger.warning("%s may not invoke %s", source, reference)
            return 500, {"Content-Type": "application/json"}, _UNREACHED
        named = {**integration, "uri": uri}
        return await original(named, api_id, stage_name, stage, resource, *arguments, **options)

    return invoke


async def _invoke_service(  # MiniStack calls it so
    integration: dict[str, Any],
    _path: str,
    method: str,
    headers: dict[str, str],
    body: bytes,
    query: dict[str, Any],
    path_parameters: dict[str, str] | None = None,
) -> Any:
    """Pass a request through to the service of an HTTP proxy integration, and its answer back.

    https://docs.aws.amazon.com/apigateway/latest/developerguide/setup-http-integrations.html
    """
    mapped = integration.get("requestParameters") or {}
    whole = vpc_links.followed(integration, "uri")
    for name, source in mapped.items():
        if name.startswith(_PATH):
            value = (path_parameters or {}).get(source.rpartition(".")[2], "")
            whole = whole.replace(f"{{{name.removeprefix(_PATH)}}}", urllib.parse.quote(value, safe="/:@!$&'()*+,;=~%"))
    uri = urllib.parse.urlsplit(whole)
    target = uri.path or "/"
    if query:
        target += "?" + urllib.parse.urlencode(query, doseq=True)
    left_out = HOP_BY_HOP | {"host", "content-length"}
    sent = {name: value for name, value in headers.items() if name.lower() not in left_out}
    sent |= {name.removeprefix(_HEADER): value.strip("'") for name, value in mapped.items() if name.startswith(_HEADER)}
    timeout = float(integration.get("timeoutInMillis") or 29000) / 1000
    try:
        return await run_reentrant(exchange, uri, method, target, body, sent, timeout)
    except TimeoutError:
        return 504, {"Content-Type": "application/json"}, _LATE
    except (OSError, http.client.HTTPException) as error:
        lambda_svc.logger.warning("REST API integration %s: %s", integration.get("uri"), error)
        return 500, {"Content-Type": "application/json"}, _UNREACHED
