"""Questions about documents that AWS replaces as a whole."""

from __future__ import annotations

import time
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from scripts.real_aws.world import World, refusal

if TYPE_CHECKING:
    from collections.abc import Iterator

BEGUN = 330.0
"""Seconds after which a schedule's start lies more than five minutes in the past."""


def unchecked_notification(world: World) -> Iterator[str]:
    """Does S3 take a notification unchecked that it may not deliver, and does it keep EventBridge switched on?"""
    s3 = world.client("s3")
    where = {} if world.region == "us-east-1" else {"CreateBucketConfiguration": {"LocationConstraint": world.region}}
    s3.create_bucket(Bucket=world.name, **where)
    world.later(s3.delete_bucket, Bucket=world.name)
    entry = {"Id": "check", "LambdaFunctionArn": f"{world.arn}:live", "Events": ["s3:ObjectCreated:*"]}
    configuration: dict[str, Any] = {"LambdaFunctionConfigurations": [entry], "EventBridgeConfiguration": {}}
    given = {"Bucket": world.name, "NotificationConfiguration": configuration}
    put = s3.put_bucket_notification_configuration
    yield f"checked, without a permission: {refusal(put, **given)}"
    yield f"unchecked, without a permission: {refusal(put, **given, SkipDestinationValidation=True)}"
    kept = s3.get_bucket_notification_configuration(Bucket=world.name)
    yield f"EventBridge is switched on: {'EventBridgeConfiguration' in kept}"


def missing_rule(world: World) -> Iterator[str]:
    """What does AWS IoT say of a rule that is not there?"""
    yield f"GetTopicRule: {refusal(world.client('iot').get_topic_rule, ruleName=world.name.replace('-', '_'))}"


def user_pool_there_and_back(world: World) -> Iterator[str]:
    """Is a user pool the same after it was sent all that UpdateUserPool takes of its own description?"""
    cognito = world.client("cognito-idp")
    pool = cognito.create_user_pool(PoolName=world.name, DeletionProtection="INACTIVE")["UserPool"]["Id"]
    world.later(cognito.delete_user_pool, UserPoolId=pool)
    before = cognito.describe_user_pool(UserPoolId=pool)["UserPool"]
    taken = cognito.meta.service_model.operation_model("UpdateUserPool").input_shape.members
    sent = {name: value for name, value in before.items() if name in taken and value not in (None, "")}
    yield f"UpdateUserPool: {refusal(cognito.update_user_pool, UserPoolId=pool, PoolName=before['Name'], **sent)}"
    after = cognito.describe_user_pool(UserPoolId=pool)["UserPool"]
    changed = sorted(name for name in before.keys() | after.keys() if before.get(name) != after.get(name))
    yield f"it differs in: {', '.join(changed) or 'nothing'}"


def schedule_that_began(world: World) -> Iterator[str]:
    """Is a schedule refused whose start lies in the past, when it is written again as it is?"""
    scheduler = world.client("scheduler")
    statement = {"Effect": "Allow", "Action": "lambda:InvokeFunction", "Resource": [world.arn, f"{world.arn}:*"]}
    role = world.role_for("scheduler.amazonaws.com", {"Version": "2012-10-17", "Statement": [statement]})
    time.sleep(30.0)  # until Scheduler can assume the role
    whole: dict[str, Any] = {
        "Name": world.name,
        "ScheduleExpression": "rate(1 day)",
        "StartDate": datetime.now(UTC),
        "FlexibleTimeWindow": {"Mode": "OFF"},
        "Target": {"Arn": world.arn, "RoleArn": role},
    }
    scheduler.create_schedule(**whole)
    world.later(scheduler.delete_schedule, Name=world.name)
    time.sleep(BEGUN)
    yield f"UpdateSchedule with the start as it was: {refusal(scheduler.update_schedule, **whole)}"
