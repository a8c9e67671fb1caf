"""Records a sample of what the original answers, off the caller's path.

The caller's path bears the draw of the sample, and for what is drawn the writing of event and answer as JSON, no more
than `largest` bytes each. Everything else is done by a thread of its own: redacting, and writing to the log. Lambda
freezes it together with the environment; then it goes on with the next invocation. It never holds more than `MOST`
records; what comes beyond that is dropped and counted, as is what is too large or cannot be looked into.
"""

from __future__ import annotations

import json
import queue
import random
import threading
import time
from fnmatch import fnmatchcase

from .redaction import Redaction
from .route import READS, route_of

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any, Protocol

    from ..telemetry import Telemetry
    from .settings import RecordSettings

    class Sink(Protocol):
        """Takes records, on the recorder's own thread.

        Attributes:
            written: How many stand where they were to go.
        """

        written: int

        def write(self, line: str) -> None:
            """Take a record."""

        def flush(self) -> float | None:
            """Write what is due; return the seconds until something is."""

    Mirror = Callable[[dict[str, Any], Any], "dict[str, Any]"]

MOST = 32
"""Records that wait at most."""

_HOUR = 3600.0
_MINUTE = 60.0
_ROUTES = 500
_LONGEST_LINE = 262_118  # 256 KB less 26 bytes ("PutLogEvents", CloudWatch Logs API reference)
_OTHERS = "others"
_SIXTEEN_BITS_TWICE = 1 << 32
_json = json.JSONEncoder(separators=(",", ":"), ensure_ascii=False).encode


class Taken:
    """An event that is being recorded.

    Attributes:
        event: As JSON.
        route: Its route, or where it comes from.
        request_id: Lambda's id of the invocation.
        at: When it came, in seconds since the epoch.
        context: Lambda's, where the service is asked too.
        answer: What the original returned, as JSON.
        error: Class of what it raised; empty where it returned.
        milliseconds: How long it took.
        ended: Whether the original has answered.
        service: What the service answered, where it was asked.
    """

    __slots__ = ("answer", "at", "context", "ended", "error", "event", "milliseconds", "request_id", "route", "service")

    def __init__(self, event: str, route: str, request_id: str, at: float, context: Any) -> None:
        self.event, self.route, self.request_id, self.at, self.context = event, route, request_id, at, context
        self.answer, self.error, self.milliseconds, self.ended = "", "", 0.0, False
        self.service: dict[str, Any] | None = None


