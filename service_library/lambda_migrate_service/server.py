"""Runs a service under uvicorn until it is told to stop, then lets running requests finish.

On SIGTERM the service first says that it is not ready, then stops listening, then waits for what is running.
A second signal skips the waiting.
"""

from __future__ import annotations

import contextlib
import importlib
import logging
import os
import signal
import socket
import sys
import threading
import time
from types import FrameType

import uvicorn

from .environment import SettingsError
from .settings import Settings

LARGEST_HEAD = 128 * 1024
"""Bytes of a request's head. Load balancers let 64 KB of headers through, to which the proxy adds up to 13 KB."""

LAST = 3.0
"""Seconds for the rest, once running requests have had theirs: shutdown code, and threads that never return."""

log = logging.getLogger(__name__)


class Server(uvicorn.Server):
    """A server that says "not ready" before it stops listening, and that ends whatever hangs."""

    def __init__(self, config: uvicorn.Config, application: str, drain: float, graceful: float) -> None:
        super().__init__(config)
        self._application = application
        self._drain = drain
        self._graceful = graceful
        self._leaves: float | None = None

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        """Begin to leave at the first signal; leave at once at the second."""
        if self._leaves is not None:
            super().handle_exit(sig, frame)
            return
        self._leaves = time.monotonic() + self._drain
        module, _, name = self._application.partition(":")
        app = getattr(sys.modules.get(module), name, None)
        if app is not None:
            app.drain()

    async def on_tick(self, counter: int) -> bool:
        """Tell whether it is time to stop listening."""
        if self._leaves is not None and time.monotonic() >= self._leaves:
            self.should_exit = True
        return await super().on_tick(counter)

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """Let what is running finish."""
        _end_after(self._graceful + LAST, code=1)
        await super().shutdown(sockets)


def _end_after(seconds: float, *, code: int) -> None:
    """End this process if it still lives then: Python waits for threads, and a plain endpoint may never return."""

    def end() -> None:
        time.sleep(seconds)
        log.warning("something still runs and is cut off")
        sys.stdout.flush()
        os._exit(code)

    threading.Thread(target=end, name="end", daemon=True).start()


def serve(application: str, settings: Settings, sockets: list[socket.socket] | None = None) -> None:
    """Run one process of the service.

    Args:
        application: Where it is, `module:name`.
        settings: How.
        sockets: Where to listen; by default at the settings' host and port.
    """
    config = uvicorn.Config(
        application,
        host=settings.host,
        port=settings.port,
        lifespan="on",
        log_config=None,
        access_log=False,
        server_header=False,
        timeout_keep_alive=settings.keepalive,
        h11_max_incomplete_event_size=LARGEST_HEAD,
        timeout_graceful_shutdown=max(1, round(settings.graceful)),
    )
    server = Server(config, application, settings.drain, settings.graceful)
    code = 3
    try:
        # before any event loop runs, as on Lambda: start-up code that runs one of its own at import keeps working
        importlib.import_module(application.partition(":")[0])
        server.run(sockets)
        code = 0 if server.started else code
    except SettingsError as error:
        sys.exit(str(error))
    finally:
        _end_after(LAST, code=code)
    if code:
        sys.exit(code)


def serve_many(application: str, settings: Settings) -> int:
    """Run several processes on one socket; when one dies, stop the others, so that the platform restarts it.

    Returns:
        0 if all ended because they were told to.
    """
    try:
        family = socket.AF_INET6 if ":" in settings.host else socket.AF_INET
        listening = socket.create_server((settings.host, settings.port), family=family, backlog=2048)
    except OSError as error:
        sys.exit(f"the service cannot listen on {settings.host}:{settings.port}: {error.strerror}")
    listening.set_inheritable(True)  # the socket module has no keyword here
    workers = {_fork(application, settings, listening) for _ in range(settings.workers)}
    listening.close()  # when the workers have closed theirs, nobody may connect and wait
    told = False

    def stop(_number: int, _frame: FrameType | None) -> None:
        nonlocal told
        told = True
        for worker in workers:
            with contextlib.suppress(ProcessLookupError):
                os.kill(worker, signal.SIGTERM)

    signal.signal(signal.SIGTERM, stop)
    signal.signal(signal.SIGINT, stop)
    failed = False
    while workers:
        worker, status = os.wait()
        workers.discard(worker)
        told_early = told and os.waitstatus_to_exitcode(status) == -signal.SIGTERM  # before it took a connection
        failed = failed or not told or (status != 0 and not told_early)
        if not told:
            stop(signal.SIGTERM, None)
    return 1 if failed else 0


def _fork(application: str, settings: Settings, listening: socket.socket) -> int:
    worker = os.fork()
    if worker == 0:
        code = 1
        try:
            serve(application, settings, [listening])
            code = 0
        except SystemExit as leaving:
            if isinstance(leaving.code, str):
                sys.stderr.write(leaving.code + "\n")
        finally:
            sys.stdout.flush()
            sys.stderr.flush()
            os._exit(code)
    return worker


def run(application: str, settings: Settings) -> None:
    """Start as many processes as the settings say.

    Args:
        application: Where the service is, `module:name`; each process imports it.
        settings: How.
    """
    if settings.workers == 1:
        serve(application, settings)
    else:
        sys.exit(serve_many(application, settings))
