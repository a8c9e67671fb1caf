"""Pipes whose target is the function, which go on to the service."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from lambda_migrate.actions import action_to_dict
from lambda_migrate.config import Service
from lambda_migrate.errors import NotFound
from lambda_migrate.triggers import pipe, pipe_target
from lambda_migrate.triggers.base import Destination, Repoint, Trigger
from tests.inventory.fake_aws import FakeAws
from tests.triggers import known

LIVE = known.qualified("live")
WAITS = {"LambdaFunctionParameters": {"InvocationType": "REQUEST_RESPONSE"}}
LOOKED = {"longest": "0.8", "role fulfil": "", "largest fulfil": "4000"}
READY = Destination(
    "https://orders.example.com",
    api_key="secretsmanager:orders/api",
    resources={"pipe": LOOKED},
    pipes=frozenset({"fulfil"}),
)


def fulfil(**changed: Any) -> Trigger[pipe.Settings]:
    about = {"pipe": "fulfil", "part": "Target", "role": "arn:role", "function": LIVE, "batch": 1, "parameters": WAITS}
    return Trigger("pipe", "arn/target", "fulfil", "live", pipe.Settings(**{**about, **changed}))


def moved(trigger: Trigger[pipe.Settings], destination: Destination = READY) -> Repoint:
    repoint = pipe.to_service(trigger, known.ORDERS, destination)
    assert repoint is not None
    return repoint


def test_its_target_becomes_an_api_destination_of_its_kind() -> None:
    repoint = moved(fulfil())

    assert [action_to_dict(step.action) for step in repoint.steps] == [
        {
            "kind": "send_pipe",
            "name": "fulfil",
            "before": LIVE,
            "after": "api-destination:lambda-migrate-orders-pipe",
            "part": "Target",
            "parameters": WAITS,
        }
    ]
    assert [step.action.kind for step in repoint.preparation] == ["create_connection", "create_api_destination"]
    assert (repoint.blockers, repoint.source_metrics) == ((), pipe_target.metrics("fulfil"))
    assert pipe.source_metrics(fulfil()) == repoint.source_metrics


def test_one_that_nobody_names_stays_on_the_alias() -> None:
    assert pipe.to_service(fulfil(), known.ORDERS, replace(READY, pipes=frozenset({"other"}))) is None


@pytest.mark.parametrize(
    ("changed", "text"),
    [
        ({"part": "Enrichment"}, "the function is its enrichment"),
        ({"batch": 0}, "an API destination takes one record at a time"),
        ({"batch": 10}, "an API destination takes one record at a time"),
        ({"templated": True}, "its input template changes what the function gets"),
        (
            {"parameters": {"LambdaFunctionParameters": {"InvocationType": "FIRE_AND_FORGET"}}},
            "it does not wait for the function",
        ),
    ],
)
def test_what_an_api_destination_does_not_take_keeps_it_where_it_is(changed: dict[str, Any], text: str) -> None:
    repoint = moved(fulfil(**changed))

    (blocker,) = repoint.blockers
    assert (repoint.steps, blocker.gate, blocker.acceptable) == ((), "pipe-impossible", False)
    assert f"cannot be pointed at the service: {text}" in blocker.text


@pytest.mark.parametrize(
    ("changed", "gate"),
    [
        ({"longest": "7.0"}, "pipe-too-slow"),
        ({"role fulfil": "its role may not"}, "caller-not-permitted"),
        ({"largest fulfil": "300000"}, "pipe-record-size"),
    ],
)
def test_what_would_lose_records_is_a_gate(changed: dict[str, str], gate: str) -> None:
    repoint = moved(fulfil(), replace(READY, resources={"pipe": LOOKED | changed}))

    assert [blocker.gate for blocker in repoint.blockers] == [gate]


def test_what_nobody_has_looked_at_is_a_gate() -> None:
    assert [blocker.gate for blocker in moved(fulfil(), replace(READY, resources={}, api_key="")).blockers] == [
        "service-without-api-key",
        "pipe-too-slow",
        "pipe-record-size",
        "caller-not-permitted",
    ]


def test_role_and_sizes_are_asked_for_the_pipes_that_are_named() -> None:
    asked: list[Any] = []

    def simulate(**given: Any) -> Any:
        asked.append((given["ActionNames"], given["ResourceArns"]))
        return {"EvaluationResults": [{"EvalActionName": "x", "EvalDecision": "allowed"}]}

    def counted(**given: Any) -> Any:
        sizes = {"EventSize": [900.0, 4000.0]}
        return {
            "MetricDataResults": [
                {"Id": each["Id"], "Values": sizes.get(each["MetricStat"]["Metric"]["MetricName"], [])}
                for each in given["MetricDataQueries"]
            ]
        }

    def missing(**_given: Any) -> Any:
        raise NotFound("there is none", operation="events:DescribeApiDestination")

    aws: Any = FakeAws(
        {
            "iam:simulate_principal_policy": simulate,
            "cloudwatch:get_metric_data": counted,
            "events:describe_api_destination": missing,
        },
        now=lambda: 1_800_000_000.0,
    )

    assert pipe.look_up(aws, known.ORDERS, Service(pipes=["fulfil"]), (fulfil(),)) == {
        "role fulfil": "",
        "largest fulfil": "4000",
    }
    assert asked == [
        (
            ["events:InvokeApiDestination"],
            [f"arn:aws:events:{known.REGION}:api-destination/lambda-migrate-orders-pipe/*"],
        )
    ]
    assert pipe.look_up(FakeAws({}), known.ORDERS, Service(), (fulfil(),)) == {}  # type: ignore[arg-type]  # as above
