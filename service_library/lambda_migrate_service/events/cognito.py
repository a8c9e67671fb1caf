"""Amazon Cognito: a user pool asks in the middle of a sign-up, a sign-in or a message."""

from __future__ import annotations

from typing import Any

KIND = "cognito"
SAMPLE: dict[str, Any] = {
    "version": "1",
    "region": "eu-west-1",
    "userPoolId": "eu-west-1_AbCdEfGhI",
    "userName": "ada",
    "callerContext": {"awsSdkVersion": "aws-sdk-unknown-unknown", "clientId": "57ea7d6sbqqq"},
    "triggerSource": "PreSignUp_SignUp",
    "request": {"userAttributes": {"email": "ada@example.com"}},
    "response": {"autoConfirmUser": False, "autoVerifyEmail": False, "autoVerifyPhone": False},
}


def matches(event: object) -> bool:
    """Tell whether the event is a user pool's."""
    return isinstance(event, dict) and {"triggerSource", "userPoolId", "request"} <= event.keys()


def accepts(response: object) -> bool:
    """The whole event must come back, its `response` filled in."""
    return isinstance(response, dict) and "response" in response
