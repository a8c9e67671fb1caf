"""Whether a deployment keeps the flips, from a plan that Terraform has written as JSON."""

from __future__ import annotations

from typing import Any

import pytest

from lambda_migrate.handover.check import check
from tests.handover.plans import ALIAS, FLIPS, FUNCTION, PARKED

INVOKE = "arn:aws:apigateway:eu-west-1:lambda:path/2015-03-31/functions/{}/invocations"
INTEGRATION = {"api_id": "a1b2c3", "id": "int1"}
LIVE = {"function_name": "orders", "name": "live", "function_version": "2"}
NEWS = {"topic_arn": "arn:aws:sns:eu-west-1:123456789012:news", "protocol": "lambda", "endpoint": ALIAS}


def change(kind: str, actions: list[str], before: Any, after: Any, **more: Any) -> dict[str, Any]:
    return {
        "address": f"{kind}.this",
        "type": kind,
        "change": {"actions": actions, "before": before, "after": after, **more},
    }


def integration(uri: str, **more: Any) -> dict[str, Any]:
    after = {**INTEGRATION, "integration_uri": uri}
    return change("aws_apigatewayv2_integration", ["update"], INTEGRATION, after, **more)


@pytest.mark.parametrize(
    ("name", "planned", "expected"),
    [
        ("orders_api_integration", [], ("keeps", "no aws_apigatewayv2_integration with this id is in the plan")),
        (
            "orders_api_integration",
            [change("aws_apigatewayv2_integration", ["no-op"], INTEGRATION, INTEGRATION)],
            ("keeps", "aws_apigatewayv2_integration.this is not changed"),
        ),
        (
            "orders_api_integration",
            [integration(INVOKE.format(FUNCTION))],
            ("undoes", "aws_apigatewayv2_integration.this gets another integration_uri"),
        ),
        (
            "orders_api_integration",
            [integration(INVOKE.format(ALIAS))],
            ("keeps", "aws_apigatewayv2_integration.this is changed, and keeps the migrated value"),
        ),
        (
            "orders_api_integration",
            [integration("", after_unknown={"integration_uri": True})],
            ("unknown", "aws_apigatewayv2_integration.this: integration_uri is known only after the deployment"),
        ),
        (
            "orders_api_integration",
            [change("aws_apigatewayv2_integration", ["delete", "create"], INTEGRATION, {})],
            ("undoes", "aws_apigatewayv2_integration.this is deleted or replaced"),
        ),
        (
            "live_alias",
            [change("aws_lambda_alias", ["create"], None, {"function_name": "orders", "name": "live"})],
            ("undoes", "aws_lambda_alias.this is created, but exists already: import it"),
        ),
        (
            "live_alias",
            [
                change(
                    "aws_lambda_alias",
                    ["update"],
                    {"function_name": "orders", "name": "live"},
                    {"function_name": "orders", "name": "live", "function_version": "1"},
                )
            ],
            ("undoes", "aws_lambda_alias.this gets another function_version"),
        ),
        (
            "live_alias",
            [
                change(
                    "aws_lambda_alias",
                    ["update"],
                    {**LIVE, "routing_config": [{"additional_version_weights": {"3": 0.5}}]},
                    {**LIVE, "routing_config": []},
                )
            ],
            ("undoes", "aws_lambda_alias.this gets another routing_config"),
        ),
        (
            "live_alias",
            [change("aws_lambda_alias", ["update"], LIVE, LIVE, after_unknown={"function_version": True})],
            ("undoes", "aws_lambda_alias.this gets another function_version"),
        ),
        (
            "live_alias",
            [
                change(
                    "aws_lambda_alias",
                    ["update"],
                    {**LIVE, "function_name": FUNCTION},
                    {**LIVE, "function_name": FUNCTION, "function_version": "1"},
                )
            ],
            ("undoes", "aws_lambda_alias.this gets another function_name, function_version"),
        ),
        (
            "live_alias",
            [change("aws_lambda_alias", ["forget"], LIVE, None)],
            ("keeps", "aws_lambda_alias.this is not changed"),
        ),
        (
            "live_alias",
            [change("aws_lambda_alias", ["no-op"], LIVE, LIVE), change("aws_lambda_alias", ["delete"], LIVE, None)],
            ("undoes", "aws_lambda_alias.this is deleted or replaced"),
        ),
        (
            "news_lambda_subscription",
            [change("aws_sns_topic_subscription", ["create"], None, NEWS)],
            ("keeps", "aws_sns_topic_subscription.this is created again, which changes nothing"),
        ),
        (
            "news_parked_subscription",
            [
                change(
                    "aws_sns_topic_subscription",
                    ["update"],
                    {"arn": PARKED, "filter_policy": "{}"},
                    {"arn": PARKED, "filter_policy": ""},
                )
            ],
            ("undoes", "aws_sns_topic_subscription.this gets another filter_policy"),
        ),
        (
            "jobs_mapping",
            [
                change(
                    "aws_lambda_event_source_mapping",
                    ["update"],
                    {"uuid": "11111111-2222"},
                    {"uuid": "11111111-2222", "function_name": "orders:live"},
                )
            ],
            ("keeps", "aws_lambda_event_source_mapping.this is changed, and keeps the migrated value"),
        ),
    ],
)
def test_a_plan_of_terraform(name: str, planned: list[dict[str, Any]], expected: tuple[str, str]) -> None:
    (finding,) = check({"resource_changes": planned}, [FLIPS[name]])

    assert (finding.flip, finding.outcome, finding.why) == (FLIPS[name].what, *expected)


def test_the_plan_of_our_own_patch_keeps_a_subscription_that_terraform_makes_again() -> None:
    """A new endpoint replaces it: the parked one goes, and SNS answers with the one that the migration made."""
    before = {**NEWS, "endpoint": FUNCTION, "arn": PARKED}
    replaced = change("aws_sns_topic_subscription", ["delete", "create"], before, NEWS)
    things = [FLIPS["news_lambda_subscription"], FLIPS["news_parked_subscription"]]

    assert [(each.outcome, each.why) for each in check({"resource_changes": [replaced]}, things)] == [
        ("keeps", "aws_sns_topic_subscription.this is created again, which changes nothing"),
        ("keeps", "aws_sns_topic_subscription.this is deleted or replaced"),
    ]
    gone = change("aws_sns_topic_subscription", ["delete"], NEWS, None)
    assert [each.outcome for each in check({"resource_changes": [gone]}, things)] == ["undoes", "keeps"]


@pytest.mark.parametrize(
    ("more", "outcome", "why"),
    [
        ({"errored": True}, "unknown", "the plan ended with an error, and may be incomplete"),
        (
            {"deferred_changes": [{"resource_change": {"type": "aws_lambda_alias"}}]},
            "unknown",
            "Terraform has deferred changes to resources of this type",
        ),
        ({"complete": True}, "keeps", "no aws_lambda_alias with this id is in the plan"),
    ],
)
def test_a_plan_that_is_not_whole_tells_nothing(more: dict[str, Any], outcome: str, why: str) -> None:
    (finding,) = check({"resource_changes": [], **more}, [FLIPS["live_alias"]])

    assert (finding.outcome, finding.why) == (outcome, why)
