"""Callers of which it cannot be said what they are."""

from __future__ import annotations

import pytest

from lambda_migrate.errors import NotAllowed
from tests.inventory.fake_aws import statement
from tests.inventory.taking import fake, take


@pytest.mark.usefixtures("made_up_kinds")
def test_callers_of_which_nothing_is_known_are_unexplained() -> None:
    found = take(
        fake(
            statement("partner", {"AWS": "arn:aws:iam::999999999999:root"}),
            statement("anybody", "*"),
            statement("news", "brand-new.amazonaws.com"),
            statement("letters", "pigeons.amazonaws.com", "arn:aws:pigeons:::coop"),
        )
    )

    assert found.unexplained == (
        "`arn:aws:iam::999999999999:root` may invoke the unqualified function",
        "`*` may invoke the unqualified function",
        "`brand-new.amazonaws.com` may invoke the unqualified function",
    )
    assert [(each.kind, each.name) for each in found.triggers] == [
        ("account", "arn:aws:iam::999999999999:root"),
        ("public", "*"),
        ("unknown", "brand-new.amazonaws.com"),
        ("pigeon", "coop"),
    ]


def test_a_topic_that_may_not_be_read_is_an_unexplained_caller() -> None:
    topic = "arn:aws:sns:eu-west-1:999999999999:news"
    aws = fake(statement("news", "sns.amazonaws.com", topic))
    aws.answers["sns:list_subscriptions_by_topic"] = NotAllowed("sns:ListSubscriptionsByTopic is not allowed")

    found = take(aws)

    reason = "sns:ListSubscriptionsByTopic is not allowed"
    assert found.unexplained == (f"`news` may invoke the unqualified function, and cannot be looked at: {reason}",)
    assert found.warnings == ()


@pytest.mark.parametrize(
    ("principal", "source"),
    [
        ("apigateway.amazonaws.com", "arn:aws:execute-api:eu-west-1:999999999999:abc/*/*"),
        ("events.amazonaws.com", "arn:aws:events:us-east-1:123456789012:rule/paid"),
    ],
)
def test_what_is_in_another_account_or_region_is_an_unexplained_caller(principal: str, source: str) -> None:
    found = take(fake(statement("far", principal, source)))

    reason = f"`{source}` is in another account or region"
    assert found.unexplained == (
        f"`{principal}` may invoke the unqualified function, and cannot be looked at: {reason}",
    )
    assert [each.kind for each in found.triggers] == ["unknown"]


@pytest.mark.parametrize(
    ("principal", "source", "shown"),
    [
        ("apigateway.amazonaws.com", "", "*"),
        ("apigateway.amazonaws.com", *["arn:aws:execute-api:eu-west-1:123456789012:*/*/GET/orders"] * 2),
        ("events.amazonaws.com", *["arn:aws:events:eu-west-1:123456789012:rule/*"] * 2),
    ],
)
def test_a_permission_for_any_source_is_never_called_unused(principal: str, source: str, shown: str) -> None:
    found = take(fake(statement("open", principal, source)))

    reason = f"its permission is for any source like `{shown}`, and none was found here"
    assert found.unexplained == (
        f"`{principal}` may invoke the unqualified function, and cannot be looked at: {reason}",
    )
    assert [each.kind for each in found.triggers] == ["unknown"]


def test_a_statement_that_denies_is_nobodys_permission_and_may_have_no_sid() -> None:
    denied = statement("x", "s3.amazonaws.com", "arn:aws:s3:::orders") | {"Effect": "Deny"}
    del denied["Sid"]

    found = take(fake(denied))

    assert (found.triggers, found.unexplained) == ((), ())
