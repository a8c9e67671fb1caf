"""What the function's non-API branch wrote down, wherever it ran: a small server in the process of the tests."""

from __future__ import annotations

import json
import threading
import time
from contextlib import contextmanager
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator


@dataclass(frozen=True)
class Note:
    """One event that reached the application.

    Attributes:
        alias: The qualifier that it was sent to.
        event: As the application received it.
        context: What the Lambda context said.
        handled_by: ``lambda`` or ``service``.
    """

    alias: str
    event: Any
    context: dict[str, Any]
    handled_by: str


class Notebook:
    """Collects notes; each note is answered with how often that event has come to that alias."""

    def __init__(self) -> None:
        self._notes: list[Note] = []
        self._written = threading.Condition(threading.RLock())

    def write(self, document: dict[str, Any]) -> int:
        """Keep a note; returns how often its event has come to its alias, this time included."""
        note = Note(document["context"]["invoked_function_arn"].split(":")[-1], **document)
        with self._written:
            self._notes.append(note)
            self._written.notify_all()
            return sum((one.alias, one.event) == (note.alias, note.event) for one in self._notes)

    def notes(self, alias: str, marker: str) -> list[Note]:
        """Return what came to an alias with a text anywhere in the event, oldest first."""
        with self._written:
            return [note for note in self._notes if note.alias == alias and marker in json.dumps(note.event)]

    def wait(self, alias: str, marker: str, count: int = 1, seconds: float = 20.0) -> list[Note]:
        """Return the notes of an alias as soon as there are enough."""
        deadline = time.monotonic() + seconds
        with self._written:
            while len(found := self.notes(alias, marker)) < count:
                left = deadline - time.monotonic()
                assert left > 0, f"{alias}: {len(found)} of {count} events with `{marker}` came"
                self._written.wait(left)
        return found


@contextmanager
def open_notebook() -> Iterator[tuple[Notebook, str]]:
    """Serve a notebook on a free port of this machine; yields it with its URL."""
    notebook = Notebook()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            document = json.loads(self.rfile.read(int(self.headers["content-length"])))
            body = str(notebook.write(document)).encode()
            self.send_response(200)
            self.send_header("content-length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_ignored: Any) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield notebook, f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
