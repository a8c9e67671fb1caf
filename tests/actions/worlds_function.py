"""Worlds of the actions on the function itself."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from lambda_migrate.actions import action_to_dict
from lambda_migrate.actions.function.configure_latest import ConfigureLatest
from lambda_migrate.actions.function.create_alias import CreateAlias
from lambda_migrate.actions.function.delete_function import DeleteFunction
from lambda_migrate.actions.function.grant_permission import GrantPermission
from lambda_migrate.actions.function.publish_layer import PublishLayer
from lambda_migrate.actions.function.publish_version import PublishVersion
from lambda_migrate.actions.function.restore_latest import RestoreLatest
from lambda_migrate.actions.function.save_backup import SaveBackup
from lambda_migrate.actions.function.set_async_settings import SetAsyncSettings
from lambda_migrate.actions.function.shift_weight import ShiftWeight
from lambda_migrate.actions.remove_leftover import RemoveLeftover
from lambda_migrate.proxy import layer
from tests.actions.stage import MARKER, PRIVATE, SECRET, SETTINGS, World

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.actions.stage import Stage


def create_alias(stage: Stage) -> World:
    stage.function()
    version = stage.publish("original")
    return World(
        CreateAlias(stage.name, "live", version, "traffic"),
        documents=lambda: {"aliases": stage.aliases(), "latest": stage.latest()},
        foreign=lambda: stage.alias("theirs", version),
        drift=lambda: stage.alias("live", "$LATEST"),
    )


def shift_weight(stage: Stage) -> World:
    stage.function()
    first = stage.publish("original")
    stage.reconfigure(Timeout=20)
    second = stage.publish("proxy")
    stage.alias("live", first)

    def update(**fields: Any) -> None:
        stage.lambda_.update_alias(FunctionName=stage.name, Name="live", **fields)

    return World(
        ShiftWeight(
            stage.name,
            "live",
            {"version": first, "weights": {}},
            {"version": first, "weights": {second: 0.1}},
        ),
        documents=stage.aliases,
        foreign=lambda: update(Description="theirs"),
        drift=lambda: update(FunctionVersion=second),
    )


def shift_weight_to_a_marked_version(stage: Stage) -> World:
    world = shift_weight(stage)
    first = {"version": "marker:original", "weights": {"marker:proxy": 0.5}}
    action = ShiftWeight(
        stage.name, "live", {"version": "1", "weights": {}}, {"version": "marker:proxy", "weights": {}}
    )
    stage.lambda_.update_alias(
        FunctionName=stage.name, Name="live", RoutingConfig={"AdditionalVersionWeights": {"2": 0.5}}
    )
    return World(
        ShiftWeight(stage.name, "live", first, action.after),
        world.documents,
        world.foreign,
        drift=lambda: stage.lambda_.update_alias(
            FunctionName=stage.name, Name="live", RoutingConfig={"AdditionalVersionWeights": {"2": 0.25}}
        ),
    )


def publish_version(stage: Stage) -> World:
    stage.function()
    marker = "lambda-migrate original 0123456789abcdef"

    def other_code() -> None:
        stage.recode()
        stage.publish(marker)

    return World(
        PublishVersion(stage.name, stage.code_sha256(), marker),
        documents=lambda: {"versions": stage.versions(), "latest": stage.latest()},
        foreign=lambda: stage.reconfigure(Timeout=42),
        drift=other_code,
    )


def publish_layer(stage: Stage) -> World:
    stage.layer("theirs")
    return World(
        PublishLayer(stage.name, layer.build().sha256, MARKER),
        documents=stage.layers,
        foreign=lambda: stage.layer("theirs too"),
        drift=lambda: stage.layer(MARKER, "other content"),
    )


def _latest(stage: Stage, kind: type[Any], **overrides: Any) -> World:
    """A function with an environment and a layer of its own, and the proxy's layer published."""
    stage.layer(MARKER, "proxy")
    stage.function(
        **{
            "Environment": {"Variables": {"TABLE": "orders", "PASSWORD": PRIVATE}},
            "Layers": [stage.layer("theirs", "theirs")],
        }
        | overrides
    )
    return World(
        kind(
            stage.name,
            stage.name,
            MARKER,
            "index.handler",
            "lambda_migrate_proxy.handler",
            SETTINGS,
            stage.secret(SECRET),
            stage.environment_sha256(),
        ),
        documents=stage.latest,
        foreign=lambda: stage.reconfigure(Timeout=42, Description="theirs"),
        drift=lambda: stage.reconfigure(Handler="other.handler"),
    )


