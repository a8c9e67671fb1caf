"""Quotas are asked before anything is written: what is there, what the plan makes, what AWS allows."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from lambda_migrate.actions.api_gateway.create_integration import CreateIntegration
from lambda_migrate.actions.api_gateway.rehearse_route import RehearseRoute
from lambda_migrate.actions.load_balancer.create_target_group import CreateTargetGroup
from lambda_migrate.actions.vpc_lattice.create_lattice_group import CreateLatticeGroup
from lambda_migrate.config import parse
from lambda_migrate.engine.plan import Plan, Step
from lambda_migrate.errors import NotAllowed, NotFound
from lambda_migrate.workflow import quotas
from tests.inventory.fake_aws import FUNCTION, FakeAws

if TYPE_CHECKING:
    from lambda_migrate.actions import Action

LISTINGS = {
    "apigatewayv2:get_integrations": "Items",
    "apigatewayv2:get_routes": "Items",
    "elbv2:describe_target_groups": "TargetGroups",
    "vpc-lattice:list_target_groups": "items",
}
ACTIONS: dict[str, tuple[Action, str, int, str]] = {
    "integrations of an API": (
        CreateIntegration("a1", "m", {"IntegrationUri": "https://x"}),
        "apigatewayv2:get_integrations",
        300,
        "http api a1 has 300 integrations",
    ),
    "routes of an API": (
        RehearseRoute("a1", "/rehearsal", "marker:m"),
        "apigatewayv2:get_routes",
        300,
        "http api a1 has 300 routes",
    ),
    "target groups": (
        CreateTargetGroup("lm-orders", {}),
        "elbv2:describe_target_groups",
        3000,
        "the region has 3000 target groups",
    ),
    "target groups of VPC Lattice": (
        CreateLatticeGroup("lm-orders", "V2"),
        "vpc-lattice:list_target_groups",
        500,
        "the region has 500 target groups of VPC Lattice",
    ),
}
PARAMETERS = pytest.mark.parametrize(("action", "listing", "allowed", "text"), ACTIONS.values(), ids=ACTIONS)


class Asking:
    """A command that has a session and a configuration."""

    def __init__(self, listing: str, number: int, quota: Any = None, accept: str = "") -> None:
        things = [{"id": str(each), "name": str(each), "Description": ""} for each in range(number)]

        def listed(**asked: Any) -> Any:
            if "Names" in asked:
                return NotFound("no such target group")
            return {LISTINGS[listing]: things}

        quota = NotAllowed("not allowed") if quota is None else {"Quota": {"Value": float(quota)}}
        self.aws_read_only = FakeAws({listing: listed, "service-quotas:get_service_quota": quota})
        accepted = f"accept: [{{rule: {accept}, reason: it was raised}}]\n" if accept else ""
        self.migration = parse(f"function: orders\nservice: {{url: 'https://orders.example.com'}}\n{accepted}")


def closed(context: Any, *actions: Action, phase: str = "direct") -> list[str]:
    steps = tuple(Step(f"0{number}", action) for number, action in enumerate(actions))
    return [str(each) for each in quotas.closed_gates(context, Plan(phase, FUNCTION, "", steps))]


@PARAMETERS
def test_one_more_than_aws_allows_is_a_gate(action: Action, listing: str, allowed: int, text: str) -> None:
    (told,) = closed(Asking(listing, allowed), action)

    assert told.startswith(f"quota: {text}, the plan makes 1 more, and AWS allows {allowed}")
    assert closed(Asking(listing, allowed - 1), action) == []


@PARAMETERS
def test_what_service_quotas_says_of_the_account_counts(action: Action, listing: str, allowed: int, text: str) -> None:
    raisable = "groups" in text
    raised = closed(Asking(listing, allowed, quota=allowed + 1), action)
    lowered = closed(Asking(listing, 10, quota=10), action)

    assert (raised == [], bool(lowered)) == (raisable, raisable)


@PARAMETERS
def test_what_cannot_be_counted_is_not_taken_for_none(action: Action, listing: str, allowed: int, text: str) -> None:
    context = Asking(listing, 0)
    context.aws_read_only.answers[listing] = NotAllowed("not allowed")

    (told,) = closed(context, action)
    assert f"could not be counted: not allowed; AWS allows {allowed} by default" in told
    assert text.partition(" has ")[0] in told


def test_several_of_one_plan_are_counted_together_and_those_that_are_there_once() -> None:
    three = [CreateIntegration("a1", f"m{number}", {}) for number in range(3)]

    (told,) = closed(Asking("apigatewayv2:get_integrations", 298), *three)
    assert "has 298 integrations, the plan makes 3 more" in told

    again = Asking("apigatewayv2:get_integrations", 0)
    made = [{"Description": each.marker} for each in three] + [{"Description": ""}] * 297
    again.aws_read_only.answers["apigatewayv2:get_integrations"] = {"Items": made}
    assert closed(again, *three) == []


def test_it_can_be_accepted_and_says_where_the_number_is_from() -> None:
    action, listing, allowed, _text = ACTIONS["target groups"]

    (told,) = closed(Asking(listing, allowed), action)
    assert "(AWS's default; Service Quotas: not allowed)" in told
    assert closed(Asking(listing, allowed, accept="quota"), action) == []


def test_nothing_is_asked_where_the_plan_adds_nothing() -> None:
    context = Asking("apigatewayv2:get_routes", 0)

    assert closed(context) == []
    assert context.aws_read_only.calls == []
