"""The proxy as a sender of events: it proves itself with its signature, once."""

from __future__ import annotations

import logging

from ..asgi import Headers, Scope, target
from ..context import Function, LambdaContext
from ..deliveries.endpoint import EVENTS_PATH, LARGEST_BODY, Delivery, Incoming, event_of
from ..deliveries.replay import ReplayStore
from .signature import Refused, SignatureVerifier

log = logging.getLogger(__name__)


class ProxyEvents:
    """Takes `{"event": ...}` from whoever signs with an active key.

    Args:
        verifier: Checks signatures.
        replays: The requests that have come already.
        function: Stands in for what the proxy's context does not tell.
    """

    largest = LARGEST_BODY

    def __init__(self, verifier: SignatureVerifier, replays: ReplayStore, function: Function) -> None:
        self._verifier = verifier
        self._replays = replays
        self._function = function

    async def claims(self, headers: Headers) -> bool:
        """Tell whether the proxy signed these headers for this endpoint; its body is read only then."""
        try:
            return await self._verifier.verify("POST", EVENTS_PATH.encode(), headers) is not None
        except Refused as refused:
            log.warning("an event that claims to be the proxy's was refused: %s", refused.reason)
            return False

    async def signed_for(self, scope: Scope) -> str:
        """Return the function that a request was signed for, "" where none of the keys has signed it.

        Args:
            scope: The request's; its body is not looked at yet.
        """
        try:
            signed = await self._verifier.verify(scope["method"], target(scope), scope["headers"])
        except Refused:
            return ""
        facts = signed.document.get("context") if signed else None
        name = facts.get("function_name") if isinstance(facts, dict) else None
        return str(name or self._function.name) if signed else ""

    async def receive(self, incoming: Incoming) -> Delivery | bool:
        """Return the event if the signature is right, the time is now, and it comes for the first time.

        The proxy signs what clients of the API ask for as well. Whoever asks for this very path through the API is
        told by the HTTP event in the context, and refused.
        """
        try:
            signed = await self._verifier.verify(incoming.method, incoming.target, incoming.headers)
            if signed is None:
                return False
            signed.check(incoming.body)
            await signed.claim(self._replays)
        except Refused as refused:
            log.warning("an event that claims to be the proxy's was refused: %s", refused.reason)
            return False
        if signed.is_http:
            log.warning("a client of the API asked for the path of the events and was refused")
            return False
        event, is_event = event_of(incoming.body)
        facts = signed.document.get("context")
        context = LambdaContext(facts if isinstance(facts, dict) else {}, self._function)
        return Delivery(event, context) if is_event else False
