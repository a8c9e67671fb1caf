"""Amazon API Gateway: a Lambda authorizer is asked who the caller is."""

from __future__ import annotations

from typing import Any

KIND = "authorizer"
SAMPLE: dict[str, Any] = {
    "type": "TOKEN",
    "authorizationToken": "allow",
    "methodArn": "arn:aws:execute-api:eu-west-1:123456789012:abcdef123/prod/GET/orders",
}


def matches(event: object) -> bool:
    """Tell whether the event asks for an authorization."""
    return (
        isinstance(event, dict)
        and event.get("type") in ("TOKEN", "REQUEST")
        and ("methodArn" in event or "routeArn" in event)
    )


def accepts(response: object) -> bool:
    """A policy for a principal, or the simple answer of HTTP APIs."""
    return isinstance(response, dict) and ("policyDocument" in response or "isAuthorized" in response)
