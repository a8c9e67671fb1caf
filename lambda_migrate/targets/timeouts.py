"""How long the platforms wait for a request: never shorter than the function may take, within what AWS allows."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from lambda_migrate.targets.base import Deployment

_IDLE, _LONGEST_IDLE = 60, 4000
_DRAINING, _LONGEST_DRAINING = 30, 3600
_STOPPING, _LONGEST_STOPPING = 60, 120
_MARGIN = 5
_DRAIN = 15
"""Seconds that a service says "not ready" before it stops listening, and some to end."""


def idle(deployment: Deployment) -> int:
    """Return the load balancer's idle time-out, in seconds: it must not give up before the service does."""
    return min(max(_IDLE, _function(deployment) + _MARGIN), _LONGEST_IDLE)


def draining(deployment: Deployment) -> int:
    """Return how long a load balancer lets running requests finish on what it has let go of, in seconds."""
    return min(max(_DRAINING, _function(deployment) + _MARGIN), _LONGEST_DRAINING)


def stopping(deployment: Deployment) -> int:
    """Return the seconds between SIGTERM and SIGKILL of a container; Fargate allows 120 at most."""
    return min(max(_STOPPING, _function(deployment) + _DRAIN), _LONGEST_STOPPING)


def _function(deployment: Deployment) -> int:
    return deployment.function.timeout if deployment.function else 0
