"""Sets the one-off schedule that puts an alias back by itself: the guard of a canary that nobody watches any more.

The target is universal: Scheduler calls Lambda's UpdateAlias with a role, no code of anybody's in between.

https://docs.aws.amazon.com/scheduler/latest/UserGuide/managing-targets-universal.html
"""

from __future__ import annotations

import json
from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar

from lambda_migrate.actions.base import Observed
from lambda_migrate.actions.references import MARKER, missing_version, role_arn, version_number
from lambda_migrate.aws.answers import document
from lambda_migrate.aws.arn import Arn
from lambda_migrate.aws.documents import read_or_none
from lambda_migrate.aws.permissions import calls, passed
from lambda_migrate.errors import NotFound

if TYPE_CHECKING:
    from lambda_migrate.aws.documents import Document
    from lambda_migrate.aws.permissions import Call
    from lambda_migrate.aws.session import Aws

TARGET = "aws-sdk:lambda:updateAlias"
RETRIES = {"MaximumEventAgeInSeconds": 3600, "MaximumRetryAttempts": 60}
"""UpdateAlias may meet an update in progress, or throttling; after an hour somebody has looked."""

_KEPT = ("Description", "FlexibleTimeWindow", "GroupName", "KmsKeyArn", "ScheduleExpressionTimezone")
"""What UpdateSchedule would reset to its default where it is not said again."""


@dataclass(frozen=True)
class ScheduleReturn:
    """Schedule that an alias goes back to one version, without weights, or move the time at which it does.

    Attributes:
        name: Name of the schedule.
        function: Name of the function.
        alias: Name of the alias.
        version: The version that the alias goes back to: a number, or ``marker:<description>``.
        role: Name of the role that Scheduler calls Lambda with.
        at: When, in UTC: ``2026-09-30T08:15:00``.
        before: When it was to do so until now; "" without a schedule.
    """

    kind: ClassVar[str] = "schedule_return"
    reversible: ClassVar[bool] = True
    symbol: ClassVar[str] = "+"
    name: str
    function: str
    alias: str
    version: str
    role: str
    at: str
    before: str = ""

    def describe(self) -> str:
        """Return one line for a person."""
        return f"alias {self.alias} goes back to version {self.version} at {self.at} UTC by itself"

    def describe_back(self) -> str:
        """Return one line for a person about undoing it."""
        if self.before:
            return f"alias {self.alias} goes back to version {self.version} at {self.before} UTC by itself"
        return f"alias {self.alias} does not go back by itself"

    def observe(self, aws: Aws) -> Observed:
        """Return whether the schedule is there, for this time or the one before."""
        schedule = self.read(aws)
        if schedule is None:
            return Observed.DRIFT if self.before else Observed.BEFORE
        if not self._is_ours(aws, schedule):
            return Observed.DRIFT
        sides = {_at(self.at): Observed.AFTER, _at(self.before): Observed.BEFORE}
        return sides.get(schedule["ScheduleExpression"], Observed.DRIFT)

    def read(self, aws: Aws) -> Document | None:
        """Return the schedule, or None if there is none."""
        return read_or_none(aws, "scheduler", "get_schedule", Name=self.name)

    def _is_ours(self, aws: Aws, schedule: Document) -> bool:
        target, state = schedule["Target"], schedule.get("State", "ENABLED")
        call: Document = document(target.get("Input") or "{}", "scheduler:GetSchedule", "Target.Input")
        arns = (str(target["Arn"]), str(target["RoleArn"]))
        ours = arns[0].endswith(TARGET) and arns[1].endswith(f"/{self.role}")
        return ours and state == "ENABLED" and call == self._input(aws)

    def _input(self, aws: Aws) -> Document:
        return {
            "FunctionName": self.function,
            "Name": self.alias,
            "FunctionVersion": version_number(aws, self.function, self.version),
            "RoutingConfig": {"AdditionalVersionWeights": {}},
        }

    def apply(self, aws: Aws) -> None:
        """Set it, or move its time.

        Raises:
            NotFound: The role is not there.
        """
        self._put(aws, self.at)

    def undo(self, aws: Aws) -> None:
        """Delete it, or move its time back."""
        if self.before:
            self._put(aws, self.before)
        else:
            aws.call("scheduler", "delete_schedule", Name=self.name)

    def remove(self, aws: Aws) -> None:
        """Delete it, whenever it acts; harmless if there is none."""
        with suppress(NotFound):
            aws.call("scheduler", "delete_schedule", Name=self.name)

    def _put(self, aws: Aws, at: str) -> None:
        role, there = role_arn(aws, self.role), self.read(aws)
        if role is None:
            raise NotFound(f"role `{self.role}` does not exist", hint="run the same command again; it makes the role")
        call: dict[str, Any] = self._input(aws)
        if call["FunctionVersion"] is None:
            raise missing_version(self.function, self.version)
        wanted = {
            "Name": self.name,
            "ScheduleExpression": _at(at),
            "ScheduleExpressionTimezone": "UTC",
            "FlexibleTimeWindow": {"Mode": "OFF"},
            "ActionAfterCompletion": "DELETE",
            "Description": f"lambda-migrate: puts alias {self.alias} of {self.function} back unless it is cancelled",
            "Target": {
                "Arn": f"arn:{Arn.parse(role).partition}:scheduler:::{TARGET}",
                "RoleArn": role,
                "Input": json.dumps(call),
                "RetryPolicy": RETRIES,
            },
        }
        kept = {name: there[name] for name in _KEPT if there.get(name) is not None} if there else {}
        aws.call("scheduler", "update_schedule" if there else "create_schedule", **{**wanted, **kept})

    def aws_calls(self) -> tuple[Call, ...]:
        """Return every call that it may make, there and back."""
        changing = "UpdateSchedule" if self.before else "CreateSchedule DeleteSchedule"
        marked = self.version.startswith(MARKER)
        return (
            *calls("scheduler", f"GetSchedule {changing}", Name=self.name),
            *calls("iam", "GetRole", RoleName=self.role),
            passed(self.role, "scheduler.amazonaws.com"),
            *(calls("lambda", "ListVersionsByFunction", FunctionName=self.function) if marked else ()),
        )

    def current(self, aws: Aws) -> str:
        """Return what is there now, in one line."""
        schedule = self.read(aws)
        if schedule is None:
            return f"no schedule {self.name}"
        target = schedule["Target"]
        what = " ".join([target["Arn"], target.get("Input", "")]).rstrip()
        return f"schedule {self.name}: {schedule['ScheduleExpression']}, {what}"


def _at(time: str) -> str:
    """Return a time as a schedule expression; they know whole seconds, and Scheduler keeps to the minute."""
    return f"at({time})"
