"""Re-points the actions of a CloudWatch alarm."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from lambda_migrate.actions.document import PointWhereNamed
from lambda_migrate.actions.event_source.mapping import short
from lambda_migrate.aws.permissions import calls

if TYPE_CHECKING:
    from lambda_migrate.actions.document import Path
    from lambda_migrate.aws.documents import Document
    from lambda_migrate.aws.permissions import Call
    from lambda_migrate.aws.session import Aws

LISTS = ("AlarmActions", "OKActions", "InsufficientDataActions")
METRIC, COMPOSITE = "MetricAlarms", "CompositeAlarms"
"""Where DescribeAlarms has an alarm."""


@dataclass(frozen=True)
class PointAlarm(PointWhereNamed):
    """Replace the function in all lists of an alarm's actions; its other actions and everything else stay.

    PutMetricAlarm and PutCompositeAlarm overwrite the whole of an alarm, and leave its state as it is (CloudWatch API
    reference).

    Attributes:
        composite: Whether it is made up of other alarms.
    """

    kind: ClassVar[str] = "point_alarm"
    reversible: ClassVar[bool] = True
    symbol: ClassVar[str] = "→"
    set_by_aws: ClassVar[frozenset[str]] = frozenset(
        {
            "ActionsSuppressedBy",
            "ActionsSuppressedReason",
            "AlarmConfigurationUpdatedTimestamp",
            "EvaluationState",
            "StateReason",
            "StateReasonData",
            "StateTransitionedTimestamp",
            "StateUpdatedTimestamp",
            "StateValue",
        }
    )
    composite: bool = False

    def describe(self) -> str:
        """Return one line for a person."""
        return f"alarm {self.name}: {short(self.before)} → {short(self.after)}"

    def read(self, aws: Aws) -> Document | None:
        """Return the alarm."""
        kind = COMPOSITE if self.composite else METRIC
        types = [kind.removesuffix("s")]
        answer = aws.call("cloudwatch", "describe_alarms", AlarmNames=[self.name], AlarmTypes=types)
        return next(iter(answer.get(kind) or ()), None)

    def places(self, document: Document) -> dict[Path, str]:
        """Return where one of the two sides stands."""
        return {
            (name, place): str(arn)
            for name in LISTS
            for place, arn in enumerate(document.get(name) or ())
            if arn in (self.before, self.after)
        }

    def send(self, aws: Aws, document: Document) -> None:
        """Replace the alarm."""
        operation = "put_composite_alarm" if self.composite else "put_metric_alarm"
        aws.call("cloudwatch", operation, **aws.taken("cloudwatch", operation, document))

    def aws_calls(self) -> tuple[Call, ...]:
        """Return every call that it may make, there and back."""
        write = "PutCompositeAlarm" if self.composite else "PutMetricAlarm"
        return (*calls("cloudwatch", "DescribeAlarms"), *calls("cloudwatch", write, AlarmName=self.name))
