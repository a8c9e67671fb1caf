"""Asks the service whether it accepts a signing key, from this machine."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

import httpx

from lambda_migrate.proxy.runtime.signing import Key, digest, signed_lines

if TYPE_CHECKING:
    from collections.abc import Callable

    from lambda_migrate.config import Migration

PROBE = "/lambda-proxy-probe"
OK, NOT_FOUND = 200, 404


def probe(config: Migration, client: httpx.Client, identifier: str, secret: str) -> str:
    """Ask once, as the proxy would.

    Args:
        config: Names the service's URL.
        client: Reaches it.
        identifier: Of the key.
        secret: Of the key.

    Returns:
        What is wrong, or "".
    """
    lines = signed_lines(Key(identifier, secret.encode()), "GET", PROBE, digest(b""), "")
    headers = dict(line.split(": ", 1) for line in lines.split("\r\n") if line)
    try:
        answer = client.get(f"{config.service.url}{PROBE}", headers=headers, timeout=10.0)
    except httpx.HTTPError as error:
        return f"it does not answer: {type(error).__name__}"
    if answer.status_code == NOT_FOUND:
        return f"it does not accept the key `{identifier}`"
    return "" if answer.status_code == OK else f"it answered {answer.status_code}"


def await_accepted(
    config: Migration,
    client: httpx.Client,
    identifier: str,
    secret: str,
    *,
    sleep: Callable[[float], None] = time.sleep,
) -> str:
    """Ask until the service accepts a key, for `verify.timeout` seconds at most.

    Args:
        config: As for :func:`probe`.
        client: As for :func:`probe`.
        identifier: As for :func:`probe`.
        secret: As for :func:`probe`.
        sleep: Waits so many seconds.

    Returns:
        What is still wrong, or "".
    """
    waited, pause = 0.0, 0.2
    while True:
        problem = probe(config, client, identifier, secret)
        if not problem or waited >= config.verify.timeout:
            return problem
        sleep(pause)
        waited, pause = waited + pause, min(pause * 2, 2.0)
