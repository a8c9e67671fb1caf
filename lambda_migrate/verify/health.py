"""Asks the service how it is."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

import httpx

from lambda_migrate.verify.verdict import Health

if TYPE_CHECKING:
    from collections.abc import Callable

    from lambda_migrate.config import Migration

OK = 200
IN_A_ROW = 3
"""Healthy answers in a row that count as healthy: one may come from a process that is about to die."""


def check(config: Migration, client: httpx.Client) -> Health:
    """Ask once whether the service lives and takes requests.

    Args:
        config: Names the service's URL, its two health paths and what is too slow.
        client: Reaches it; verifies TLS, follows no redirect.

    Returns:
        What is wrong, or nothing; and the slower of the two answers, in seconds.
    """
    url, slowest = config.service.url or "", 0.0
    for path in (config.service.health, config.service.readiness):
        began = time.perf_counter()
        try:
            answer = client.get(f"{url}{path}", timeout=max(config.verify.slow * 2, 1.0))
        except httpx.HTTPError as error:
            return Health(f"{url}{path} {_reason(error)}", time.perf_counter() - began)
        slowest = max(slowest, time.perf_counter() - began)
        if answer.status_code != OK:
            return Health(f"{url}{path} answered {answer.status_code}", slowest)
    if slowest > config.verify.slow:
        return Health(f"{url} answered after {slowest:.1f} s, more than {config.verify.slow:g} s is slow", slowest)
    return Health("", slowest)


def await_healthy(
    config: Migration,
    client: httpx.Client,
    *,
    sleep: Callable[[float], None] = time.sleep,
    watch: Callable[[str], None] = lambda _text: None,
) -> Health:
    """Ask until the service was healthy three times in a row, for `verify.timeout` seconds at most.

    Returns:
        The last answer: healthy, or what is still wrong.
    """
    waited, good, pause = 0.0, 0, 0.2
    while True:
        health = check(config, client)
        good = 0 if health.problem else good + 1
        if good >= IN_A_ROW or waited >= config.verify.timeout:
            return health
        if health.problem:
            watch(health.problem)
        sleep(pause)
        waited, pause = waited + pause + health.seconds, (min(pause * 2, 5.0) if health.problem else 0.2)


def client(ca_bundle: str | None = None) -> httpx.Client:
    """Return a client for the service: TLS verified, no redirects, no environment proxies, no cookies kept.

    Args:
        ca_bundle: Path of a private CA bundle on this machine, or None for the system's.
    """
    import ssl  # noqa: PLC0415  # only where TLS is used

    verify = ssl.create_default_context(cafile=ca_bundle) if ca_bundle else True
    return httpx.Client(verify=verify, follow_redirects=False, trust_env=False)


def _reason(error: httpx.HTTPError) -> str:
    if isinstance(error, httpx.ConnectTimeout):
        return "cannot be reached: the connection timed out"
    if isinstance(error, httpx.TimeoutException):
        return "does not answer in time"
    text = str(error) or type(error).__name__
    return f"cannot be reached: {text[:1].lower()}{text[1:]}"
