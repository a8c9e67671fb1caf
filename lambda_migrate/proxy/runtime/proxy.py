"""The handler: decides for each event who answers it, the service or the original, and accounts for it."""

from __future__ import annotations

from . import forward
from .breaker import Breaker
from .failures import (
    BadRequestError,
    HandlerFailed,
    ServiceAnswerTooLarge,
    ServiceError,
    ServiceFailure,
    ServiceRefusedProxy,
)
from .original import Original
from .response import from_failure
from .settings import ProxySettings, SettingsError, read
from .shapes import classify
from .telemetry import Telemetry, to_standard_output

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from typing import Any

    from .connection import Service
    from .forward import Forwarded
    from .shapes.shape import Shape

LATEST = "$LATEST"
_PROBE = {"lambda-migrate": {"probe": 1}}
_IN_THE_CLEAR = "LAMBDA_MIGRATE_SERVICE_URL: plain HTTP can be read and altered on the way; use https"


def start(environment: Mapping[str, str], write: Callable[[str], None] = to_standard_output) -> Proxy:
    """Return the handler for an execution environment; `write` takes its log lines.

    On `$LATEST`, which callers reach for some seconds while a version is being published, a wrong setting is logged
    and the original goes on answering.

    Raises:
        SettingsError: A setting is wrong.
    """
    version = environment.get("AWS_LAMBDA_FUNCTION_VERSION", "")
    telemetry = Telemetry(environment.get("AWS_LAMBDA_FUNCTION_NAME", "unknown"), write)
    wrong: str | None = None
    try:
        settings = read(environment)
        service = _service(settings) if numbered(version) and settings.events != "none" else None
    except SettingsError as error:
        handler = environment.get("LAMBDA_MIGRATE_ORIGINAL_HANDLER", "").strip()
        if version != LATEST or "." not in handler:
            raise
        wrong = str(error)
        telemetry.complain(wrong)
        settings, service = ProxySettings(events="none", original_handler=handler), None
    if service is not None and settings.in_the_clear:
        telemetry.complain(_IN_THE_CLEAR, "WARN")
    original = Original(settings.original_handler)
    started = Proxy(settings, service, original, telemetry, version, wrong)
    if settings.record and numbered(version):
        started.passed_on, started.instead = _recorded(original, settings, telemetry, version, write)
    snapshot = environment.get("AWS_LAMBDA_INITIALIZATION_TYPE") == "snap-start"
    if settings.events != "all" or service is None or snapshot:
        started.original.prepare()  # before a snapshot in any case: hooks for after a restore are registered until then
    if snapshot:
        from . import non_http, probe  # noqa: F401, PLC0415  # what is in the snapshot costs no restored environment
    return started


class Invocation:
    """One event with all that is known about it."""

    __slots__ = ("context", "event", "shape", "version")

    def __init__(self, event: Any, context: Any, shape: Shape, version: str) -> None:
        self.event = event
        self.context = context
        self.shape = shape
        self.version = version

    @property
    def is_request(self) -> bool:
        """Whether the event is an HTTP request, so that failures are answers and nothing is raised."""
        return self.shape.read is not None

    @property
    def request_id(self) -> str | None:
        """Lambda's id of the invocation."""
        identifier = getattr(self.context, "aws_request_id", None)
        return identifier if isinstance(identifier, str) else None


