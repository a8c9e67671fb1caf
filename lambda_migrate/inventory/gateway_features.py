"""What API Gateway does in front of an API, which nobody does where callers come to a load balancer instead."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from lambda_migrate.errors import NotFound
from lambda_migrate.triggers import http_api_front

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lambda_migrate.aws.session import Aws

FEATURES = {
    **http_api_front.PROTECTIONS,
    "api-keys": "asks for API keys, and counts them in usage plans",
    "web-acl": "is protected by a web ACL of AWS WAF",
    "validation": "validates requests",
    "cors": "answers CORS preflights",
    "cache": "caches answers",
    "access-logs": "writes access logs",
    "base-path": "takes the base path off",
}
"""What an API may do, as the name of its gate goes on, and what API Gateway does then."""

_OPEN = ("", "NONE")


def read(aws: Aws, api: str) -> frozenset[str]:
    """Return what an API does, of ``FEATURES``.

    Args:
        aws: Where to look; reads only.
        api: Its id, of an HTTP API or a REST API.

    Raises:
        NotFound: The API does not exist.
        NotAllowed, AwsError: It cannot be read.
    """
    try:
        about = aws.call("apigatewayv2", "get_api", ApiId=api)
    except NotFound:
        return frozenset(_of_rest_api(aws, api))
    return frozenset(_of_http_api(aws, about))


def _of_http_api(aws: Aws, about: dict[str, Any]) -> Iterator[str]:
    api = about["ApiId"]
    stages = list(aws.pages("apigatewayv2", "get_stages", "Items", ApiId=api))
    yield from http_api_front.features(about, stages)
    routes = list(aws.pages("apigatewayv2", "get_routes", "Items", ApiId=api))
    if any((each.get("AuthorizationType") or "") not in _OPEN for each in routes):
        yield "authorizer"


def _of_rest_api(aws: Aws, api: str) -> Iterator[str]:
    for stage in aws.pages("apigateway", "get_stages", "item", restApiId=api):
        settings = (stage.get("methodSettings") or {}).values()
        if stage.get("webAclArn"):
            yield "web-acl"
        if stage.get("cacheClusterEnabled"):
            yield "cache"
        if stage.get("accessLogSettings"):
            yield "access-logs"
        if any((each.get("throttlingRateLimit") or -1) >= 0 for each in settings):
            yield "throttling"
    resources = aws.pages("apigateway", "get_resources", "items", restApiId=api, embed=["methods"], limit=500)
    methods = [method for each in resources for method in (each.get("resourceMethods") or {}).items()]
    if any((about.get("authorizationType") or "") not in _OPEN for _verb, about in methods):
        yield "authorizer"
    if any(about.get("apiKeyRequired") for _verb, about in methods):
        yield "api-keys"
    if any(about.get("requestValidatorId") for _verb, about in methods):
        yield "validation"
    if any(verb == "OPTIONS" and _kind(about) == "MOCK" for verb, about in methods):
        yield "cors"


def _kind(method: dict[str, Any]) -> str:
    return str((method.get("methodIntegration") or {}).get("type") or "")
