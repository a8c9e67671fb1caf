"""Switches an event source mapping on or off."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from lambda_migrate.actions.event_source.mapping import ReplaceInMapping

if TYPE_CHECKING:
    from lambda_migrate.aws.documents import Document
    from lambda_migrate.aws.session import Aws

_STATES = {"Enabled": True, "Disabled": False}
_WORDS = {True: "on", False: "off"}


@dataclass(frozen=True)
class SwitchMapping(ReplaceInMapping):
    """Enable or disable a mapping; switched on again, it goes on from where it stopped.

    Attributes:
        before: Whether it is enabled.
        after: As before.
    """

    kind: ClassVar[str] = "switch_mapping"
    reversible: ClassVar[bool] = True
    symbol: ClassVar[str] = "~"
    before: bool
    after: bool

    def describe(self) -> str:
        """Return one line for a person."""
        return f"mapping {self.name}: {_WORDS[self.before]} → {_WORDS[self.after]}"

    def side(self, mapping: Document) -> object:
        """Return whether it is on; None in a state that is neither."""
        return _STATES.get(mapping["State"])

    def write(self, aws: Aws, side: bool) -> None:  # noqa: FBT001  # a side is on or off
        """Switch it on or off."""
        aws.call("lambda", "update_event_source_mapping", UUID=self.uuid, Enabled=side)
