"""Asks a load balancer how the targets of a group are, once the group stands in one of its rules."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any

from lambda_migrate.actions.load_balancer.target_groups import short
from lambda_migrate.waiting import wait_until

if TYPE_CHECKING:
    from collections.abc import Callable

    from lambda_migrate.aws.session import Aws

LONGEST = 600.0
"""Seconds: a health check comes every 300 at most ("HealthCheckIntervalSeconds", CreateTargetGroup), and a target is
healthy after the first that it passes once it is registered."""

HEALTHY = "healthy"


def await_healthy(
    aws: Aws, group: str, *, sleep: Callable[[float], None] = time.sleep, longest: float = LONGEST
) -> str:
    """Wait until a target of a group is healthy.

    Args:
        aws: Where the group is.
        group: Its ARN.
        sleep: Waits so many seconds.
        longest: How long to wait, in seconds.

    Returns:
        What is still wrong, or "".

    Raises:
        NotAllowed, AwsError: The targets' health cannot be read.
    """
    return wait_until(
        lambda: _problem(aws, group),
        lambda problem: not problem,
        sleep=sleep,
        deadline=longest,
        first=1.0,
        longest=15.0,
    ).last


def healthy(aws: Aws, group: str) -> int:
    """Return how many targets of a group are healthy.

    Args:
        aws: Where the group is.
        group: Its ARN.

    Raises:
        NotAllowed, AwsError: Their health cannot be read.
    """
    return sum(each.get("State") == HEALTHY for each in _shown(aws, group))


def _shown(aws: Aws, group: str) -> list[dict[str, Any]]:
    listed = aws.call("elbv2", "describe_target_health", TargetGroupArn=group)["TargetHealthDescriptions"]
    return [each.get("TargetHealth") or {} for each in listed]


def _problem(aws: Aws, group: str) -> str:
    shown = _shown(aws, group)
    if any(each.get("State") == HEALTHY for each in shown):
        return ""
    reasons = sorted({str(each.get("Description") or each.get("Reason") or each.get("State", "")) for each in shown})
    return f"target group {short(group)} has no healthy target: {'; '.join(reasons) or 'none is registered'}"
