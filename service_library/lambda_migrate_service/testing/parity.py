"""Sends events to the lifted handler under its adapter, and to the service, and compares the answers.

`python -m lambda_migrate_service.testing service` does so for a repository whose package is called `service`:
with the events that lie in `tests/events` (one in each `*.json`, one on each line of `*.jsonl`), and with one sample
for each GET route of the application.
"""

from __future__ import annotations

import asyncio
import base64
import importlib
import inspect
import json
import logging
import os
import sys
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ..context import Function, LambdaContext
from ..lifted import Lifted, NoApplication, load
from ..routes import paths, unserved_path
from .client import Answer, Client
from .http_events import http_api_event, is_http, request_of, rest_api_event
from .signer import sign
from .stand_ins import stand_ins

EVENTS = Path("tests") / "events"
NOT_COMPARED = frozenset(("connection", "content-length", "date", "server", "x-request-id"))
RESERVED = "x-lambda-migrate-"
"""What the service tells the proxy, which tells nobody."""
SHOWN = 200
SERVER_ERROR = 500


@dataclass(frozen=True)
class Comparison:
    """What an event came to.

    Attributes:
        name: The file, or the request.
        function: The function's answer; its status is 500 where the handler raised.
        service: The service's.
    """

    name: str
    function: Answer
    service: Answer

    @property
    def differences(self) -> list[str]:
        """What differs, one line each; between two server errors, nothing: their words are the frameworks'."""
        if min(self.function.status, self.service.status) >= SERVER_ERROR:
            return []
        lines = []
        if self.function.status != self.service.status:
            lines.append(f"status: function {self.function.status}, service {self.service.status}")
        ours, theirs = (_compared(answer) for answer in (self.service, self.function))
        lines += [
            f"header: only of the function: {name}: {value}" for name, value in theirs if (name, value) not in ours
        ]
        lines += [
            f"header: only of the service: {name}: {value}" for name, value in ours if (name, value) not in theirs
        ]
        if _content(self.function) != _content(self.service):
            lines.append(f"body: function {_short(self.function)}, service {_short(self.service)}")
        return lines


def compare(service: Any, code: Lifted, function: Function, root: Path, base_path: str = "") -> list[Comparison]:
    """Send every event to both.

    Args:
        service: The service, as its `main.build` returns it.
        code: The lifted code.
        function: The function that was lifted.
        root: The repository.
        base_path: The prefix that the front door's paths have, and the application's have not.
    """
    made: list[Comparison] = []
    if code.handler is None or inspect.iscoroutinefunction(code.handler):
        return made  # under the web adapter the same application answered, and no handler did
    with Client(service) as client:
        for name, *shapes in (*recorded(root), *samples(code.app, base_path)):
            event, answered = _of_function(code.handler, shapes, function)
            client.restart()  # the adapter may have shut the application down after its request, and it is the same one
            made.append(Comparison(name, answered, _of_service(client, event, function, base_path)))
    return made


def recorded(root: Path) -> Iterator[tuple[str, Any]]:
    """Yield the events that lie in a repository, by name."""
    for file in sorted((root / EVENTS).glob("*.json*")):
        lines = file.read_text(encoding="utf-8").splitlines() if file.suffix == ".jsonl" else [file.read_text("utf-8")]
        for number, line in enumerate(line for line in lines if line.strip()):
            yield f"{file.name}:{number + 1}" if file.suffix == ".jsonl" else file.name, json.loads(line)


def samples(app: Any, base_path: str = "") -> Iterator[tuple[str, Any, Any]]:
    """Yield a sample for each GET route and for a path that none takes, as an HTTP API and as a REST API writes it."""
    if isinstance(app, NoApplication):
        return
    served = paths(app, "GET")
    unserved = unserved_path(app) if served else ""
    for method, path in [*(served or [("GET", "/")]), *([("GET", unserved)] if unserved else [])]:
        whole = base_path + path
        yield f"{method} {path}", http_api_event(method, whole), rest_api_event(method, whole)


