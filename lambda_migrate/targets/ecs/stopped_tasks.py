"""Tasks of ECS that ended by themselves, and their last words: a stack that fails takes its log away with it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from lambda_migrate.aws.arn import Arn
from lambda_migrate.errors import AwsError, NotAllowed
from lambda_migrate.targets.base import Event

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lambda_migrate.aws.session import Aws

_FAILED = ("TaskFailedToStart", "EssentialContainerExited")
"""Codes of tasks that nobody has stopped; see ``stopCode`` of DescribeTasks."""


def events(aws: Aws, cluster: str, log_group: str, since: float) -> Iterator[Event]:
    """Yield what became of the tasks that ended since then (seconds since the epoch), in no order.

    Args:
        aws: Where to look.
        cluster: Name of the cluster; ECS keeps stopped tasks for an hour.
        log_group: Where the tasks write.
        since: From when on.
    """
    try:
        arns = aws.call("ecs", "list_tasks", cluster=cluster, desiredStatus="STOPPED")["taskArns"]
        tasks = aws.call("ecs", "describe_tasks", cluster=cluster, tasks=arns)["tasks"] if arns else []
    except (AwsError, NotAllowed):
        return
    for task in tasks:
        stopped = task.get("stoppedAt")
        if stopped is not None and stopped.timestamp() >= since and task.get("stopCode") in _FAILED:
            yield Event(stopped.timestamp(), _text(aws, log_group, task), bad=True)


def _text(aws: Aws, log_group: str, task: dict[str, Any]) -> str:
    name = Arn.parse(str(task["taskArn"])).last
    reason = str(task.get("stoppedReason") or "no reason given")
    codes = [each["exitCode"] for each in task.get("containers", ()) if each.get("exitCode") is not None]
    said = _last_words(aws, log_group, f"service/service/{name}")
    ended = f" (exit code {codes[0]})" if codes else ""
    return f"task {name[:8]} ended: {reason}{ended}" + (f": {said}" if said else "")


def _last_words(aws: Aws, log_group: str, stream: str) -> str:
    try:
        messages = aws.call("logs", "get_log_events", logGroupName=log_group, logStreamName=stream, limit=1)["events"]
    except (AwsError, NotAllowed):
        return ""
    return str(messages[-1]["message"]).strip()[:300] if messages else ""
