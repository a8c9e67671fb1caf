"""Worlds of the actions that make, start and stop pipes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from lambda_migrate.actions.pipes.create_pipe import OLDEST, CreatePipe
from lambda_migrate.actions.pipes.point_pipe import PointPipe
from lambda_migrate.actions.pipes.send_pipe import SendPipe
from lambda_migrate.actions.pipes.switch_pipe import SwitchPipe
from tests.actions.stage import World, steady

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.actions.stage import Stage


def _stream(stage: Stage, name: str) -> str:
    kinesis = stage.client("kinesis")
    kinesis.create_stream(StreamName=name, ShardCount=1)
    return str(kinesis.describe_stream_summary(StreamName=name)["StreamDescriptionSummary"]["StreamARN"])


def _destination(stage: Stage) -> str:
    """Make an API destination; return its name."""
    stage.api_destination("kinesis", stage.connection("kinesis"))
    return f"{stage.name}-kinesis"


def _pipes(stage: Stage, *names: str) -> Any:
    pipes = stage.client("pipes")
    listed = [each["Name"] for each in pipes.list_pipes(NamePrefix=stage.name)["Pipes"]]
    return {
        name: steady(pipes.describe_pipe(Name=name), "Arn", "LastModifiedTime") for name in listed if name not in names
    }


def create_pipe(stage: Stage) -> World:
    """Beside a pipe of others that reads the same stream."""
    stream, destination = _stream(stage, stage.name), _destination(stage)
    pipes, role = stage.client("pipes"), stage.role("kinesis", "pipes.amazonaws.com")
    target = stage.client("events").describe_api_destination(Name=destination)["ApiDestinationArn"]
    theirs = {"Source": stream, "Target": target, "RoleArn": role}
    pipes.create_pipe(Name=f"{stage.name}-theirs", DesiredState="STOPPED", **theirs)
    action = CreatePipe(
        f"{stage.name}-ours",
        stream,
        destination,
        f"{stage.name}-kinesis",
        "KinesisStreamParameters",
        {"BatchSize": 1, "MaximumRetryAttempts": 3, "ParallelizationFactor": 2},
        {"Filters": [{"Pattern": '{"partitionKey": ["paris"]}'}]},
        OLDEST,
        "kinesis",
    )
    return World(
        action,
        documents=lambda: _pipes(stage),
        foreign=lambda: pipes.update_pipe(Name=f"{stage.name}-theirs", Description="theirs", RoleArn=role),
        drift=lambda: _drift(stage, theirs),
    )


def _drift(stage: Stage, about: dict[str, Any]) -> None:
    pipes, name = stage.client("pipes"), f"{stage.name}-ours"
    if any(each["Name"] == name for each in pipes.list_pipes(NamePrefix=stage.name)["Pipes"]):
        pipes.update_pipe(Name=name, Target=stage.queue("other"), RoleArn=about["RoleArn"])
    else:
        pipes.create_pipe(Name=name, DesiredState="STOPPED", **about)


def switch_pipe(stage: Stage) -> World:
    stream, destination = _stream(stage, stage.name), _destination(stage)
    pipes, role = stage.client("pipes"), stage.role("kinesis", "pipes.amazonaws.com")
    target = stage.client("events").describe_api_destination(Name=destination)["ApiDestinationArn"]
    pipes.create_pipe(Name=stage.name, Source=stream, Target=target, RoleArn=role, DesiredState="STOPPED")
    return World(
        SwitchPipe(stage.name, before=False, after=True),
        documents=lambda: _pipes(stage),
        foreign=lambda: pipes.update_pipe(Name=stage.name, Description="theirs", RoleArn=role),
        drift=lambda: pipes.delete_pipe(Name=stage.name),
    )


def send_pipe(stage: Stage) -> World:
    """Its target changes with the target's parameters; its source's parameters and its text stay."""
    stage.function()
    live = stage.alias("live", stage.publish("original"))
    stream, destination = _stream(stage, stage.name), _destination(stage)
    pipes, role = stage.client("pipes"), stage.role("pipes", "pipes.amazonaws.com")
    waits = {"LambdaFunctionParameters": {"InvocationType": "REQUEST_RESPONSE"}}
    one = {"KinesisStreamParameters": {"StartingPosition": "LATEST", "BatchSize": 1}}
    about: dict[str, Any] = {"Source": stream, "RoleArn": role, "SourceParameters": one, "Description": "orders"}
    pipes.create_pipe(Name=stage.name, Target=live, TargetParameters=waits, DesiredState="STOPPED", **about)
    return World(
        SendPipe(stage.name, live, f"api-destination:{destination}", "Target", waits),
        documents=lambda: _pipes(stage),
        foreign=lambda: pipes.update_pipe(Name=stage.name, RoleArn=role, Description="theirs"),
        drift=lambda: pipes.update_pipe(Name=stage.name, RoleArn=role, Target=f"{live}-theirs"),
    )


def point_pipe(stage: Stage) -> World:
    arn = stage.function()
    live = stage.alias("live", stage.publish("original"))
    pipes, role = stage.client("pipes"), stage.role("pipes", "pipes.amazonaws.com")
    pipes.create_pipe(Name=stage.name, Source=stage.queue(), Target=arn, RoleArn=role, Description="orders")

    def documents() -> Any:
        found = pipes.describe_pipe(Name=stage.name)
        return steady(found, "LastModifiedTime")

    return World(
        PointPipe(stage.name, arn, live, "Target"),
        documents=documents,
        foreign=lambda: pipes.update_pipe(Name=stage.name, RoleArn=role, Description="theirs"),
        drift=lambda: pipes.update_pipe(Name=stage.name, RoleArn=role, Target=f"{arn}:theirs"),
    )


WORLDS: dict[str, Callable[[Stage], World]] = {
    "point_pipe": point_pipe,
    "create_pipe": create_pipe,
    "switch_pipe": switch_pipe,
    "send_pipe": send_pipe,
}
