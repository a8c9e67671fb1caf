"""Calls the rehearsal route of an HTTP API, from here through API Gateway: what it answers is the service's answer.

The request is signed for the path that the service is to see. A service that answers has seen that path, so that name,
TLS, path mapping and stage are right; whatever else answers does not know the key.
"""

from __future__ import annotations

import json
import time
from typing import TYPE_CHECKING, Any

from lambda_migrate.function import signing_keys
from lambda_migrate.http import OK, HttpError
from lambda_migrate.proxy.runtime.signing import Key, digest, signed_lines
from lambda_migrate.waiting import wait_until

if TYPE_CHECKING:
    from collections.abc import Callable

    from lambda_migrate.actions.api_gateway.rehearse_route import RehearseRoute
    from lambda_migrate.aws.session import Aws
    from lambda_migrate.config import Migration
    from lambda_migrate.http import Answer, Client

NOT_FOUND = 404
SERVER_ERROR = 500
TIMEOUT = 35.0
"""Seconds; API Gateway itself gives up after 30 (quotas of HTTP APIs)."""


def rehearse(
    aws: Aws,
    config: Migration,
    client: Client,
    action: RehearseRoute,
    *,
    sleep: Callable[[float], None] = time.sleep,
) -> str:
    """Call until the service answers, for `verify.timeout` seconds at most: a deployment takes its time to spread.

    Args:
        aws: Where the signing keys are.
        config: Names them.
        client: Reaches the API.
        action: The route.
        sleep: Waits so many seconds.

    Returns:
        What is still wrong, or "".
    """
    keys = signing_keys.read(aws, config.proxy.signing_keys).pairs if config.proxy.signing_keys else ()
    key = Key(keys[0][0], keys[0][1].encode()) if keys else None
    return wait_until(
        lambda: _once(client, action, key),
        lambda problem: not problem,
        sleep=sleep,
        deadline=config.verify.timeout,
        first=0.5,
        longest=5.0,
    ).last


def _once(client: Client, action: RehearseRoute, key: Key | None) -> str:
    headers: dict[str, str] = {}
    if key is not None:
        lines = signed_lines(key, "GET", action.asked, digest(b""), "")
        headers = dict(line.split(": ", 1) for line in lines.split("\r\n") if line)
    try:
        answer = client.get(f"{action.endpoint}{action.asked}", headers=headers, timeout=TIMEOUT)
    except HttpError as error:
        return f"the API {error.reason}"
    if key is None:  # without a key nothing tells who answers
        return f"it answered {answer.status_code}" if answer.status_code >= SERVER_ERROR else ""
    return _problem(answer, action)


def _problem(answer: Answer, action: RehearseRoute) -> str:
    said = _document(answer.body)
    if answer.status_code >= SERVER_ERROR:
        return f"it answered {answer.status_code}: API Gateway does not reach the service, or the service fails"
    if answer.status_code == NOT_FOUND:
        return "it answered 404: the service sees another path, does not accept the key, or has an older library"
    if answer.status_code != OK or "service" not in said:
        return f"it answered {answer.status_code}, and not as the service does"
    if action.keyed and not (said.get("door") or {}).get("key"):
        return (
            "the service does not accept the key that API Gateway adds: LAMBDA_MIGRATE_DOOR_KEY is another, or not set"
        )
    return ""


def _document(body: bytes) -> dict[str, Any]:
    try:
        said = json.loads(body)
    except ValueError:
        return {}
    return said if isinstance(said, dict) else {}
