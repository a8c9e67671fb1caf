"""Imports the function's code the way Lambda did: its folder first on the path, and as the working directory."""

from __future__ import annotations

import importlib
import os
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from .asgi import NOT_FOUND, Application, Receive, Scope, Send, answer
from .context import LambdaContext
from .web_adapter import starts_by_a_script, takes_events


@dataclass(frozen=True)
class Lifted:
    """The lifted code.

    Attributes:
        app: The application that answers HTTP requests; :class:`NoApplication` where the function had none.
        handler: What Lambda called; it takes the events that nothing else handles. None where there is nothing to call.
    """

    app: Application
    handler: Callable[[Any, LambdaContext], Any] | None


class NoApplication:
    """Stands where a function that serves events only has no application: every request is answered 404."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        if scope["type"] == "http":
            await answer(send, 404, NOT_FOUND)
        elif scope["type"] == "websocket":
            await receive()
            await send({"type": "websocket.close", "code": 1000})
        else:
            raise RuntimeError("it has no start-up code")


def load(source: Path, handler: str, app: str) -> Lifted:
    """Import the code.

    Args:
        source: The folder that Lambda had under `/var/task`.
        handler: As configured in Lambda, `folder/module.function`; or the script of a function under the web adapter,
            whose events go to the path that the application has for them.
        app: The application, `module:name`, or `module:name()` where it has to be made; empty where the function serves
            events only.
    """
    if str(source) not in sys.path:
        sys.path.insert(0, str(source))
    os.chdir(source)  # code that opens its own files by relative names keeps working
    module, _, name = handler.replace("/", ".").rpartition(".")
    app_module, _, app_name = app.partition(":")
    application = _find(app_module, app_name) if app else NoApplication()
    if starts_by_a_script(handler):
        return Lifted(app=application, handler=takes_events(application, os.environ))
    return Lifted(app=application, handler=_find(module, name))


def _find(module: str, name: str) -> Any:
    value: Any = importlib.import_module(module)
    for part in name.removesuffix("()").split("."):
        value = getattr(value, part)
    return value() if name.endswith("()") else value