class Proxy:
    """Lambda's handler.

    Args:
        settings: How to behave.
        service: The service; none where nothing is proxied.
        original: The original handler.
        telemetry: Takes the account of every event.
        version: The version of this environment, for contexts that do not say.
        wrong: What is wrong with the settings, told to whoever probes.

    Attributes:
        passed_on: Answers what goes to the original: it, or what records it, and may ask the service too.
        instead: Answers in the place of a service that cannot be reached: the original, or what records it alone.
    """

    def __init__(
        self,
        settings: ProxySettings,
        service: Service | None,
        original: Original,
        telemetry: Telemetry,
        version: str = "",
        wrong: str | None = None,
    ) -> None:
        self.settings = settings
        self.original = original
        self.passed_on: Callable[[Any, Any], Any] = original
        self.instead: Callable[[Any, Any], Any] = original
        self._service = service
        self._breaker = Breaker(settings.breaker_refusals, settings.breaker_seconds)
        self._telemetry = telemetry
        self._version = version
        self._wrong = wrong

    def __call__(self, event: Any, context: Any) -> Any:
        """Answer one event, as AWS and the caller of the function expect."""
        told = getattr(context, "function_version", None)
        version = told if isinstance(told, str) and told else self._version
        if is_probe(event):
            return self._probed(context, version)
        invocation = Invocation(event, context, classify(event), version)
        service = self._reachable(version)
        if service is None or not _selected(self.settings.events, invocation.shape):
            self._account(invocation, "passed through", {"PassedThrough": 1})
            return self.passed_on(event, context)
        if self.settings.fallback == "connect" and self._breaker.bars():
            return self._fallen_back(invocation, "breaker-open", more={"BreakerOpen": 1})
        return self._proxied(invocation, service)

    def _probed(self, context: Any, version: str) -> dict[str, Any]:
        from . import probe  # noqa: PLC0415  # callers never send one: a cold start must not pay for it

        self._telemetry.record("probed", version, probe.NAME, {"Probes": 1})  # whoever asks can see metrics arrive
        return probe.answer(context, version, self.settings, self._reachable(version), self._wrong)

    def _reachable(self, version: str) -> Service | None:
        """Return the service for a numbered version: `$LATEST` and whatever else there may be passes through."""
        if not numbered(version) or self.settings.events == "none":
            return None
        if self._service is None:
            self._service = _service(self.settings)
        return self._service

    def _proxied(self, invocation: Invocation, service: Service) -> Any:
        event, context, shape = invocation.event, invocation.context, invocation.shape
        try:
            if invocation.is_request:
                done = forward.request(event, context, shape, self.settings, service)
            else:
                from . import non_http  # noqa: PLC0415  # many functions never get one: see `_probed`

                done = non_http.forward(event, context, self.settings, service)
        except ServiceFailure as failure:
            if failure.sent or self.settings.fallback != "connect":
                self._breaker.reached()
                return self._failed(invocation, failure)
            refusal = failure.code, str(failure)
        except BadRequestError as bad:
            counts = counts_of(proxied=1, status=400)
            self._account(invocation, "refused", counts, status=400, error="bad-request", reason=str(bad))
            return from_failure(400, "bad-request", shape, event, shape.refusal)
        except Exception as bug:
            # the type and the place only: its message may hold what the client sent
            place = f"{type(bug).__name__} at {_place_of(bug)}"
            self._account(invocation, "failed", counts_of(failed=1), error="internal", reason=place)
            if not invocation.is_request:
                raise
            return from_failure(500, "internal", shape, event)
        else:
            self._breaker.reached()
            return self._answered(invocation, done)
        self._breaker.refused()
        return self._fallen_back(invocation, *refusal)

    def _answered(self, invocation: Invocation, done: Forwarded) -> Any:
        """Account for an answer. One that the load balancer gave itself is none of the service's, but the caller's."""
        status = done.status if invocation.is_request else 0
        if done.by_balancer:
            counts = counts_of(failed=1, status=status)
            told: dict[str, Any] = {"error": "balancer", "reason": "the load balancer answered in place of the service"}
            self._account(invocation, "failed", counts, done.milliseconds, status=done.status, **told)
        else:
            counts = counts_of(proxied=1, status=status)
            self._account(invocation, "proxied", counts, done.milliseconds, status=done.status, warning=done.warning)
        return done.result

    def _fallen_back(
        self, invocation: Invocation, code: str, reason: str | None = None, more: dict[str, int] | None = None
    ) -> Any:
        """Let the original answer: nobody else had the event."""
        counts = counts_of(fallback=1)
        self._account(invocation, "fell back", {**counts, **more} if more else counts, error=code, reason=reason)
        return self.instead(invocation.event, invocation.context)

    def _failed(self, invocation: Invocation, failure: ServiceFailure) -> dict[str, Any]:
        """Account for a failure, and return it to a caller over HTTP or raise it."""
        if isinstance(failure, HandlerFailed):
            counts, told = counts_of(proxied=1), {"error": failure.code, "reason": type(failure).__name__}
            self._account(invocation, "proxied", counts, failure.milliseconds, **told)
        else:
            # what the service wrote about an event stays between it and the caller
            reason = None if isinstance(failure, ServiceError) else str(failure)
            counts = counts_of(failed=1)
            if isinstance(failure, ServiceRefusedProxy):
                counts["Refused"] = 1
            self._account(invocation, "failed", counts, failure.milliseconds, error=failure.code, reason=reason)
        if not invocation.is_request:
            raise failure from None
        detail = str(failure) if isinstance(failure, ServiceAnswerTooLarge) else None
        return from_failure(failure.status, failure.code, invocation.shape, invocation.event, detail)

    def _account(
        self,
        invocation: Invocation,
        message: str,
        counts: dict[str, int],
        milliseconds: float | None = None,
        **fields: str | float | None,
    ) -> None:
        kind, request_id = invocation.shape.name, invocation.request_id
        if "Proxied" in counts:
            counts["Requests"] = 1 if invocation.is_request else 0  # what shares of 5xx and 4xx are taken of
        self._telemetry.record(message, invocation.version, kind, counts, milliseconds, request_id=request_id, **fields)


def counts_of(proxied: int = 0, failed: int = 0, fallback: int = 0, status: int = 0) -> dict[str, int]:
    """Return the metrics of an event that was meant for the service: exactly one of the first three is 1.

    Args:
        proxied: The service answered.
        failed: Nobody did, or the load balancer in its place.
        fallback: The original did.
        status: What a caller over HTTP gets.
    """
    return {
        "Proxied": proxied,
        "Failed": failed,
        "Fallback": fallback,
        "ServerErrors": 1 if status >= 500 else 0,  # noqa: PLR2004  # 5xx
        "ClientErrors": 1 if 400 <= status < 500 else 0,  # noqa: PLR2004  # 4xx
    }


def is_probe(event: Any) -> bool:
    """Return whether an event is exactly our probe: nothing that AWS sends looks like it."""
    return isinstance(event, dict) and event == _PROBE


def _recorded(
    original: Original, settings: ProxySettings, telemetry: Telemetry, version: str, write: Callable[[str], None]
) -> tuple[Callable[[Any, Any], Any], Callable[[Any, Any], Any]]:
    from .recording import start as recording  # noqa: PLC0415  # off by default: a cold start must not pay for it

    return recording(original, settings, telemetry, version, write)


def _service(settings: ProxySettings) -> Service:
    from .connection import Service  # noqa: PLC0415  # sockets are not needed where nothing is proxied

    return Service(settings)


def numbered(version: str) -> bool:
    """Return whether a version has a number."""
    return version.isascii() and version.isdigit()


def _selected(events: str, shape: Shape) -> bool:
    return events in ("all", "non-api" if shape.read is None else "api")


def _place_of(bug: Exception) -> str:
    trace = bug.__traceback__
    while trace is not None and trace.tb_next is not None:
        trace = trace.tb_next
    return "unknown" if trace is None else f"{trace.tb_frame.f_code.co_name}:{trace.tb_lineno}"
