"""Switches an event source mapping on or off."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from lambda_migrate.actions.base import Observed, Replace
from lambda_migrate.actions.event_source import mapping

if TYPE_CHECKING:
    from lambda_migrate.aws.session import Aws

_STATES = {"Enabled": True, "Disabled": False}
_WORDS = {True: "on", False: "off"}


@dataclass(frozen=True)
class SwitchMapping(Replace):
    """Enable or disable a mapping; switched on again, it goes on from where it stopped.

    Attributes:
        uuid: The mapping.
        name: What a person calls it: the queue's name.
        before: Whether it is enabled.
        after: As before.
    """

    kind: ClassVar[str] = "switch_mapping"
    reversible: ClassVar[bool] = True
    symbol: ClassVar[str] = "~"
    uuid: str
    name: str
    before: bool
    after: bool

    def describe(self) -> str:
        """Return one line for a person."""
        return f"mapping {self.name}: {_WORDS[self.before]} → {_WORDS[self.after]}"

    def observe(self, aws: Aws) -> Observed:
        """Return whether it is on; MOVING while AWS switches it."""
        found = mapping.read(aws, self.uuid)
        if found is None:
            return Observed.DRIFT
        if mapping.moving(found):
            return Observed.MOVING
        on = _STATES.get(found["State"])
        return Observed.DRIFT if on is None else {self.after: Observed.AFTER, self.before: Observed.BEFORE}[on]

    def write(self, aws: Aws, side: bool) -> None:  # noqa: FBT001  # a side is on or off
        """Switch it on or off."""
        aws.call("lambda", "update_event_source_mapping", UUID=self.uuid, Enabled=side)

    def current(self, aws: Aws) -> str:
        """Return what is there now, in one line."""
        return mapping.summary(mapping.read(aws, self.uuid))
