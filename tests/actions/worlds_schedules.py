"""Worlds of the actions on schedules of EventBridge Scheduler, which are replaced as a whole."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from lambda_migrate.actions.scheduler.point_schedule import PointSchedule
from lambda_migrate.actions.scheduler.send_schedule import SendSchedule
from tests.actions.stage import World

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.actions.stage import Stage

ACCOUNT = "000000000000"


def _schedule(stage: Stage, **target: Any) -> Callable[..., None]:
    """Make a schedule named like the stage; return what changes it as a whole."""
    scheduler = stage.client("scheduler")
    whole: dict[str, Any] = {
        "Name": stage.name,
        "ScheduleExpression": "cron(0 3 * * ? *)",
        "ScheduleExpressionTimezone": "Europe/Vienna",
        "FlexibleTimeWindow": {"Mode": "FLEXIBLE", "MaximumWindowInMinutes": 15},
        "Description": "every night",
        "ActionAfterCompletion": "NONE",
        "State": "ENABLED",
        "Target": {
            "RoleArn": stage.role("callers", "scheduler.amazonaws.com"),
            "RetryPolicy": {"MaximumEventAgeInSeconds": 600, "MaximumRetryAttempts": 3},
            "DeadLetterConfig": {"Arn": stage.queue("dead")},
            **target,
        },
    }
    scheduler.create_schedule(**whole)

    def change(*, target: dict[str, Any] | None = None, **members: Any) -> None:
        now = scheduler.get_schedule(Name=stage.name)
        kept = {name: now[name] for name in whole}
        scheduler.update_schedule(**{**kept, **members, "Target": {**now["Target"], **(target or {})}})

    return change


def point_schedule(stage: Stage) -> World:
    arn = stage.function()
    live = stage.alias("live", stage.publish("original"))
    change = _schedule(stage, Arn=arn, Input='{"id":  "nightly"}')
    return World(
        PointSchedule(stage.name, arn, live, "default"),
        documents=stage.schedules,
        foreign=lambda: change(target={"RetryPolicy": {"MaximumRetryAttempts": 7}}),
        drift=lambda: change(target={"Arn": f"{arn}:theirs"}),
    )


def point_schedule_by_its_input(stage: Stage) -> World:
    """A universal target: its input names the function, in somebody's own spelling."""
    stage.function()
    stage.alias("live", stage.publish("original"))
    text = f'{{"FunctionName" : "{stage.name}",\n "Payload": "{{\\"n\\": 1.50}}"}}'
    change = _schedule(stage, Arn="arn:aws:scheduler:::aws-sdk:lambda:invoke", Input=text)
    before, after = {"/FunctionName": stage.name}, {"/FunctionName": f"{stage.name}:live"}
    return World(
        PointSchedule(stage.name, before, after, "default"),
        documents=stage.schedules,
        foreign=lambda: change(Description="theirs"),
        drift=lambda: change(target={"Input": "{}"}),
    )


def send_schedule(stage: Stage) -> World:
    """Its input goes along as somebody wrote it."""
    stage.function()
    live = stage.alias("live", stage.publish("original"))
    change = _schedule(stage, Arn=live, Input='{"id":  "nightly",\n "n": 1.50}')
    queue = stage.queue("service")
    return World(
        SendSchedule(stage.name, live, queue, "default", f"arn:aws:scheduler:us-east-1:{ACCOUNT}:schedule/x/y"),
        documents=stage.schedules,
        foreign=lambda: change(Description="theirs"),
        drift=lambda: change(target={"Arn": queue, "Input": "theirs"}),
    )


WORLDS: dict[str, Callable[[Stage], World]] = {
    "point_schedule": point_schedule,
    "point_schedule/universal": point_schedule_by_its_input,
    "send_schedule": send_schedule,
}
