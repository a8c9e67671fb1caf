"""Asks the service whether it accepts a signing key, from this machine."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from lambda_migrate.http import OK, HttpError
from lambda_migrate.proxy.runtime.signing import Key, digest, signed_lines
from lambda_migrate.waiting import wait_until

if TYPE_CHECKING:
    from collections.abc import Callable

    from lambda_migrate.config import Migration
    from lambda_migrate.http import Client

PROBE = "/lambda-proxy-probe"
NOT_FOUND = 404


def probe(config: Migration, client: Client, identifier: str, secret: str) -> str:
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
    except HttpError as error:
        return f"it does not answer: {error.name}"
    if answer.status_code == NOT_FOUND:
        return f"it does not accept the key `{identifier}`"
    return "" if answer.status_code == OK else f"it answered {answer.status_code}"


def await_accepted(
    config: Migration,
    client: Client,
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
    return wait_until(
        lambda: probe(config, client, identifier, secret),
        lambda problem: not problem,
        sleep=sleep,
        deadline=config.verify.timeout,
        first=0.2,
        longest=2.0,
    ).last
