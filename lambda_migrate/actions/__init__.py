"""The kinds of change that can be made in AWS: one file and one line here per kind."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator, MutableMapping
from importlib import import_module
from typing import Any

from lambda_migrate.actions.base import Action, Observed
from lambda_migrate.errors import ConfigError

KINDS: tuple[str, ...] = (
    "function.create_alias:CreateAlias",
    "function.pin_original:PinOriginal",
    "function.pin_version:PinVersion",
    "function.shift_weight:ShiftWeight",
    "function.publish_version:PublishVersion",
    "function.publish_layer:PublishLayer",
    "function.publish_signed_layer:PublishSignedLayer",
    "function.configure_latest:ConfigureLatest",
    "function.restore_latest:RestoreLatest",
    "ecr.tag_image:TagImage",
    "ecr.copy_image:CopyImage",
    "ecr.push_image:PushImage",
    "function.point_image:PointImage",
    "function.configure_image:ConfigureImage",
    "function.restore_image:RestoreImage",
    "function.grant_permission:GrantPermission",
    "function.create_function_url:CreateFunctionUrl",
    "function.set_async_settings:SetAsyncSettings",
    "function.set_runtime_updates:SetRuntimeUpdates",
    "function.provision_concurrency:ProvisionConcurrency",
    "event_source.point_mapping:PointMapping",
    "event_source.switch_mapping:SwitchMapping",
    "api_gateway.point_integration:PointIntegration",
    "api_gateway.create_integration:CreateIntegration",
    "api_gateway.point_route:PointRoute",
    "api_gateway.rehearse_route:RehearseRoute",
    "api_gateway.point_rest_integration:PointRestIntegration",
    "api_gateway.point_websocket_integration:PointWebsocketIntegration",
    "api_gateway.point_authorizer:PointAuthorizer",
    "api_gateway.create_deployment:CreateDeployment",
    "api_gateway.point_stage:PointStage",
    "api_gateway.set_stage_variable:SetStageVariable",
    "api_gateway.declare_parameters:DeclareParameters",
    "api_gateway.replace_rest_integration:ReplaceRestIntegration",
    "api_gateway.shift_stage:ShiftStage",
    "eventbridge.point_rule:PointRule",
    "s3.point_notification:PointNotification",
    "scheduler.point_schedule:PointSchedule",
    "scheduler.send_schedule:SendSchedule",
    "pipes.point_pipe:PointPipe",
    "pipes.send_pipe:SendPipe",
    "pipes.create_pipe:CreatePipe",
    "pipes.switch_pipe:SwitchPipe",
    "logs.point_subscription_filter:PointSubscriptionFilter",
    "step_functions.point_definition:PointDefinition",
    "iot.point_topic_rule:PointTopicRule",
    "cognito.point_user_pool:PointUserPool",
    "secrets.point_rotation:PointRotation",
    "function.point_destination:PointDestination",
    "cloudwatch.point_alarm:PointAlarm",
    "aws_config.point_config_rule:PointConfigRule",
    "ses.point_receipt_rule:PointReceiptRule",
    "firehose.point_transformation:PointTransformation",
    "appsync.point_data_source:PointDataSource",
    "appsync.point_api_authorizer:PointApiAuthorizer",
    "codecommit.point_repository_trigger:PointRepositoryTrigger",
    "vpc_lattice.create_lattice_group:CreateLatticeGroup",
    "vpc_lattice.register_lattice_function:RegisterLatticeFunction",
    "vpc_lattice.point_lattice_rule:PointLatticeRule",
    "cloudfront.point_origin:PointOrigin",
    "cloudfront.create_viewer_function:CreateViewerFunction",
    "cloudfront.share_origin:ShareOrigin",
    "load_balancer.create_target_group:CreateTargetGroup",
    "load_balancer.set_group_attributes:SetGroupAttributes",
    "load_balancer.register_function:RegisterFunction",
    "load_balancer.point_listener_rule:PointListenerRule",
    "load_balancer.join_listener_rule:JoinListenerRule",
    "sns.subscribe:Subscribe",
    "sns.park_subscription:ParkSubscription",
    "secrets.set_signing_keys:SetSigningKeys",
    "eventbridge.create_connection:CreateConnection",
    "eventbridge.create_api_destination:CreateApiDestination",
    "scheduler.schedule_return:ScheduleReturn",
    "iam.create_role:CreateRole",
    "iam.put_role_policy:PutRolePolicy",
    "iam.create_service_linked_role:CreateServiceLinkedRole",
    "s3.create_bucket:CreateBucket",
    "s3.put_object:PutObject",
    "iam.attach_role_policy:AttachRolePolicy",
    "iam.put_user_policy:PutUserPolicy",
    "iam.create_instance_profile:CreateInstanceProfile",
    "iam.add_profile_role:AddProfileRole",
    "elastic_beanstalk.create_application:CreateApplication",
    "elastic_beanstalk.create_application_version:CreateApplicationVersion",
    "elastic_beanstalk.create_environment:CreateEnvironment",
    "elastic_beanstalk.point_environment:PointEnvironment",
    "cloudformation.put_stack:PutStack",
    "codebuild.build_image:BuildImage",
    "route53.change_records:ChangeRecords",
    "function.save_backup:SaveBackup",
    "secrets.drop_signing_key:DropSigningKey",
    "api_gateway.end_rehearsal:EndRehearsal",
    "event_source.delete_mapping:DeleteMapping",
    "sns.remove_subscription:RemoveSubscription",
    "function.delete_function:DeleteFunction",
    "remove_leftover:RemoveLeftover",
)
"""Where each kind is, as an entry point; its module is named as the kind is."""


_MEMBERS = ("kind", "reversible", "symbol", "describe", "observe", "apply", "undo", "current")
"""What :class:`Action` asks of a class."""


class Registry(MutableMapping[str, type[Any]]):
    """The classes of actions by kind, each imported and checked when it is asked for: `status` needs few, and quickly.

    Args:
        entries: ``service.kind:Class``, relative to this package.
    """

    def __init__(self, entries: tuple[str, ...]) -> None:
        self._entries = {entry.partition(":")[0].rpartition(".")[2]: entry for entry in entries}
        self._loaded: dict[str, type[Any]] = {}

    def __getitem__(self, kind: str) -> type[Any]:
        if kind not in self._loaded:
            self._loaded[kind] = _load(self._entries[kind], kind)
        return self._loaded[kind]

    def __setitem__(self, kind: str, action: type[Any]) -> None:
        self._loaded[kind] = _checked(action, kind)

    def __delitem__(self, kind: str) -> None:
        del self._loaded[kind]

    def __iter__(self) -> Iterator[str]:
        return iter(self._entries | dict.fromkeys(self._loaded, ""))

    def __len__(self) -> int:
        return len(self._entries | dict.fromkeys(self._loaded, ""))

    def __contains__(self, kind: object) -> bool:
        return kind in self._entries or kind in self._loaded


def _load(entry: str, kind: str) -> type[Any]:
    module, _, name = entry.partition(":")
    return _checked(getattr(import_module(f"{__name__}.{module}"), name), kind)


def _checked(action: type[Any], kind: str) -> type[Any]:
    """Return an action's class.

    Raises:
        TypeError: It is not an action of that kind.
    """
    missing = [name for name in _MEMBERS if not hasattr(action, name)]
    if missing or action.kind != kind or not dataclasses.is_dataclass(action):
        what = f"lacks {', '.join(missing)}" if missing else f"is not a dataclass of kind `{kind}`"
        msg = f"{action.__module__}.{action.__name__} {what}"
        raise TypeError(msg)
    return action


ACTIONS = Registry(KINDS)


def action_to_dict(action: Action) -> dict[str, Any]:
    """Return an action as JSON-able data: its kind and its fields."""
    return {"kind": action.kind, **dataclasses.asdict(action)}  # type: ignore[call-overload]  # every action is a dataclass


def action_from_dict(data: dict[str, Any]) -> Action:
    """Read back what :func:`action_to_dict` wrote.

    Raises:
        ConfigError: The kind is not known to this version.
    """
    fields = dict(data)
    kind = fields.pop("kind")
    if kind not in ACTIONS:
        raise ConfigError(f"`{kind}` is not a kind of action that this version knows", hint="upgrade lambda-migrate")
    action: Action = ACTIONS[kind](**fields)
    return action


__all__ = ["ACTIONS", "Action", "Observed", "action_from_dict", "action_to_dict"]
