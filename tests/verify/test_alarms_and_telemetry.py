"""The user's alarms, and whether the proxy's metrics will arrive."""

from __future__ import annotations

from typing import Any

import pytest

from lambda_migrate.errors import NotAllowed
from lambda_migrate.verify import alarms, telemetry
from lambda_migrate.verify.surroundings import Alarms
from lambda_migrate.verify.telemetry import LoggingProblem, logging_problems
from tests.verify.known import CloudWatch

ROLE = "arn:aws:iam::123456789012:role/service/orders"
CONFIGURATION = {"FunctionArn": "arn:aws:lambda:eu-west-1:123456789012:function:orders", "Role": ROLE}
GROUP = {"logGroupName": "/aws/lambda/orders"}
WRITES = [{"EvalActionName": name, "EvalDecision": "allowed"} for name in ("logs:CreateLogStream", "logs:PutLogEvents")]


def function(
    logging: dict[str, str] | None = None,
    groups: Any = (GROUP, {"logGroupName": "/aws/lambda/orders-2", "logGroupClass": "DELIVERY"}),
    writes: Any = WRITES,
) -> Any:
    return CloudWatch(
        answers={
            "get_function_configuration": {**CONFIGURATION, "LoggingConfig": logging or {"LogFormat": "Text"}},
            "describe_log_groups": groups if isinstance(groups, Exception) else {"logGroups": groups},
            "simulate_principal_policy": writes if isinstance(writes, Exception) else {"EvaluationResults": writes},
        }
    )


def test_states_of_alarms_are_asked_by_name_and_one_that_is_not_there_is_named() -> None:
    aws: Any = CloudWatch(alarms={"slow": "OK"})

    assert alarms.states(aws, ["slow", "gone"]) == Alarms({"slow": "OK", "gone": "MISSING"})
    assert alarms.states(None, []) == Alarms()  # type: ignore[arg-type]  # nothing is asked


@pytest.mark.parametrize(
    "logging",
    [
        None,
        {"LogFormat": "JSON"},
        {"LogFormat": "JSON", "ApplicationLogLevel": "DEBUG"},
        {"LogFormat": "Text", "ApplicationLogLevel": "ERROR"},
    ],
)
def test_a_function_as_most_are_has_nothing_in_the_way(logging: dict[str, str] | None) -> None:
    assert list(logging_problems(function(logging), "orders")) == []
    assert telemetry.silence(function(logging), "orders") == ""


def test_everything_in_the_way_is_told_with_what_to_do() -> None:
    denied = [{"EvalActionName": "logs:PutLogEvents", "EvalDecision": "implicitDeny"}, WRITES[0]]
    infrequent = {"logGroupName": "/shared", "logGroupClass": "INFREQUENT_ACCESS"}
    logging = {"LogFormat": "JSON", "ApplicationLogLevel": "ERROR", "LogGroup": "/shared"}

    found = list(logging_problems(function(logging, [infrequent], denied), "orders"))

    assert found == [
        LoggingProblem(
            "the function logs as JSON from level ERROR on, so that Lambda drops the proxy's lines",
            "set the application log level to INFO until the migration is done",
        ),
        LoggingProblem(
            "log group `/shared` is of class INFREQUENT_ACCESS, from which CloudWatch extracts no metrics",
            "name a log group of class Standard in the function's LoggingConfig",
        ),
        LoggingProblem(
            "role `orders` may not logs:PutLogEvents, so that the function writes no logs",
            "allow logs:PutLogEvents on `/shared` until the migration is done",
        ),
    ]


def test_a_log_group_that_is_not_there_yet_has_to_be_made_by_the_role() -> None:
    denied = [{"EvalActionName": "logs:CreateLogGroup", "EvalDecision": "implicitDeny"}, *WRITES]

    (found,) = logging_problems(function(groups=[], writes=denied), "orders")

    assert found.text == "role `orders` may not logs:CreateLogGroup, so that the function writes no logs"


def test_what_could_not_be_looked_at_is_told_and_taken_for_neither() -> None:
    unknown = function(groups=NotAllowed("no logs"), writes=NotAllowed("no iam"))

    assert [(each.certain, each.text) for each in logging_problems(unknown, "orders")] == [
        (False, "log group `/aws/lambda/orders` could not be looked at: no logs"),
        (False, f"whether `{ROLE}` may write logs could not be looked at: no iam"),
    ]
    assert telemetry.silence(unknown, "orders") == ""
