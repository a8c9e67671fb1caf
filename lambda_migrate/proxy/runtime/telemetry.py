"""One structured line per event, which is also its metric (CloudWatch embedded metric format).

It says what kind of event came, what became of it and how long the service took. It never holds a path, a query, a
header or a body.
"""

from __future__ import annotations

import json
import sys
import time

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

_UNITS = {
    "Proxied": "Count",
    "Failed": "Count",
    "Fallback": "Count",
    "PassedThrough": "Count",
    "UpstreamMilliseconds": "Milliseconds",
}
_DIMENSIONS = [["FunctionName"], ["FunctionName", "FunctionVersion"]]
_json = json.JSONEncoder(separators=(",", ":")).encode


def to_standard_output(line: str) -> None:
    """Write a line where Lambda collects logs."""
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


class Telemetry:
    """Writes the lines.

    Args:
        function_name: A dimension of the metrics.
        write: Takes each line.
    """

    def __init__(self, function_name: str, write: Callable[[str], None]) -> None:
        self._function_name = function_name
        self._write = write
        self._directives: dict[tuple[str, ...], str] = {}

    def record(self, message: str, version: str, metrics: dict[str, float], **fields: str | float | None) -> None:
        """Write one line.

        Args:
            message: What became of the event.
            version: The function's version that handled it.
            metrics: Values by name; the names are those of `_UNITS`.
            fields: What else is known; left out where unknown.
        """
        line: dict[str, Any] = {
            "FunctionName": self._function_name,
            "FunctionVersion": version,
            "level": "ERROR" if metrics.get("Failed") else "WARN" if metrics.get("Fallback") else "INFO",
            "message": message,
            **metrics,
        }
        line.update({name: value for name, value in fields.items() if value is not None})
        timestamp = time.time_ns() // 1_000_000
        directive = self._directive(tuple(metrics))
        self._write(f'{{"_aws":{{"Timestamp":{timestamp},"CloudWatchMetrics":[{directive}]}},{_json(line)[1:]}')

    def complain(self, message: str) -> None:
        """Write a line about the proxy itself."""
        self._write(_json({"level": "ERROR", "message": message, "FunctionName": self._function_name}))

    def _directive(self, names: tuple[str, ...]) -> str:
        """Return what tells CloudWatch which fields are metrics: the same text for the same names."""
        if names not in self._directives:
            metrics = [{"Name": name, "Unit": _UNITS[name]} for name in names]
            self._directives[names] = _json(
                {"Namespace": "LambdaMigrate", "Dimensions": _DIMENSIONS, "Metrics": metrics}
            )
        return self._directives[names]
