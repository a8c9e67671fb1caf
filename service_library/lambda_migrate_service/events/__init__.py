"""The kinds of events other than HTTP requests: one file and one line below for each, most specific first."""

from __future__ import annotations

from types import ModuleType

from . import (
    authorizer,
    cloudwatch_logs,
    cognito,
    direct,
    dynamodb,
    eventbridge,
    firehose,
    kafka,
    kinesis,
    mq,
    s3,
    schedule,
    sns,
    sqs,
)

EVENTS: dict[str, ModuleType] = {
    module.KIND: module
    for module in (
        sqs,
        sns,
        s3,
        dynamodb,
        kinesis,
        firehose,
        kafka,
        mq,
        cloudwatch_logs,
        authorizer,
        cognito,
        schedule,
        eventbridge,
        direct,
    )
}


def recognise(event: object) -> str:
    """Return the kind of an event; `direct` if no other fits."""
    return next(kind for kind, module in EVENTS.items() if module.matches(event))
