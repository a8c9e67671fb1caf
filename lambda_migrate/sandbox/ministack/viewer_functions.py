"""Functions of CloudFront that select another origin for a request.

Loaded by :mod:`lambda_migrate.sandbox.ministack.additions`. MiniStack runs viewer functions by Node.js, which need not
be on this machine, and lacks the helper that selects an origin. Here a function of the text that this program writes is
read, and the lots that it draws are drawn here. All others go to MiniStack, which deletes a function though a behavior
runs it; here that is refused.

"Helper methods for origin modification" and "Publish functions", CloudFront guide.
"""

from __future__ import annotations

import json
import random
import re
from contextvars import ContextVar
from typing import TYPE_CHECKING, Any

from ministack.services import cloudfront

if TYPE_CHECKING:
    from collections.abc import Callable

_SELECTS = re.compile(
    r"function handler\(event\) \{\s*"
    r"if \(Math\.random\(\) \* 100 < (?P<percent>\d+)\) \{\s*"
    r"cf\.selectRequestOriginById\((?P<origin>\"[^\"]*\")\);\s*\}\s*"
    r"return event\.request;\s*\}"
)
_IN_USE = "The function is associated with one or more distributions."

_distribution: ContextVar[dict[str, Any] | None] = ContextVar("distribution", default=None)
"""What the request that is being served dispatches on."""


def install() -> None:
    """Add them to the MiniStack of this process."""
    cloudfront.parse_distribution_dataplane_config = _remembering(cloudfront.parse_distribution_dataplane_config)
    cloudfront._run_function = _selecting(cloudfront._run_function)
    cloudfront._cf_delete_function = _refusing(cloudfront._cf_delete_function)


def _remembering(original: Callable[..., Any]) -> Callable[..., Any]:
    def parse(distribution: dict[str, Any]) -> Any:
        parsed = original(distribution)
        _distribution.set(parsed)
        return parsed

    return parse


def share(code: str) -> tuple[int, str] | None:
    """Return the percent of requests for which a function of our text selects an origin, and which; None for others."""
    selects = _SELECTS.search(code)
    return (int(selects["percent"]), json.loads(selects["origin"])) if selects else None


def _selecting(original: Callable[..., Any]) -> Callable[..., Any]:
    async def run(arn: str, event: dict[str, Any]) -> Any:
        shared = share((cloudfront.live_function_code(arn) or b"").decode("utf-8", "replace"))
        if shared is None:
            return await original(arn, event)
        percent, origin = shared
        if random.random() * 100 < percent:  # noqa: S311  # as CloudFront draws lots, for nothing secret
            _select(arn, origin)
        return event["request"]

    return run


def _select(arn: str, origin: str) -> None:
    """Have the behaviors that run a function lead to an origin, for the request that is being served."""
    parsed = _distribution.get() or {}
    for behavior in (*parsed.get("ordered_behaviors", ()), parsed.get("default_behavior") or {}):
        if behavior.get("functions", {}).get("viewer-request") == arn:
            behavior["target_origin_id"] = origin


def _refusing(original: Callable[..., Any]) -> Callable[..., Any]:
    """A function that a behavior runs is not deleted ("DeleteFunction", CloudFront API reference)."""

    def delete(name: str, headers: Any) -> Any:
        arn = cloudfront._func_arn(name)
        if any(arn in cloudfront._function_arns_in(each) for each in cloudfront._distributions.values()):
            return cloudfront._error("FunctionInUse", _IN_USE, 409)
        return original(name, headers)

    return delete
