"""What a WebSocket API is: its working copy. What its stages have deployed of it AWS does not show."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from lambda_migrate.aws.documents import Document
    from lambda_migrate.aws.session import Aws

AUTHORIZER, INTEGRATION = "authorizer ", "integration "
"""How names of parts begin."""

_PARTS = (
    ("integrations", "get_integrations", "IntegrationId"),
    ("routes", "get_routes", "RouteId"),
    ("authorizers", "get_authorizers", "AuthorizerId"),
)


def read(aws: Aws, api_id: str) -> Document:
    """Return the working copy: ``{"integrations", "routes", "authorizers"}``, each by its id.

    Raises:
        NotFound, NotAllowed, AwsError: As AWS answered.
    """
    return {
        name: {each[key]: each for each in aws.pages("apigatewayv2", call, "Items", ApiId=api_id)}
        for name, call, key in _PARTS
    }


def uris(content: Document) -> dict[str, str]:
    """Return the URI of each integration and authorizer, by ``integration <id>`` and ``authorizer <id>``."""
    by_name = {
        f"{INTEGRATION}{name}": str(each.get("IntegrationUri") or "") for name, each in content["integrations"].items()
    }
    for name, each in content["authorizers"].items():
        by_name[f"{AUTHORIZER}{name}"] = str(each.get("AuthorizerUri") or "")
    return by_name


def without(content: Document, names: frozenset[str]) -> Document:
    """Return a working copy without the URIs of some parts, the same at every reading."""
    kept: dict[str, Any] = dict(content)
    for part, prefix, field in (
        ("integrations", INTEGRATION, "IntegrationUri"),
        ("authorizers", AUTHORIZER, "AuthorizerUri"),
    ):
        kept[part] = {
            name: {**each, **({field: ""} if f"{prefix}{name}" in names else {})}
            for name, each in content[part].items()
        }
    return kept
