"""The kinds of change that can be made in AWS: one file and one line here per kind."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator, MutableMapping
from importlib import import_module
from typing import Any

from lambda_migrate.actions.base import Action, Observed
from lambda_migrate.errors import ConfigError

MODULES: tuple[str, ...] = (
    "function.create_alias",
    "function.shift_weight",
    "function.publish_version",
    "function.publish_layer",
    "function.configure_latest",
    "function.restore_latest",
    "function.grant_permission",
    "function.set_async_settings",
    "event_source.point_mapping",
    "event_source.switch_mapping",
    "api_gateway.point_integration",
    "api_gateway.create_integration",
    "api_gateway.point_route",
    "eventbridge.point_rule",
    "sns.subscribe",
    "sns.park_subscription",
    "secrets.set_signing_keys",
    "eventbridge.create_connection",
    "eventbridge.create_api_destination",
    "iam.create_role",
    "iam.put_role_policy",
    "s3.create_bucket",
    "s3.put_object",
    "iam.attach_role_policy",
    "iam.put_user_policy",
    "iam.create_instance_profile",
    "iam.add_profile_role",
    "elastic_beanstalk.create_application",
    "elastic_beanstalk.create_application_version",
    "elastic_beanstalk.create_environment",
    "elastic_beanstalk.point_environment",
    "cloudformation.put_stack",
    "codebuild.build_image",
    "function.save_backup",
    "secrets.drop_signing_key",
    "event_source.delete_mapping",
    "sns.remove_subscription",
    "function.delete_function",
)
"""The modules that hold a kind; each has one class whose ``kind`` is the module's own name."""


class Registry(MutableMapping[str, type[Any]]):
    """The classes of actions by kind, each imported when it is asked for: `status` needs few of them, and quickly."""

    def __init__(self, modules: tuple[str, ...]) -> None:
        self._modules = {module.rpartition(".")[2]: module for module in modules}
        self._found: dict[str, type[Any] | None] = dict.fromkeys(self._modules)

    def __getitem__(self, kind: str) -> type[Any]:
        found = self._found[kind]
        if found is None:
            found = self._found[kind] = _load(self._modules[kind], kind)
        return found

    def __setitem__(self, kind: str, action: type[Any]) -> None:
        self._found[kind] = action

    def __delitem__(self, kind: str) -> None:
        del self._found[kind]

    def __iter__(self) -> Iterator[str]:
        return iter(self._found)

    def __len__(self) -> int:
        return len(self._found)


def _load(path: str, kind: str) -> type[Any]:
    module = import_module(f"{__name__}.{path}")
    classes = (value for value in vars(module).values() if isinstance(value, type))
    return next(found for found in classes if found.__module__ == module.__name__ and vars(found).get("kind") == kind)


ACTIONS = Registry(MODULES)


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


__all__ = ["ACTIONS", "Action", "Observed", "action_from_dict", "action_to_dict"]
