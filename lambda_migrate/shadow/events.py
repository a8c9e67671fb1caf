"""Events to compare by: from files of events, from HAR files of a browser, from logs, and from what was recorded."""

from __future__ import annotations

import gzip
import json
import zlib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, BinaryIO, cast

from lambda_migrate.proxy.runtime.recording.route import READS, route_of
from lambda_migrate.shadow import access_logs, har
from lambda_migrate.shadow.access_logs import RECORD

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

_EXPECTED = "an event as Lambda gets it, an object"


@dataclass(frozen=True)
class Answered:
    """What came of an event when it was recorded.

    Attributes:
        value: What was returned.
        error: Class of what was raised; "" where something was returned.
        milliseconds: How long it took; 0 where nobody knows.
    """

    value: Any = None
    error: str = ""
    milliseconds: float = 0.0


@dataclass(frozen=True)
class Recorded:
    """An event, or why there is none.

    Attributes:
        where: File and line.
        event: As Lambda gets it; None where it cannot be read.
        problem: What was expected there; "" where it can be read.
        original: What the original answered when it was recorded; None where that is not known.
        service: What the service answered to the same event then; likewise.
    """

    where: str
    event: dict[str, Any] | None
    problem: str = ""
    original: Answered | None = None
    service: Answered | None = None


def recorded(where: str, value: dict[str, Any]) -> Recorded:
    """Return an event as it is, or with its answers where it is one that the proxy recorded."""
    if RECORD not in value:
        return Recorded(where, value)
    event = value.get("event")
    if not isinstance(event, dict):
        return Recorded(where, None, "a record with its event, an object")
    return Recorded(where, event, "", _answered(value.get("original")), _answered(value.get("service")))


def _answered(value: Any) -> Answered | None:
    if not isinstance(value, dict) or not ("answer" in value or "error" in value):
        return None
    took = value.get("milliseconds")
    return Answered(value.get("answer"), str(value.get("error") or ""), took if isinstance(took, int | float) else 0.0)


def events(path: Path) -> Iterator[Recorded]:
    """Yield the events of a file, or of all files of a folder in the order of their names; what is wrong is told.

    Args:
        path: ``.json`` (one event, or a list), ``.jsonl`` (one a line), ``.har``, ``.log``, or a folder of these; each
            may be compressed, with ``.gz`` behind.
    """
    if path.is_dir():
        files = [file for file in sorted(path.rglob("*")) if file.is_file() and _kind(file) in _READERS]
        for file in files:
            yield from events(file)
        if not files:
            yield Recorded(path.name, None, f"a folder with files of {', '.join(_READERS)}")
    elif _kind(path) in _READERS:
        try:
            with _opened(path) as opened:
                yield from _READERS[_kind(path)](path.name, opened)
        except (gzip.BadGzipFile, EOFError, zlib.error):
            yield Recorded(path.name, None, "a file that gzip has written, to its end")
        except OSError as error:
            yield Recorded(path.name, None, f"a file that can be read: {error.strerror}")
    else:
        yield Recorded(path.name, None, f"one of {', '.join(_READERS)}")


def _kind(path: Path) -> str:
    """Return the suffix that says how a file is read; load balancers and CloudWatch write logs that end with .gz."""
    if path.suffix != ".gz":
        return path.suffix
    inner = path.with_suffix("").suffix
    return inner if inner in _READERS else ".log"


def _opened(path: Path) -> BinaryIO:
    return cast("BinaryIO", gzip.open(path)) if path.suffix == ".gz" else path.open("rb")


def _lines(name: str, file: BinaryIO) -> Iterator[Recorded]:
    for number, line in enumerate(file, start=1):
        if line.strip():
            yield _event(f"{name}:{number}", line)


def _event(where: str, text: bytes) -> Recorded:
    try:
        value = json.loads(text)
    except (ValueError, RecursionError):
        return Recorded(where, None, "JSON")
    return recorded(where, value) if isinstance(value, dict) else Recorded(where, None, _EXPECTED)


def _whole(name: str, file: BinaryIO) -> Iterator[Recorded]:
    try:
        value = json.loads(file.read())
    except (ValueError, RecursionError):
        yield Recorded(name, None, "JSON")
        return
    messages = access_logs.messages(value)
    if messages is not None:
        yield from (_logged(f"{name}:{number}", message) for number, message in enumerate(messages, start=1))
        return
    for number, each in enumerate(value if isinstance(value, list) else [value], start=1):
        where = f"{name}:{number}" if isinstance(value, list) else name
        yield recorded(where, each) if isinstance(each, dict) else Recorded(where, None, _EXPECTED)


def _har(name: str, file: BinaryIO) -> Iterator[Recorded]:
    try:
        entries = json.loads(file.read())["log"]["entries"]
        listed = [each["request"] for each in entries]
    except (ValueError, RecursionError, KeyError, TypeError):
        yield Recorded(name, None, "a HAR file, with log.entries")
        return
    for number, request in enumerate(listed, start=1):
        where = f"{name}:{number}"
        try:
            yield Recorded(where, har.event_of(request))
        except (KeyError, TypeError, ValueError, AttributeError):
            yield Recorded(where, None, "a request with method, url and headers")


def _log(name: str, file: BinaryIO) -> Iterator[Recorded]:
    for number, line in enumerate(file, start=1):
        if line.strip():
            yield _logged(f"{name}:{number}", line.decode("utf-8", "replace"))


def _logged(where: str, line: str) -> Recorded:
    """Return the event of a line; what those who probe send as an address may be none."""
    try:
        event = access_logs.event_of(line)
        return recorded(where, har.event_of(event["request"]) if "request" in event else event)
    except access_logs.NotAnEvent as other:
        return Recorded(where, None, str(other))
    except (ValueError, KeyError, TypeError, AttributeError):
        return Recorded(where, None, access_logs.EXPECTED)


_READERS = {".json": _whole, ".jsonl": _lines, ".har": _har, ".log": _log}


@dataclass(frozen=True)
class About:
    """What an event is.

    Attributes:
        route: ``GET /items/{}``, or where what is not a request comes from: ``aws:sqs``.
        request: Whether it is an HTTP request.
        reads: Whether it is one that changes nothing.
        inferred: Whether an answer without a status is one of 200 ("payload format version 2.0", API Gateway guide).
    """

    route: str
    request: bool
    reads: bool
    inferred: bool = False


def about(event: dict[str, Any]) -> About:
    """Return what an event is: its route, with numbers and ids of a path left out where AWS does not name it."""
    route, method = route_of(event)
    if not method:
        return About(route, request=False, reads=False)
    context = event.get("requestContext")
    inferred = event.get("version") == "2.0" and isinstance(context, dict) and isinstance(context.get("http"), dict)
    return About(route, request=True, reads=method in READS, inferred=inferred)
