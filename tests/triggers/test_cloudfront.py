"""A distribution in front of the function's URL: found by its origins, led to the alias, and to the service."""

from __future__ import annotations

import json
from dataclasses import asdict, replace
from typing import Any

import pytest

from lambda_migrate.actions import action_to_dict
from lambda_migrate.actions.cloudfront.create_viewer_function import CreateViewerFunction
from lambda_migrate.actions.cloudfront.point_origin import PointOrigin
from lambda_migrate.actions.cloudfront.share_origin import ShareOrigin
from lambda_migrate.actions.remove_leftover import RemoveLeftover
from lambda_migrate.hashing import sha256
from lambda_migrate.triggers import from_dict, kind_of
from lambda_migrate.triggers.base import Destination, Repoint, Trigger
from lambda_migrate.triggers.cloudfront import Settings
from tests.triggers import known
from tests.triggers.repointing import gates

ARN = "arn:aws:cloudfront::123456789012:distribution/E1"
LEADS: dict[str, Any] = {
    "DomainName": "abc.lambda-url.eu-west-1.on.aws",
    "OriginAccessControlId": "",
    "OriginProtocolPolicy": "https-only",
    "HTTPPort": 80,
    "HTTPSPort": 443,
    "Keyed": [],
}
DOOR = "secretsmanager:orders/door"


def distribution(**changed: Any) -> Trigger[Settings]:
    settings = Settings(source=ARN, distribution="E1", origin="api", leads=LEADS, paths=("*",))
    return Trigger("cloudfront", f"{ARN}/api", "shop.example.com", "", replace(settings, **changed))


def direct(trigger: Trigger[Settings], url: str = "https://orders.example.com", **changed: Any) -> Repoint:
    repoint = kind_of(trigger).to_service(trigger, known.function(), Destination(url, **changed))
    assert repoint is not None
    return repoint


def test_the_origin_is_led_to_the_url_of_the_alias() -> None:
    repoint = kind_of(distribution()).to_alias(distribution(), known.function(), "live")

    assert repoint is not None
    after = {**LEADS, "DomainName": "function-url:orders:live"}
    assert [step.action for step in repoint.steps] == [PointOrigin("E1", LEADS, after, "api")]
    assert (repoint.blockers, repoint.warnings, repoint.preparation) == ((), (), ())


@pytest.mark.parametrize(
    ("url", "changed"),
    [
        ("https://orders.example.com", {}),
        ("https://orders.example.com:8443", {"HTTPSPort": 8443}),
        ("http://orders.example.com:8080", {"OriginProtocolPolicy": "http-only", "HTTPPort": 8080}),
    ],
)
def test_the_origin_is_led_to_the_service_by_its_protocol_and_port(url: str, changed: dict[str, Any]) -> None:
    repoint = direct(distribution(), url)

    after = {**LEADS, "DomainName": "orders.example.com", **changed}
    assert [step.action for step in repoint.steps] == [PointOrigin("E1", LEADS, after, "api")]
    assert (repoint.blockers, repoint.private) == ((), False)


SIGNED = {"leads": {**LEADS, "OriginAccessControlId": "E2OAC"}}


def test_what_cloudfront_signed_is_said_and_a_key_takes_its_place() -> None:
    assert gates(direct(distribution(**SIGNED))) == ["distribution-signed"]
    assert gates(direct(distribution(iam=True))) == ["distribution-signed"]

    keyed = direct(distribution(**SIGNED), require="header", door_key=DOOR)

    (step,) = keyed.steps
    assert isinstance(step.action, PointOrigin)
    assert (keyed.blockers, step.action.secrets) == ((), {"x-lambda-migrate-door-key": DOOR})
    assert (step.action.after["Keyed"], step.action.after["OriginAccessControlId"]) == (
        ["x-lambda-migrate-door-key"],
        "",
    )
    assert step.action.before == SIGNED["leads"]


@pytest.mark.parametrize("require", ["signed", "header"])
def test_a_door_that_cloudfront_cannot_open_is_closed(require: str) -> None:
    assert gates(direct(distribution(), require=require)) == ["service-door-closed"]


def test_what_moves_together_and_what_may_come_twice_is_said() -> None:
    assert direct(distribution(paths=("/api/*", "*"), grouped=True)).warnings == (
        ("CloudFront distribution `shop.example.com`: `/api/*`, `*` move together, since they share the origin `api`"),
        (
            "CloudFront distribution `shop.example.com`: origin `api` is in an origin group, so CloudFront may try"
            " another origin after it, and a request may run twice"
        ),
    )


def test_where_only_a_permission_is_known_nothing_moves() -> None:
    trigger = Trigger("cloudfront", "p", "distribution/E1", "", Settings(source=ARN, principal="cloudfront"))
    repoint = kind_of(trigger).to_alias(trigger, known.function(), "live")

    assert repoint is not None
    assert (repoint.steps, gates(repoint)) == ((), ["trigger:cloudfront"])
    assert kind_of(trigger).to_service(trigger, known.function(), Destination("https://orders.example.com")) is None


