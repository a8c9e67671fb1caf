"""Questions about paths: what a service gets of the path that a client sent to an HTTP API."""

from __future__ import annotations

import json
import urllib.request
from typing import TYPE_CHECKING, Any

from scripts.real_aws.world import first_true

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from scripts.real_aws.world import World

PATHS = ("/a%20b", "/a%2Fb", "/a%252Fb", "/caf%C3%A9", "/a+b;c=1,2", "//a/")


def seen(url: str) -> str:
    """Return the path that the function saw, or what went wrong."""
    try:
        with urllib.request.urlopen(url, timeout=10) as answer:  # noqa: S310  # the address is API Gateway's own
            return str(json.loads(answer.read())["path"])
    except (OSError, ValueError, KeyError) as error:
        return f"{type(error).__name__}: {error}"


def request_path(world: World, ask: Callable[[str], str] = seen) -> Iterator[str]:
    """Is a path the same where an API sends it to a service by `overwrite:path`? The service is an API of its own."""
    lambdas = world.client("lambda")
    behind = _api(world, "behind", IntegrationType="AWS_PROXY", IntegrationUri=world.arn, PayloadFormatVersion="2.0")
    source = f"arn:{world.partition}:execute-api:{world.region}:{world.account}:{behind['ApiId']}/*/*"
    lambdas.add_permission(
        FunctionName=world.name,
        StatementId="paths",
        Action="lambda:InvokeFunction",
        Principal="apigateway.amazonaws.com",
        SourceArn=source,
    )
    front = _api(
        world,
        "front",
        IntegrationType="HTTP_PROXY",
        IntegrationMethod="ANY",
        IntegrationUri=behind["ApiEndpoint"],
        PayloadFormatVersion="1.0",
        RequestParameters={"overwrite:path": "$request.path"},
    )
    first_true(lambda: ask(f"{front['ApiEndpoint']}/ready") == "/ready", seconds=60 * world.patience)
    for path in PATHS:
        straight, through = (ask(f"{api['ApiEndpoint']}{path}") for api in (behind, front))
        yield f"{path}: {'the same' if straight == through else f'{straight} straight, {through} through the mapping'}"


def _api(world: World, name: str, **integration: Any) -> Any:
    """Make an HTTP API with one integration for everything."""
    gateway = world.client("apigatewayv2")
    api = gateway.create_api(Name=f"{world.name}-{name}", ProtocolType="HTTP")
    world.later(gateway.delete_api, ApiId=api["ApiId"])
    made = gateway.create_integration(ApiId=api["ApiId"], **integration)["IntegrationId"]
    gateway.create_route(ApiId=api["ApiId"], RouteKey="$default", Target=f"integrations/{made}")
    gateway.create_stage(ApiId=api["ApiId"], StageName="$default", AutoDeploy=True)
    return api
