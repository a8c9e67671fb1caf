"""Who may send to a queue: what is allowed, and what may be forbidden all the same."""

from __future__ import annotations

import json
from typing import Any

import pytest

from lambda_migrate.aws.queue_policy import lets

BUCKET = "arn:aws:s3:::uploads"
OWNER = "123456789012"
ALLOWED = {
    "Effect": "Allow",
    "Principal": {"Service": "s3.amazonaws.com"},
    "Action": "sqs:SendMessage",
    "Condition": {"ArnLike": {"aws:SourceArn": BUCKET}, "StringEquals": {"aws:SourceAccount": OWNER}},
}
ORGANIZATION = {"StringNotEquals": {"aws:PrincipalOrgID": "o-1"}}


def denied(condition: dict[str, Any] | None = None, **more: Any) -> dict[str, Any]:
    return {"Effect": "Deny", "Principal": "*", "Action": "sqs:*", "Condition": condition or {}, **more}


@pytest.mark.parametrize(
    ("statement", "may_send"),
    [
        (denied(), False),
        (denied(ORGANIZATION), False),
        (denied(ORGANIZATION, Principal={"Service": "s3.amazonaws.com"}), False),
        (denied(ORGANIZATION, Principal={"AWS": "arn:aws:iam::123456789012:role/x"}), True),
        (denied(ORGANIZATION, Action=["sqs:ReceiveMessage"]), True),
        (denied({**ORGANIZATION, "BoolIfExists": {"aws:PrincipalIsAWSService": "false"}}), True),
        (denied({"Bool": {"aws:SecureTransport": "false"}}), True),
        (denied({"ArnNotLike": {"aws:SourceArn": "arn:aws:s3:::up*"}}), True),
        (denied({"ArnNotLike": {"aws:SourceArn": "arn:aws:s3:::other"}}), False),
        (denied({"StringNotEquals": {"aws:SourceAccount": [OWNER]}}), True),
        ({"Effect": "Deny", "Principal": "*", "NotAction": "sqs:SendMessage"}, True),
        ({"Effect": "Deny", "Principal": "*", "NotAction": "sqs:ReceiveMessage"}, False),
    ],
)
def test_what_may_forbid_it_is_as_good_as_a_refusal(statement: dict[str, Any], *, may_send: bool) -> None:
    policy = json.dumps({"Statement": [ALLOWED, statement]})

    assert lets({"Policy": policy}, "s3.amazonaws.com", BUCKET, OWNER) is may_send
