"""ARNs, taken apart and put together."""

from __future__ import annotations

import pytest

from lambda_migrate.aws.arn import Arn

PLACE = ("eu-west-1", "123456789012")


@pytest.mark.parametrize(
    ("text", "arn", "name"),
    [
        (
            "arn:aws:lambda:eu-west-1:123456789012:function:orders:live",
            Arn("aws", "lambda", *PLACE, "function:orders:live"),
            "orders:live",
        ),
        ("arn:aws:lambda:eu-west-1:123456789012:layer:own:7", Arn("aws", "lambda", *PLACE, "layer:own:7"), "own:7"),
        ("arn:aws-cn:sqs:eu-west-1:123456789012:orders", Arn("aws-cn", "sqs", *PLACE, "orders"), "orders"),
        ("arn:aws:s3:::bucket/a:b", Arn("aws", "s3", "", "", "bucket/a:b"), "b"),
        ("arn:aws:iam::123456789012:role/x", Arn("aws", "iam", "", "123456789012", "role/x"), "role/x"),
    ],
)
def test_an_arn_is_taken_apart_and_put_together_again(text: str, arn: Arn, name: str) -> None:
    assert (Arn.parse(text), str(arn), arn.name) == (arn, text, name)


@pytest.mark.parametrize("text", ["", "orders", "https://sqs/1/orders"])
def test_what_is_not_an_arn_has_no_parts(text: str) -> None:
    assert Arn.parse(text) == Arn()


@pytest.mark.parametrize("text", ["arn:", "arn:aws", "arn:aws:sqs:eu-west-1"])
def test_parts_that_are_missing_are_empty(text: str) -> None:
    assert Arn.parse(text).resource == ""


def test_a_sibling_is_in_the_same_place() -> None:
    function = Arn("aws", "lambda", *PLACE, "function:orders")

    assert str(function.sibling("kms", "key/*")) == "arn:aws:kms:eu-west-1:123456789012:key/*"
