"""How many calls a look at a function takes, in an account that is full of other people's things."""

from __future__ import annotations

from typing import Any

from lambda_migrate import inventory
from tests.inventory.fake_aws import FUNCTION, FakeAws, configuration

MANY = 500
SERVICES = ("states", "appsync", "apigateway", "scheduler", "lambda")


def full(resource: str) -> FakeAws:
    """Return an account with many of everything, and a role for each service that may invoke functions of a name."""
    document = {"Statement": [{"Effect": "Allow", "Action": "lambda:InvokeFunction", "Resource": resource}]}
    roles = [
        {
            "Arn": f"arn:aws:iam::123456789012:role/{service}",
            "AssumeRolePolicyDocument": {
                "Statement": [{"Effect": "Allow", "Principal": {"Service": f"{service}.amazonaws.com"}}]
            },
            "RolePolicyList": [{"PolicyName": "p", "PolicyDocument": document}],
        }
        for service in SERVICES
    ]

    def things(**of: str) -> list[dict[str, Any]]:
        return [{name: f"{prefix}{number}" for name, prefix in of.items()} for number in range(MANY)]

    role = "arn:aws:iam::123456789012:role/lambda"
    functions = [{**each, "Role": role} for each in things(FunctionArn=f"{FUNCTION}-other", FunctionName="other")]
    schedules = things(Arn="arn:aws:scheduler:::schedule/", Name="s", GroupName="g")
    universal = {"Target": {"Arn": "arn:aws:scheduler:::aws-sdk:lambda:invoke"}}
    return FakeAws(
        {
            "lambda:get_function": {"Configuration": configuration()},
            "iam:get_account_authorization_details": {"RoleDetailList": roles, "Policies": []},
            "lambda:list_functions": {"Functions": functions},
            "scheduler:list_schedules": {"Schedules": [{**each, **universal} for each in schedules]},
            "scheduler:get_schedule": {"Target": {"Input": "{}"}},
            "stepfunctions:list_state_machines": {"stateMachines": things(stateMachineArn="arn:m", name="m")},
            "stepfunctions:describe_state_machine": {"definition": "{}", "roleArn": "another"},
            "appsync:list_graphql_apis": {"graphqlApis": things(apiId="a", name="a")},
            "apigateway:get_rest_apis": {"items": things(id="r", name="r")},
            "apigatewayv2:get_apis": {"Items": things(ApiId="h", Name="h")},
        }
    )


def calls(aws: FakeAws) -> int:
    inventory.take(aws, "orders", alias="live")  # type: ignore[arg-type]  # all that it needs
    return len(aws.calls)


def test_where_no_role_may_invoke_the_function_nothing_is_looked_through() -> None:
    empty = calls(FakeAws({"lambda:get_function": {"Configuration": configuration()}}))

    assert calls(full(f"{FUNCTION}-other*")) == empty <= 20


def test_where_one_may_each_thing_takes_a_call_or_two_and_no_more() -> None:
    kinds = {
        "universal schedules": 1,
        "state machines": 1,
        "AppSync": 1,
        "functions": 1,
        "REST APIs": 2,
        "HTTP APIs": 2,
    }
    empty = calls(FakeAws({"lambda:get_function": {"Configuration": configuration()}}))

    assert calls(full("*")) <= empty + sum(kinds.values()) * MANY + 10
