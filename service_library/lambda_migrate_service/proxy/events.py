"""The proxy as a sender of events: it proves itself with its signature, once."""

from __future__ import annotations

import logging

from ..asgi import Headers
from ..context import Function, LambdaContext
from ..deliveries.endpoint import LARGEST_BODY, Delivery, Incoming, event_of
from ..deliveries.replay import Replays
from . import original_request
from .signature import SignatureVerifier

log = logging.getLogger(__name__)


class ProxyEvents:
    """Takes `{"event": ...}` from whoever signs with an active key.

    Args:
        verifier: Checks signatures.
        replays: The requests that have come already.
        function: Stands in for what the proxy's context does not tell.
    """

    largest = LARGEST_BODY

    def __init__(self, verifier: SignatureVerifier, replays: Replays, function: Function) -> None:
        self._verifier = verifier
        self._replays = replays
        self._function = function

    async def claims(self, headers: Headers) -> bool:
        """Tell whether the request carries a signature that may be one: of a known key, and of now."""
        return await self._verifier.signed_headers(headers) is not None

    async def receive(self, incoming: Incoming) -> Delivery | bool:
        """Return the event if the signature is right, the time is now, and it comes for the first time.

        The proxy signs what clients of the API ask for as well. Whoever asks for this very path through the API is
        told by the HTTP event in the context, and refused.
        """
        signed = await self._verifier.signed_headers(incoming.headers)
        if signed is None or not self._verifier.is_signed(signed, incoming.method, incoming.target, incoming.body):
            log.warning("an event without a valid signature was refused")
            return False
        if not self._replays.claim(signed.request_id, signed.sent):
            log.warning("an event that came twice was refused")
            return False
        try:
            document = original_request.decode(signed.context) if signed.context else {}
        except ValueError as error:
            log.error("a signed event was not understood: %s", error)
            return False
        if original_request.is_http(document):
            log.warning("a client of the API asked for the path of the events and was refused")
            return False
        event, found = event_of(incoming.body)
        facts = document.get("context")
        context = LambdaContext(facts if isinstance(facts, dict) else {}, self._function)
        return Delivery(event, context) if found else False
