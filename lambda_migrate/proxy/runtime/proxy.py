"""The handler: decides for each event who answers it, the service or the original, and accounts for it."""

from __future__ import annotations

from . import forward, probe
from .failures import BadRequestError, ServiceError, ServiceFailure
from .original import Original
from .response import from_failure
from .settings import Settings, SettingsError, read
from .shapes import classify
from .telemetry import Telemetry, to_standard_output

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from typing import Any

    from .connection import Service
    from .shapes.shape import Shape

LATEST = "$LATEST"


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
        service = _service(settings) if _numbered(version) and settings.events != "none" else None
    except SettingsError as error:
        original = environment.get("LAMBDA_MIGRATE_ORIGINAL_HANDLER", "").strip()
        if version != LATEST or "." not in original:
            raise
        wrong = str(error)
        telemetry.complain(wrong)
        settings, service = Settings(events="none", original_handler=original), None
    started = Proxy(settings, service, Original(settings.original_handler), telemetry, version, wrong)
    if settings.events != "all" or service is None:
        started.original.prepare()
    return started


class Proxy:
    """Lambda's handler.

    Args:
        settings: How to behave.
        service: The service; none where nothing is proxied.
        original: The original handler.
        telemetry: Takes the account of every event.
        version: The version of this environment, for contexts that do not say.
        wrong: What is wrong with the settings, told to whoever probes.
    """

    def __init__(
        self,
        settings: Settings,
        service: Service | None,
        original: Original,
        telemetry: Telemetry,
        version: str = "",
        wrong: str | None = None,
    ) -> None:
        self.settings = settings
        self.original = original
        self._service = service
        self._telemetry = telemetry
        self._version = version
        self._wrong = wrong

    def __call__(self, event: Any, context: Any) -> Any:
        """Answer one event, as AWS and the caller of the function expect."""
        told = getattr(context, "function_version", None)
        version = told if isinstance(told, str) and told else self._version
        if probe.asks(event):
            return probe.answer(context, version, self.settings, self._reachable(version), self._wrong)
        shape = classify(event)
        service = self._reachable(version)
        if service is None or not _selected(self.settings.events, shape):
            self._telemetry.record(
                "passed through", version, {"PassedThrough": 1}, kind=shape.name, request_id=_request_id(context)
            )
            return self.original(event, context)
        return self._proxied(event, context, shape, service, version)

    def _reachable(self, version: str) -> Service | None:
        """Return the service for a numbered version: `$LATEST` and whatever else there may be passes through."""
        if not _numbered(version) or self.settings.events == "none":
            return None
        if self._service is None:
            self._service = _service(self.settings)
        return self._service

    def _proxied(self, event: Any, context: Any, shape: Shape, service: Service, version: str) -> Any:
        def account(message: str, metrics: dict[str, float], **fields: Any) -> None:
            counted = {"Proxied": 1, "Failed": 0, "Fallback": 0, **metrics}
            self._telemetry.record(
                message, version, counted, kind=shape.name, request_id=_request_id(context), **fields
            )

        is_request = shape.read is not None
        try:
            if is_request:
                done = forward.request(event, context, shape, self.settings, service)
            else:
                done = forward.other_event(event, context, self.settings, service)
        except ServiceFailure as failure:
            if self.settings.fallback == "connect" and not failure.sent:
                account("fell back", {"Proxied": 0, "Fallback": 1}, error=failure.code, reason=str(failure))
                return self.original(event, context)
            if failure.code == "handler-error":
                account("proxied", {}, error=failure.code, reason=type(failure).__name__)
                raise failure from None
            reason = None if isinstance(failure, ServiceError) else str(failure)
            account("failed", {"Failed": 1}, error=failure.code, reason=reason)
            if not is_request:
                raise failure from None
            detail = str(failure) if failure.code == "too-large" else None
            return from_failure(failure.status, failure.code, shape, event, detail)
        except BadRequestError as bad:
            account("refused", {}, status=400, error="bad-request", reason=str(bad))
            return from_failure(400, "bad-request", shape, event, shape.refusal)
        except Exception as bug:
            # the type and the place only: its message may hold what the client sent
            account("failed", {"Failed": 1}, error="internal", reason=f"{type(bug).__name__} at {_place_of(bug)}")
            if not is_request:
                raise
            return from_failure(500, "internal", shape, event)
        account("proxied", {"UpstreamMilliseconds": done.milliseconds}, status=done.status, warning=done.warning)
        return done.result


def _service(settings: Settings) -> Service:
    from .connection import Service  # noqa: PLC0415  # sockets are not needed where nothing is proxied

    return Service(settings)


def _numbered(version: str) -> bool:
    return version.isascii() and version.isdigit()


def _selected(events: str, shape: Shape) -> bool:
    return events in ("all", "non-api" if shape.read is None else "api")


def _request_id(context: Any) -> str | None:
    found = getattr(context, "aws_request_id", None)
    return found if isinstance(found, str) else None


def _place_of(bug: Exception) -> str:
    trace = bug.__traceback__
    while trace is not None and trace.tb_next is not None:
        trace = trace.tb_next
    return "unknown" if trace is None else f"{trace.tb_frame.f_code.co_name}:{trace.tb_lineno}"
