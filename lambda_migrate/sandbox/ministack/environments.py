"""What the sandbox adds to MiniStack's execution environments, which are processes of this machine.

Loaded by :mod:`lambda_migrate.sandbox.ministack.additions`.

- **Bursts wait**, first come first served, for one of a few environments; MiniStack would start a process for each
  waiting event. What a function invokes itself does not wait: its caller may hold the last environment.
- **Code is unpacked once** and linked into each environment.
- **Updates drain**: environments of ``$LATEST`` that are in the middle of an event finish it when the function changes.
- **Exceptions** of the handler end neither its environment nor its type: AWS names the class in ``errorType``.
- **Duration** is that of the handler, without the start of its environment.
- A function that prints nothing is waited for 10 ms, not 50, before its output is taken to be complete.
"""

from __future__ import annotations

import hashlib
import tempfile
import threading
import time
import zipfile
from collections import defaultdict, deque
from contextvars import ContextVar
from pathlib import Path
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

from ministack.core import lambda_runtime
from ministack.services import lambda_svc

if TYPE_CHECKING:
    from collections.abc import Callable

ENVIRONMENTS = 3
"""Execution environments of one version that are made before an invocation waits for one to be free; AWS makes more."""

_PATIENCE = 60.0
"""Seconds until an invocation that waits gets an environment of its own after all."""

milliseconds: ContextVar[float] = ContextVar("milliseconds", default=0.0)
"""How long the handler took in the last invocation of this thread."""

_raised: ContextVar[str] = ContextVar("raised", default="")
_released = threading.Condition()
_waiting: dict[tuple[str, str], deque[object]] = defaultdict(deque)
_unpacking = threading.Lock()

_AFTER_EXCEPTION = '{"status": "error", "error": str(e), "trace": traceback.format_exc()}'
_TELLING_EXCEPTION = '{"status": "ok", "raised": type(e).__name__, "error": str(e), "trace": traceback.format_exc()}'


def install() -> None:
    """Add everything to the MiniStack of this process."""
    lambda_svc.invalidate_worker = _drain_workers
    lambda_svc.release_worker = _release_worker
    lambda_runtime.zipfile = SimpleNamespace(
        ZipFile=_UnpackedOnce, BadZipFile=zipfile.BadZipFile, LargeFileError=zipfile.LargeZipFile
    )
    lambda_svc.acquire_worker = _waiting_for_a_worker(lambda_svc.acquire_worker)
    lambda_runtime._PYTHON_WORKER_SCRIPT = _outliving_exceptions(lambda_runtime._PYTHON_WORKER_SCRIPT)
    lambda_runtime.Worker.invoke = _timed(lambda_runtime.Worker.invoke)
    lambda_svc._execute_function_warm = _naming_the_exception(lambda_svc._execute_function_warm)
    lambda_runtime.Worker._drain_stderr_bounded.__defaults__ = (0.01, 0.005, 0.25)


def _drain_workers(
    name: str, qualifier: str | None = None, account: str | None = None, region: str | None = None
) -> None:
    """Retire the workers of a function: idle ones now, busy ones as soon as they are released."""
    retired = []
    with lambda_runtime._lock:
        for key in list(lambda_runtime._workers):
            its_account, its_region, its_name, its_qualifier = key.split(":")
            wanted = ((name, its_name), (qualifier, its_qualifier), (account, its_account), (region, its_region))
            if all(one in (None, other) for one, other in wanted):
                retired += lambda_runtime._workers.pop(key)
    lambda_runtime.kill_workers([worker for worker in retired if not worker.in_use])


def _waiting_for_a_worker(original: Callable[..., Any]) -> Callable[..., Any]:
    """A burst waits for few environments instead of starting many at once on the few cores of this machine."""

    def acquire(name: str, config: Any, code: bytes, qualifier: str = "$LATEST", **_options: Any) -> Any:
        if lambda_svc._invoke_depth.get() > 1:
            return original(name, config, code, qualifier=qualifier)
        ticket, queue = object(), _waiting[name, qualifier]
        deadline = time.monotonic() + _PATIENCE
        with _released:
            queue.append(ticket)
            try:
                while (left := deadline - time.monotonic()) > 0:
                    if queue[0] is ticket:
                        worker, reason = original(name, config, code, qualifier=qualifier, max_concurrency=ENVIRONMENTS)
                        if worker is not None:
                            return worker, reason
                    _released.wait(left)
            finally:
                queue.remove(ticket)
                _released.notify_all()  # the next in the queue may find another environment free
        return original(name, config, code, qualifier=qualifier)

    return acquire


class _UnpackedOnce(zipfile.ZipFile):
    """A zip whose content is unpacked once, beside the environments, and linked to from each of them."""

    def extractall(self, path: Any = None, *_members: Any, **_options: Any) -> None:
        """Link everything at the top of the archive into a directory."""
        digest = hashlib.sha256(Path(str(self.filename)).read_bytes()).hexdigest()
        unpacked = Path(tempfile.gettempdir()) / "unpacked" / digest
        with _unpacking:
            if not unpacked.exists():
                fresh = unpacked.with_suffix(".fresh")
                super().extractall(fresh)
                fresh.rename(unpacked)
        for entry in unpacked.iterdir():
            (Path(path) / entry.name).symlink_to(entry)


def _timed(original: Callable[..., Any]) -> Callable[..., Any]:
    """Measure what AWS calls the duration: the handler, without the start of its environment. Tell of exceptions."""

    def invoke(worker: Any, *arguments: Any, **options: Any) -> Any:
        lambda_runtime.ensure_spawned(worker)
        started = time.monotonic()
        try:
            response = original(worker, *arguments, **options)
        finally:
            milliseconds.set(1000 * (time.monotonic() - started))
        _raised.set(response.get("raised", ""))
        return {**response, "status": "error"} if "raised" in response else response

    return invoke


def _outliving_exceptions(script: str) -> str:
    """MiniStack ends an environment that tells of a failure, so what runs in it must tell of exceptions otherwise."""
    if _AFTER_EXCEPTION not in script:
        raise RuntimeError("this MiniStack reports exceptions in another way than 1.5.33")
    return script.replace(_AFTER_EXCEPTION, _TELLING_EXCEPTION)


def _naming_the_exception(original: Callable[..., Any]) -> Callable[..., Any]:
    def execute(*arguments: Any) -> Any:
        _raised.set("")
        result = original(*arguments)
        if result.get("error") and _raised.get():
            result["body"]["errorType"] = _raised.get()
        return result

    return execute


def _release_worker(worker: Any) -> None:
    """Return a worker to its pool, or end it if it was retired while it was busy."""
    if worker is None:
        return
    with lambda_runtime._lock:
        worker.in_use = False
        pooled = any(worker in pool for pool in lambda_runtime._workers.values())
    if not pooled:
        lambda_runtime.kill_workers([worker])
    with _released:
        _released.notify_all()