def configure_latest(stage: Stage) -> World:
    return _latest(stage, ConfigureLatest)


def configure_latest_without_environment(stage: Stage) -> World:
    bare = _latest(stage, ConfigureLatest, Environment={}, Layers=[])
    return World(bare.action, bare.documents, bare.foreign, bare.drift)


def _under_an_adapter(stage: Stage, kind: type[Any]) -> World:
    variables = {"TABLE": "orders", "PASSWORD": PRIVATE, "AWS_LAMBDA_EXEC_WRAPPER": "/opt/bootstrap"}
    world = _latest(stage, kind, Environment={"Variables": variables}, Handler="run.sh")
    wrapped = replace(
        world.action,
        handler_before="run.sh",
        handler_after="run.sh",
        wrapper_before="/opt/bootstrap",
        wrapper_after=layer.WRAPPER,
    )
    return World(wrapped, world.documents, world.foreign, world.drift)


def configure_latest_under_an_adapter(stage: Stage) -> World:
    return _under_an_adapter(stage, ConfigureLatest)


def restore_latest_under_an_adapter(stage: Stage) -> World:
    world = _under_an_adapter(stage, RestoreLatest)
    world.action.undo(stage.aws)
    return world


def restore_latest(stage: Stage) -> World:
    world = _latest(stage, RestoreLatest)
    world.action.undo(stage.aws)
    return world


def _statement(sid: str, principal: str = "sns.amazonaws.com") -> dict[str, Any]:
    return {
        "Sid": sid,
        "Effect": "Allow",
        "Principal": {"Service": principal},
        "Action": "lambda:InvokeFunction",
        "Condition": {
            "ArnLike": {"AWS:SourceArn": "arn:aws:sns:us-east-1:000000000000:orders"},
            "StringEquals": {"AWS:SourceAccount": "000000000000"},
        },
    }


def grant_permission(stage: Stage) -> World:
    stage.function()
    stage.alias("live", stage.publish("original"))
    stage.allow("unqualified", "sns.amazonaws.com")
    stage.allow("earlier", "events.amazonaws.com", "live")
    return World(
        GrantPermission(stage.name, "live", _statement("lm-01234567")),
        documents=lambda: {"live": stage.policy("live"), "": stage.policy()},
        foreign=lambda: stage.allow("theirs", "s3.amazonaws.com", "live"),
        drift=lambda: stage.allow("lm-01234567", "s3.amazonaws.com", "live"),
    )


def _async_settings(stage: Stage) -> Any:
    try:
        found = stage.lambda_.get_function_event_invoke_config(FunctionName=stage.name, Qualifier="live")
    except stage.lambda_.exceptions.ResourceNotFoundException:
        return None
    return {name: found[name] for name in ("MaximumRetryAttempts", "MaximumEventAgeInSeconds", "DestinationConfig")}


def set_async_settings(stage: Stage) -> World:
    stage.function()
    stage.alias("live", stage.publish("original"))
    failures = {"OnFailure": {"Destination": stage.queue("failures")}}
    before = {"MaximumRetryAttempts": 1, "MaximumEventAgeInSeconds": 600}
    after = {"MaximumRetryAttempts": 0, "MaximumEventAgeInSeconds": 600}

    def put(**fields: Any) -> None:
        current = (_async_settings(stage) or {}) | fields
        # Lambda shows a destination that is not set as {}, which is not one that it takes.
        destinations = {name: value for name, value in current.pop("DestinationConfig", {}).items() if value}
        kept = {"DestinationConfig": destinations} if destinations else {}
        stage.lambda_.put_function_event_invoke_config(FunctionName=stage.name, Qualifier="live", **current, **kept)

    put(**before)
    return World(
        SetAsyncSettings(stage.name, "live", before, after),
        documents=lambda: _async_settings(stage),
        foreign=lambda: put(DestinationConfig=failures),
        drift=lambda: put(MaximumRetryAttempts=2),
    )


