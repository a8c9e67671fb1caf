"""What an HTTP API plans for one function; pure."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest

from lambda_migrate.triggers import http_api
from lambda_migrate.triggers.http_api import Route, Stage
from tests.triggers import known
from tests.triggers.repointing import QUICK, SERVICE, actions, gates


def test_http_api_the_integration_is_pointed_at_the_alias_within_its_own_form_of_uri() -> None:
    wrapped = "arn:aws:apigateway:eu-west-1:lambda:path/2015-03-31/functions/{}/invocations"

    repoint = http_api.to_alias(known.http_api(uri=wrapped.format(known.ARN)), known.ORDERS, "live")

    assert actions(repoint) == [
        {
            "kind": "point_integration",
            "api_id": "a1b2c3",
            "integration_id": "int1",
            "name": "orders-api",
            "before": wrapped.format(known.ARN),
            "after": wrapped.format(f"{known.ARN}:live"),
        }
    ]
    assert repoint.blockers == ()


def test_http_api_an_integration_that_names_latest_is_pointed_at_the_alias_too() -> None:
    repoint = http_api.to_alias(known.http_api(uri=f"{known.ARN}:$LATEST"), known.ORDERS, "live")

    assert actions(repoint)[0]["after"] == f"{known.ARN}:live"


def test_http_api_an_integration_that_invokes_as_a_role_is_a_gate() -> None:
    repoint = http_api.to_alias(known.http_api(role="arn:aws:iam::123456789012:role/api"), known.ORDERS, "live")

    assert [str(blocker) for blocker in repoint.blockers] == [
        (
            "http-api-role: HTTP API `orders-api` invokes as role `arn:aws:iam::123456789012:role/api`;"
            f" make sure that the role may invoke `{known.ARN}:live`, then accept this"
        )
    ]


def test_http_api_a_stage_that_is_deployed_by_hand_is_named() -> None:
    trigger = known.http_api(stages=(Stage("prod", automatic=False),))

    repoint = http_api.to_alias(trigger, known.ORDERS, "live")

    assert [str(blocker) for blocker in repoint.blockers] == [
        (
            "http-api-deployed-by-hand: stage `prod` of HTTP API `orders-api` does not deploy by itself,"
            " so the change would have no effect; switch on its automatic deployment"
        )
    ]


def test_http_api_routes_share_one_integration_with_the_service() -> None:
    repoint = http_api.to_service(known.http_api(), known.ORDERS, SERVICE)

    made, rehearsed, ended, first, second = actions(repoint)
    path = rehearsed["path"]
    assert re.fullmatch("/lambda-migrate-probe-[0-9a-f]{16}", path)
    assert rehearsed == {
        "kind": "rehearse_route",
        "api_id": "a1b2c3",
        "path": path,
        "target": f"marker:{made['marker']}",
        "endpoint": "https://a1b2c3.execute-api.eu-west-1.amazonaws.com",
        "asked": path,
        "keyed": False,
    }
    assert ended == {"kind": "end_rehearsal", "api_id": "a1b2c3", "path": path, "target": f"marker:{made['marker']}"}
    assert made == {
        "kind": "create_integration",
        "api_id": "a1b2c3",
        "marker": made["marker"],
        "secrets": {},
        "settings": {
            "ConnectionType": "INTERNET",
            "IntegrationMethod": "ANY",
            "IntegrationType": "HTTP_PROXY",
            "IntegrationUri": "https://orders.example.com",
            "PayloadFormatVersion": "1.0",
            "RequestParameters": {"overwrite:path": "$request.path"},
            "TimeoutInMillis": 29000,
        },
    }
    assert made["marker"].startswith("lambda-migrate direct ")
    for route, found in (("r1", first), ("r2", second)):
        assert found == {
            "kind": "point_route",
            "api_id": "a1b2c3",
            "route_id": route,
            "name": found["name"],
            "before": "integrations/int1",
            "after": f"marker:{made['marker']}",
        }


def test_http_api_an_integration_that_was_made_before_is_used_again() -> None:
    marker = actions(http_api.to_service(known.http_api(), known.ORDERS, SERVICE))[0]["marker"]

    repoint = http_api.to_service(known.http_api(markers=(marker,)), known.ORDERS, SERVICE)

    assert [action["kind"] for action in actions(repoint)] == [
        "rehearse_route",
        "end_rehearsal",
        "point_route",
        "point_route",
    ]


def test_http_api_the_rehearsal_asks_for_the_path_that_the_service_is_to_see() -> None:
    staged = known.http_api(stages=(Stage("prod", automatic=True),))

    made, rehearsed = actions(http_api.to_service(staged, known.ORDERS, SERVICE))[:2]

    assert made["settings"]["RequestParameters"] == {"overwrite:path": "/prod${request.path}"}
    assert rehearsed["asked"] == f"/prod{rehearsed['path']}"


def test_http_api_without_a_default_endpoint_nothing_is_rehearsed_which_is_a_gate() -> None:
    repoint = http_api.to_service(known.http_api(endpoint=""), known.ORDERS, SERVICE)

    assert [action["kind"] for action in actions(repoint)] == ["create_integration", "point_route", "point_route"]
    assert gates(repoint) == ["http-api-not-rehearsed"]
    assert gates(http_api.to_service(known.http_api(endpoint="", routes=()), known.ORDERS, SERVICE)) == []


def test_http_api_stages_whose_paths_begin_differently_are_named() -> None:
    stages = (Stage("blue", automatic=True), Stage("green", automatic=True))

    repoint = http_api.to_service(known.http_api(stages=stages), known.ORDERS, SERVICE)

    assert repoint.steps == ()
    assert [str(blocker) for blocker in repoint.blockers] == [
        (
            "http-api-stages: HTTP API `orders-api` has the stages `blue`, `green`, whose paths differ;"
            " keep only one stage"
        )
    ]


KEYED = replace(SERVICE, require="header", door_key="secretsmanager:orders/door")
JWT = (Route("r1", "$default", "integrations/int1", "JWT"),)


def test_http_api_what_changes_headers_query_strings_and_answers_is_copied_and_the_rest_is_a_gate() -> None:
    requests = {
        "append:header.x-user": "$context.authorizer.claims.sub",
        "remove:querystring.debug": "''",
        "overwrite:path": "/v1",
    }
    answers = {"200": {"overwrite:header.cache-control": "no-store"}}
    trigger = known.http_api(requests=requests, answers=answers, tls={"ServerNameToVerify": "orders"})

    repoint = http_api.to_service(trigger, known.ORDERS, SERVICE)

    settings = actions(repoint)[0]["settings"]
    assert (settings["RequestParameters"], settings["ResponseParameters"]) == (
        {**requests, "overwrite:path": "$request.path"},
        answers,
    )
    assert [str(blocker) for blocker in repoint.blockers] == [
        (
            "http-api-mapping: HTTP API `orders-api`: its integration has `overwrite:path`, `TlsConfig`, which means"
            " something else in front of a URL and is not copied; do it in the service"
        )
    ]


@pytest.mark.parametrize(
    ("requests", "lost"), [({}, True), ({"append:header.x-user": "$context.authorizer.claims.sub"}, False)]
)
def test_http_api_claims_that_nobody_maps_to_a_header_are_lost_which_is_a_gate(
    requests: dict[str, str], lost: bool
) -> None:
    repoint = http_api.to_service(known.http_api(routes=JWT, requests=requests), known.ORDERS, KEYED)

    assert [str(blocker) for blocker in repoint.blockers] == [
        (
            "http-api-claims: HTTP API `orders-api` authorizes `$default` (JWT): the service gets no"
            " `requestContext.authorizer`; map the claims that it needs to headers of the integration, or accept this"
        )
    ] * lost


BYPASSED = ["http-api-bypassed:authorizer", "http-api-bypassed:throttling", "http-api-bypassed:mutual-tls"]


@pytest.mark.parametrize(
    ("require", "door_key", "found"),
    [
        ("open", "", ["http-api-claims", *BYPASSED]),
        ("open", "secretsmanager:orders/door", ["http-api-claims", *BYPASSED]),
        ("header", "secretsmanager:orders/door", ["http-api-claims"]),
        ("header", "", ["http-api-claims", "service-door-closed"]),
        ("signed", "secretsmanager:orders/door", ["http-api-claims", "service-door-closed"]),
    ],
)
def test_http_api_what_keeps_callers_out_is_a_gate_unless_the_service_asks_for_a_key(
    require: str, door_key: str, found: list[str]
) -> None:
    fronts = {**QUICK, "http_api": {"a1b2c3": "custom-domain mutual-tls", "other": "custom-domain"}}
    goal = replace(SERVICE, require=require, door_key=door_key, resources=fronts)
    trigger = known.http_api(routes=JWT, features=("access-logs", "cors", "throttling"))

    repoint = http_api.to_service(trigger, known.ORDERS, goal)

    assert gates(repoint) == found
    assert repoint.warnings == (
        (
            "HTTP API `orders-api` answers CORS preflights, writes access logs, has a domain as before; at the"
            " service's own URL nobody does"
        ),
    )


def test_http_api_a_domain_with_a_mapping_key_is_a_gate_because_it_may_change_the_path() -> None:
    fronts = {**QUICK, "http_api": {"a1b2c3": "custom-domain mapping-key=v1"}}

    (blocker,) = http_api.to_service(known.http_api(), known.ORDERS, replace(SERVICE, resources=fronts)).blockers

    assert (blocker.gate, blocker.acceptable) == ("http-api-mapping", True)
    assert "a custom domain maps key `v1` to it, so paths of its events begin with `/v1`" in str(blocker)


@pytest.mark.parametrize(
    ("fronts", "why"), [({"http_api": {"unread": "not allowed"}}, "not allowed"), ({}, "it has not been checked")]
)
def test_http_api_custom_domains_that_cannot_be_read_are_unknown_which_is_a_gate(
    fronts: dict[str, dict[str, str]], why: str
) -> None:
    repoint = http_api.to_service(known.http_api(), known.ORDERS, replace(SERVICE, resources=fronts))

    assert [str(blocker) for blocker in repoint.blockers] == [
        (
            "http-api-bypassed:mutual-tls: HTTP API `orders-api`: whether a custom domain asks for client certificates"
            f" is unknown ({why})"
        )
    ]


def test_http_api_the_key_is_named_by_reference_and_another_one_takes_another_integration() -> None:
    made, rehearsed, *_ = actions(http_api.to_service(known.http_api(), known.ORDERS, KEYED))
    other = actions(http_api.to_service(known.http_api(), known.ORDERS, replace(KEYED, door_key="ssm:/door")))[0]

    assert made["secrets"] == {"overwrite:header.x-lambda-migrate-door-key": "secretsmanager:orders/door"}
    assert made["settings"]["RequestParameters"] == {"overwrite:path": "$request.path"}
    assert (rehearsed["keyed"], made["marker"] != other["marker"]) == (True, True)


def test_http_api_each_route_is_judged_by_its_own_metric_where_its_stage_counts_them() -> None:
    trigger = known.http_api(detailed=True)

    steps = http_api.to_service(trigger, known.ORDERS, SERVICE).steps

    counted = [[metrics.dimensions for metrics in step.source_metrics] for step in steps]
    about = {"ApiId": "a1b2c3", "Stage": "$default"}
    assert counted == [
        [{**about, "Method": "ANY", "Resource": "/{proxy+}"}],
        [{**about, "Method": "GET", "Resource": "/health"}],
    ]
    assert all(not step.source_metrics for step in http_api.to_service(known.http_api(), known.ORDERS, SERVICE).steps)
