"""Asks the service what the original is asked, off the caller's path, and keeps what it answers.

It runs on the recorder's thread, beside the original. Where Lambda freezes the environment before the service has
answered, the answer is read when it goes on; a connection that broke meanwhile is what came of it, `lost`.
"""

from __future__ import annotations

from .. import forward
from ..context import seconds_left
from ..failures import BadRequestError, HandlerFailed, ServiceFailure
from ..shapes import classify

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from ..connection import Service
    from ..settings import ProxySettings

MARK = "x-mirrored-by"
MARKED = "lambda-migrate"
"""The header by which the service can tell: it is nobody's request, so nobody is to be charged or greeted for it."""

LONGEST = 10.0
"""Seconds that an answer is waited for."""


class Mirror:
    """Sends events to the service.

    Args:
        settings: Of the proxy.
        service: The service, by connections of its own.
    """

    def __init__(self, settings: ProxySettings, service: Service) -> None:
        self._settings = settings
        self._service = service

    def __call__(self, event: dict[str, Any], context: Any) -> dict[str, Any]:
        """Return what the service answered: `answer` or `error`, and `milliseconds`; or why it did not, in `lost`."""
        shape = classify(event)
        if shape.read is None:
            return self._event(event, context)
        try:
            done = forward.request(_marked(event), _Hurried(context), shape, self._settings, self._service)
        except BadRequestError:
            return {"lost": "bad-request"}
        except ServiceFailure as failure:
            return {"lost": failure.code}
        return {"answer": done.result, "milliseconds": done.milliseconds}

    def _event(self, event: dict[str, Any], context: Any) -> dict[str, Any]:
        from .. import non_http  # noqa: PLC0415  # requests alone are mirrored, unless others are named

        try:
            done = non_http.forward(event, _Hurried(context), self._settings, self._service)
        except HandlerFailed as failed:
            return {"error": type(failed).__name__, "milliseconds": failed.milliseconds or 0.0}
        except ServiceFailure as failure:
            return {"lost": failure.code}
        return {"answer": done.result, "milliseconds": done.milliseconds}


class _Hurried:
    """Lambda's context, with less time: nobody waits for this answer."""

    def __init__(self, context: Any) -> None:
        self._context = context
        left = seconds_left(context)
        self._left = LONGEST if left is None else min(left, LONGEST)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._context, name)

    def get_remaining_time_in_millis(self) -> float:
        """Return the milliseconds that are left for an answer."""
        return self._left * 1000


def _marked(event: dict[str, Any]) -> dict[str, Any]:
    """Return a request with the mark among its headers, in whatever form they have."""
    marked = dict(event)
    for name, value in (("headers", MARKED), ("multiValueHeaders", [MARKED])):
        if isinstance(event.get(name), dict):
            listed = isinstance(next(iter(event[name].values()), None), list)
            marked[name] = {**event[name], MARK: [MARKED] if listed else value}
    return marked
