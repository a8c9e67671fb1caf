"""How many execution environments MiniStack has at a time, who gets one, and what becomes of one that fails.

Loaded by :mod:`lambda_migrate.sandbox.ministack.additions`. An environment is a process of this machine, so that there
have to be few of them however many invocations there are, and whatever becomes of one must not touch the others.

- **Bursts wait**, first come first served, for one of a few environments; MiniStack would start a process for each
  waiting event. Who has waited for too long is throttled. What a function invokes itself does not wait: its caller may
  hold the last environment.
- **Failures stay alone**: an environment that does not start or breaks is ended, and the next in the queue gets a new
  one. MiniStack would end all those of the function, in the middle of their events.
- **Updates drain**: environments that are in the middle of an event finish it when the function changes.
- **There are never too many**: those that have been idle for longest end.
"""

from __future__ import annotations

import threading
import time
from collections import defaultdict, deque
from contextvars import ContextVar
from typing import TYPE_CHECKING, Any

from ministack.core import lambda_runtime
from ministack.services import lambda_svc

if TYPE_CHECKING:
    from collections.abc import Callable

ENVIRONMENTS = 3
"""Environments of one version that are made before an invocation waits for one to be free; AWS makes more."""

ALL_ENVIRONMENTS = 24
"""Environments of all versions together beyond which idle ones end."""

TIMEOUT = 60.0
"""Seconds until an invocation that waits is throttled."""

_leased: ContextVar[Any] = ContextVar("leased", default=None)
"""The environment that this invocation has."""

_released = threading.Condition()
_waiting: dict[tuple[str, str], deque[object]] = defaultdict(deque)


def install() -> None:
    """Add everything to the MiniStack of this process."""
    lambda_svc.acquire_worker = waiting_in_turn(lambda_svc.acquire_worker)
    lambda_svc.invalidate_worker = _retire
    lambda_svc.release_worker = _release


def waiting_in_turn(acquire: Callable[..., Any], *, timeout: float = TIMEOUT) -> Callable[..., Any]:
    """Return what leases one of a few environments, and waits for its turn where all are in use.

    Args:
        acquire: MiniStack's own, which returns the environment and where it came from, or None and ``func_cap``.
        timeout: Seconds until the answer is None and ``func_cap``, which MiniStack takes for a throttle.
    """

    def lease(name: str, config: Any, code: bytes, qualifier: str = "$LATEST", **_options: Any) -> Any:
        most = None if lambda_svc._invoke_depth.get() > 1 else ENVIRONMENTS
        worker, reason = _in_turn(
            lambda: acquire(name, config, code, qualifier=qualifier, max_concurrency=most),
            _waiting[name, qualifier],
            0.0 if most is None else timeout,
        )
        _leased.set(worker)
        if reason == "spawn":
            _end_surplus()
        return worker, reason

    return lease


def _in_turn(acquire: Callable[[], Any], queue: deque[object], timeout: float) -> Any:
    """Call `acquire` until it returns a worker: at once, or when this call is the first in the queue."""
    if not timeout:
        return acquire()
    ticket, deadline = object(), time.monotonic() + timeout
    with _released:
        queue.append(ticket)
        try:
            while (left := deadline - time.monotonic()) > 0:
                if queue[0] is ticket:
                    worker, reason = acquire()
                    if worker is not None:
                        return worker, reason
                _released.wait(left)
        finally:
            queue.remove(ticket)
            _released.notify_all()  # the next in the queue may find another environment free
    return None, "func_cap"


def _release(worker: Any) -> None:
    """Return an environment to its pool, or end it if it was retired while it was in use."""
    _leased.set(None)
    if worker is None:
        return
    with lambda_runtime._lock:
        worker.in_use = False
        pooled = any(worker in pool for pool in lambda_runtime._workers.values())
    if not pooled:
        lambda_runtime.kill_workers([worker])
    with _released:
        _released.notify_all()


def _retire(name: str, qualifier: str | None = None, account: str | None = None, region: str | None = None) -> None:
    """Retire what failed in this invocation, or else all environments of a function that has changed."""
    failed = _leased.get()
    if failed is None:
        _drain((account, region, name, qualifier))
        return
    with lambda_runtime._lock:
        for pool in lambda_runtime._workers.values():
            pool[:] = [worker for worker in pool if worker is not failed]
    _release(failed)


def _drain(wanted: tuple[str | None, ...]) -> None:
    """Retire the environments of a function: idle ones now, busy ones as soon as they are released."""
    retired = []
    with lambda_runtime._lock:
        for key in list(lambda_runtime._workers):
            if all(one in (None, other) for one, other in zip(wanted, key.split(":"), strict=True)):
                retired += lambda_runtime._workers.pop(key)
    lambda_runtime.kill_workers([worker for worker in retired if not worker.in_use])


def _end_surplus() -> None:
    with lambda_runtime._lock:
        workers = [worker for pool in lambda_runtime._workers.values() for worker in pool]
        idle = sorted((worker for worker in workers if not worker.in_use), key=lambda worker: worker.last_used)
        surplus = idle[: max(0, len(workers) - ALL_ENVIRONMENTS)]
        for pool in lambda_runtime._workers.values():
            pool[:] = [worker for worker in pool if worker not in surplus]
    lambda_runtime.kill_workers(surplus)
