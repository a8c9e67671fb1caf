"""What a WebSocket API, its authorizers and those of HTTP APIs plan for one function; pure."""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import Any

import pytest

from lambda_migrate import triggers
from lambda_migrate.triggers import http_api, http_api_authorizer, http_api_variable, websocket_api
from lambda_migrate.triggers.base import Trigger
from lambda_migrate.triggers.rest_api import Part
from lambda_migrate.triggers.stage_variable import Variables
from lambda_migrate.triggers.websocket_api import Stage
from tests.triggers import known
from tests.triggers.repointing import actions, gates

BEFORE, AFTER = known.PATH.format(known.ARN), known.PATH.format(f"{known.ARN}:live")
BY_HAND, AUTOMATIC = Stage("prod", "d1", automatic=False), Stage("dev", "d2", automatic=True)
VARIABLES = Variables("prod", {"fn": "orders"}, (BEFORE.replace("orders", "${stageVariables.fn}"),))


def socket(*stages: Stage, **changed: Any) -> Trigger[websocket_api.Settings]:
    about: dict[str, Any] = {
        "parts": (Part("integration int1", BEFORE), Part("authorizer auth1", BEFORE, authorizer="auth1")),
        "stages": stages,
        "rest": "0" * 64,
    }
    settings = websocket_api.Settings(api="w1", api_name="chat", **{**about, **changed})
    return Trigger("websocket_api", "w1/int1", "chat", "", settings)


def authorizer(**changed: Any) -> Trigger[http_api_authorizer.Settings]:
    stages = (http_api.Stage("$default", automatic=True),)
    about: dict[str, Any] = {"authorizer": "auth1", "uri": BEFORE, "stages": stages}
    settings = http_api_authorizer.Settings(api="a1", api_name="shop", **{**about, **changed})
    return Trigger("http_api_authorizer", "a1/auth1", "who", "", settings)


def variable(**changed: Any) -> Trigger[http_api_variable.Settings]:
    settings = http_api_variable.Settings(api="a1", stage="prod", **{"variables": VARIABLES, **changed})
    return Trigger("http_api_variable", "a1/int1/prod", "shop/prod", "", settings)


def kinds(trigger: Trigger[Any]) -> list[str]:
    repoint = triggers.kind_of(trigger).to_alias(trigger, known.ORDERS, "live")
    assert repoint
    return [each["kind"] for each in actions(repoint)]


def test_websocket_api_a_stage_that_deploys_by_itself_needs_no_deployment() -> None:
    repoint = websocket_api.to_alias(socket(AUTOMATIC), known.ORDERS, "live")

    assert [(each["kind"], each["before"], each["after"]) for each in actions(repoint)] == [
        ("point_websocket_integration", BEFORE, AFTER),
        ("point_authorizer", BEFORE, AFTER),
    ]
    assert repoint.blockers == ()


def test_websocket_api_a_stage_that_is_deployed_by_hand_is_served_a_deployment_once_that_is_accepted() -> None:
    trigger = socket(AUTOMATIC, BY_HAND)

    made = kinds(trigger)
    repoint = websocket_api.to_alias(trigger, known.ORDERS, "live")

    assert made == ["point_websocket_integration", "point_authorizer", "create_deployment", "point_stage"]
    assert actions(repoint)[-1]["stage"] == "prod"
    assert [str(blocker) for blocker in repoint.blockers] == [
        (
            "websocket-api-deployed-by-hand: stage `prod` of WebSocket API `chat` does not deploy by itself, and AWS"
            " does not show what it serves; see to it that it serves the API as it stands, then accept this"
        )
    ]


def test_a_stage_variable_changes_for_each_kind_of_api() -> None:
    found = [kinds(socket(AUTOMATIC, variables=VARIABLES)), kinds(variable()), kinds(authorizer(variables=VARIABLES))]

    assert found == [["set_stage_variable"]] * 3


def test_http_api_a_stage_that_serves_an_earlier_deployment_has_to_be_deployed_by_its_owner() -> None:
    repoint = http_api_variable.to_alias(variable(variables=Variables("")), known.ORDERS, "live")

    assert (repoint.steps, gates(repoint)) == ((), ["http-api-deployed-by-hand"])


def test_http_api_authorizer_is_pointed_at_the_alias() -> None:
    stages = (http_api.Stage("prod", automatic=False),)

    repoint = http_api_authorizer.to_alias(authorizer(stages=stages, role="role"), known.ORDERS, "live")

    assert [(each["protocol"], each["before"], each["after"]) for each in actions(repoint)] == [("HTTP", BEFORE, AFTER)]
    assert gates(repoint) == ["http-api-deployed-by-hand", "api-role"]


@pytest.mark.parametrize("trigger", [socket(BY_HAND), socket(variables=VARIABLES), authorizer(), variable()])
def test_they_read_back_what_was_written(trigger: Trigger[Any]) -> None:
    assert triggers.from_dict(json.loads(json.dumps(asdict(trigger)))) == trigger
