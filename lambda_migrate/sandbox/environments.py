"""What the sandbox adds to MiniStack's execution environments, which are processes of this machine.

Loaded by :mod:`lambda_migrate.sandbox.additions`.

- **Bursts wait** for one of a few environments; MiniStack would start a process for each waiting event.
- **Updates drain**: environments of ``$LATEST`` that are in the middle of an event finish it when the function changes.
- **Exceptions** of the handler end neither its environment nor its type: AWS names the class in ``errorType``.
- **Duration** is that of the handler, without the start of its environment.
- A function that prints nothing is waited for 10 ms, not 50, before its output is taken to be complete.
"""

from __future__ import annotations

import threading
import time
from contextvars import ContextVar
from typing import TYPE_CHECKING, Any

from ministack.core import lambda_runtime
from ministack.services import lambda_svc

if TYPE_CHECKING:
    from collections.abc import Callable

ENVIRONMENTS = 4
"""Execution environments of one version that are made before an invocation waits for one to be free; AWS makes more."""

_ENVIRONMENT_PATIENCE = 10.0
"""Seconds until an invocation gets an environment of its own after all: its own caller may hold the last one."""

milliseconds: ContextVar[float] = ContextVar("milliseconds", default=0.0)
"""How long the handler took in the last invocation of this thread."""

_raised: ContextVar[str] = ContextVar("raised", default="")
_released = threading.Condition()

_AFTER_EXCEPTION = '{"status": "error", "error": str(e), "trace": traceback.format_exc()}'
_TELLING_EXCEPTION = '{"status": "ok", "raised": type(e).__name__, "error": str(e), "trace": traceback.format_exc()}'


def install() -> None:
    """Add everything to the MiniStack of this process."""
    lambda_svc.invalidate_worker = _drain_workers
    lambda_svc.release_worker = _release_worker
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

    def acquire(*arguments: Any, **options: Any) -> Any:
        deadline = time.monotonic() + _ENVIRONMENT_PATIENCE
        with _released:
            while (left := deadline - time.monotonic()) > 0:
                worker, reason = original(*arguments, **{**options, "max_concurrency": ENVIRONMENTS})
                if worker is not None:
                    return worker, reason
                _released.wait(left)
        return original(*arguments, **options)

    return acquire


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
