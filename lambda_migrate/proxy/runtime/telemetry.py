"""One structured line per event, which is also its metric (CloudWatch embedded metric format).

It says what kind of event came, what became of it and how long the service took. It never holds a path, a query, a
header or a body.

`timestamp` is RFC 3339 and `level` stands beside it: without both, Lambda's log-level filter takes every line of a
function with JSON logs for `INFO` (Lambda guide, "Log-level filtering").
"""

from __future__ import annotations

import json
import sys
import time

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

    Counts = dict[str, int]

MILLISECONDS = "UpstreamMilliseconds"
_DIMENSIONS = [["FunctionName"], ["FunctionName", "FunctionVersion"]]
_MOST_PREFIXES = 256
_json = json.JSONEncoder(separators=(",", ":")).encode
_quoted = json.encoder.encode_basestring_ascii


def to_standard_output(line: str) -> None:
    """Write a line where Lambda collects logs."""
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


class Telemetry:
    """Writes the lines.

    Args:
        function_name: A dimension of the metrics.
        write: Takes each line.
        clock: Nanoseconds since the epoch.
    """

    def __init__(
        self, function_name: str, write: Callable[[str], None], clock: Callable[[], int] = time.time_ns
    ) -> None:
        self._function_name = function_name
        self._write = write
        self._clock = clock
        self._prefixes: dict[tuple[object, ...], tuple[str, str]] = {}
        self._second = -1, ""  # the last second that was written, and as what

    def record(
        self,
        message: str,
        version: str,
        kind: str,
        counts: Counts,
        milliseconds: float | None = None,
        **fields: str | float | None,
    ) -> None:
        """Write one line.

        Args:
            message: What became of the event.
            version: The function's version that handled it.
            kind: What kind of event it was.
            counts: Metrics by name.
            milliseconds: How long the service took; none where it was not asked.
            fields: What else is known; left out where unknown.
        """
        rest = ""
        for name, value in fields.items():  # by hand: an encoder for four values costs more than all the rest
            if value is not None:
                rest += f',"{name}":{_quoted(value) if isinstance(value, str) else value}'
        timed = milliseconds is not None
        if timed:
            rest += f',"{MILLISECONDS}":{milliseconds}'
        level = _level(counts, fields)
        key = (level, message, version, kind, timed, *counts, *counts.values())
        prefix = self._prefixes.get(key)
        if prefix is None:
            if len(self._prefixes) >= _MOST_PREFIXES:
                self._prefixes.clear()
            same = {"level": level, "message": message, "kind": kind, "FunctionVersion": version}
            prefix = self._prefixes[key] = self._prefix(same, counts, timed=timed)
        now = self._clock() // 1_000_000
        seconds, thousandths = divmod(now, 1000)
        known, stamp = self._second
        if known != seconds:
            stamp = _seconds(seconds)
            self._second = seconds, stamp
        self._write(
            f'{{"_aws":{{"Timestamp":{now}{prefix[0]}"timestamp":"{stamp}.{thousandths:03}Z"{prefix[1]}{rest}}}'
        )

    def complain(self, message: str, level: str = "ERROR") -> None:
        """Write a line about the proxy itself."""
        stamp = _rfc_3339(self._clock() // 1_000_000)
        self._write(
            _json({"timestamp": stamp, "level": level, "message": message, "FunctionName": self._function_name})
        )

    def _prefix(self, same: dict[str, str], counts: Counts, *, timed: bool) -> tuple[str, str]:
        """Return what all such lines have in common: before the time stamp, and behind it."""
        metrics = [{"Name": name, "Unit": "Count"} for name in counts]
        if timed:
            metrics.append({"Name": MILLISECONDS, "Unit": "Milliseconds"})
        directive = _json({"Namespace": "LambdaMigrate", "Dimensions": _DIMENSIONS, "Metrics": metrics})
        content = _json({**same, "FunctionName": self._function_name, **counts})
        return f',"CloudWatchMetrics":[{directive}]}},', f",{content[1:-1]}"


def _level(counts: Counts, fields: dict[str, str | float | None]) -> str:
    if counts.get("Failed"):
        return "ERROR"
    return "WARN" if counts.get("Fallback") or fields.get("warning") is not None else "INFO"


def _rfc_3339(milliseconds: int) -> str:
    """Return a time since the epoch as Lambda's own JSON lines have it: UTC, to the millisecond."""
    seconds, rest = divmod(milliseconds, 1000)
    return f"{_seconds(seconds)}.{rest:03}Z"


def _seconds(since_epoch: int) -> str:
    year, month, day, hour, minute, second = time.gmtime(since_epoch)[:6]
    return f"{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}"
