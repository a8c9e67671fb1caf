"""Runs the function's handler around the application, where it does work of its own before or after its adapter.

On Lambda a request passed the handler: a gate that answers 503, a key that is asked for, an id that is remembered, a
flush at the end. Here the handler itself runs for each request, in a thread as on Lambda. Where it calls its adapter,
the application gets the request, and its answer is what the adapter returns to the handler. Answers are kept whole in
memory on the way, as they were on Lambda: nothing streams.
"""

from __future__ import annotations

import asyncio
import base64
import contextvars
import copy
import importlib
import json
import logging
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote, unquote

from .asgi import (
    Application,
    BodyTooLarge,
    Disconnected,
    Headers,
    Message,
    Receive,
    Scope,
    Send,
    answer,
    read_body,
    with_body,
)
from .context import Function, LambdaContext
from .deliveries.endpoint import LARGEST_BODY
from .threads import Threads

ADAPTERS = ("mangum",)
MALFORMED = {"message": "Internal server error"}

log = logging.getLogger(__name__)

_REQUEST: contextvars.ContextVar[_Request | None] = contextvars.ContextVar("lambda_migrate_request", default=None)


class Around:
    """Serves each HTTP request through the handler.

    Args:
        app: The application that the handler's adapter serves.
        handler: The function's handler; None lets requests through to the application.
        function: The function that was lifted.
        workers: How many requests may be in the handler at once.
    """

    def __init__(
        self, app: Application, handler: Callable[[Any, LambdaContext], Any] | None, function: Function, workers: int
    ) -> None:
        self._app = app
        self._handler = handler
        self._function = function
        self._threads = Threads(workers, "around")
        for name in ADAPTERS:
            _stand_in_for(importlib.import_module(name).Mangum)

    @property
    def routes(self) -> Any:
        """The application's routes."""
        return getattr(self._app, "routes", None)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        if scope["type"] != "http" or self._handler is None:
            await self._app(scope, receive, send)
            return
        try:
            body = await read_body(receive, LARGEST_BODY)
        except BodyTooLarge:
            await answer(send, 413, {"detail": "Content Too Large"})
            return
        except Disconnected:
            return
        event = scope.get("aws.event") or event_of(scope, body)
        context = scope.get("aws.context") or LambdaContext({}, self._function)
        request = _Request(self._app, scope, body, receive, asyncio.get_running_loop(), copy.deepcopy(event))
        token = _REQUEST.set(request)
        try:
            response = await self._threads.run(self._handler, event, context)
        finally:
            _REQUEST.reset(token)
            request.cancel()
        if request.answered is not None and response == request.answered:
            for message in request.messages:
                await send(message)
        else:
            await _send(response, event, send)


@dataclass
class _Request:
    """A request on its way through the handler.

    Attributes:
        event: As the handler was given it, before anything was done to it.
        answered: What the adapter returned to the handler; None where it was not called.
        messages: The application's answer, as it gave it.
    """

    app: Application
    scope: Scope
    body: bytes
    receive: Receive
    loop: asyncio.AbstractEventLoop
    event: dict[str, Any]
    answered: dict[str, Any] | None = None
    messages: list[Message] = field(default_factory=list)
    running: Any = None
    left: bool = False

    def reach(self, event: Any) -> dict[str, Any]:
        """Run the application, from the handler's thread, and return its answer as the adapter does."""
        self.messages = []
        self.running = asyncio.run_coroutine_threadsafe(self._serve(*self._changed(event)), self.loop)
        if self.left:
            self.running.cancel()
        self.running.result()
        response = _response(self.messages, payload_2=event.get("version") == "2.0")
        self.answered = copy.deepcopy(response)
        return response

    def cancel(self) -> None:
        """Stop what runs for a handler that nobody awaits any more, also if its thread is about to start it."""
        self.left = True
        if self.running is not None and not self.running.done():
            self.running.cancel()

    async def _serve(self, scope: Scope, body: bytes) -> None:
        async def keep(message: Message) -> None:
            self.messages.append(message)

        await self.app(scope, with_body(body, self.receive), keep)

    def _changed(self, event: dict[str, Any]) -> tuple[Scope, bytes]:
        """Return the request with what the handler has changed in its event: path, headers and body."""
        scope, body = {**self.scope, "aws.event": event}, self.body
        for name in ("rawPath", "path"):
            if event.get(name) != self.event.get(name) and isinstance(event.get(name), str):
                scope["path"] = unquote(event[name])
                scope["raw_path"] = quote(event[name], safe="/%").encode()
        before, after = (_lower(each.get("headers")) for each in (self.event, event))
        changed = {name: value for name, value in after.items() if before.get(name) != value}
        if changed or before.keys() - after.keys():
            gone = {name.encode() for name in (*changed, *(before.keys() - after.keys()))}
            kept: Headers = [line for line in scope["headers"] if line[0].lower() not in gone]
            scope["headers"] = kept + [(name.encode(), str(value).encode()) for name, value in changed.items()]
        if event.get("body") != self.event.get("body"):
            text = str(event.get("body") or "")
            body = base64.b64decode(text) if event.get("isBase64Encoded") else text.encode()
        return scope, body


