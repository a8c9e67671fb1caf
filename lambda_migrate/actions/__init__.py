"""The kinds of change that can be made in AWS: one file and one line here per kind."""

from __future__ import annotations

import dataclasses
from typing import Any

from lambda_migrate.actions.add_profile_role import AddProfileRole
from lambda_migrate.actions.attach_role_policy import AttachRolePolicy
from lambda_migrate.actions.base import Action, Seen
from lambda_migrate.actions.build_image import BuildImage
from lambda_migrate.actions.configure_latest import ConfigureLatest
from lambda_migrate.actions.create_alias import CreateAlias
from lambda_migrate.actions.create_api_destination import CreateApiDestination
from lambda_migrate.actions.create_application import CreateApplication
from lambda_migrate.actions.create_application_version import CreateApplicationVersion
from lambda_migrate.actions.create_bucket import CreateBucket
from lambda_migrate.actions.create_connection import CreateConnection
from lambda_migrate.actions.create_environment import CreateEnvironment
from lambda_migrate.actions.create_instance_profile import CreateInstanceProfile
from lambda_migrate.actions.create_integration import CreateIntegration
from lambda_migrate.actions.create_role import CreateRole
from lambda_migrate.actions.delete_function import DeleteFunction
from lambda_migrate.actions.delete_mapping import DeleteMapping
from lambda_migrate.actions.grant_permission import GrantPermission
from lambda_migrate.actions.park_subscription import ParkSubscription
from lambda_migrate.actions.point_environment import PointEnvironment
from lambda_migrate.actions.point_integration import PointIntegration
from lambda_migrate.actions.point_mapping import PointMapping
from lambda_migrate.actions.point_route import PointRoute
from lambda_migrate.actions.point_rule import PointRule
from lambda_migrate.actions.publish_layer import PublishLayer
from lambda_migrate.actions.publish_version import PublishVersion
from lambda_migrate.actions.put_object import PutObject
from lambda_migrate.actions.put_role_policy import PutRolePolicy
from lambda_migrate.actions.put_stack import PutStack
from lambda_migrate.actions.put_user_policy import PutUserPolicy
from lambda_migrate.actions.remove_subscription import RemoveSubscription
from lambda_migrate.actions.restore_latest import RestoreLatest
from lambda_migrate.actions.revoke_permission import RevokePermission
from lambda_migrate.actions.set_async_settings import SetAsyncSettings
from lambda_migrate.actions.shift_weight import ShiftWeight
from lambda_migrate.actions.subscribe import Subscribe
from lambda_migrate.actions.switch_mapping import SwitchMapping
from lambda_migrate.errors import ConfigError

KINDS: tuple[type[Any], ...] = (
    CreateAlias,
    ShiftWeight,
    PublishVersion,
    PublishLayer,
    ConfigureLatest,
    RestoreLatest,
    GrantPermission,
    RevokePermission,
    SetAsyncSettings,
    PointMapping,
    SwitchMapping,
    PointIntegration,
    CreateIntegration,
    PointRoute,
    PointRule,
    Subscribe,
    ParkSubscription,
    CreateConnection,
    CreateApiDestination,
    CreateRole,
    PutRolePolicy,
    CreateBucket,
    PutObject,
    AttachRolePolicy,
    PutUserPolicy,
    CreateInstanceProfile,
    AddProfileRole,
    CreateApplication,
    CreateApplicationVersion,
    CreateEnvironment,
    PointEnvironment,
    PutStack,
    BuildImage,
    DeleteMapping,
    RemoveSubscription,
    DeleteFunction,
)

ACTIONS: dict[str, type[Any]] = {kind.kind: kind for kind in KINDS}


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
        raise ConfigError(f"`{kind}` is no kind of action that this version knows", hint="upgrade lambda-migrate")
    action: Action = ACTIONS[kind](**fields)
    return action


__all__ = ["ACTIONS", "Action", "Seen", "action_from_dict", "action_to_dict"]
