"""What a REST API plans for one function; pure."""

from __future__ import annotations

import json
from dataclasses import asdict, replace
from typing import TYPE_CHECKING

import pytest

from lambda_migrate import triggers
from lambda_migrate.triggers import rest_api, rest_api_authorizer
from lambda_migrate.triggers.rest_api import Stage
from lambda_migrate.triggers.stage_variable import Variables
from tests.triggers import known
from tests.triggers.repointing import SERVICE, actions, gates

if TYPE_CHECKING:
    from lambda_migrate.triggers.base import Trigger

BEFORE, AFTER = known.PATH.format(known.ARN), known.PATH.format(f"{known.ARN}:live")
PLANNED = {"uris": {"ANY /{proxy+}": AFTER, "authorizer who": AFTER}, "rest": "0" * 64}


def test_rest_api_everything_that_names_the_function_goes_in_one_deployment_that_each_stage_then_serves() -> None:
    repoint = rest_api.to_alias(known.rest_api(), known.ORDERS, "live")

    made = actions(repoint)
    marker = made[2]["marker"]
    about = {"protocol": "REST", "api_id": "r1", "name": "shop"}
    assert made == [
        {
            "kind": "point_rest_integration",
            "api_id": "r1",
            "resource_id": "res1",
            "verb": "ANY",
            "name": "ANY /{proxy+}",
            "before": BEFORE,
            "after": AFTER,
        },
        {
            "kind": "point_authorizer",
            "protocol": "REST",
            "api_id": "r1",
            "authorizer_id": "auth1",
            "name": "who",
            "before": BEFORE,
            "after": AFTER,
        },
        {"kind": "create_deployment", **about, "marker": marker, **PLANNED, "bare": False},
        {
            "kind": "point_stage",
            **about,
            "stage": "dev",
            "before": "d1",
            "after": f"marker:{marker}",
            **PLANNED,
        },
        {
            "kind": "point_stage",
            **about,
            "stage": "prod",
            "before": "d2",
            "after": f"marker:{marker}",
            **PLANNED,
        },
    ]
    assert marker.startswith("lambda-migrate alias ")
    assert repoint.blockers == ()


def test_rest_api_its_authorizer_brings_the_same_steps_so_that_there_is_one_deployment() -> None:
    trigger = known.rest_api()

    assert rest_api_authorizer.to_alias(trigger, known.ORDERS, "live") == rest_api.to_alias(
        trigger, known.ORDERS, "live"
    )


def test_rest_api_a_change_that_is_not_deployed_is_told_and_refused() -> None:
    differs = ("`GET /a` is not deployed", "`GET /b` has another uri than is deployed", "c", "d")
    trigger = known.rest_api(stages=(Stage("prod", "d2", differs=differs),))

    blockers = rest_api.to_alias(trigger, known.ORDERS, "live").blockers

    assert [(str(blocker), blocker.acceptable) for blocker in blockers] == [
        (
            (
                "rest-api-undeployed: stage `prod` of REST API `shop` serves something else than the API as it stands:"
                " `GET /a` is not deployed; `GET /b` has another uri than is deployed; c …; deploy or revert that first"
            ),
            True,
        )
    ]


def test_rest_api_what_only_a_stage_has_deployed_is_not_deployed_away() -> None:
    trigger = known.rest_api(parts=(), stage="prod", stages=(Stage("prod", "d2", differs=("`GET /a` is gone",)),))

    repoint = rest_api.to_alias(trigger, known.ORDERS, "live")

    assert repoint.steps == ()
    assert [(blocker.gate, blocker.acceptable) for blocker in repoint.blockers] == [("rest-api-undeployed", False)]


@pytest.mark.parametrize(
    "changed",
    [
        {"stages": (Stage("prod", "d2", canary=True),)},
        {"stage": "prod", "variables": Variables("prod (canary)", {"fn": "orders"}, ("x",))},
    ],
)
def test_rest_api_a_stage_with_a_canary_is_refused(changed: dict[str, object]) -> None:
    assert gates(rest_api.to_alias(known.rest_api(**changed), known.ORDERS, "live")) == ["rest-api-canary"]


def test_rest_api_what_invokes_as_a_role_is_a_gate() -> None:
    trigger = known.rest_api()
    parts = tuple(replace(part, role="arn:aws:iam::123456789012:role/api") for part in trigger.settings.parts)

    repoint = rest_api.to_alias(known.rest_api(parts=parts), known.ORDERS, "live")

    assert gates(repoint) == ["api-role"]


def test_rest_api_a_stage_variable_changes_without_a_deployment() -> None:
    uri = known.PATH.format(known.ARN.replace("orders", "${stageVariables.fn}"))
    variables = Variables("prod", {"fn": "orders"}, (uri,))

    repoint = rest_api.to_alias(known.rest_api(parts=(), stage="prod", variables=variables), known.ORDERS, "live")

    assert actions(repoint) == [
        {
            "kind": "set_stage_variable",
            "protocol": "REST",
            "api_id": "r1",
            "name": "shop",
            "stage": "prod",
            "variable": "fn",
            "before": "orders",
            "after": "orders:live",
        }
    ]
    assert repoint.blockers == ()


@pytest.mark.parametrize(
    ("changed", "expected"),
    [
        ({}, {"ApiName": "shop"}),
        ({"stage": "prod"}, {"ApiName": "shop", "Stage": "prod"}),
        ({"others": ("GET /theirs",)}, None),
    ],
)
def test_rest_api_its_metrics_are_its_own_unless_others_are_counted_in_them(
    changed: dict[str, object], expected: dict[str, str] | None
) -> None:
    metrics = rest_api.request_metrics(known.rest_api(**changed), known.ORDERS)

    assert (metrics.dimensions if metrics else None) == expected


