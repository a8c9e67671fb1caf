"""EventBridge: rules and their targets, connections, API destinations."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from tests.simulation.refusals import Refused, missing
from tests.simulation.shelf import Shelf

if TYPE_CHECKING:
    from tests.simulation.shelf import Document
    from tests.simulation.world import World

SPREAD = 60.0
"""Seconds until a rule goes by a change, at most."""


class Events:
    """Rules by name; targets by ``rule/id``; connections and API destinations by name."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.rules = Shelf(world)
        self.targets = Shelf(world, spread=world.spread(SPREAD))
        self.connections = Shelf(world)
        self.destinations = Shelf(world)

    def list_event_buses(self) -> Document:
        return {"EventBuses": [{"Name": "default", "Arn": self.world.arn("events", "event-bus/default")}]}

    def list_replays(self) -> Document:
        return {"Replays": []}

    def put_rule(self, *, Name: str, EventPattern: str, State: str = "ENABLED") -> Document:
        arn = self.world.arn("events", f"rule/{Name}")
        rule = {"Name": Name, "Arn": arn, "EventPattern": EventPattern, "State": State, "EventBusName": "default"}
        self.rules.put(Name, rule)
        return {"RuleArn": arn}

    def describe_rule(self, *, Name: str, EventBusName: str = "default") -> Document:
        found = self.rules.seen(Name)
        if found is None or EventBusName != "default":
            raise missing(f"Rule {Name} on EventBus {EventBusName}")
        return dict(found)

    def list_rules(self, *, EventBusName: str = "default") -> Document:
        return {"Rules": [dict(each) for _, each in self.rules.listed()] if EventBusName == "default" else []}

    def list_rule_names_by_target(self, *, TargetArn: str, EventBusName: str = "default") -> Document:
        found = [key.partition("/")[0] for key, each in self.targets.listed() if each["Arn"] == TargetArn]
        return {"RuleNames": list(dict.fromkeys(found))} if EventBusName == "default" else {"RuleNames": []}

    def list_targets_by_rule(self, *, Rule: str, EventBusName: str = "default") -> Document:
        self.describe_rule(Name=Rule, EventBusName=EventBusName)
        return {"Targets": [dict(each) for key, each in self.targets.listed() if key.partition("/")[0] == Rule]}

    def put_targets(self, *, Rule: str, Targets: list[Document], EventBusName: str = "default") -> Document:
        if Rule not in self.rules.truth or EventBusName != "default":
            raise missing(f"Rule {Rule}")
        for each in Targets:
            key = f"{Rule}/{each['Id']}"
            self.targets.put(key, dict(each), spread=None if key in self.targets.truth else 0.0)
        return {"FailedEntryCount": 0, "FailedEntries": []}

    def remove_targets(self, *, Rule: str, Ids: list[str], EventBusName: str = "default") -> Document:
        for each in Ids:
            self.targets.drop(f"{Rule}/{each}")
        return {"FailedEntryCount": 0, "FailedEntries": []}

    def _moment(self) -> datetime:
        return datetime.fromtimestamp(self.world.time.now, UTC)

    def create_connection(self, *, Name: str, AuthorizationType: str, AuthParameters: Any) -> Document:
        if Name in self.connections.truth:
            raise Refused("ResourceAlreadyExistsException", f"Connection {Name} already exists.")
        arn = self.world.arn("events", f"connection/{Name}/{self.world.uuid()}")
        document = {
            "Name": Name,
            "ConnectionArn": arn,
            "AuthorizationType": AuthorizationType,
            "Key": AuthParameters["ApiKeyAuthParameters"]["ApiKeyName"],
            "Until": self.world.done_at(),
        }
        self.connections.put(Name, document)
        return {"ConnectionArn": arn, "ConnectionState": self._state(document)}

    def _state(self, document: Document) -> str:
        return "AUTHORIZING" if self.world.working_until(document["Until"]) else "AUTHORIZED"

    def describe_connection(self, *, Name: str) -> Document:
        found = self.connections.seen(Name)
        if found is None:
            raise missing(f"Connection {Name}")
        parameters = {"ApiKeyAuthParameters": {"ApiKeyName": found["Key"]}}
        shown = {name: found[name] for name in ("Name", "ConnectionArn", "AuthorizationType")}
        return {**shown, "ConnectionState": self._state(found), "AuthParameters": parameters}

    def delete_connection(self, *, Name: str) -> Document:
        found = self.connections.truth.get(Name)
        if found is None:
            raise missing(f"Connection {Name}")
        if self.world.working_until(found["Until"]):
            raise Refused("ConcurrentModificationException", f"Connection {Name} is being changed.")
        self.connections.drop(Name)
        return {"ConnectionArn": found["ConnectionArn"], "ConnectionState": "DELETING"}

    def create_api_destination(self, *, Name: str, ConnectionArn: str, **settings: Any) -> Document:
        if Name in self.destinations.truth:
            raise Refused("ResourceAlreadyExistsException", f"An api-destination {Name} already exists.")
        if all(each["ConnectionArn"] != ConnectionArn for each in self.connections.truth.values()):
            raise missing(f"Connection {ConnectionArn}")
        arn = self.world.arn("events", f"api-destination/{Name}/{self.world.uuid()}")
        document = {"Name": Name, "ApiDestinationArn": arn, "ConnectionArn": ConnectionArn, **settings}
        self.destinations.put(Name, document)
        return {"ApiDestinationArn": arn, "ApiDestinationState": "ACTIVE"}

    def describe_api_destination(self, *, Name: str) -> Document:
        found = self.destinations.seen(Name)
        if found is None:
            raise missing(f"An api-destination {Name}")
        return {**found, "ApiDestinationState": "ACTIVE"}

    def delete_api_destination(self, *, Name: str) -> Document:
        if Name not in self.destinations.truth:
            raise missing(f"An api-destination {Name}")
        self.destinations.drop(Name)
        return {}