def _stand_in_for(adapter: type[Any]) -> None:
    """Let the adapter hand requests that pass a handler here to the application; everything else is as it was."""
    original = adapter.__call__
    if getattr(original, "stands_in", False):
        return

    def call(self: Any, event: Any, context: Any) -> Any:
        request = _REQUEST.get()
        return original(self, event, context) if request is None else request.reach(event)

    call.stands_in = True  # type: ignore[attr-defined]  # so that a second service in the process leaves it
    adapter.__call__ = call


def event_of(scope: Scope, body: bytes) -> dict[str, Any]:
    """Return the event that stands for a request whose client came straight to the service.

    It is that of an HTTP API (payload 2.0) and has what handlers look for in that of a REST API as well.
    """
    path, method = scope["path"], scope["method"]
    query = scope.get("query_string", b"").decode("latin-1")
    pairs = dict(pair.partition("=")[::2] for pair in query.split("&") if pair)
    headers = _joined(scope["headers"])
    text, encoded = _text(body)
    http = {
        "method": method,
        "path": path,
        "protocol": f"HTTP/{scope.get('http_version', '1.1')}",
        "sourceIp": (scope.get("client") or ("", 0))[0],
        "userAgent": headers.get("user-agent", ""),
    }
    return {
        "version": "2.0",
        "routeKey": "$default",
        "rawPath": path,
        "rawQueryString": query,
        "resource": "/{proxy+}",
        "path": path,
        "httpMethod": method,
        "headers": headers,
        "queryStringParameters": {unquote(name): unquote(value) for name, value in pairs.items()} or None,
        "pathParameters": {"proxy": path.lstrip("/")},
        "requestContext": {"http": http, "httpMethod": method, "path": path, "stage": "$default"},
        "body": text if body else None,
        "isBase64Encoded": encoded,
    }


def _joined(headers: Headers) -> dict[str, str]:
    """Return headers as an event of payload 2.0 has them: lower case, values of one name joined by commas."""
    joined: dict[str, str] = {}
    for name, value in headers:
        key, text = name.decode("latin-1").lower(), value.decode("latin-1")
        joined[key] = f"{joined[key]},{text}" if key in joined else text
    return joined


def _text(body: bytes) -> tuple[str, bool]:
    """Return a body as an event or a response has it: as text, or in base64 where it is none."""
    try:
        return body.decode(), False
    except UnicodeDecodeError:
        return base64.b64encode(body).decode(), True


def _response(messages: list[Message], *, payload_2: bool) -> dict[str, Any]:
    """Return an application's answer as its adapter returns it."""
    start = next((each for each in messages if each["type"] == "http.response.start"), None)
    if start is None:
        raise RuntimeError("the application did not answer")
    text, encoded = _text(b"".join(each.get("body", b"") for each in messages if each["type"] == "http.response.body"))
    lists: dict[str, list[str]] = {}
    for name, value in start.get("headers", ()):
        lists.setdefault(name.decode("latin-1").lower(), []).append(value.decode("latin-1"))
    response: dict[str, Any] = {"statusCode": start["status"], "isBase64Encoded": encoded, "body": text}
    if payload_2:
        cookies = lists.pop("set-cookie", [])
        response["headers"] = {name: ",".join(values) for name, values in lists.items()}
        return {**response, "cookies": cookies} if cookies else response
    response["headers"] = {name: values[0] for name, values in lists.items() if len(values) == 1}
    return {**response, "multiValueHeaders": {name: values for name, values in lists.items() if len(values) > 1}}


async def _send(response: Any, event: dict[str, Any], send: Send) -> None:
    """Answer what the handler returned, as API Gateway does."""
    if not (isinstance(response, dict) and "statusCode" in response):
        if event.get("version") == "2.0" and response is not None:  # API Gateway takes anything for a body there
            await answer(send, 200, response)
            return
        log.error("the handler returned no response")
        await answer(send, 502, MALFORMED)
        return
    lists = {name.lower(): values for name, values in (response.get("multiValueHeaders") or {}).items()}
    headers = [(name, str(value)) for name, values in lists.items() for value in values]
    single = _lower(response.get("headers"))
    headers += [(name, str(value)) for name, value in single.items() if name not in (*lists, "content-length")]
    headers += [("set-cookie", cookie) for cookie in response.get("cookies") or ()]
    given = response.get("body")
    text = given if isinstance(given, str) else "" if given is None else json.dumps(given)
    body = base64.b64decode(text) if response.get("isBase64Encoded") else text.encode()
    names = {name for name, _ in headers}
    headers += [] if "content-type" in names else [("content-type", "application/json")]
    headers.append(("content-length", str(len(body))))
    lines = [(name.encode("latin-1", "replace"), value.encode("latin-1", "replace")) for name, value in headers]
    await send({"type": "http.response.start", "status": int(response["statusCode"]), "headers": lines})
    await send({"type": "http.response.body", "body": body})


def _lower(headers: Any) -> dict[str, Any]:
    return {str(name).lower(): value for name, value in headers.items()} if isinstance(headers, dict) else {}
