"""Decides for each request of the adapter who answers it, the service or the original application."""

from __future__ import annotations

import json

from .. import context as lambda_context
from .. import forward, non_http, probe
from ..balancer import answered
from ..breaker import Breaker
from ..deadline import deadline
from ..failures import BadRequestError, HandlerFailed, ServiceError, ServiceFailure, ServiceRefusedProxy
from ..headers import inbound, outbound
from ..message import Request
from ..proxy import counts_of, is_probe
from ..request import message
from ..response import failure_body
from ..shapes.shape import LAMBDA_LIMIT
from .application import NotThere
from .invocation import Invocation, is_told
from .passing import Passing
from .wire import whole

TYPE_CHECKING = False
if TYPE_CHECKING:
    import socket
    from typing import Any

    from ..connection import Service
    from ..message import Answer
    from ..settings import ProxySettings
    from ..telemetry import Telemetry
    from .application import Application
    from .settings import AdapterSettings
    from .wire import Asked

REQUEST, EVENT = "adapter-request", "adapter-event"
"""What the log calls the two kinds of what the adapter sends."""

_CODE = "x-lambda-proxy-error"


class Unanswered(Exception):
    """Nothing is to be answered: the adapter reports the invocation as failed where its connection ends."""


class Selector:
    """Answers the requests of the adapter.

    Args:
        settings: How the proxy behaves.
        adapter: How the adapter reaches the application.
        service: The service; none where nothing is proxied.
        application: The original.
        telemetry: Takes the account of every request.
        version: The function's version.
    """

    def __init__(
        self,
        settings: ProxySettings,
        adapter: AdapterSettings,
        service: Service | None,
        application: Application,
        telemetry: Telemetry,
        version: str,
    ) -> None:
        self._settings = settings
        self._adapter = adapter
        self._service = service
        self._application = application
        self._telemetry = telemetry
        self._version = version
        self._breaker = Breaker(settings.breaker_refusals, settings.breaker_seconds)

    @property
    def needs_the_original(self) -> bool:
        """Whether some requests are sure to be the original's, so that it has to run from the start."""
        return self._settings.events != "all" or self._service is None

    def answer(self, asked: Asked, sock: socket.socket) -> bool:
        """Answer one request; return whether the connection may be used again.

        Raises:
            Unanswered: The invocation is to fail.
        """
        invocation = Invocation(asked)
        if not is_told(asked.headers):
            if asked.method in ("GET", "HEAD") and asked.path == self._adapter.readiness_path.partition("?")[0]:
                return self._readiness(asked, sock)
            # from an adapter that we do not know: the original answers it, as it did before us
            return self._original(asked, sock, invocation, "passed through", {"PassedThrough": 1}, error="not-told")
        is_event = invocation.gateway is None
        if is_event and is_probe(_event_in(asked)):
            self._telemetry.record("probed", self._version, probe.NAME, {"Probes": 1})
            sock.sendall(_json_answer(self._probed(invocation)))
            return True
        if self._service is None or self._settings.events not in ("all", "non-api" if is_event else "api"):
            return self._original(asked, sock, invocation, "passed through", {"PassedThrough": 1})
        if self._settings.fallback == "connect" and self._breaker.bars():
            counts = {**counts_of(fallback=1), "BreakerOpen": 1}
            return self._original(asked, sock, invocation, "fell back", counts, error="breaker-open")
        return self._proxied(asked, sock, invocation, self._service)

    def _readiness(self, asked: Asked, sock: socket.socket) -> bool:
        """Say that we are ready, or what the application says of itself where it is needed from the start."""
        if not self.needs_the_original:
            sock.sendall(whole(self._adapter.ready_status, [], b""))
            return True
        try:
            self._application.start()
            return self._application.pass_on(asked, sock)
        except NotThere:
            sock.sendall(whole(503, [], b"", head=asked.method == "HEAD"))
            return True

    def _proxied(self, asked: Asked, sock: socket.socket, invocation: Invocation, service: Service) -> bool:
        try:
            if invocation.gateway is None:
                kept = self._event(asked, sock, invocation, service)
            else:
                kept = self._request(asked, sock, invocation, service)
        except ServiceFailure as failure:
            if failure.sent or self._settings.fallback != "connect":
                self._breaker.reached()
                return self._failed(asked, sock, invocation, failure)
            refusal = failure.code, str(failure)
        except BadRequestError as bad:
            self._account(invocation, "refused", counts_of(proxied=1, status=400), error="bad-request", reason=str(bad))
            sock.sendall(_failure(400, "bad-request", asked))
            return True
        else:
            self._breaker.reached()
            return kept
        self._breaker.refused()
        told = {"error": refusal[0], "reason": refusal[1]}
        return self._original(asked, sock, invocation, "fell back", counts_of(fallback=1), **told)

    def _event(self, asked: Asked, sock: socket.socket, invocation: Invocation, service: Service) -> bool:
        done = non_http.forward(_event_in(asked), invocation.context, self._settings, service)
        self._account(invocation, "proxied", counts_of(proxied=1), done.milliseconds, status=done.status)
        sock.sendall(_json_answer(done.result))
        return True

    def _request(self, asked: Asked, sock: socket.socket, invocation: Invocation, service: Service) -> bool:
        """Take an HTTP request to the service, and its answer back: whole, or as it comes where the adapter streams."""
        settings = self._settings
        passing = Passing(sock, settings.excluded_headers) if self._adapter.streams else None
        request, told = self._made_of(asked, invocation)
        until = deadline(invocation.context, settings, settings.api_timeout if invocation.behind_api_gateway else None)
        outgoing = [message(request, told, settings)]
        reading = () if passing is None else (passing,)
        try:
            answer, milliseconds = forward.timed(service, outgoing, until, LAMBDA_LIMIT, *reading)
        except ServiceFailure as failure:
            if passing is None or not passing.begun:
                raise
            self._account(invocation, "failed", counts_of(failed=1), failure.milliseconds, error=failure.code)
            raise Unanswered from None  # part of an answer is on its way: cut off, it cannot be taken for all of it
        by_balancer = answered(answer)
        if by_balancer and settings.fallback == "connect":
            forward.has_target(answer)
        counts = counts_of(failed=int(by_balancer), proxied=int(not by_balancer), status=answer.status)
        said = "failed" if by_balancer else "proxied"
        self._account(invocation, said, counts, milliseconds, status=answer.status)
        if passing is None or not passing.finished:
            sock.sendall(self._written(answer, asked.method))
        return True

    def _made_of(self, asked: Asked, invocation: Invocation) -> tuple[Request, str]:
        lines, host = inbound(list(asked.headers))
        trace = invocation.context.trace
        if isinstance(trace, str) and trace:
            lines = [*(line for line in lines if line[0] != "x-amzn-trace-id"), ("x-amzn-trace-id", trace)]
        client = invocation.client(lines)
        request = Request(asked.method, asked.target, lines, bytes(asked.body), client, host)
        event = invocation.event(lines)
        return request, lambda_context.header_value(invocation.context, event, request, self._settings.root_path)

    def _written(self, answer: Answer, method: str) -> bytes:
        head = method == "HEAD"
        lines = outbound(answer.headers, head=head, excluded=self._settings.excluded_headers, as_served=True)
        return whole(answer.status, lines, answer.body, head=head)

    def _original(
        self,
        asked: Asked,
        sock: socket.socket,
        invocation: Invocation,
        said: str,
        counts: dict[str, int],
        **told: str | None,
    ) -> bool:
        """Let the original application answer."""
        try:
            kept = self._application.relay(asked, sock, deadline(invocation.context, self._settings))
        except NotThere as missing:
            reason = f"the original application: {missing}"
            self._account(invocation, "failed", counts_of(failed=1, status=502), error="original", reason=reason)
            if invocation.gateway is None:
                raise Unanswered from None
            sock.sendall(_failure(502, "original", asked))
            return True
        self._account(invocation, said, counts, None, **told)
        return kept

    def _failed(self, asked: Asked, sock: socket.socket, invocation: Invocation, failure: ServiceFailure) -> bool:
        if isinstance(failure, HandlerFailed):
            counts, reason = counts_of(proxied=1), type(failure).__name__
        else:
            counts = counts_of(failed=1, status=failure.status if invocation.gateway is not None else 0)
            if isinstance(failure, ServiceRefusedProxy):
                counts["Refused"] = 1
            reason = "" if isinstance(failure, ServiceError) else str(failure)
        said = "proxied" if counts.get("Proxied") else "failed"
        self._account(invocation, said, counts, failure.milliseconds, error=failure.code, reason=reason or None)
        if invocation.gateway is None:
            raise Unanswered
        sock.sendall(_failure(failure.status, failure.code, asked))
        return True

    def _probed(self, invocation: Invocation) -> dict[str, Any]:
        """Answer the probe, and whether the original can be started beside us where it may be needed."""
        report = probe.answer(invocation.context, self._version, self._settings, self._service, None)
        if self.needs_the_original or self._settings.fallback == "connect":
            try:
                self._application.wait(deadline(invocation.context, self._settings))
            except NotThere as missing:
                report[probe.NAME].update(reached=False, error=f"the original application: {missing}")
        return report

    def _account(
        self,
        invocation: Invocation,
        said: str,
        counts: dict[str, int],
        milliseconds: float | None = None,
        **told: str | float | None,
    ) -> None:
        is_request = invocation.gateway is not None
        if "Proxied" in counts:
            counts["Requests"] = int(is_request)
        kind, request_id = REQUEST if is_request else EVENT, invocation.context.aws_request_id
        self._telemetry.record(said, self._version, kind, counts, milliseconds, request_id=request_id, **told)


def _event_in(asked: Asked) -> Any:
    try:
        return json.loads(bytes(asked.body))
    except (ValueError, RecursionError):
        return None


def _json_answer(value: Any) -> bytes:
    return whole(200, [("content-type", "application/json")], json.dumps(value).encode())


def _failure(status: int, code: str, asked: Asked) -> bytes:
    lines = [("content-type", "application/json"), (_CODE, code)]
    return whole(status, lines, failure_body(status).encode(), head=asked.method == "HEAD")