def _of_function(handler: Callable[[Any, Any], Any], shapes: list[Any], function: Function) -> tuple[Any, Answer]:
    """Call the handler with the first shape that it takes for a request; return that, and the answer."""
    for event in shapes:
        response = _called(handler, event, function)
        if isinstance(response, Answer) or not is_http(event):
            break
        if isinstance(response, dict) and "statusCode" in response:
            return event, _answer(response)
    return event, response if isinstance(response, Answer) else Answer(200, body=json.dumps(response).encode())


def _called(handler: Callable[[Any, Any], Any], event: Any, function: Function) -> Any:
    """Call the handler as Lambda does, in a thread whose event loop does not run; an answer stands for an error."""
    outcome: list[Any] = []

    def call() -> None:
        asyncio.set_event_loop(asyncio.new_event_loop())
        try:
            outcome.append(handler(event, LambdaContext({"aws_request_id": "parity"}, function)))
        except Exception as error:  # noqa: BLE001  # whatever it is, Lambda tells its type
            outcome.append(Answer(SERVER_ERROR, body=_error(error)))

    thread = threading.Thread(target=call)
    thread.start()
    thread.join()
    return outcome[0]


def _error(error: Exception) -> bytes:
    return json.dumps({"errorType": type(error).__name__, "errorMessage": str(error)}).encode()


def _answer(response: dict[str, Any]) -> Answer:
    lists = {name.lower(): values for name, values in (response.get("multiValueHeaders") or {}).items()}
    single = {
        name.lower(): value for name, value in (response.get("headers") or {}).items() if name.lower() not in lists
    }
    headers = [(name, str(value)) for name, values in lists.items() for value in values]
    headers += [(name, str(value)) for name, value in single.items()]
    headers += [("set-cookie", cookie) for cookie in response.get("cookies") or ()]
    body = str(response.get("body") or "")
    encoded = base64.b64decode(body) if response.get("isBase64Encoded") else body.encode()
    return Answer(int(response["statusCode"]), tuple(headers), encoded)


def _of_service(client: Client, event: Any, function: Function, base_path: str) -> Answer:
    if not is_http(event):
        return client.deliver(event)
    request = request_of(event)
    path = request.path[len(base_path) :] if f"{request.path}/".startswith(f"{base_path}/") else request.path
    target = f"{path or '/'}?{request.query}" if request.query else path or "/"
    context = {
        "event": {name: value for name, value in event.items() if name != "body"},
        "context": {"aws_request_id": "parity", "function_name": function.name},
        "client": request.client,
    }
    proven = (
        sign(request.method, target, request.body, context=context, headers=request.headers) if _is_signed() else {}
    )
    return client.request(request.method, target, [*request.headers, *proven.items()], request.body)


def _is_signed() -> bool:
    return bool(os.environ.get("LAMBDA_MIGRATE_SIGNING_KEYS"))


def _compared(answer: Answer) -> list[tuple[str, str]]:
    """Return the headers that are compared; an adapter may name a type if there is no body that has one."""
    ignored = NOT_COMPARED if answer.body else NOT_COMPARED | {"content-type"}
    compared = ((name, value) for name, value in answer.headers if name not in ignored)
    return sorted((name, value) for name, value in compared if not name.startswith(RESERVED))


def _content(answer: Answer) -> Any:
    try:
        return answer.content
    except ValueError:
        return answer.body


def _short(answer: Answer) -> str:
    text = answer.body.decode("utf-8", "replace")
    return text if len(text) <= SHOWN else f"{text[:SHOWN]}…"


def main(package: str) -> int:
    """Compare a repository's service with its function, and print what differs.

    Returns:
        1 where something does.
    """
    root = Path.cwd()
    sys.path.insert(0, str(root))
    stand_ins(root)
    settings, composed = (importlib.import_module(f"{package}.{name}") for name in ("settings", "main"))
    code = load(settings.SOURCE, settings.HANDLER, settings.APP)
    service = composed.build(os.environ, code)
    logging.disable(logging.INFO)
    compared = compare(service, code, settings.FUNCTION, root, settings.BASE_PATH)
    for each in compared:
        sys.stdout.write(f"{'differs' if each.differences else 'same   '} {each.function.status} {each.name}\n")
        sys.stdout.writelines(f"        {line}\n" for line in each.differences)
    differing = sum(bool(each.differences) for each in compared)
    sys.stdout.write(f"{len(compared)} events, {differing} answered differently\n")
    return 1 if differing else 0