@pytest.mark.parametrize(
    "trigger",
    [
        known.rest_api(stages=(Stage("prod", "d2", canary=True, differs=("a",)),)),
        known.rest_api(variables=Variables("prod", {"fn": "orders"}, ("u",), ("o",), ("r",))),
    ],
)
def test_rest_api_reads_back_what_was_written(trigger: Trigger[rest_api.Settings]) -> None:
    assert triggers.from_dict(json.loads(json.dumps(asdict(trigger)))) == trigger


def direct(**changed: object) -> Trigger[rest_api.Settings]:
    integration = {"type": "AWS_PROXY", "httpMethod": "POST", "uri": BEFORE, "timeoutInMillis": 20000}
    part = rest_api.Part("ANY /v1/{proxy+}", BEFORE, "res1", "ANY", integration=integration)
    return known.rest_api(**{"parts": (part,), "stages": (Stage("prod", "d2"),), "bare": "1" * 64, **changed})


def test_rest_api_goes_straight_to_the_service_by_the_canary_of_the_stage() -> None:
    goal = replace(SERVICE, weights=(10, 50), door_key="secretsmanager:door", require="header")

    repoint = rest_api.to_service(direct(), known.ORDERS, goal)

    assert repoint is not None
    declared, replaced, made, *shares = actions(repoint)
    assert declared["parameters"] == ["method.request.path.proxy"]
    assert (replaced["before"], replaced["after"], replaced["secrets"]) == (
        {
            "type": "AWS_PROXY",
            "httpMethod": "POST",
            "uri": BEFORE,
            "connectionType": None,
            "credentials": None,
            "requestParameters": None,
        },
        {
            "type": "HTTP_PROXY",
            "httpMethod": "ANY",
            "uri": "https://orders.example.com/v1/{proxy}",
            "connectionType": "INTERNET",
            "credentials": None,
            "requestParameters": {"integration.request.path.proxy": "method.request.path.proxy"},
        },
        {"integration.request.header.x-lambda-migrate-door-key": "secretsmanager:door"},
    )
    assert (made["kind"], made["rest"], made["bare"]) == ("create_deployment", "1" * 64, True)
    assert [(each["stage"], each["before"], each["after"], each["deployment"]) for each in shares] == [
        ("prod", 0.0, 10.0, "d2"),
        ("prod", 10.0, 50.0, "d2"),
        ("prod", 50.0, 100.0, "d2"),
    ]
    counted = [metrics.dimensions for step in repoint.steps for metrics in step.source_metrics]
    assert counted == [{"ApiName": "shop", "Stage": "prod"}] * 3
    assert repoint.blockers == ()


@pytest.mark.parametrize(
    ("changed", "expected"),
    [
        ({"features": ("api-key", "cache", "throttling", "waf")}, ["throttling", "api-key", "waf"]),
        ({"features": ("resource-policy",)}, ["resource-policy"]),
    ],
)
def test_rest_api_what_keeps_callers_out_is_a_gate_of_the_way_to_the_service(
    changed: dict[str, object], expected: list[str]
) -> None:
    repoint = rest_api.to_service(direct(**changed), known.ORDERS, replace(SERVICE, resources={"rest_api": {}}))

    assert repoint is not None
    assert gates(repoint) == [f"http-api-bypassed:{each}" for each in expected]


@pytest.mark.parametrize(
    ("names", "method", "path"),
    [
        (("ANY /{proxy+}", "ANY /"), "ANY /{proxy+}", "/lambda-migrate-probe-"),
        (("GET /v1/{tenant}/{rest+}",), "GET /v1/{tenant}/{rest+}", "/v1/lambda-migrate/lambda-migrate-probe-"),
        (("ANY /v1/{rest+}", "ANY /{proxy+}"), "ANY /{proxy+}", "/lambda-migrate-probe-"),
        (("POST /{proxy+}", "GET /orders/{id}"), "", ""),
    ],
)
def test_rest_api_one_method_calls_the_service_before_anybody_is_served_it(
    names: tuple[str, ...], method: str, path: str
) -> None:
    integration = {"type": "AWS_PROXY", "httpMethod": "POST", "uri": "arn"}
    parts = tuple(
        rest_api.Part(name, "arn", f"res{number}", name.partition(" ")[0], integration=integration)
        for number, name in enumerate(names)
    )
    trigger = known.with_settings(known.rest_api("live"), parts=parts)
    repoint = rest_api.to_service(trigger, known.ORDERS, replace(SERVICE, resources={"rest_api": {}}))

    assert repoint is not None
    probes = {
        step.action.name: (step.gated, step.action.probe[:-16])  # type: ignore[attr-defined]  # of that kind
        for step in repoint.preparation
        if step.action.kind == "replace_rest_integration"
    }
    assert probes == {name: (True, path) if name == method else (False, "") for name in names}


def test_rest_api_a_method_with_templates_does_not_reach_the_service() -> None:
    part = rest_api.Part("GET /a", BEFORE, "res1", "GET", integration={"type": "AWS"})

    repoint = rest_api.to_service(direct(parts=(part,)), known.ORDERS, replace(SERVICE, resources={"rest_api": {}}))

    assert repoint is not None
    assert gates(repoint) == ["rest-api-integration"]


def test_rest_api_named_by_a_stage_variable_stays_on_the_alias() -> None:
    trigger = known.rest_api(parts=(), stage="prod", variables=Variables("prod", {"fn": "orders:live"}, ("u",)))

    assert rest_api.to_service(trigger, known.ORDERS, SERVICE) is None
