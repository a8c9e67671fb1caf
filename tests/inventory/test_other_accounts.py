"""Sources that belong to another account: each is named, none is taken for unused, and what can move does."""

from __future__ import annotations

from typing import Any

import pytest

from lambda_migrate.errors import AwsError, NotAllowed
from lambda_migrate.triggers import kind_of
from tests.inventory.fake_aws import FUNCTION, statement
from tests.inventory.taking import fake, take

THEIRS = "eu-west-1:999999999999"
REFUSED = NotAllowed("not allowed")


@pytest.mark.parametrize(
    ("principal", "source", "answers", "name", "reason"),
    [
        (
            "s3.amazonaws.com",
            "arn:aws:s3:::uploads",
            {"s3:get_bucket_notification_configuration": REFUSED},
            "S3 bucket uploads",
            "not allowed",
        ),
        (
            "sns.amazonaws.com",
            f"arn:aws:sns:{THEIRS}:news",
            {"sns:list_subscriptions_by_topic": AwsError("Invalid parameter: TopicArn")},
            "news",
            "Invalid parameter: TopicArn",
        ),
        (
            "events.amazonaws.com",
            f"arn:aws:events:{THEIRS}:rule/shop/paid",
            {},
            "rule/shop/paid",
            f"`arn:aws:events:{THEIRS}:rule/shop/paid` is in another account or region",
        ),
        (
            "apigateway.amazonaws.com",
            f"arn:aws:execute-api:{THEIRS}:a1/*/*/orders",
            {},
            "a1/*/*/orders",
            f"`arn:aws:execute-api:{THEIRS}:a1/*/*/orders` is in another account or region",
        ),
    ],
    ids=["S3", "SNS", "EventBridge", "API Gateway"],
)
def test_what_only_a_permission_tells_of_is_unknown_by_name(
    principal: str, source: str, answers: dict[str, Any], name: str, reason: str
) -> None:
    aws = fake(statement("theirs", principal, source))
    aws.answers |= answers

    seen = take(aws)

    assert [(each.kind, each.name, each.settings.reason) for each in seen.triggers] == [("unknown", name, reason)]
    assert [each for each in seen.warnings if "is not used" in each] == []


def test_one_bucket_of_another_account_is_asked_for_as_the_function_s_own_and_so_never_mistaken() -> None:
    asked: list[str] = []

    def read(*, Bucket: str, ExpectedBucketOwner: str) -> Any:  # noqa: N803  # as AWS calls it
        asked.append(f"{Bucket} of {ExpectedBucketOwner}")
        return NotAllowed("not allowed")

    aws = fake(statement("theirs", "s3.amazonaws.com", "arn:aws:s3:::uploads"))
    aws.answers["s3:get_bucket_notification_configuration"] = read
    take(aws)

    assert asked == ["uploads of 123456789012"]


@pytest.mark.parametrize(
    ("source", "kind"),
    [(f"arn:aws:sqs:{THEIRS}:jobs.fifo", "sqs"), (f"arn:aws:kinesis:{THEIRS}:stream/clicks", "kinesis")],
)
def test_a_mapping_is_the_function_s_own_and_moves_to_the_alias_whoever_owns_the_source(source: str, kind: str) -> None:
    aws = fake()
    mapping = {"UUID": "1", "EventSourceArn": source, "FunctionArn": FUNCTION, "State": "Enabled"}
    aws.answers["lambda:list_event_source_mappings"] = {"EventSourceMappings": [mapping]}
    asked: list[str] = []

    def url(*, QueueName: str, QueueOwnerAWSAccountId: str) -> Any:  # noqa: N803  # as AWS calls it
        asked.append(f"{QueueName} of {QueueOwnerAWSAccountId}")
        return {"QueueUrl": "https://sqs/jobs"}

    aws.answers |= {
        "sqs:get_queue_url": url,
        "sqs:get_queue_attributes": {"Attributes": {"VisibilityTimeout": "180"}},
    }

    seen = take(aws)
    (trigger,) = seen.triggers
    repoint = kind_of(trigger).to_alias(trigger, seen.function, "live")
    told = list(kind_of(trigger).preflight(aws, trigger, seen.function, "live"))

    assert repoint is not None
    assert (trigger.kind, repoint.blockers, told) == (kind, (), [])
    assert [step.action.describe() for step in repoint.steps] == [f"mapping {trigger.name}: orders → orders:live"]
    assert asked == (["jobs.fifo of 999999999999"] if kind == "sqs" else [])
