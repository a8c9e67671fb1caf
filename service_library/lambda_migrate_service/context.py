"""The `context` that Lambda hands to a handler, for code that was written for it.

The attributes are those of https://docs.aws.amazon.com/lambda/latest/dg/python-context.html.
"""

from __future__ import annotations

import sys
import time
import uuid
from dataclasses import dataclass
from typing import Any

_PARTITIONS = (("cn-", "aws-cn"), ("us-gov-", "aws-us-gov"))
"""How the regions of a partition begin; those of all others are in ``aws``."""


@dataclass(frozen=True)
class Function:
    """What is known of the Lambda function that this service was lifted from."""

    name: str
    region: str
    account: str
    memory: int
    timeout: float

    @property
    def arn(self) -> str:
        """The function's ARN, in the partition that its region is in."""
        partition = next((name for start, name in _PARTITIONS if self.region.startswith(start)), "aws")
        return f"arn:{partition}:lambda:{self.region}:{self.account}:function:{self.name}"


class CognitoIdentity:
    """Who called, where the caller signed in with Cognito through the mobile SDK."""

    def __init__(self, facts: dict[str, Any]) -> None:
        self.cognito_identity_id = facts.get("cognito_identity_id", facts.get("cognitoIdentityId"))
        self.cognito_identity_pool_id = facts.get("cognito_identity_pool_id", facts.get("cognitoIdentityPoolId"))


class Client:
    """The mobile application that called."""

    def __init__(self, facts: dict[str, Any]) -> None:
        self.installation_id = facts.get("installation_id")
        self.app_title = facts.get("app_title")
        self.app_version_name = facts.get("app_version_name")
        self.app_version_code = facts.get("app_version_code")
        self.app_package_name = facts.get("app_package_name")


class ClientContext:
    """What a caller of `Invoke` gave as its client context."""

    def __init__(self, facts: dict[str, Any]) -> None:
        self.custom = facts.get("custom")
        self.env = facts.get("env")
        client = facts.get("client")
        self.client = Client(client) if isinstance(client, dict) else None


class LambdaContext:
    """Stands in for the context object of Lambda's own runtime.

    Args:
        facts: The attributes as the proxy signed them, with `deadline_ms` (epoch, milliseconds).
        function: What stands in for attributes that are missing.
    """

    def __init__(self, facts: dict[str, Any], function: Function) -> None:
        self.function_name = facts.get("function_name") or function.name
        self.function_version = facts.get("function_version") or "service"
        self.invoked_function_arn = facts.get("invoked_function_arn") or function.arn
        self.memory_limit_in_mb = str(facts.get("memory_limit_in_mb") or function.memory)
        self.aws_request_id = facts.get("aws_request_id") or str(uuid.uuid4())
        self.log_group_name = facts.get("log_group_name") or f"/aws/lambda/{function.name}"
        self.log_stream_name = facts.get("log_stream_name") or "service"
        self.tenant_id = facts.get("tenant_id")
        client, identity = facts.get("client_context"), facts.get("identity")
        self.client_context = ClientContext(client) if isinstance(client, dict) else None
        self.identity = CognitoIdentity(identity if isinstance(identity, dict) else {})
        deadline = facts.get("deadline_ms")
        self._deadline = deadline / 1000 if isinstance(deadline, (int, float)) else time.time() + function.timeout

    @property
    def deadline_ms(self) -> int:
        """When the invocation has to end, in milliseconds since the epoch."""
        return int(self._deadline * 1000)

    def get_remaining_time_in_millis(self) -> int:
        """Return the milliseconds until the function's time-out, never less than 0."""
        return max(0, int((self._deadline - time.time()) * 1000))

    def log(self, message: object) -> None:
        """Write a line the way Lambda's own context does."""
        sys.stdout.write(str(message))