def test_it_is_counted_where_cloudfront_counts_and_survives_json() -> None:
    trigger = distribution(paths=("/api/*", "*"))
    counted = kind_of(trigger).source_metrics(trigger)

    assert counted is not None
    assert (counted.dimensions, counted.region) == ({"DistributionId": "E1", "Region": "Global"}, "us-east-1")
    assert counted.rates == {"4xxErrorRate": "Requests", "5xxErrorRate": "Requests"}
    assert from_dict(json.loads(json.dumps(asdict(trigger)))) == trigger
    assert kind_of(trigger).physical_id(trigger) == "E1"


def test_a_path_that_an_origin_would_leave_out_is_a_gate() -> None:
    assert gates(direct(distribution(), "https://orders.example.com/shop")) == ["trigger:cloudfront"]


def test_a_share_goes_first_by_functions_that_go_once_all_requests_have_moved() -> None:
    repoint = direct(distribution(taken=()), weights=(10, 50, 100), require="header", door_key=DOOR)

    after = {**LEADS, "DomainName": "orders.example.com", "Keyed": ["x-lambda-migrate-door-key"]}
    leads, name = {"function": LEADS, "service": after}, f"lambda-migrate-E1-{sha256(['api'])[:8]}"
    functions, secrets = f"arn:aws:cloudfront::123456789012:function/{name}", {"x-lambda-migrate-door-key": DOOR}
    made = [CreateViewerFunction(f"{name}-{share}", "lambda-migrate-api", share) for share in (10, 50)]
    assert [step.action for step in repoint.preparation] == made
    assert [step.action for step in repoint.steps] == [
        ShareOrigin("E1", before, after, "api", leads, ("*",), functions, secrets)
        for before, after in ((0, 10), (10, 50), (50, 100))
    ]
    assert [step.action for step in repoint.afterwards] == [RemoveLeftover(action_to_dict(each)) for each in made]
    counted = kind_of(distribution()).source_metrics(distribution())
    assert [step.source_metrics for step in repoint.steps] == [(counted,)] * 3


@pytest.mark.parametrize(
    ("changed", "why"),
    [
        ({"taken": ("/api/*", "*")}, "`/api/*`, `*` run a viewer function already, and a behavior runs one"),
        ({"grouped": True}, "origin `api` is in an origin group, which a viewer function would go around"),
    ],
)
def test_what_cannot_go_a_share_at_a_time_says_so_and_offers_the_switch(changed: dict[str, Any], why: str) -> None:
    repoint, whole = direct(distribution(**changed), weights=(10, 100)), direct(distribution(**changed))

    (blocker,) = repoint.blockers
    assert str(blocker) == (
        f"distribution-shares: CloudFront distribution `shop.example.com` cannot send a share of its requests to the"
        f" service: {why}; set `cutover.weights: [100]`, or accept that all of them move at once"
    )
    assert repoint.steps == whole.steps
    assert (gates(whole), [step.action.kind for step in whole.steps]) == ([], ["point_origin"])


@pytest.mark.parametrize("weights", [(100,), (10, 50, 100)])
@pytest.mark.parametrize("changed", [{}, {"grouped": True}])
def test_a_share_that_an_earlier_run_has_left_is_carried_on_from_and_its_function_goes(
    changed: dict[str, Any], weights: tuple[int, ...]
) -> None:
    repoint = direct(distribution(share=50, **changed), weights=weights)

    after = {**LEADS, "DomainName": "orders.example.com"}
    name = f"lambda-migrate-E1-{sha256(['api'])[:8]}"
    functions, leads = f"arn:aws:cloudfront::123456789012:function/{name}", {"function": LEADS, "service": after}
    assert [step.action for step in repoint.steps] == [ShareOrigin("E1", 50, 100, "api", leads, ("*",), functions)]
    left = CreateViewerFunction(f"{name}-50", "lambda-migrate-api", 50)
    assert [step.action for step in repoint.afterwards] == [RemoveLeftover(action_to_dict(left))]
    assert (repoint.preparation, repoint.blockers) == ((), ())


def test_from_a_share_that_was_left_the_later_ones_are_still_to_come() -> None:
    repoint = direct(distribution(share=10), weights=(10, 50, 100))
    taken = direct(distribution(share=10, taken=("/api/*",)), weights=(10, 50, 100))

    moves = [(step.action.before, step.action.after) for step in repoint.steps if isinstance(step.action, ShareOrigin)]
    at_once = [(step.action.before, step.action.after) for step in taken.steps if isinstance(step.action, ShareOrigin)]
    assert (moves, at_once, gates(taken)) == ([(10, 50), (50, 100)], [(10, 100)], ["distribution-shares"])
    assert [step.action.kind for step in repoint.preparation] == ["create_viewer_function"]
    assert [step.action.kind for step in repoint.afterwards] == ["remove_leftover"] * 2
