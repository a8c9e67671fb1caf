"""The AWS Lambda Web Adapter: how a function that runs under it is recognised, and what it was told.

https://github.com/aws/aws-lambda-web-adapter
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

LAYER = ":layer:LambdaAdapterLayer"
WRAPPER = "/opt/bootstrap"
"""The script of its layer: it starts the program that the function's handler names."""

LAST = 599
"""The largest status that HTTP knows."""


@dataclass(frozen=True)
class WebAdapter:
    """What the adapter was told by variables of the function, none of which is a secret.

    Attributes:
        wrapper: The script that starts the function.
        base_path: What it removes from the front of paths, or "".
        events_path: Where it posts events that are not HTTP requests.
        error_statuses: The statuses of answers for which it reports the invocation as failed, as they are written.
        streams: Whether it hands answers on while they come.
        authorization: The header that it puts in the place of `authorization`, or "".
    """

    wrapper: str = WRAPPER
    base_path: str = ""
    events_path: str = "/events"
    error_statuses: str = ""
    streams: bool = False
    authorization: str = ""

    @property
    def failing(self) -> frozenset[int]:
        """The statuses of ``error_statuses``: numbers and ranges, with commas; what is neither counts for nothing."""
        return frozenset(status for part in self.error_statuses.split(",") for status in _statuses(part))


def read(variables: Mapping[str, str], layers: Iterable[str]) -> WebAdapter | None:
    """Return how a function's adapter is set, None where it has none.

    Args:
        variables: The function's environment.
        layers: ARNs of its layers.
    """
    there = variables.get("AWS_LAMBDA_EXEC_WRAPPER") == WRAPPER or any(LAYER in layer for layer in layers)
    return of_variables(variables) if there else None


def of_variables(variables: Mapping[str, str]) -> WebAdapter:
    """Return how the adapter of a function that has it is set."""

    def told(*names: str) -> str:
        return next((variables[name].strip() for name in names if variables.get(name, "").strip()), "")

    events = told("AWS_LWA_PASS_THROUGH_PATH") or "/events"
    return WebAdapter(
        wrapper=variables.get("AWS_LAMBDA_EXEC_WRAPPER", ""),
        base_path=told("AWS_LWA_REMOVE_BASE_PATH", "REMOVE_BASE_PATH"),
        events_path=events if events.startswith("/") else f"/{events}",
        error_statuses=told("AWS_LWA_ERROR_STATUS_CODES"),
        streams=told("AWS_LWA_INVOKE_MODE").lower() == "response_stream",
        authorization=told("AWS_LWA_AUTHORIZATION_SOURCE"),
    )


def _statuses(part: str) -> range:
    first, dash, last = part.strip().partition("-")
    if not first.isdecimal() or (dash and not last.isdecimal()):
        return range(0)
    return range(int(first), min(int(last if dash else first), LAST) + 1)
