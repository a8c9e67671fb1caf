"""Whether the resource policy of a function lets a service invoke it."""

from __future__ import annotations

import fnmatch
from typing import Any

from ministack.core.responses import get_account_id
from ministack.services import lambda_svc

from lambda_migrate.sandbox.ministack import lambda_, qualifier_policies

_INVOKE_ACTIONS = ("lambda:InvokeFunction", "lambda:*", "*")


def permitted(function_arn: str, service: str, source_arn: str) -> bool:
    """Return whether the policy of a function (of the qualifier in its ARN) lets a service invoke it.

    Args:
        function_arn: The ARN as the caller has it, qualified or not.
        service: The caller's service principal, for example ``sns.amazonaws.com``.
        source_arn: The topic, rule or route that the event comes from.
    """
    name, _ = lambda_.qualified(function_arn)
    function = lambda_svc._functions.get(name)
    if function is None:
        return False
    with qualifier_policies.lock:
        statements = [one for one in function["policy"]["Statement"] if one["Resource"] == function_arn]
    return any(_allows(statement, service, source_arn) for statement in statements)


def _allows(statement: dict[str, Any], service: str, source_arn: str) -> bool:
    principal, conditions = statement["Principal"], statement.get("Condition", {})
    source_like = conditions.get("ArnLike", {}).get("AWS:SourceArn", "*")
    source_account = conditions.get("StringEquals", {}).get("AWS:SourceAccount", get_account_id())
    return (
        statement["Action"] in _INVOKE_ACTIONS
        and (principal == "*" or principal.get("Service") == service)
        and fnmatch.fnmatchcase(source_arn, source_like.replace("[", "[[]"))
        and bool(source_account == get_account_id())
    )
