"""Structured logging: one JSON object a line, with the id of the request that it belongs to."""

from __future__ import annotations

import contextvars
import io
import json
import logging
import logging.config
import sys
import time
import uuid

from .asgi import Application, Message, Receive, Scope, Send, header


class RequestId:
    """The id that all log lines of a request bear; its tasks and threads share this object."""

    def __init__(self, text: str) -> None:
        self.text = text


REQUEST_ID: contextvars.ContextVar[RequestId | None] = contextvars.ContextVar("request_id", default=None)
MAXIMUM_ID = 128
TELL_SECRETS = ("boto3", "botocore", "urllib3")
"""Loggers that write down whole answers of AWS at DEBUG, those of Secrets Manager too."""

log = logging.getLogger("service.request")


class JsonLine(logging.Formatter):
    """Formats a record as one line of JSON; what was given as `extra={"facts": {...}}` becomes keys of its own."""

    def format(self, record: logging.LogRecord) -> str:
        """Return the line."""
        stamp = time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(record.created))
        line = {
            "time": f"{stamp}.{int(record.msecs):03d}Z",
            "level": record.levelname,
            "logger": record.name,
            "message": record.getMessage(),
        }
        request = REQUEST_ID.get()
        if request:
            line["request_id"] = request.text
        line.update(getattr(record, "facts", {}))
        if record.exc_info:
            line["exception"] = self.formatException(record.exc_info)
        if record.stack_info:
            line["stack"] = record.stack_info
        # half a surrogate pair cannot be written as it is; as `\ud83d`, it can
        return json.dumps(line, default=str, ensure_ascii=False).encode("utf-8", "backslashreplace").decode()


def _tells_no_query(record: logging.LogRecord) -> bool:
    """Drop the line that uvicorn writes for a WebSocket: its query may hold a token."""
    return not str(record.msg).startswith('%s - "WebSocket ')


def log_as(identifier: str) -> None:
    """Have the log lines of this request bear the id of its invocation, which the function's own log has too."""
    request = REQUEST_ID.get()
    if request:
        request.text = identifier


def configure_logs(level: str) -> None:
    """Send every logger's records to standard output.

    Lambda puts a handler on the root logger before any code runs, and lifted code may rely on it; so does this. What is
    printed comes at once, as there. Python's own warnings come as log lines too.
    """
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(line_buffering=True)
    logging.captureWarnings(True)  # noqa: FBT003  # the logging module has no keyword here
    logging.getLogger("uvicorn.error").addFilter(_tells_no_query)
    logging.config.dictConfig(
        {
            "version": 1,
            "disable_existing_loggers": False,
            "formatters": {"json": {"()": JsonLine}},
            "handlers": {
                "stdout": {"class": "logging.StreamHandler", "stream": "ext://sys.stdout", "formatter": "json"}
            },
            "root": {"level": level, "handlers": ["stdout"]},
            "loggers": {name: {"level": "INFO" if level == "DEBUG" else level} for name in TELL_SECRETS},
        }
    )


class RequestLog:
    """Gives every request an id and writes one line for it: never its query, headers or body.

    Args:
        app: What comes next.
        quiet: Paths that are not written down, because somebody asks for them every few seconds.
    """

    def __init__(self, app: Application, quiet: frozenset[str] = frozenset()) -> None:
        self._app = app
        self._quiet = quiet

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        given = header(scope["headers"], "x-request-id") or ""
        usable = 0 < len(given) <= MAXIMUM_ID and given.isprintable()
        REQUEST_ID.set(RequestId(given if usable else uuid.uuid4().hex))
        begun = time.perf_counter()
        status = 500

        async def send_noting(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
            await send(message)

        try:
            await self._app(scope, receive, send_noting)
        finally:
            if scope["path"] not in self._quiet:
                milliseconds = round((time.perf_counter() - begun) * 1000, 1)
                facts = {"method": scope["method"], "path": scope["path"], "status": status}
                log.info("request", extra={"facts": {**facts, "milliseconds": milliseconds}})
