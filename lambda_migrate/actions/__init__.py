"""The kinds of change that can be made in AWS: one file and one line here per kind."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator, MutableMapping
from importlib import import_module
from typing import Any

from lambda_migrate.actions.base import Action, Seen
from lambda_migrate.errors import ConfigError

KINDS: tuple[str, ...] = (
    "create_alias",
    "shift_weight",
    "publish_version",
    "publish_layer",
    "configure_latest",
    "restore_latest",
    "grant_permission",
    "revoke_permission",
    "set_async_settings",
    "point_mapping",
    "switch_mapping",
    "point_integration",
    "create_integration",
    "point_route",
    "point_rule",
    "subscribe",
    "park_subscription",
    "set_signing_keys",
    "create_connection",
    "create_api_destination",
    "create_role",
    "put_role_policy",
    "create_bucket",
    "put_object",
    "attach_role_policy",
    "put_user_policy",
    "create_instance_profile",
    "add_profile_role",
    "create_application",
    "create_application_version",
    "create_environment",
    "point_environment",
    "put_stack",
    "build_image",
    "save_backup",
    "drop_signing_key",
    "delete_mapping",
    "remove_subscription",
    "delete_function",
)
"""Each names its module; the module holds the class whose ``kind`` is that name."""


class Registry(MutableMapping[str, type[Any]]):
    """The classes of actions by kind, each imported when it is asked for: `status` needs few of them, and quickly."""

    def __init__(self, kinds: tuple[str, ...]) -> None:
        self._found: dict[str, type[Any] | None] = dict.fromkeys(kinds)

    def __getitem__(self, kind: str) -> type[Any]:
        found = self._found[kind]
        if found is None:
            found = self._found[kind] = _load(kind)
        return found

    def __setitem__(self, kind: str, action: type[Any]) -> None:
        self._found[kind] = action

    def __delitem__(self, kind: str) -> None:
        del self._found[kind]

    def __iter__(self) -> Iterator[str]:
        return iter(self._found)

    def __len__(self) -> int:
        return len(self._found)


def _load(kind: str) -> type[Any]:
    module = import_module(f"{__name__}.{kind}")
    classes = (value for value in vars(module).values() if isinstance(value, type))
    return next(found for found in classes if found.__module__ == module.__name__ and vars(found).get("kind") == kind)


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
        raise ConfigError(f"`{kind}` is no kind of action that this version knows", hint="upgrade lambda-migrate")
    action: Action = ACTIONS[kind](**fields)
    return action


__all__ = ["ACTIONS", "Action", "Seen", "action_from_dict", "action_to_dict"]
