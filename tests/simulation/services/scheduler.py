"""EventBridge Scheduler: one-off schedules that call Lambda with a role, some time in the minute that they name."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from tests.simulation.refusals import Refused, missing
from tests.simulation.shelf import Shelf

if TYPE_CHECKING:
    from tests.simulation.shelf import Document
    from tests.simulation.world import World

MINUTE = 60.0
_TARGET = "aws-sdk:lambda:updateAlias"


class Scheduler:
    """Schedules by name. Attributes: ``acted``: how often one has called Lambda."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.schedules = Shelf(world)
        self.acted = 0

    def get_schedule(self, *, Name: str, GroupName: str = "default") -> Document:
        found = self.schedules.seen(Name)
        if found is None:
            raise missing(f"Schedule {Name}")
        return {name: each for name, each in found.items() if name != "Number"}

    def list_schedules(self) -> Document:
        summaries = []
        for name, each in self.schedules.listed():
            known = {field: each[field] for field in ("Arn", "GroupName", "State")}
            summaries.append({"Name": name, **known, "Target": {"Arn": each["Target"]["Arn"]}})
        return {"Schedules": summaries}

    def create_schedule(self, *, Name: str, **settings: Any) -> Document:
        if Name in self.schedules.truth:
            raise Refused("ConflictException", f"Schedule {Name} already exists.", 409)
        return self._put(Name, settings)

    def update_schedule(self, *, Name: str, **settings: Any) -> Document:
        if Name not in self.schedules.truth:
            raise missing(f"Schedule {Name}")
        return self._put(Name, settings)

    def _put(self, name: str, settings: Document) -> Document:
        role = settings["Target"]["RoleArn"].rpartition("/")[2]
        if not self.world.services.iam.assumed(role):
            raise Refused(
                "ValidationException",
                "The execution role you provide must allow AWS EventBridge Scheduler to assume the role.",
            )
        arn = self.world.arn("scheduler", f"schedule/default/{name}")
        number = self.world.drawn()
        document = {"State": "ENABLED", "GroupName": "default", **settings, "Name": name, "Arn": arn, "Number": number}
        self.schedules.put(name, document)
        wanted = settings["ScheduleExpression"].removeprefix("at(").removesuffix(")")
        time = datetime.fromisoformat(wanted).replace(tzinfo=UTC).timestamp()
        due = max(self.world.time.now, time + self.world.random.uniform(0.0, MINUTE))
        self.world.time.at(due, lambda: self._act(name, number))
        return {"ScheduleArn": arn}

    def _act(self, name: str, number: str) -> None:
        """Call Lambda, unless the schedule was changed or deleted since."""
        found = self.schedules.truth.get(name)
        if found is None or found["Number"] != number:
            return
        call, target = json.loads(found["Target"]["Input"]), found["Target"]["Arn"]
        role = found["Target"]["RoleArn"].rpartition("/")[2]
        self.schedules.drop(name)
        if not target.endswith(_TARGET) or not self.world.services.iam.allows(role, "lambda:UpdateAlias"):
            return
        self.acted += 1
        try:
            self.world.services.lambda_.update_alias(**call)
        except Refused:
            return

    def delete_schedule(self, *, Name: str) -> Document:
        if Name not in self.schedules.truth:
            raise missing(f"Schedule {Name}")
        self.schedules.drop(Name)
        return {}
