"""Asks how the service is from where it matters: inside Lambda, through the proxy; and from here, if it is reached.

An internal load balancer is reached from inside the VPC alone, and a laptop's network is not production's: where the
proxy reaches the service, not being reached from here proves nothing. One slow or lost answer proves nothing either.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from lambda_migrate.errors import AwsError, NoCredentials, NotAllowed
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

NOT_ASKED = Health(seen={LAMBDA: "the version forwards nothing"})
"""How the service is to a version that only records."""


def public(config: Migration) -> str:
    """Return where AWS reaches the service by itself, where that is another URL than the proxy's; else ""."""
    url = config.service.public_url or ""
    return url if url != (config.service.url or "") else ""


def look(
    aws: Aws,
    config: Migration,
    client: Client,
    version: str | None,
    sleep: Callable[[float], None],
    *,
    direct: bool = False,
) -> Health:
    """Look until the service is well, three times at the most.

    Args:
        aws: Invokes the probe.
        config: Names the service and what is too slow.
        client: Reaches the service from here.
        version: The proxy version to ask through; None if there is none.
        sleep: Waits so many seconds.
        direct: Whether triggers reach the service without Lambda: then it is asked where they reach it.

    Returns:
        The last look.
    """

    def once() -> Health:
        return _in_public(config, client) if direct and public(config) else _once(aws, config, client, version)

    seen = once()
    for _ in range(IN_A_ROW - 1):
        if not seen.problem:
            break
        sleep(PAUSE)
        seen = once()
    return seen


def _in_public(config: Migration, client: Client) -> Health:
    """Return how the service is where AWS reaches it; what the proxy's URL answers counts too, if it can be reached."""
    there, here = health.check(config, client, public(config)), health.check(config, client)
    refused = here.problem if here.reached and not here.slow else ""
    seen = {public(config): _shown(there), HERE: _shown(here)}
    return replace(there, problem=there.problem or refused, seen=seen)


def _shown(seen: Health) -> str:
    return seen.problem or f"{seen.seconds * 1000:.0f} ms"


def _once(aws: Aws, config: Migration, client: Client, version: str | None) -> Health:
    inside = _from_lambda(aws, config, version) if version else None
    if inside is NOT_ASKED:
        return NOT_ASKED
    here = health.check(config, client)
    seen = {LAMBDA: _shown(inside)} if inside else {}
    seen[HERE] = _shown(here)
    if inside is None:
        return replace(here, seen=seen)
    if inside.problem:
        return replace(inside, problem=f"{LAMBDA}: {inside.problem}", seen=seen)
    refused = here.problem if here.reached and not here.slow else ""
    return replace(inside, problem=refused, seen=seen)


def _from_lambda(aws: Aws, config: Migration, version: str) -> Health | None:
    """Return what the proxy sees; None where it could not be asked, which says nothing about the service."""
    try:
        probed = probe(aws, config.function, version)
    except (AwsError, NotAllowed, NoCredentials):  # a bake is watched on; its last look says so
        return None
    if probed.events == "none":
        return NOT_ASKED
    seconds = probed.milliseconds / 1000
    if not probed.reached:
        return Health(probed.problem, seconds, reached=False)
    if seconds > config.verify.slow:
        return Health(f"answered after {seconds:.1f} s, more than {config.verify.slow:g} s is slow", seconds, slow=True)
    return Health("", seconds)
