"""Listens where the adapter expects the application."""

from __future__ import annotations

import os
import signal
import socket
import threading

from ..connection import Service
from ..settings import SettingsError, read
from ..telemetry import Telemetry, to_standard_output
from .application import Application
from .selector import Selector, Unanswered
from .settings import AdapterSettings
from .wire import read_request, reader_of

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

_WAITING = 128


def start(
    arguments: list[str], environment: Mapping[str, str], write: Callable[[str], None] = to_standard_output
) -> tuple[Application, list[socket.socket], Selector]:
    """Return the original application, what to listen on, and who answers.

    Args:
        arguments: What Lambda gave the wrapper script.
        environment: Of this process.
        write: Takes log lines.

    Raises:
        SettingsError: A setting is wrong; the version stops at its start.
    """
    settings = read(environment)
    adapter = AdapterSettings(environment)
    application = Application([settings.original_wrapper, *arguments], environment, adapter)
    telemetry = Telemetry(environment.get("AWS_LAMBDA_FUNCTION_NAME", "unknown"), write)
    service = None if settings.events == "none" else Service(settings)
    version = environment.get("AWS_LAMBDA_FUNCTION_VERSION", "")
    selector = Selector(settings, adapter, service, application, telemetry, version)
    ports = {adapter.port}
    if not selector.needs_the_original:
        ports.add(adapter.readiness_port)
    listening = [_listener(port) for port in sorted(ports)]
    if selector.needs_the_original:
        application.start()
    return application, listening, selector


def main(arguments: list[str]) -> None:
    """Serve until Lambda ends the environment."""
    try:
        application, listening, selector = start(arguments, os.environ)
    except SettingsError as wrong:
        Telemetry(os.environ.get("AWS_LAMBDA_FUNCTION_NAME", "unknown"), to_standard_output).complain(str(wrong))
        raise SystemExit(1) from None

    def end(number: int, _frame: object) -> None:
        application.stop(number)
        os._exit(0)

    signal.signal(signal.SIGTERM, end)
    for listener in listening[1:]:
        threading.Thread(target=accept, args=(listener, selector), daemon=True).start()
    accept(listening[0], selector)


def accept(listener: socket.socket, selector: Selector) -> None:
    """Serve each connection in a thread of its own, until the listener is closed."""
    while True:
        try:
            sock, _ = listener.accept()
        except OSError:
            return
        threading.Thread(target=serve, args=(sock, selector), daemon=True).start()


def serve(sock: socket.socket, selector: Selector) -> None:
    """Answer the requests of one connection, one after the other."""
    sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    reader = reader_of(sock)
    try:
        with sock:
            while True:
                asked = read_request(reader)
                if asked is None or not selector.answer(asked, sock):
                    return
    except (Unanswered, OSError):
        return


def _listener(port: int) -> socket.socket:
    listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    listener.bind(("127.0.0.1", port))
    listener.listen(_WAITING)
    return listener
