"""Callers by role on the embedded AWS; none leaves a statement in the function's policy."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable

FIRST = {"Mode": "OFF"}


@dataclass(frozen=True)
class Callers:
    """Makes what may invoke a function, by a role."""

    client: Callable[[str], Any]
    name: str

    def role(self, service: str, resource: str, *, managed: bool = False, action: str = "lambda:InvokeFunction") -> str:
        """Return the ARN of a role that a service can assume, and that may do something with a resource."""
        iam, name = self.client("iam"), f"{self.name}-{service.partition('.')[0]}-{'m' if managed else 'i'}"
        statement = {"Effect": "Allow", "Principal": {"Service": service}, "Action": "sts:AssumeRole"}
        made = iam.create_role(RoleName=name, AssumeRolePolicyDocument=_document(statement))
        policy = _document({"Effect": "Allow", "Action": action, "Resource": resource})
        if managed:
            arn = iam.create_policy(PolicyName=name, PolicyDocument=policy)["Policy"]["Arn"]
            iam.attach_role_policy(RoleName=name, PolicyArn=arn)
        else:
            iam.put_role_policy(RoleName=name, PolicyName="invoke", PolicyDocument=policy)
        return str(made["Role"]["Arn"])

    def schedule(self, name: str, target: str, role: str, **given: Any) -> str:
        """Return the ARN of a schedule that is not due for a long time."""
        called = {"Arn": target, "RoleArn": role, **({"Input": json.dumps(given["given"])} if "given" in given else {})}
        made = self.client("scheduler").create_schedule(
            Name=f"{self.name}-{name}",
            ScheduleExpression="at(2098-01-01T00:00:00)",
            FlexibleTimeWindow=FIRST,
            Target=called,
            State=given.get("state", "ENABLED"),
        )
        return str(made["ScheduleArn"])

    def machine(self, name: str, role: str, *states: dict[str, Any], **more: Any) -> str:
        """Return the ARN of a state machine whose states follow each other."""
        definition = {
            "StartAt": "S0",
            "States": {f"S{number}": {**state, "End": True} for number, state in enumerate(states)},
            **more,
        }
        made = self.client("stepfunctions").create_state_machine(
            name=f"{self.name}-{name}", definition=json.dumps(definition), roleArn=role
        )
        return str(made["stateMachineArn"])

    def graphql(self, name: str, **about: Any) -> tuple[str, str]:
        """Return id and ARN of a GraphQL API."""
        made = self.client("appsync").create_graphql_api(name=f"{self.name}-{name}", **about)["graphqlApi"]
        return str(made["apiId"]), str(made["arn"])


def _document(statement: dict[str, Any]) -> str:
    return json.dumps({"Version": "2012-10-17", "Statement": [statement]})


def task(resource: str, **given: Any) -> dict[str, Any]:
    """Return a task of a definition: what it calls and, in JSONPath or JSONata, with what."""
    return {"Type": "Task", "Resource": resource, **given}
