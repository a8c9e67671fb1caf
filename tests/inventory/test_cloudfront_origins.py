"""Distributions that have the function's URL as an origin."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from lambda_migrate.errors import NotAllowed
from lambda_migrate.function.model import Qualified
from lambda_migrate.hashing import sha256
from lambda_migrate.inventory.finders.cloudfront_origins import find
from lambda_migrate.triggers.base import Trigger
from lambda_migrate.triggers.cloudfront import Settings
from tests.inventory.fake_aws import FakeAws
from tests.triggers import known

HOST = "abc.lambda-url.eu-west-1.on.aws"
CUSTOM = {"HTTPPort": 80, "HTTPSPort": 443, "OriginProtocolPolicy": "https-only", "OriginReadTimeout": 30}
ARN = "arn:aws:cloudfront::123456789012:distribution/E1"


def summary(**changed: Any) -> dict[str, Any]:
    """Return a distribution as ListDistributions shows it, with an origin of others and a group."""
    ours = {"Id": "api", "DomainName": HOST.upper(), "OriginAccessControlId": "E2OAC", "CustomOriginConfig": CUSTOM}
    theirs = {"Id": "images", "DomainName": "images.s3.amazonaws.com", "S3OriginConfig": {"OriginAccessIdentity": ""}}
    members = {"Quantity": 2, "Items": [{"OriginId": "api"}, {"OriginId": "images"}]}
    return {
        "Id": "E1",
        "ARN": ARN,
        "Enabled": True,
        "Aliases": {"Quantity": 1, "Items": ["shop.example.com"]},
        "Origins": {"Quantity": 2, "Items": [ours, theirs]},
        "OriginGroups": {"Quantity": 1, "Items": [{"Id": "both", "Members": members}]},
        "DefaultCacheBehavior": {"TargetOriginId": "images"},
        "CacheBehaviors": {
            "Quantity": 2,
            "Items": [
                {"PathPattern": "/api/*", "TargetOriginId": "api"},
                {"PathPattern": "/safe/*", "TargetOriginId": "both"},
            ],
        },
        **changed,
    }


def taken(answer: Any, **urls: str) -> tuple[list[Trigger[Any]], list[str]]:
    answered = answer if isinstance(answer, Exception) else {"DistributionList": {"Items": [answer]}}
    aws: Any = FakeAws({"cloudfront:list_distributions": answered})
    qualified = {name: Qualified(url=url, url_auth="AWS_IAM") for name, url in urls.items()}
    function = replace(known.function(), qualified=qualified)
    return list(find(aws, function)), aws.calls


def test_an_origin_that_is_a_url_of_the_function_is_found_with_what_uses_it() -> None:
    triggers, _ = taken(summary(), live=f"https://{HOST}/")

    assert triggers == [
        Trigger(
            "cloudfront",
            f"{ARN}/api",
            "shop.example.com",
            "live",
            Settings(
                source=ARN,
                distribution="E1",
                origin="api",
                custom=CUSTOM,
                leads={
                    "DomainName": HOST.upper(),
                    "OriginAccessControlId": "E2OAC",
                    "OriginProtocolPolicy": "https-only",
                    "HTTPPort": 80,
                    "HTTPSPort": 443,
                    "Keyed": [],
                },
                paths=("/api/*", "/safe/*"),
                iam=True,
                grouped=True,
            ),
        )
    ]


def test_an_origin_that_no_behavior_uses_delivers_nothing() -> None:
    unused = summary(CacheBehaviors={"Quantity": 0}, OriginGroups={"Quantity": 0}, Aliases={"Quantity": 0})
    (trigger,) = taken(unused, live=f"https://{HOST}/")[0]
    (disabled,) = taken(summary(Enabled=False), live=f"https://{HOST}/")[0]

    assert (trigger.enabled, trigger.name, disabled.enabled) == (False, "E1", False)


def test_a_function_without_a_url_has_no_distribution_listed() -> None:
    assert taken(summary()) == ([], [])
    assert taken(summary(), live="https://other.lambda-url.eu-west-1.on.aws/")[0] == []


def test_what_may_not_be_read_is_unknown_by_name() -> None:
    (trigger,) = taken(NotAllowed("not allowed"), live=f"https://{HOST}/")[0]

    assert (trigger.kind, trigger.name, trigger.settings.reason) == (
        "unknown",
        "CloudFront distributions",
        "not allowed",
    )


def running(function: str = "", edge: str = "") -> dict[str, Any]:
    """Return a behavior with a function for an event, or one of Lambda@Edge."""
    behavior: dict[str, Any] = {"PathPattern": "/api/*", "TargetOriginId": "api"}
    if function:
        behavior["FunctionAssociations"] = {"Quantity": 1, "Items": [{"FunctionARN": "f", "EventType": function}]}
    if edge:
        behavior["LambdaFunctionAssociations"] = {
            "Quantity": 1,
            "Items": [{"LambdaFunctionARN": "f", "EventType": edge}],
        }
    return {"CacheBehaviors": {"Quantity": 1, "Items": [behavior]}, "OriginGroups": {"Quantity": 0}}


@pytest.mark.parametrize(
    ("behaving", "occupied"),
    [
        (running(), ()),
        (running("viewer-request"), ("/api/*",)),
        (running("viewer-response"), ()),
        (running(edge="viewer-response"), ("/api/*",)),
        (running(edge="origin-request"), ()),
    ],
)
def test_a_behavior_that_runs_something_for_viewers_has_no_room(
    behaving: dict[str, Any], occupied: tuple[str, ...]
) -> None:
    (trigger,) = taken(summary(**behaving), live=f"https://{HOST}/")[0]

    assert trigger.settings.taken == occupied


OURS = f"arn:aws:cloudfront::123456789012:function/lambda-migrate-E1-{sha256(['api'])[:8]}"


@pytest.mark.parametrize(
    ("function", "share", "occupied"),
    [
        (f"{OURS}-50", 50, ()),
        (f"{OURS}-100", 0, ("/api/*",)),
        (f"{OURS}-new", 0, ("/api/*",)),
        (OURS.replace("E1", "E2") + "-50", 0, ("/api/*",)),
        ("arn:aws:cloudfront::123456789012:function/lambda-migrate-demo-50", 0, ("/api/*",)),
    ],
)
def test_a_share_that_an_earlier_run_has_left_is_ours_and_takes_no_room(
    function: str, share: int, occupied: tuple[str, ...]
) -> None:
    behaving = running("viewer-request")
    behaving["CacheBehaviors"]["Items"][0]["FunctionAssociations"]["Items"][0]["FunctionARN"] = function
    (trigger,) = taken(summary(**behaving), live=f"https://{HOST}/")[0]

    assert (trigger.settings.share, trigger.settings.taken) == (share, occupied)
