"""An account that is full of other people's things, and slow to answer where that is asked for."""

from __future__ import annotations

import threading
from dataclasses import dataclass, field
from typing import Any

from tests.inventory.fake_aws import FUNCTION, FakeAws, configuration

SERVICES = ("states", "appsync", "apigateway", "scheduler", "lambda")
SIZES = {
    "buckets": 2_000,
    "rules": 1_000,
    "REST APIs": 300,
    "HTTP APIs": 300,
    "queues": 500,
    "state machines": 200,
    "functions": 500,
    "schedules": 500,
    "AppSync APIs": 100,
}
"""How many of each there are in a big account."""


@dataclass
class SlowAws(FakeAws):
    """Answers after a while, and knows how many were asking at the same time.

    Attributes:
        seconds: That an answer takes.
        page: How many things a page of a listing holds.
        most: How many calls were under way at once, at most.
    """

    seconds: float = 0.0
    page: int = 100_000
    most: int = 0
    _waiting: int = 0
    _counting: threading.Lock = field(default_factory=threading.Lock)

    def call(self, service: str, operation: str, **parameters: Any) -> Any:
        with self._counting:
            self._waiting += 1
            self.most = max(self.most, self._waiting)
        self._answering()
        try:
            return super().call(service, operation, **parameters)
        finally:
            with self._counting:
                self._waiting -= 1

    def _answering(self) -> None:
        threading.Event().wait(self.seconds)

    def pages(self, service: str, operation: str, key: str, **parameters: Any) -> Any:
        """Yield what is listed, a page of so many at a time, each of which takes a call."""
        listed = list(super().pages(service, operation, key, **parameters))
        for _page in range(self.page, len(listed), self.page):
            self.calls.append(f"{service}:{operation}")
            self._answering()
        yield from listed


def full(resource: str, sizes: dict[str, int] | None = None, **how: Any) -> SlowAws:
    """Return an account with many of everything, and a role for each service that may invoke functions of a name.

    Args:
        resource: What the policies of the roles let them invoke.
        sizes: How many of each there are; default: a big account.
        how: As :class:`SlowAws` takes it.
    """
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

    many = SIZES if sizes is None else sizes

    def things(what: str, **of: str) -> list[dict[str, Any]]:
        return [{name: f"{prefix}{number}" for name, prefix in of.items()} for number in range(many[what])]

    role = "arn:aws:iam::123456789012:role/lambda"
    functions = [
        {**each, "Role": role} for each in things("functions", FunctionArn=f"{FUNCTION}-other", FunctionName="other")
    ]
    schedules = things("schedules", Arn="arn:aws:scheduler:::schedule/", Name="s", GroupName="g")
    universal = {"Target": {"Arn": "arn:aws:scheduler:::aws-sdk:lambda:invoke"}}
    return SlowAws(
        {
            "lambda:get_function": {"Configuration": configuration()},
            "iam:get_account_authorization_details": {"RoleDetailList": roles, "Policies": []},
            "lambda:list_functions": {"Functions": functions},
            "scheduler:list_schedules": {"Schedules": [{**each, **universal} for each in schedules]},
            "scheduler:get_schedule": {"Target": {**universal["Target"], "Input": "{}"}},
            "stepfunctions:list_state_machines": {
                "stateMachines": things("state machines", stateMachineArn="arn:m", name="m")
            },
            "stepfunctions:describe_state_machine": {"definition": "{}", "roleArn": "another"},
            "appsync:list_graphql_apis": {"graphqlApis": things("AppSync APIs", apiId="a", name="a")},
            "apigateway:get_rest_apis": {"items": things("REST APIs", id="r", name="r")},
            "apigatewayv2:get_apis": {"Items": things("HTTP APIs", ApiId="h", Name="h")},
            "lambda:list_event_source_mappings": {
                "EventSourceMappings": things(
                    "queues", UUID="u", FunctionArn="another", EventSourceArn="arn:aws:sqs:::q"
                )
            },
            "s3:list_buckets": {"Buckets": things("buckets", Name="bucket")},
            "events:list_rules": {"Rules": things("rules", Name="rule", Arn="arn:aws:events:::rule/")},
            "sqs:list_queues": {"QueueUrls": [f"https://sqs/q{number}" for number in range(many["queues"])]},
        },
        **how,
    )


def empty(**how: Any) -> SlowAws:
    """Return an account with nothing in it but the function."""
    return SlowAws({"lambda:get_function": {"Configuration": configuration()}}, **how)