class Recorder:
    """Records.

    Args:
        settings: What.
        sink: Where to.
        telemetry: Takes the counts.
        version: The function's version.
        mirror: Asks the service, and returns what came of it; none where it is not asked.
        now: Seconds since the epoch.
    """

    def __init__(
        self,
        settings: RecordSettings,
        sink: Sink,
        telemetry: Telemetry,
        version: str,
        mirror: Mirror | None = None,
        now: Callable[[], float] = time.time,
    ) -> None:
        self._settings = settings
        self._sink = sink
        self._telemetry = telemetry
        self._version = version
        self._mirror = mirror
        self._now = now
        self._redaction = Redaction(settings.redact)
        self._queue: queue.SimpleQueue[tuple[str, Taken | None]] = queue.SimpleQueue()
        self._thread: threading.Thread | None = None
        self._hour = -1
        self._by_route: dict[str, int] = {}
        self._lost = 0  # written by the caller's thread alone
        self._lost_later = 0  # by the recorder's own alone
        self._counted = {"Recorded": 0, "RecordsDropped": 0}
        self._told = 0.0

    def through(self, original: Callable[[Any, Any], Any], event: Any, context: Any, *, mirrored: bool = True) -> Any:
        """Let the original answer, and record it where it is drawn; if that goes wrong, it is not recorded.

        Args:
            original: Answers.
            event: The event.
            context: Lambda's.
            mirrored: Whether the service is asked too, where the settings say so.
        """
        taken = self._begin(event, context, mirrored=mirrored)
        if taken is None:
            return original(event, context)
        begun = time.perf_counter()
        try:
            answer = original(event, context)
        except Exception as error:
            self._end(taken, begun, None, type(error).__name__)
            raise
        self._end(taken, begun, answer, "")
        return answer

    def _begin(self, event: Any, context: Any, *, mirrored: bool) -> Taken | None:
        try:
            now = self._now()
            request_id = str(getattr(context, "aws_request_id", "") or "")
            if now >= self._settings.until or not _drawn(request_id, self._settings.rate) or type(event) is not dict:
                return None
            route, method = route_of(event)
            if not self._wanted(route, method, now):
                return None
            if not _fits(event, self._settings.largest):
                self._drop()
                return None
            taken = Taken(_json(event), route, request_id, now, context)
            if mirrored and self._mirror is not None and (method in READS or route in self._settings.also):
                self._put("mirror", taken)
        except Exception:  # noqa: BLE001  # an event that cannot be recorded is answered all the same
            self._drop()
            return None
        else:
            return taken

    def _end(self, taken: Taken, begun: float, answer: Any, error: str) -> None:
        try:
            taken.milliseconds = round((time.perf_counter() - begun) * 1000, 3)
            taken.ended = True
            taken.error = error
            if not error:
                if not _fits(answer, self._settings.largest):
                    self._drop()
                    return
                taken.answer = _json(answer)
            self._put("write", taken)
        except Exception:  # noqa: BLE001  # as above
            self._drop()

    def _wanted(self, route: str, method: str, now: float) -> bool:
        """Return whether an event is of those that are recorded, and count it for its route."""
        settings = self._settings
        if settings.kinds and ("http" if method else route) not in settings.kinds:
            return False
        if any(fnmatchcase(route, each) for each in settings.skip):
            return False
        hour = int(now // _HOUR)
        if hour != self._hour:
            self._hour = hour
            self._by_route.clear()
        name = route if route in self._by_route or len(self._by_route) < _ROUTES else _OTHERS
        count = self._by_route.get(name, 0)
        self._by_route[name] = count + 1
        return count < settings.per_route

    def _put(self, what: str, taken: Taken | None) -> None:
        if self._queue.qsize() >= MOST:
            self._lost += 1
            return
        self._queue.put((what, taken))
        if self._thread is None:
            thread = threading.Thread(target=self._work, name="lambda-migrate-recorder", daemon=True)
            try:
                thread.start()
            except (RuntimeError, MemoryError):  # there are too many; what waits is written once there is room
                return
            self._thread = thread

    def _drop(self) -> None:
        """Count what is not recorded, and have it told once a minute."""
        self._lost += 1
        if self._now() - self._told >= _MINUTE:
            self._put("tell", None)

    def _work(self) -> None:
        while True:
            try:
                what, taken = self._queue.get(timeout=self._sink.flush())
                if taken is not None:
                    self._do(what, taken)
            except queue.Empty:
                continue
            except Exception as error:  # noqa: BLE001  # the next record may be a better one
                self._lost_later += getattr(error, "lost", 1)
            self._tell()

    def _do(self, what: str, taken: Taken) -> None:
        if what == "mirror" and self._mirror is not None:
            told = self._mirror(json.loads(taken.event), taken.context)
            if not _fits(told, self._settings.largest):
                told = {"lost": "too-large"}
            if taken.ended:  # Lambda may have frozen us in between: nobody knows how long it took
                told.pop("milliseconds", None)
            taken.service = told
        elif what == "write":
            self._sink.write(self._line(taken))

    def _tell(self) -> None:
        """Write the counts, once a minute."""
        now = self._now()
        if now - self._told < _MINUTE:
            return
        self._told = now
        counts = {"Recorded": self._sink.written, "RecordsDropped": self._lost + self._lost_later}
        fresh = {name: count - self._counted[name] for name, count in counts.items()}
        self._counted = counts
        self._telemetry.record("recording", self._version, "recorder", fresh)

    def _line(self, taken: Taken) -> str:
        """Return a record as a line of JSON, its secrets redacted."""
        redact = self._redaction
        original: dict[str, Any] = {"milliseconds": taken.milliseconds}
        if taken.error:
            original["error"] = taken.error
        else:
            original["answer"] = redact.answer(json.loads(taken.answer))
        seconds = time.gmtime(taken.at)
        stamp = f"{time.strftime('%Y-%m-%dT%H:%M:%S', seconds)}.{int(taken.at % 1 * 1000):03}Z"
        record = {
            "timestamp": stamp,
            "level": "INFO",
            "message": "recorded",
            "LambdaMigrateRecord": 1,
            "version": self._version,
            "requestId": taken.request_id,
            "event": redact.event(json.loads(taken.event)),
            "original": original,
        }
        if taken.service is not None:
            record["service"] = self._service(taken.service)
        return _json(record)

    def _service(self, told: dict[str, Any]) -> dict[str, Any]:
        return {**told, "answer": self._redaction.answer(told["answer"])} if "answer" in told else told


class ToLog:
    """Writes records to the function's log, one a line.

    Args:
        write: Takes a line.
    """

    def __init__(self, write: Callable[[str], None]) -> None:
        self._write = write
        self.written = 0

    def write(self, line: str) -> None:
        """Write a record.

        Raises:
            ValueError: It is longer than CloudWatch Logs takes in one event, and would be cut into pieces.
        """
        if len(line.encode("utf-8")) > _LONGEST_LINE:
            raise ValueError
        self._write(line)
        self.written += 1

    def flush(self) -> float | None:
        """Nothing is kept back."""
        return None


def _drawn(request_id: str, rate: float) -> bool:
    """Draw by the id of the invocation, which is random: an event that is tried again is drawn again or not at all."""
    if rate >= 1:
        return True
    try:
        return int(request_id[:8], 16) < rate * _SIXTEEN_BITS_TWICE
    except ValueError:
        return random.random() < rate  # noqa: S311  # a sample, not a secret


def _fits(value: Any, left: int) -> bool:
    """Return whether a value is of so many bytes at most, as far as it has to be looked at to know."""
    return _left(value, left) >= 0


def _left(value: Any, left: int) -> int:
    if isinstance(value, str):
        return left - len(value) - 2
    if isinstance(value, dict):
        for name, each in value.items():
            left = _left(each, left - len(name) - 4 if isinstance(name, str) else left - 8)
            if left < 0:
                break
        return left
    if isinstance(value, (list, tuple)):
        for each in value:
            left = _left(each, left - 1)
            if left < 0:
                break
        return left
    return left - 4
