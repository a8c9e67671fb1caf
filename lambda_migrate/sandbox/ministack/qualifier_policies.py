"""A policy for each qualifier of a function, as on AWS: read, written and removed alone, and removed with its alias.

Loaded by :mod:`lambda_migrate.sandbox.ministack.additions`. MiniStack has one for the whole function.
"""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING, Any

from ministack.core.responses import error_response_json
from ministack.services import lambda_svc

if TYPE_CHECKING:
    from collections.abc import Callable

lock = threading.RLock()
"""Held while the statements of a function's policy are looked at or changed."""


def install() -> None:
    """Add it to the MiniStack of this process."""
    lambda_svc._add_permission = _for_one_qualifier(lambda_svc._add_permission, qualifier_at=2)
    lambda_svc._remove_permission = _for_one_qualifier(lambda_svc._remove_permission, qualifier_at=2)
    lambda_svc._get_policy = _for_one_qualifier(lambda_svc._get_policy, qualifier_at=1)
    lambda_svc._delete_alias = _forgetting_settings(lambda_svc._delete_alias)


def _for_one_qualifier(original: Callable[..., Any], *, qualifier_at: int) -> Callable[..., Any]:
    """MiniStack's function sees the policy of one qualifier only, as each has its own on AWS.

    Args:
        original: A function of ``(function name, ..., query parameters, qualifier from the path)``.
        qualifier_at: Where the query parameters are among its arguments.
    """

    def scoped(name: str, *arguments: Any) -> Any:
        query, in_path = (*arguments[qualifier_at - 1 :], None, None)[:2]
        qualifier = lambda_svc._qualifier_from_path_or_query(in_path, query)
        function = lambda_svc._functions.get(name)
        if function is None:
            return original(name, *arguments)
        resource = lambda_svc._policy_resource_arn(name, qualifier)
        with lock:
            everything = function["policy"]["Statement"]
            mine = [statement for statement in everything if statement["Resource"] == resource]
            others = [statement for statement in everything if statement["Resource"] != resource]
            if not mine and original.__name__ == "_get_policy":
                message = "The resource you requested does not exist."
                return error_response_json("ResourceNotFoundException", message, 404)
            function["policy"]["Statement"] = mine
            try:
                return original(name, *arguments)
            finally:
                function["policy"]["Statement"] += others

    return scoped


def _forgetting_settings(original: Callable[..., Any]) -> Callable[..., Any]:
    """The policy and the asynchronous settings of an alias go with the alias."""

    def delete(name: str, alias: str) -> Any:
        answer = original(name, alias)
        if function := lambda_svc._functions.get(name):
            resource = lambda_svc._policy_resource_arn(name, alias)
            with lock:
                statements = function["policy"]["Statement"]
                function["policy"]["Statement"] = [one for one in statements if one["Resource"] != resource]
            function.get("event_invoke_configs", {}).pop(alias, None)
        return answer

    return delete
