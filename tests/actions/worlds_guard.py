"""The worlds of what guards a canary."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from lambda_migrate.actions.function.pin_original import PinOriginal
from lambda_migrate.actions.function.pin_version import PinVersion
from lambda_migrate.actions.scheduler.schedule_return import ScheduleReturn
from tests.actions.stage import World

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.actions.stage import Stage

LATER, LATEST = "2099-01-01T08:15:00", "2099-01-02T08:15:00"


def _schedule(stage: Stage, before: str) -> World:
    scheduler = stage.client("scheduler")
    stage.function()
    version = stage.publish("original")
    arn = stage.role("guard", "scheduler.amazonaws.com")
    name = f"{stage.name}-guard"
    action = ScheduleReturn(name, stage.name, "live", version, name, LATEST if before else LATER, before)
    if before:
        ScheduleReturn(name, stage.name, "live", version, name, before).apply(stage.aws)

    def put(schedule: str, call: str, **given: Any) -> None:
        target = {"Arn": "arn:aws:scheduler:::aws-sdk:lambda:updateAlias", "RoleArn": arn, "Input": call}
        there = schedule in stage.schedules()
        write = scheduler.update_schedule if there else scheduler.create_schedule
        write(
            Name=schedule,
            ScheduleExpression=f"at({before or LATER})",
            FlexibleTimeWindow={"Mode": "OFF"},
            Target=target,
            **given,
        )

    def described() -> None:
        there = scheduler.get_schedule(Name=name)
        scheduler.update_schedule(
            Name=name,
            Description="theirs",
            **{key: there[key] for key in ("ScheduleExpression", "FlexibleTimeWindow", "Target")},
            ActionAfterCompletion="DELETE",
        )

    return World(
        action,
        documents=stage.schedules,
        foreign=described if before else lambda: put(f"{stage.name}-theirs", "{}"),
        drift=lambda: put(name, json.dumps({"FunctionName": stage.name, "Name": "theirs"})),
    )


def schedule_return(stage: Stage) -> World:
    return _schedule(stage, "")


def move_the_return(stage: Stage) -> World:
    return _schedule(stage, LATER)


def _pin(stage: Stage, held: str) -> World:
    stage.function()
    version = stage.publish("original")
    stage.reconfigure(Description="changed")
    other = stage.publish("another")
    if held:
        stage.alias("lambda-migrate", "$LATEST", held)

    def elsewhere() -> None:
        if held:
            stage.lambda_.update_alias(FunctionName=stage.name, Name="lambda-migrate", FunctionVersion=other)
        else:
            stage.alias("lambda-migrate", other)

    return World(
        PinOriginal(stage.name, version),
        documents=stage.aliases,
        foreign=lambda: stage.alias("theirs", other),
        drift=elsewhere,
    )


def pin_original(stage: Stage) -> World:
    return _pin(stage, "")


def pin_beside_a_lock(stage: Stage) -> World:
    return _pin(stage, '{"by":"anna"}')


def pin_version(stage: Stage) -> World:
    stage.function()
    version = stage.publish("earlier")
    stage.reconfigure(Description="changed")
    other = stage.publish("another")
    return World(
        PinVersion(stage.name, version),
        documents=stage.aliases,
        foreign=lambda: stage.alias("theirs", other),
        drift=lambda: stage.alias(f"lambda-migrate-{version}", other),
    )


WORLDS: dict[str, Callable[[Stage], World]] = {
    "schedule_return": schedule_return,
    "schedule_return/move": move_the_return,
    "pin_original": pin_original,
    "pin_original/locked": pin_beside_a_lock,
    "pin_version": pin_version,
}
