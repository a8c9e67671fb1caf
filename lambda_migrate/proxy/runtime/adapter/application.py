"""The original application: started on a port of its own, beside the server that stands on the one it had."""

from __future__ import annotations

import os
import socket
import threading
import time

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping

    from .settings import AdapterSettings
    from .wire import Asked

_PAUSE = 0.01  # as the adapter's own, while it waits for the application
_PIECE = 65_536
_ONE_ANSWER = 2.0
_AS_LONG_AS_IT_TAKES = 900.0
_BODILESS = (b"204", b"304")
_LAST_CHUNK = b"0\r\n\r\n"


class NotThere(Exception):
    """The original application does not answer; nothing of the request has reached it."""


class Application:
    """The original application. It is started at most once at a time, and again if it has ended.

    Args:
        command: What starts it: the script that Lambda would have started, and its arguments.
        environment: That of this process; the port is told in the variables that the adapter takes it from.
        settings: How the adapter reaches it.
    """

    def __init__(self, command: list[str], environment: Mapping[str, str], settings: AdapterSettings) -> None:
        self._command = command
        self._environment = dict(environment)
        self._settings = settings
        self._starting = threading.Lock()
        self._process = 0
        self._ready = False
        self.port = 0

    def start(self) -> None:
        """Start it, unless it runs; it takes its time until it answers."""
        with self._starting:
            if self._process and os.waitpid(self._process, os.WNOHANG) == (0, 0):
                return
            self._ready = False
            self.port = _free_port()
            told = {"PORT": str(self.port), "AWS_LWA_PORT": str(self.port)}
            try:
                self._process = os.posix_spawn(self._command[0], self._command, {**self._environment, **told})
            except OSError as failed:
                self._process = 0
                raise NotThere(f"it does not start: {failed.strerror}") from None

    def stop(self, number: int) -> None:
        """Send it a signal, if it runs."""
        if self._process:
            try:
                os.kill(self._process, number)
            except OSError:
                return

    def wait(self, until: float) -> None:
        """Start it, and return once it answers.

        Raises:
            NotThere: It has ended, or does not answer on the port that it was told, by `until` (monotonic).
        """
        self.start()
        while not self._ready:
            if self._answers():
                self._ready = True
                return
            if os.waitpid(self._process, os.WNOHANG) != (0, 0):
                self._process = 0
                raise NotThere("it ended before it answered")
            if time.monotonic() >= until:
                raise NotThere("it does not listen on the port that the variable PORT names")
            time.sleep(_PAUSE)

    def relay(self, asked: Asked, back: socket.socket, until: float) -> bool:
        """Hand a request on, and the answer back; return what :meth:`pass_on` does.

        Raises:
            NotThere: It does not answer, and has had nothing of the request.
        """
        self.wait(until)
        return self.pass_on(asked, back)

    def pass_on(self, asked: Asked, back: socket.socket) -> bool:
        """Hand a request on to the application as it stands now: what asks whether it is ready must not wait for it.

        The answer goes back byte for byte, without what it says of its own connection, which a client would see.

        Returns:
            Whether the adapter's connection may be used again: the answer was whole, and said where it ends.
        """
        try:
            sock = socket.create_connection(("127.0.0.1", self.port), _ONE_ANSWER)
        except OSError:
            raise NotThere("it does not answer") from None
        with sock:
            sock.settimeout(_AS_LONG_AS_IT_TAKES)
            sock.sendall(asked.raw_head + b"\r\nconnection: close\r\n\r\n" + bytes(asked.body))
            answer = b""
            while b"\r\n\r\n" not in answer:
                piece = sock.recv(_PIECE)
                if not piece:
                    return False
                answer += piece
            head, _, body = answer.partition(b"\r\n\r\n")
            lines = [line for line in head.split(b"\r\n") if not line.lower().startswith(b"connection:")]
            back.sendall(b"\r\n".join([*lines, b"", b""]))
            ends = _end_of(lines, asked.method)
            size, tail = 0, b""
            while True:
                back.sendall(body)
                size += len(body)
                tail = (tail + body)[-len(_LAST_CHUNK) :]
                if size == ends:
                    return True
                body = sock.recv(_PIECE)
                if not body:
                    return ends is None and tail == _LAST_CHUNK

    def _answers(self) -> bool:
        try:
            with socket.create_connection(("127.0.0.1", self.port), _ONE_ANSWER) as sock:
                if self._settings.by_connecting:
                    return True
                asking = f"GET {self._settings.readiness_path} HTTP/1.1\r\nhost: 127.0.0.1\r\nconnection: close\r\n\r\n"
                sock.sendall(asking.encode())
                status = sock.recv(12)[9:12]
        except OSError:
            return False
        elsewhere = self._settings.readiness_port != self._settings.port  # there it would say whether it is ready
        return status.isdigit() and (elsewhere or int(status) in self._settings.healthy)


def _end_of(lines: list[bytes], method: str) -> int | None:
    """Return how long a body is, as its head says: none where it has chunks, -1 where its connection ends it."""
    if method == "HEAD" or lines[0][9:12] in _BODILESS:
        return 0
    told = {name.lower(): value.strip() for name, _, value in (line.partition(b":") for line in lines[1:])}
    if b"transfer-encoding" in told:
        return None
    length = told.get(b"content-length", b"")
    return int(length) if length.isdigit() else -1


def _free_port() -> int:
    with socket.socket() as sock:
        sock.bind(("127.0.0.1", 0))
        port: int = sock.getsockname()[1]
        return port
