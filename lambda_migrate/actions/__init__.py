"""The kinds of change that can be made in AWS: one file and one line here per kind."""

from __future__ import annotations

import dataclasses
from typing import Any

from lambda_migrate.actions.base import Action, Seen
from lambda_migrate.errors import ConfigError

KINDS: tuple[type[Any], ...] = ()

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
