"""Asks the service how it is, from this machine."""

from __future__ import annotations

import time
from dataclasses import replace
from typing import TYPE_CHECKING

from lambda_migrate.http import Client
from lambda_migrate.service_health import ask
from lambda_migrate.verify.surroundings import Health
from lambda_migrate.waiting import wait_until

if TYPE_CHECKING:
    from collections.abc import Callable

    from lambda_migrate.config import Migration

IN_A_ROW = 3
"""Healthy answers in a row that count as healthy: one may come from a process that is about to die."""

BETWEEN = 0.2
"""Seconds between those."""


def check(config: Migration, client: Client, url: str = "") -> Health:
    """Ask once whether the service lives and takes requests.

    Args:
        config: Names the service's URL, its two health paths and what is too slow.
        client: Reaches it; verifies TLS, follows no redirect.
        url: Where it is asked, "" for ``service.url``.

    Returns:
        What is wrong, or nothing; and the slower of the two answers, in seconds.
    """
    url, slowest = url or config.service.url or "", 0.0
    for path in (config.service.health, config.service.readiness):
        asked = ask(client, f"{url}{path}", timeout=max(config.verify.slow * 2, 1.0))
        slowest = max(slowest, asked.seconds)
        if asked.problem:
            return Health(asked.problem, slowest, reached=asked.reached, slow=asked.lost, refused=asked.refused)
    if slowest > config.verify.slow:
        text = f"{url} answered after {slowest:.1f} s, more than {config.verify.slow:g} s is slow"
        return Health(text, slowest, slow=True)
    return Health("", slowest)


def remedy(config: Migration, seen: Health) -> str:
    """Return what to do about a service that is not healthy: a clause that follows what is wrong with it."""
    if config.service.target.kind == "url":
        if seen.refused:
            return "start the service, or correct `service.url`"
        return "start the service or fix it; its log says why"
    return "`lambda-migrate service deploy` starts it, `lambda-migrate service logs` shows why it fails"


def glance(config: Migration, client: Client, url: str = "", *, sleep: Callable[[float], None] = time.sleep) -> Health:
    """Ask how the service is; one answer that is slow or missing is nothing, three in a row are.

    Returns:
        The last answer.
    """
    seen = check(config, client, url)
    for _ in range(IN_A_ROW - 1):
        if not seen.problem or (seen.reached and not seen.slow):
            break
        sleep(BETWEEN)
        seen = check(config, client, url)
    return seen


def await_healthy(
    config: Migration,
    client: Client,
    url: str = "",
    *,
    sleep: Callable[[float], None] = time.sleep,
    watch: Callable[[str], None] = lambda _text: None,
) -> Health:
    """Ask until the service was healthy three times in a row, for `verify.timeout` seconds at most.

    A service that is slow, or not ready yet, may be starting. Three refused connections in a row end it: where nobody
    listens, nothing is starting.

    Returns:
        The last answer: healthy, or what is still wrong.
    """

    def look() -> Health:
        seen = [check(config, client, url)]
        while len(seen) < IN_A_ROW and (seen[-1].refused or not seen[-1].problem):
            sleep(BETWEEN)
            seen.append(check(config, client, url))
        worst = next((each for each in reversed(seen) if each.problem), seen[-1])
        if worst.problem:
            watch(worst.problem)
        return replace(worst, refused=all(each.refused for each in seen))

    return wait_until(
        look,
        lambda health: not health.problem or health.refused,
        sleep=sleep,
        deadline=config.verify.timeout,
        first=BETWEEN,
        took=lambda health: health.seconds,
    ).last


def client(ca_bundle: str | None = None) -> Client:
    """Return a client for the service, which heeds no proxy of the environment.

    Args:
        ca_bundle: Path of a private CA bundle on this machine, or None for the system's.
    """
    return Client(ca_bundle).ready()
