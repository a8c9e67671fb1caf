"""Worlds of the actions that make what a trigger needs to reach the service."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from lambda_migrate.actions.eventbridge.create_api_destination import CreateApiDestination
from lambda_migrate.actions.eventbridge.create_connection import CreateConnection
from lambda_migrate.actions.iam.create_role import CreateRole
from lambda_migrate.actions.iam.put_role_policy import PutRolePolicy
from tests.actions.stage import PRIVATE, World, trust

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.actions.stage import Stage


def create_connection(stage: Stage) -> World:
    return World(
        CreateConnection(f"{stage.name}-service", "x-lambda-migrate-key", stage.secret(PRIVATE)),
        documents=stage.connections,
        foreign=lambda: stage.connection("theirs"),
        drift=lambda: stage.connection("service", "x-their-key"),
    )


def create_api_destination(stage: Stage) -> World:
    connection = stage.connection("service")
    return World(
        CreateApiDestination(f"{stage.name}-service", f"{stage.name}-service", "https://orders.example.com/e", 300),
        documents=stage.api_destinations,
        foreign=lambda: stage.api_destination("theirs", connection),
        drift=lambda: stage.api_destination("service", connection),
    )


def create_role(stage: Stage) -> World:
    return World(
        CreateRole(f"{stage.name}-events", trust("events.amazonaws.com")),
        documents=stage.roles,
        foreign=lambda: stage.role("theirs"),
        drift=lambda: stage.role("events", "scheduler.amazonaws.com"),
    )


def put_role_policy(stage: Stage, *, replaced: bool = False) -> World:
    stage.role("events")
    role = f"{stage.name}-events"

    def document(action: str) -> dict[str, Any]:
        statement = {"Effect": "Allow", "Action": action, "Resource": "*"}
        return {"Version": "2012-10-17", "Statement": [statement]}

    def put(name: str, action: str = "sqs:SendMessage") -> None:
        stage.client("iam").put_role_policy(RoleName=role, PolicyName=name, PolicyDocument=json.dumps(document(action)))

    before = document("events:PutEvents") if replaced else None
    if replaced:
        put("invoke", "events:PutEvents")
    return World(
        PutRolePolicy(role, "invoke", document("events:InvokeApiDestination"), before),
        documents=stage.roles,
        foreign=lambda: put("theirs"),
        drift=lambda: put("invoke"),
    )


WORLDS: dict[str, Callable[[Stage], World]] = {
    "create_connection": create_connection,
    "create_api_destination": create_api_destination,
    "create_role": create_role,
    "put_role_policy": put_role_policy,
    "put_role_policy/update": lambda stage: put_role_policy(stage, replaced=True),
}
