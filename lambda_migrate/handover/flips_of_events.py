"""Flips of buckets' notifications and of subscription filters of log groups."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from lambda_migrate.handover.model import CloudFormation, Flip, Reference, Terraform
from lambda_migrate.handover.naming import name_of, pointed

if TYPE_CHECKING:
    from collections.abc import Callable


def _notification(action: Any) -> Flip:
    """Return where a notification goes: to a function, or to a queue, which stands in a list of its own."""
    goal = pointed(action.after)
    to_function = isinstance(goal, Reference)
    block, attribute = ("lambda_function", "lambda_function_arn") if to_function else ("queue", "queue_arn")
    entries, member = ("LambdaConfigurations", "Function") if to_function else ("QueueConfigurations", "Queue")
    return Flip(
        name_of(action.name, action.notification, "notification"),
        action.describe(),
        Terraform(
            "aws_s3_bucket_notification",
            action.name,
            {"bucket": action.name},
            {block: {"id": action.notification, attribute: goal}},
        ),
        CloudFormation("AWS::S3::Bucket", action.name, {}, {"NotificationConfiguration": {entries: [{member: goal}]}}),
        source=action.name,
    )


def _filter(action: Any) -> Flip:
    goal = pointed(action.after)
    return Flip(
        name_of(action.name, action.filter_name, "filter"),
        action.describe(),
        Terraform(
            "aws_cloudwatch_log_subscription_filter",
            f"{action.name}|{action.filter_name}",
            {"log_group_name": action.name, "name": action.filter_name},
            {"destination_arn": goal},
        ),
        CloudFormation("AWS::Logs::SubscriptionFilter", action.filter_name, {}, {"DestinationArn": goal}),
        source=action.name.rpartition("/")[2],
    )


FLIPS: dict[str, Callable[[Any], Flip]] = {
    "point_notification": _notification,
    "point_subscription_filter": _filter,
}
"""By kinds of actions."""
