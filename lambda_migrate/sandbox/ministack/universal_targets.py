"""What the sandbox adds to MiniStack's Scheduler: the universal target that calls Lambda's UpdateAlias, with its role.

As on AWS, a schedule is refused whose role Scheduler cannot assume, and the call does what the role's inline policies
allow, and no more.

https://docs.aws.amazon.com/scheduler/latest/UserGuide/managing-targets-universal.html
https://docs.aws.amazon.com/scheduler/latest/UserGuide/setting-up.html
"""

from __future__ import annotations

import fnmatch
import json
from typing import TYPE_CHECKING, Any

from ministack.core.responses import get_account_id
from ministack.services import eventbridge, iam, lambda_svc, scheduler

from lambda_migrate.aws.arn import Arn

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

UPDATE_ALIAS = "aws-sdk:lambda:updateAlias"
_REFUSAL = "The execution role you provide must allow AWS EventBridge Scheduler to assume the role."
_OK = 200


def install() -> None:
    """Add everything to the MiniStack of this process."""
    scheduler._create_schedule = _with_a_role_to_assume(scheduler._create_schedule)
    scheduler._update_schedule = _with_a_role_to_assume(scheduler._update_schedule)
    eventbridge._invoke_target = _calling_lambda(eventbridge._invoke_target)


def _with_a_role_to_assume(original: Callable[..., Any]) -> Callable[..., Any]:
    def put(name: str, body: dict[str, Any]) -> Any:
        target = body.get("Target") or {}
        if target.get("Arn", "").endswith(UPDATE_ALIAS) and not _assumable(_role(target)):
            return scheduler._error(400, "ValidationException", _REFUSAL)
        return original(name, body)

    return put


def _calling_lambda(original: Callable[..., Any]) -> Callable[..., Any]:
    def invoke(target: dict[str, Any], event: Any, rule: dict[str, Any], view: Any = None) -> Any:
        if not target.get("Arn", "").endswith(UPDATE_ALIAS):
            return original(target, event, rule, view)
        request = json.loads(target.get("Input") or "{}")
        name, alias = request.pop("FunctionName", ""), request.pop("Name", "")
        arn = lambda_svc._func_arn(name)
        role = _role(target)
        if not _assumable(role) or not _allows(role, "lambda:UpdateAlias", arn):
            scheduler.logger.warning("schedule %s: its role may not update %s", rule.get("Name"), arn)
            return None
        status, _headers, body = lambda_svc._update_alias(name, alias, request)
        if status != _OK:
            scheduler.logger.warning("schedule %s: UpdateAlias answered %s", rule.get("Name"), body)
        return None

    return invoke


def _role(target: dict[str, Any]) -> dict[str, Any]:
    role: dict[str, Any] = iam._roles.get(Arn.parse(target.get("RoleArn", "")).last) or {}
    return role


def _assumable(role: dict[str, Any]) -> bool:
    """Return whether the role's trust policy lets Scheduler assume it for this account."""
    return any(
        statement.get("Principal", {}).get("Service") == "scheduler.amazonaws.com"
        and statement.get("Condition", {}).get("StringEquals", {}).get("aws:SourceAccount", get_account_id())
        == get_account_id()
        for statement in _statements(role.get("AssumeRolePolicyDocument"))
    )


def _allows(role: dict[str, Any], action: str, resource: str) -> bool:
    policies = (role.get("InlinePolicies") or {}).values()
    return any(
        action in _listed(statement["Action"])
        and any(fnmatch.fnmatchcase(resource, pattern) for pattern in _listed(statement["Resource"]))
        for policy in policies
        for statement in _statements(policy)
    )


def _statements(document: Any) -> Iterator[dict[str, Any]]:
    parsed = json.loads(document) if isinstance(document, str) else document or {}
    for statement in _listed(parsed.get("Statement", [])):
        if statement.get("Effect") == "Allow":
            yield statement


def _listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]
