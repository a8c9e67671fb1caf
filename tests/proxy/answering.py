"""A function whose service always gives one answer."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from tests.proxy.service import Function, Service, function

Serve = Callable[..., Service]
TEXT = (("content-type", "text/plain"),)


def answering(serve: Serve, reply: bytes, **settings: str) -> Function:
    """Return a function whose service always gives this answer."""
    return function(serve(lambda _received, _sock: reply).url, **settings)


def result(serve: Serve, event: Any, reply: bytes, **settings: str) -> Any:
    return answering(serve, reply, **settings)(event)
