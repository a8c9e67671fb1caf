"""Asks CloudWatch for the states of the alarms that the user named."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lambda_migrate.verify.surroundings import Alarms

if TYPE_CHECKING:
    from collections.abc import Sequence

    from lambda_migrate.aws.session import Aws

MISSING = "MISSING"
_KINDS = {"MetricAlarm": "MetricAlarms", "CompositeAlarm": "CompositeAlarms"}


def states(aws: Aws, names: Sequence[str]) -> Alarms:
    """Return the state of each alarm: ``OK``, ``ALARM``, ``INSUFFICIENT_DATA``, or ``MISSING``.

    Args:
        aws: The session.
        names: Of metric or composite alarms, 100 at most, as DescribeAlarms takes them.

    Raises:
        AwsError, NotAllowed: As AWS answered.
    """
    by_name: dict[str, str] = dict.fromkeys(names, MISSING)
    if not names:
        return Alarms()
    for kind, key in _KINDS.items():
        # asked one kind at a time: without AlarmTypes only metric alarms are returned
        for alarm in aws.pages("cloudwatch", "describe_alarms", key, AlarmNames=list(names), AlarmTypes=[kind]):
            by_name[alarm["AlarmName"]] = alarm["StateValue"]
    return Alarms(by_name)
