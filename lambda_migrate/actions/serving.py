"""What an action can do whose thing serves the function alone, so that nobody needs it once the function is gone."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol, runtime_checkable

from lambda_migrate.actions.base import Action

if TYPE_CHECKING:
    from lambda_migrate.aws.session import Aws


@runtime_checkable
class Serving(Action, Protocol):
    """An action whose thing `retire` deletes with the function."""

    def led_to(self, aws: Aws) -> str:
        """Return what leads there still, one clause; "" where nothing does."""
