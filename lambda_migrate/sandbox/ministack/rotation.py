"""What the sandbox adds to MiniStack's list of secrets: which function rotates each.

https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_SecretListEntry.html
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from ministack.services import secretsmanager

if TYPE_CHECKING:
    from collections.abc import Callable

_FUNCTION = "RotationLambdaARN"


def install() -> None:
    """Add it to the MiniStack of this process."""
    secretsmanager._list_secrets = _with_functions(secretsmanager._list_secrets)


def _with_functions(original: Callable[..., Any]) -> Callable[..., Any]:
    def listed(data: dict[str, Any]) -> Any:
        status, headers, body = original(data)
        answer = json.loads(body)
        for entry in answer.get("SecretList", ()):
            _, secret = secretsmanager._resolve(entry["ARN"])
            if (secret or {}).get(_FUNCTION):
                entry[_FUNCTION] = secret[_FUNCTION]
        return status, headers, json.dumps(answer).encode()

    return listed
