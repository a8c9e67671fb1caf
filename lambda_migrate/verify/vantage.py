"""Asks how the service is from where it matters: inside Lambda, through the proxy; and from here, if it is reached.

An internal load balancer is reached from inside the VPC alone, and a laptop's network is not production's: where the
proxy reaches the service, not being reached from here proves nothing. One slow or lost answer proves nothing either.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from lambda_migrate.errors import AwsError, NotAllowed
from lambda_migrate.verify import health
from lambda_migrate.verify.probe import probe
from lambda_migrate.verify.surroundings import Health

if TYPE_CHECKING:
    from collections.abc import Callable

    from lambda_migrate.aws.session import Aws
    from lambda_migrate.config import Migration
    from lambda_migrate.http import Client

IN_A_ROW = 3
"""So many looks in a row that find something wrong are not a coincidence."""

PAUSE = 1.0
"""Seconds between two looks, once one has found something wrong."""

LAMBDA, HERE = "from Lambda", "from here"


def look(aws: Aws, config: Migration, client: Client, version: str | None, sleep: Callable[[float], None]) -> Health:
    """Look until the service is well, three times at the most.

    Args:
        aws: Invokes the probe.
        config: Names the service and what is too slow.
        client: Reaches the service from here.
        version: The proxy version to ask through; None where there is none.
        sleep: Waits so many seconds.

    Returns:
        The last look.
    """
    found = _once(aws, config, client, version)
    for _ in range(IN_A_ROW - 1):
        if not found.problem:
            break
        sleep(PAUSE)
        found = _once(aws, config, client, version)
    return found


def _once(aws: Aws, config: Migration, client: Client, version: str | None) -> Health:
    inside = _from_lambda(aws, config, version) if version else None
    here = health.check(config, client)
    seen = {LAMBDA: inside.problem or f"{inside.seconds * 1000:.0f} ms"} if inside else {}
    seen[HERE] = here.problem or f"{here.seconds * 1000:.0f} ms"
    if inside is None:
        return replace(here, seen=seen)
    if inside.problem:
        return replace(inside, problem=f"{LAMBDA}: {inside.problem}", seen=seen)
    refused = here.problem if here.reached and not here.slow else ""
    return replace(inside, problem=refused, seen=seen)


def _from_lambda(aws: Aws, config: Migration, version: str) -> Health | None:
    """Return what the proxy sees; None where it could not be asked, which says nothing about the service."""
    try:
        found = probe(aws, config.function, version)
    except (AwsError, NotAllowed):
        return None
    seconds = found.milliseconds / 1000
    if not found.reached:
        return Health(found.problem, seconds, reached=False)
    if seconds > config.verify.slow:
        return Health(f"answered after {seconds:.1f} s, more than {config.verify.slow:g} s is slow", seconds, slow=True)
    return Health("", seconds)
