"""What the sandbox adds to MiniStack's SES: receipt rules that can be updated.

https://docs.aws.amazon.com/ses/latest/APIReference/API_UpdateReceiptRule.html
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs

from ministack.services import ses

if TYPE_CHECKING:
    from collections.abc import Callable

_ACTION = "UpdateReceiptRule"


def install() -> None:
    """Add it to the MiniStack of this process."""
    ses.handle_request = _with_update(ses.handle_request)


def _with_update(original: Callable[..., Any]) -> Callable[..., Any]:
    async def handled(method: str, path: str, headers: Any, body: bytes, query_params: Any) -> Any:
        params = {**query_params, **parse_qs((body or b"").decode("utf-8", errors="replace"), keep_blank_values=True)}
        if ses._p(params, "Action") == _ACTION:
            return _updated(params)
        return await original(method, path, headers, body, query_params)

    return handled


def _updated(params: dict[str, Any]) -> Any:
    """Put a rule in the place of the one that has its name, where that stands."""
    rule = ses._receipt_rule_from_params(params)
    problem = ses._receipt_rule_error(rule)
    if problem:
        return problem
    name = ses._p(params, "RuleSetName")
    if name not in ses._receipt_rule_sets:
        return ses._receipt_missing_set(name)
    rules = ses._receipt_rule_sets[name]["Rules"]
    place = next((number for number, each in enumerate(rules) if each["Name"] == rule["Name"]), None)
    if place is None:
        return ses._receipt_error("RuleDoesNotExist", f"Rule does not exist: {rule['Name']}")
    rules[place] = rule
    return ses._receipt_result(_ACTION)
