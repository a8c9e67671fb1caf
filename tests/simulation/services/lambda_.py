"""Lambda: event source mappings, and with them all of the service."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from tests.simulation.refusals import Refused, missing
from tests.simulation.services.lambda_layers import Layers
from tests.simulation.shelf import Shelf

if TYPE_CHECKING:
    from tests.simulation.shelf import Document
    from tests.simulation.world import World

SPREAD = 90.0
"""Seconds until a change reaches every poller, at most."""


class Lambda(Layers):
    """All of Lambda; mappings by UUID."""

    def __init__(self, world: World) -> None:
        super().__init__(world)
        self.mappings = Shelf(world, spread=world.spread(SPREAD))

    def _mapping(self, document: Document) -> Document:
        shown = {name: each for name, each in document.items() if name not in ("Until", "Enabled", "Doing")}
        at_rest = "Enabled" if document["Enabled"] else "Disabled"
        working = self.world.working_until(document["Until"])
        return {**shown, "State": document["Doing"] if working else at_rest}

    def create_event_source_mapping(
        self, *, FunctionName: str, EventSourceArn: str, Enabled: bool = True, **settings: Any
    ) -> Document:
        name, qualifier = self.require(FunctionName), self.qualifier(FunctionName)
        uuid = self.world.uuid()
        mapping = {
            "MaximumBatchingWindowInSeconds": 0,
            **settings,
            "UUID": uuid,
            "EventSourceArn": EventSourceArn,
            "FunctionArn": self.arn(name, qualifier),
            "Enabled": Enabled,
            "Doing": "Creating",
            "Until": self.world.done_at(),
            "LastModified": datetime.fromtimestamp(self.world.time.now, UTC),
        }
        self.mappings.put(uuid, mapping)
        return self._mapping(mapping)

    def get_event_source_mapping(self, *, UUID: str) -> Document:
        found = self.mappings.seen(UUID)
        if found is None:
            raise missing(f"The event source mapping {UUID}")
        return self._mapping(found)

    def list_event_source_mappings(
        self, *, FunctionName: str | None = None, EventSourceArn: str | None = None
    ) -> Document:
        found = [self._mapping(each) for _, each in self.mappings.listed()]
        if FunctionName is not None:
            arn = self.arn(self.named(FunctionName), self.qualifier(FunctionName))
            found = [each for each in found if each["FunctionArn"] == arn]
        if EventSourceArn is not None:
            found = [each for each in found if each["EventSourceArn"] == EventSourceArn]
        return {"EventSourceMappings": found}

    def _writable(self, uuid: str) -> Document:
        found = self.mappings.truth.get(uuid)
        if found is None:
            raise missing(f"The event source mapping {uuid}")
        if self.world.working_until(found["Until"]):
            raise Refused("ResourceInUseException", "Cannot update the event source mapping, it is in use")
        return found

    def update_event_source_mapping(
        self, *, UUID: str, FunctionName: str | None = None, Enabled: bool | None = None, **settings: Any
    ) -> Document:
        before = self._writable(UUID)
        after = {**before, **settings, "Doing": "Updating"}
        if FunctionName is not None:
            name, qualifier = self.require(FunctionName), self.qualifier(FunctionName)
            if not self.has(name, qualifier):
                raise missing(f"Function not found: {self.arn(name, qualifier)}")
            after["FunctionArn"] = self.arn(name, qualifier)
        if Enabled is not None and Enabled != before["Enabled"]:
            after |= {"Enabled": Enabled, "Doing": "Enabling" if Enabled else "Disabling"}
        after |= {
            "Until": self.world.done_at(),
            "LastModified": datetime.fromtimestamp(self.world.time.now, UTC),
        }
        self.mappings.put(UUID, after)
        return self._mapping(after)

    def delete_event_source_mapping(self, *, UUID: str) -> Document:
        before = self._writable(UUID)
        self.mappings.drop(UUID)
        return {**self._mapping(before), "State": "Deleting"}
