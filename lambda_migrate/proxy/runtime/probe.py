"""Answers whoever asks, by invoking the function, whether the service is reached from inside Lambda."""

from __future__ import annotations

from . import non_http
from .failures import ServiceFailure

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from .connection import Service
    from .settings import ProxySettings

NAME = "lambda-migrate"


def answer(
    context: Any, version: str, settings: ProxySettings, service: Service | None, wrong: str | None
) -> dict[str, Any]:
    """Return what the probe asks for. Nothing raises: not being reached is an answer."""
    report: dict[str, Any] = {
        "probe": 1,
        "reached": False,
        "milliseconds": None,
        "status": None,
        "service": None,
        "events": settings.events,
        "version": version,
        "error": wrong,
    }
    if service is None:
        passing = f"`{version}` passes every event to the original" if settings.events != "none" else "events is `none`"
        report["error"] = wrong or passing
        return {NAME: report}
    try:
        told = non_http.probe(context, settings, service)
    except ServiceFailure as failure:
        report["error"] = str(failure)
        return {NAME: report}
    report.update(milliseconds=told.milliseconds, status=told.status, service=told.result)
    report["reached"] = told.status // 100 == 2  # noqa: PLR2004  # 2xx
    if not report["reached"]:
        report["error"] = f"the service answered {told.status}"
    return {NAME: report}
