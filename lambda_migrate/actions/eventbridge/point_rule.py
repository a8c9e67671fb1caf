"""Re-points one target of an EventBridge rule."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar

from lambda_migrate.actions.base import Observed, Replace
from lambda_migrate.actions.event_source.mapping import short
from lambda_migrate.actions.references import gone, rule_target
from lambda_migrate.aws.permissions import calls, passed
from lambda_migrate.errors import AwsError, NotFound

if TYPE_CHECKING:
    from lambda_migrate.aws.documents import Document
    from lambda_migrate.aws.permissions import Call
    from lambda_migrate.aws.session import Aws


@dataclass(frozen=True)
class PointRule(Replace):
    """Replace one target of a rule under its own id, in one atomic write: no event is delivered to both or to none.

    Attributes:
        bus: Name of the event bus.
        rule: Name of the rule.
        target_id: The target's ``Id``.
        before: The whole target, as ListTargetsByRule returns it.
        after: As before; ``Arn`` may be ``api-destination:<name>`` and ``RoleArn`` ``role:<name>``, looked up when run.
    """

    kind: ClassVar[str] = "point_rule"
    reversible: ClassVar[bool] = True
    symbol: ClassVar[str] = "→"
    bus: str
    rule: str
    target_id: str
    before: dict[str, Any]
    after: dict[str, Any]

    def describe(self) -> str:
        """Return one line for a person."""
        return f"rule {self.rule}: {_short(self.before)} → {_short(self.after)}"

    def observe(self, aws: Aws) -> Observed:
        """Return which of the two targets stands under the id."""
        return self._seen(aws, self._read(aws))

    def _seen(self, aws: Aws, target: Document | None) -> Observed:
        for side, seen in ((self.after, Observed.AFTER), (self.before, Observed.BEFORE)):
            wanted = rule_target(aws, side)
            if target is not None and wanted is not None and _canonical(target) == _canonical(wanted):
                return seen
        return Observed.DRIFT

    def _read(self, aws: Aws) -> Document | None:
        try:
            targets = list(
                aws.pages("events", "list_targets_by_rule", "Targets", Rule=self.rule, EventBusName=self.bus)
            )
        except NotFound:
            return None
        return next((each for each in targets if each["Id"] == self.target_id), None)

    def write(self, aws: Aws, side: Document) -> None:
        """Put a side under the id.

        Raises:
            Drifted: What the side names is gone.
            AwsError: EventBridge refused the target.
        """
        target = rule_target(aws, side)
        if target is None:
            raise gone(f"the new target of rule `{self.rule}` does not exist: {_short(side)}")
        answer = aws.call("events", "put_targets", Rule=self.rule, EventBusName=self.bus, Targets=[target])
        # PutTargets answers 200 also where it refused a target.
        if answer.get("FailedEntryCount"):
            failed = answer["FailedEntries"][0]
            raise AwsError(
                f"rule `{self.rule}` refused its target: {failed.get('ErrorMessage') or failed.get('ErrorCode')}",
                operation="events:PutTargets",
                aws_code=str(failed.get("ErrorCode", "")),
                hint="the target is as it was; run the same command again",
            )

    def aws_calls(self) -> tuple[Call, ...]:
        """Return every call that it may make, there and back."""
        sides = (self.before, self.after)
        roles = {str(side["RoleArn"]).removeprefix("role:") for side in sides if side.get("RoleArn")}
        destinations = {str(side["Arn"]) for side in sides if str(side["Arn"]).startswith("api-destination:")}
        return (
            *calls("events", "ListTargetsByRule PutTargets", Rule=self.rule, EventBusName=self.bus),
            *(passed(role, "events.amazonaws.com") for role in sorted(roles)),
            *(call for role in sorted(roles) for call in calls("iam", "GetRole", RoleName=role)),
            *(
                call
                for each in sorted(destinations)
                for call in calls("events", "DescribeApiDestination", Name=each.partition(":")[2])
            ),
        )

    def current(self, aws: Aws) -> str:
        """Return what is there now, in one line."""
        target = self._read(aws)
        return json.dumps(target, sort_keys=True) if target else f"no target {self.target_id}"


def _canonical(target: Document) -> Document:
    """Return a target without the fields that say nothing."""
    return {name: value for name, value in target.items() if value not in (None, "", {}, [])}


def _short(target: Document) -> str:
    return short(str(target["Arn"]))
