"""What one of several functions answers for."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from .asgi import Application, Headers, Scope


@dataclass(frozen=True)
class Serves:
    """What one function answers for.

    Attributes:
        function: Its name.
        app: The lifted application.
        base_path: The prefix that its old callers use.
        readiness_path: Where its readiness is asked.
        claims: Tells whether one of its senders delivers an event with these headers.
        signed_for: Returns the function that a request was signed for, with this function's keys; "" if it was not.
    """

    function: str
    app: Application
    base_path: str
    readiness_path: str
    claims: Callable[[Headers], Awaitable[bool]]
    signed_for: Callable[[Scope], Awaitable[str]]
