"""Flips of what brings events: notifications, filters, subscriptions, rules, mappings, schedules."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from lambda_migrate.aws.arn import Arn
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


def _subscription(action: Any) -> Flip:
    topic = Arn.parse(action.topic).resource
    attributes = {"topic_arn": action.topic, "protocol": action.protocol, "endpoint": pointed(action.endpoint)}
    return Flip(
        name_of(topic, action.protocol, "subscription"),
        action.describe(),
        Terraform("aws_sns_topic_subscription", "", {"topic_arn": action.topic}, attributes),
        CloudFormation(
            "AWS::SNS::Subscription",
            action.topic,
            {},
            {"TopicArn": action.topic, "Protocol": action.protocol, "Endpoint": pointed(action.endpoint)},
        ),
        made=True,
        source=topic,
    )


def _parked(action: Any) -> Flip:
    return Flip(
        name_of(action.name, "parked", "subscription"),
        f"the old subscription of topic {action.name} is parked and delivers nothing: remove it from the code last",
        Terraform(
            "aws_sns_topic_subscription",
            action.subscription,
            {"arn": action.subscription},
            {},
            ("filter_policy", "filter_policy_scope"),
        ),
        CloudFormation("AWS::SNS::Subscription", action.subscription, {}, {"FilterPolicy": "that of nothing"}),
        goes_with=name_of(action.name, "lambda", "subscription"),
    )


def _rule(action: Any) -> Flip:
    target = f"{action.rule}/{action.target_id}"
    default = action.bus in ("", "default")
    where = target if default else f"{action.bus}/{target}"
    arn, alone = pointed(action.after["Arn"]), _just_leads(action.before, action.after)
    more = {} if alone else {"RoleArn": str(action.after.get("RoleArn", ""))}
    return Flip(
        name_of(action.rule, action.target_id),
        action.describe(),
        Terraform(
            "aws_cloudwatch_event_target",
            where,
            {"rule": action.rule, "target_id": action.target_id},
            {"arn": arn} if alone else {},
            () if alone else _TARGET,
        ),
        CloudFormation(
            "AWS::Events::Rule",
            action.rule if default else f"{action.bus}|{action.rule}",
            {},
            {"Targets": [{"Id": action.target_id, "Arn": arn, **more}]},
        ),
        source=action.rule,
    )


_TARGET = ("arn", "http_target", "input", "input_path", "input_transformer", "role_arn")


def _just_leads(before: Any, after: Any) -> bool:
    """Return whether only where something leads is another one, and its ARN is known."""
    if not isinstance(after, dict) or not isinstance(before, dict):
        return str(after).startswith("arn:")
    rest = ({name: value for name, value in each.items() if name != "Arn"} for each in (before, after))
    return next(rest) == next(rest) and str(after.get("Arn", "")).startswith("arn:")


def _mapping(action: Any) -> Flip:
    return Flip(
        name_of(action.name, "mapping"),
        action.describe(),
        Terraform(
            "aws_lambda_event_source_mapping",
            action.uuid,
            {"uuid": action.uuid},
            {"function_name": pointed(action.after)},
        ),
        CloudFormation(
            "AWS::Lambda::EventSourceMapping",
            action.uuid,
            {"Id": action.uuid},
            {"FunctionName": pointed(action.after)},
        ),
        source=action.name,
    )


def _schedule(action: Any) -> Flip:
    group, alone = getattr(action, "group", "") or "default", _just_leads(action.before, action.after)
    more = {} if alone else {"RoleArn": "", "Input": ""}
    return Flip(
        name_of(action.name, "schedule"),
        action.describe(),
        Terraform(
            "aws_scheduler_schedule",
            f"{group}/{action.name}",
            {"name": action.name, "group_name": group},
            {"target": {"arn": pointed(_target(action.after))}} if alone else {},
            () if alone else ("target",),
        ),
        CloudFormation(
            "AWS::Scheduler::Schedule",
            action.name,
            {"Name": action.name},
            {"Target": {"Arn": pointed(_target(action.after)), **more}},
        ),
        source=action.name,
    )


def _target(after: Any) -> str:
    """Return the ARN that a schedule sends to, whether its action holds it or the whole of the target."""
    return str(after.get("Arn", "")) if isinstance(after, dict) else str(after)


FLIPS: dict[str, Callable[[Any], Flip]] = {
    "point_notification": _notification,
    "point_subscription_filter": _filter,
    "subscribe": _subscription,
    "park_subscription": _parked,
    "point_rule": _rule,
    "point_mapping": _mapping,
    "point_schedule": _schedule,
    "send_schedule": _schedule,
}
"""By kinds of actions."""
