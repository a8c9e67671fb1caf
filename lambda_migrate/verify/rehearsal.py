"""Calls the service through API Gateway before anybody else is led there: what answers is the service.

An HTTP API is called from here, at its rehearsal route. Of a REST API a method is tested as it stands, whatever its
stages serve.

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
    from lambda_migrate.actions.api_gateway.replace_rest_integration import ReplaceRestIntegration
    from lambda_migrate.aws.session import Aws
    from lambda_migrate.config import Migration
    from lambda_migrate.http import Client

NOT_FOUND = 404
SERVER_ERROR = 500
TIMEOUT = 35.0
"""Seconds; API Gateway itself gives up after 30 (quotas of HTTP APIs)."""

TEST_STAGE = "/test-invoke-stage"
"""What the stage of a test of a method is called."""

STAGED = ", which sees the stage's name in front of the path"


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
    key = _key(aws, config)
    return wait_until(
        lambda: _once(client, action, key),
        lambda problem: not problem,
        sleep=sleep,
        deadline=config.verify.timeout,
        first=0.5,
        longest=5.0,
    ).last


def rehearse_method(
    aws: Aws,
    config: Migration,
    action: ReplaceRestIntegration,
    *,
    sleep: Callable[[float], None] = time.sleep,
) -> tuple[str, str] | None:
    """Test a method of a REST API until the service answers, for `verify.timeout` seconds at most.

    A private integration may put the stage's name in front of the path. So the request is signed for the path first,
    then for that: which of the two the service accepts tells what it sees.

    Args:
        aws: Tests the method, and has the signing keys.
        config: Names them.
        action: What put the service behind the method.
        sleep: Waits so many seconds.

    Returns:
        What is still wrong, or ""; and what the service sees, for a person, where that is not the path alone. None
        where API Gateway does not test the method, so that nobody was asked.
    """
    key = _key(aws, config)

    def once() -> tuple[str, str] | None:
        first = _tested(aws, action, key, action.probe)
        if not first or key is None:
            return None if first is None else (first, "")
        staged = _tested(aws, action, key, f"{TEST_STAGE}{action.probe}")
        return ("", STAGED) if staged == "" else (first, "")

    return wait_until(
        once,
        lambda seen: seen is not None and not seen[0],
        sleep=sleep,
        deadline=config.verify.timeout,
        first=0.5,
        longest=5.0,
    ).last


def _tested(aws: Aws, action: ReplaceRestIntegration, key: Key | None, seen: str) -> str | None:
    answer = action.rehearsed(aws, _signed(key, seen))
    if answer is None:
        return None
    status, body = answer
    return _problem(status, body.encode(), key, keyed=bool(action.secrets))


def _key(aws: Aws, config: Migration) -> Key | None:
    keys = signing_keys.read(aws, config.proxy.signing_keys).pairs if config.proxy.signing_keys else ()
    return Key(keys[0][0], keys[0][1].encode()) if keys else None


def _signed(key: Key | None, path: str) -> dict[str, str]:
    if key is None:
        return {}
    lines = signed_lines(key, "GET", path, digest(b""), "")
    return dict(line.split(": ", 1) for line in lines.split("\r\n") if line)


def _once(client: Client, action: RehearseRoute, key: Key | None) -> str:
    try:
        answer = client.get(f"{action.endpoint}{action.asked}", headers=_signed(key, action.asked), timeout=TIMEOUT)
    except HttpError as error:
        return f"the API {error.reason}"
    return _problem(answer.status_code, answer.body, key, keyed=action.keyed)


def _problem(status: int, body: bytes, key: Key | None, *, keyed: bool) -> str:
    if key is None:  # without a key nothing tells who answers
        return f"it answered {status}" if status >= SERVER_ERROR else ""
    said = _document(body)
    if status >= SERVER_ERROR:
        return f"it answered {status}: API Gateway does not reach the service, or the service fails"
    if status == NOT_FOUND:
        return "it answered 404: the service sees another path, does not accept the key, or has an older library"
    if status != OK or "service" not in said:
        return f"it answered {status}, and not as the service does"
    if keyed and not (said.get("door") or {}).get("key"):
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