def set_async_settings_where_there_are_none(stage: Stage) -> World:
    stage.function()
    stage.alias("live", stage.publish("original"))
    after = {
        "MaximumRetryAttempts": 1,
        "MaximumEventAgeInSeconds": 600,
        "DestinationConfig": {"OnFailure": {"Destination": stage.queue("failures")}},
    }

    def unqualified() -> Any:
        listed = stage.lambda_.list_function_event_invoke_configs(FunctionName=stage.name)
        return [each["MaximumRetryAttempts"] for each in listed["FunctionEventInvokeConfigs"]]

    def theirs() -> None:
        stage.lambda_.put_function_event_invoke_config(
            FunctionName=stage.name, Qualifier=stage.publish("theirs"), MaximumRetryAttempts=0
        )

    return World(
        SetAsyncSettings(stage.name, "live", None, after),
        documents=lambda: {"live": _async_settings(stage), "all": {str(number): "" for number in unqualified()}},
        foreign=theirs,
        drift=lambda: stage.lambda_.put_function_event_invoke_config(
            FunctionName=stage.name, Qualifier="live", MaximumRetryAttempts=2
        ),
    )


def delete_function(stage: Stage) -> World:
    stage.function()
    stage.alias("live", stage.publish("original"))

    def documents() -> Any:
        functions = stage.lambda_.get_paginator("list_functions").paginate().build_full_result()["Functions"]
        return {each["FunctionName"]: {"there": True} for each in functions if stage.name in each["FunctionName"]}

    return World(
        DeleteFunction(stage.name, stage.code_sha256()),
        documents=documents,
        foreign=lambda: stage.function(FunctionName=f"{stage.name}-theirs"),
        drift=stage.recode,
    )


def save_backup(stage: Stage) -> World:
    stage.function()
    stage.publish("original")
    folder = stage.folder
    backup = folder / "backup"
    return World(
        SaveBackup(stage.name, str(backup)),
        documents=lambda: {
            str(path.relative_to(folder)): path.read_bytes().hex()
            for path in sorted(folder.rglob("*"))
            if path.is_file()
        },
        foreign=lambda: (folder / "theirs.txt").write_text("theirs"),
        drift=backup.mkdir,
    )


def remove_leftover(stage: Stage) -> World:
    """The traffic alias, as a rollback leaves it."""
    made = create_alias(stage)
    version = stage.publish("original")
    stage.alias("live", version)

    def move() -> None:
        stage.reconfigure(Timeout=20)
        stage.lambda_.update_alias(FunctionName=stage.name, Name="live", FunctionVersion=stage.publish("theirs"))

    return World(RemoveLeftover(action_to_dict(made.action)), made.documents, made.foreign, drift=move)


WORLDS: dict[str, Callable[[Stage], World]] = {
    "save_backup": save_backup,
    "create_alias": create_alias,
    "shift_weight": shift_weight,
    "shift_weight/marked": shift_weight_to_a_marked_version,
    "publish_version": publish_version,
    "publish_layer": publish_layer,
    "configure_latest": configure_latest,
    "configure_latest/bare": configure_latest_without_environment,
    "configure_latest/adapter": configure_latest_under_an_adapter,
    "restore_latest": restore_latest,
    "restore_latest/adapter": restore_latest_under_an_adapter,
    "grant_permission": grant_permission,
    "set_async_settings": set_async_settings,
    "set_async_settings/none": set_async_settings_where_there_are_none,
    "delete_function": delete_function,
    "remove_leftover": remove_leftover,
}
