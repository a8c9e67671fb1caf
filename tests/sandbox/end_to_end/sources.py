"""Everything that invokes a function without waiting for an answer: one source, with a trigger for each version.

Both triggers hang on the same topic, bucket, rule or stream, so both versions get the very same event; queues and
schedules have one target each, so there are two.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from tests.sandbox.end_to_end.stage import BOTH

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.sandbox.end_to_end.stage import Stage

Names = dict[str, dict[str, str]]
"""For each version, what its trigger is called and what that stands for."""

ASSUMED_BY_SCHEDULER = {
    "Version": "2012-10-17",
    "Statement": [{"Effect": "Allow", "Principal": {"Service": "scheduler.amazonaws.com"}, "Action": "sts:AssumeRole"}],
}


def sns(stage: Stage, marker: str, wish: dict[str, Any] | None = None) -> Names:
    """Publish to a topic that has both as subscribers."""
    topic = stage.aws.call("sns", "create_topic", Name=marker)["TopicArn"]
    stage.allow("sns", topic)
    names = {}
    for alias in BOTH:
        subscribed = stage.aws.call(
            "sns",
            "subscribe",
            TopicArn=topic,
            Protocol="lambda",
            Endpoint=stage.qualified(alias),
            ReturnSubscriptionArn=True,
        )
        names[alias] = {subscribed["SubscriptionArn"]: "<subscription>"}
    stage.aws.call(
        "sns",
        "publish",
        TopicArn=topic,
        Subject="a parcel: ☕",
        Message=json.dumps({"parcel": 17, "where": "Zürich", **({"wish": wish} if wish else {})}),
        MessageAttributes={
            "kind": {"DataType": "String", "StringValue": "moved"},
            "weight": {"DataType": "Number", "StringValue": "1.50"},
        },
    )
    return names


def s3(stage: Stage, marker: str) -> Names:
    """Put an object into a bucket that notifies both."""
    stage.aws.call("s3", "create_bucket", Bucket=marker)
    stage.allow("s3", f"arn:aws:s3:::{marker}")
    notified = [
        {
            "Id": f"{alias}-configuration",
            "LambdaFunctionArn": stage.qualified(alias),
            "Events": ["s3:ObjectCreated:*"],
            "Filter": {"Key": {"FilterRules": [{"Name": "prefix", "Value": "in/"}]}},
        }
        for alias in BOTH
    ]
    stage.aws.call(
        "s3",
        "put_bucket_notification_configuration",
        Bucket=marker,
        NotificationConfiguration={"LambdaFunctionConfigurations": notified},
    )
    stage.aws.call("s3", "put_object", Bucket=marker, Key="in/a label+é.pdf", Body=b"%PDF")
    return {alias: {f"{alias}-configuration": "<configuration>"} for alias in BOTH}


def eventbridge(stage: Stage, marker: str, wish: dict[str, Any] | None = None) -> Names:
    """Put an event that a rule with both as targets matches."""
    rule = stage.aws.call("events", "put_rule", Name=marker, EventPattern=json.dumps({"source": [marker]}))["RuleArn"]
    _add_targets(stage, marker, rule)
    detail = {"order": 2**60, "price": 1.10, "lines": [], "note": "Zoë ☕", **({"wish": wish} if wish else {})}
    entry = {"Source": marker, "DetailType": "OrderChanged", "Detail": json.dumps(detail), "Resources": ["arn:aws:x"]}
    stage.aws.call("events", "put_events", Entries=[entry])
    return {alias: {} for alias in BOTH}


def scheduled_rule(stage: Stage, marker: str) -> Names:
    """Make a rule that fires each minute."""
    rule = stage.aws.call("events", "put_rule", Name=marker, ScheduleExpression="rate(1 minute)")["RuleArn"]
    _add_targets(stage, marker, rule)
    return {alias: {} for alias in BOTH}


def scheduler(stage: Stage, marker: str) -> Names:
    """Make a schedule of EventBridge Scheduler for each, which is due now and has its own input."""
    role = stage.aws.call(
        "iam", "create_role", RoleName=marker, AssumeRolePolicyDocument=json.dumps(ASSUMED_BY_SCHEDULER)
    )["Role"]["Arn"]
    for alias in BOTH:
        stage.aws.call(
            "scheduler",
            "create_schedule",
            Name=f"{marker}-{alias}",
            ScheduleExpression="at(2026-01-01T00:00:00)",
            FlexibleTimeWindow={"Mode": "OFF"},
            Target={
                "Arn": stage.qualified(alias),
                "RoleArn": role,
                "Input": json.dumps({"job": "nightly", "marker": marker, "limit": 1.0}),
            },
        )
    return {alias: {} for alias in BOTH}


def _add_targets(stage: Stage, rule: str, rule_arn: str) -> None:
    stage.allow("events", rule_arn)
    targets = [{"Id": alias, "Arn": stage.qualified(alias)} for alias in BOTH]
    stage.aws.call("events", "put_targets", Rule=rule, Targets=targets)


ASYNCHRONOUS: dict[str, Callable[[Stage, str], Names]] = {
    "SNS": sns,
    "S3": s3,
    "EventBridge": eventbridge,
    "EventBridge, scheduled": scheduled_rule,
    "EventBridge Scheduler": scheduler,
}


def kinesis(stage: Stage, marker: str, records: list[bytes]) -> Names:
    """Write records to a stream that both read from its beginning."""
    stage.aws.call("kinesis", "create_stream", StreamName=marker, ShardCount=1)
    stage.aws.client("kinesis").get_waiter("stream_exists").wait(StreamName=marker, WaiterConfig={"Delay": 1})
    entries = [{"Data": data, "PartitionKey": marker} for data in records]
    stage.aws.call("kinesis", "put_records", StreamName=marker, Records=entries)
    found = stage.aws.call("kinesis", "describe_stream", StreamName=marker)
    return _read_by_both(stage, found["StreamDescription"]["StreamARN"])


def dynamodb(stage: Stage, marker: str) -> Names:
    """Write, change and delete an item of a table whose stream both read from its beginning."""
    table = stage.aws.call(
        "dynamodb",
        "create_table",
        TableName=marker,
        BillingMode="PAY_PER_REQUEST",
        AttributeDefinitions=[{"AttributeName": "pk", "AttributeType": "S"}],
        KeySchema=[{"AttributeName": "pk", "KeyType": "HASH"}],
        StreamSpecification={"StreamEnabled": True, "StreamViewType": "NEW_AND_OLD_IMAGES"},
    )["TableDescription"]
    key = {"pk": {"S": "parcel 17"}}
    every_type = {
        "number": {"N": "123456789012345678901234567890.5"},
        "bytes": {"B": b"\x00\xff"},
        "list": {"L": [{"S": "é"}, {"NULL": True}, {"BOOL": False}]},
        "map": {"M": {"a": {"SS": ["x", "y"]}}},
    }
    stage.aws.call("dynamodb", "put_item", TableName=marker, Item=key | every_type)
    stage.aws.call("dynamodb", "put_item", TableName=marker, Item=key | {"number": {"N": "1"}})
    stage.aws.call("dynamodb", "delete_item", TableName=marker, Key=key)
    return _read_by_both(stage, table["LatestStreamArn"])


def _read_by_both(stage: Stage, stream_arn: str) -> Names:
    for alias in BOTH:
        stage.aws.call(
            "lambda",
            "create_event_source_mapping",
            FunctionName=stage.qualified(alias),
            EventSourceArn=stream_arn,
            StartingPosition="TRIM_HORIZON",
            BatchSize=10,
        )
    return {alias: {} for alias in BOTH}
