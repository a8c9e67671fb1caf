"""What becomes of what a function prints: log lines, and metrics of those in the embedded metric format.

Lambda drops lines below the function's log level where it logs as JSON, and CloudWatch extracts metrics from log groups
of class Standard alone. MiniStack does neither.
"""

from __future__ import annotations

import json
import time
from datetime import datetime
from typing import TYPE_CHECKING, Any

from ministack.services import cloudwatch_logs, lambda_svc

from lambda_migrate.sandbox.ministack import unkind

if TYPE_CHECKING:
    from collections.abc import Callable

_LEVELS = ("TRACE", "DEBUG", "INFO", "WARN", "ERROR", "FATAL")
_STANDARD = "STANDARD"
_OLDEST, _NEWEST = 14 * 86_400.0, 2 * 3600.0
"""How old a metric may be, and how far ahead, in seconds (PutMetricData, CloudWatch API reference)."""


def install() -> None:
    """Add everything to the MiniStack of this process."""
    lambda_svc._emit_lambda_logs = _as_logged(lambda_svc._emit_lambda_logs)


def _as_logged(original: Callable[..., Any]) -> Callable[..., Any]:
    def emit(func: Any, request_id: str, log_text: str, *arguments: Any, **options: Any) -> None:
        if unkind.loses_logs():
            return
        config = func.get("config") or func
        logging = config.get("LoggingConfig") or {}
        lines = [line for line in log_text.splitlines() if _heard(logging, line)]
        original(func, request_id, "\n".join(lines), *arguments, **options)
        group = cloudwatch_logs._log_groups.get(logging.get("LogGroup") or f"/aws/lambda/{config['FunctionName']}")
        if (group or {}).get("logGroupClass", _STANDARD) != _STANDARD:
            return
        for line in lines:
            if line.startswith("{") and '"_aws"' in line:
                _record_embedded_metrics(line)

    return emit


def _heard(logging: dict[str, str], line: str) -> bool:
    """Return whether Lambda keeps a line: of JSON logs, those at the function's application log level or above.

    A line without a valid level and time stamp is taken for INFO.
    https://docs.aws.amazon.com/lambda/latest/dg/monitoring-cloudwatchlogs-log-level.html
    """
    if logging.get("LogFormat") != "JSON" or not line.startswith("{"):
        return True
    level = "INFO"
    try:
        document = json.loads(line)
        datetime.fromisoformat(document["timestamp"])
        level = str(document["level"]).upper()
    except (ValueError, KeyError, TypeError):
        level = "INFO"
    lowest = logging.get("ApplicationLogLevel") or "INFO"
    return _LEVELS.index(level if level in _LEVELS else "INFO") >= _LEVELS.index(lowest)


def _record_embedded_metrics(line: str) -> None:
    """Record the metrics of one log line; a line that is not in the embedded metric format is left alone.

    https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch_Embedded_Metric_Format_Specification.html
    """
    try:
        document = json.loads(line)
        at = _time_of(document["_aws"].get("Timestamp"))
        for directive in document["_aws"]["CloudWatchMetrics"]:
            for names in directive["Dimensions"]:
                dimensions = {name: str(document[name]) for name in names}
                for metric in directive["Metrics"]:
                    value = document[metric["Name"]]
                    for number in value if isinstance(value, list) else [value]:
                        unit = metric.get("Unit", "None")
                        unkind.record(directive["Namespace"], metric["Name"], number, unit, dimensions, at)
    except (ValueError, KeyError, TypeError):
        lambda_svc.logger.debug("not embedded metric format: %s", line)


def _time_of(milliseconds: Any) -> float:
    """Return the time of a line, in seconds since the epoch; one that CloudWatch does not take is now."""
    now, told = time.time(), float(milliseconds or 0) / 1000
    return told if now - _OLDEST < told < now + _NEWEST else now
