"""Sends reads at a rate: each when it is due, whatever became of those before, and never too many at once."""

from __future__ import annotations

import threading
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from lambda_migrate.http import HttpError
from lambda_migrate.load.step import Step, percentile, summary

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from lambda_migrate.http import Client
    from lambda_migrate.load.reads import Read

TIMEOUT = 10.0
"""Seconds after a request is due by which its answer has to be there; after that nobody waits for it."""

STOP_SHARE, STOP_FROM = 0.1, 20
"""The share of errors at which a rate is given up at once, and the number of requests from which that counts."""

LONGEST = 1 << 26
"""Bytes of an answer, at most."""

THROTTLED, SERVER_ERROR, CLIENT_ERROR = 429, 500, 400
LATE_SHARE = 0.99
NO_ANSWER = 0


@dataclass
class Outcomes:
    """What came of the requests of one rate; written by many threads."""

    latencies: list[float] = field(default_factory=list)
    finished: list[float] = field(default_factory=list)
    statuses: dict[int, int] = field(default_factory=dict)
    _writing: threading.Lock = field(default_factory=threading.Lock)

    def add(self, status: int, due: float, now: float) -> None:
        """Account for one request: its status, or 0 if there was no answer; times in seconds."""
        with self._writing:
            self.latencies.append(now - due)
            self.statuses[status] = self.statuses.get(status, 0) + 1
            if status:
                self.finished.append(now)

    def count(self, *, errors: bool) -> int:
        """Return how many ended in an error, or were refused with a 4xx that is none."""
        with self._writing:
            counted = list(self.statuses.items())
        return sum(count for status, count in counted if (_is_error(status) if errors else _is_refused(status)))

    @property
    def too_many_errors(self) -> str:
        """Why the rate is given up, or ""."""
        with self._writing:
            counted = list(self.statuses.items())
        sent, errors = sum(count for _, count in counted), sum(count for status, count in counted if _is_error(status))
        return f"{errors} of {sent} requests failed" if sent >= STOP_FROM and errors > STOP_SHARE * sent else ""

    def achieved(self) -> float:
        """Return the answers a second, from the first one to the last."""
        times = sorted(self.finished)
        span = times[-1] - times[0] if times else 0.0
        return (len(times) - 1) / span if span else float(len(times))


@dataclass(frozen=True)
class Generator:
    """Sends reads to a service.

    Args:
        client: Reaches it, from many threads.
        url: Of the service, without a path.
        reads: Sent in turn, again and again.
        at_once: Requests that are under way at the same time, at most.
        sign: Returns the headers that go beside those of a request; asked each time.
        now: The time, in seconds, from any start.
        sleep: Waits so many seconds.
    """

    client: Client
    url: str
    reads: Sequence[Read]
    at_once: int
    sign: Callable[[Read], Mapping[str, str]] = lambda _read: {}
    now: Callable[[], float] = time.perf_counter
    sleep: Callable[[float], None] = time.sleep

    def step(self, rate: float, seconds: float, stop: Callable[[], str]) -> Step:
        """Send at one rate.

        Args:
            rate: Requests a second.
            seconds: For how long.
            stop: Asked before each request; returns why to stop, or "".

        Returns:
            What came of it, once every request that was sent is answered or given up.
        """
        outcomes, late, failed, told = Outcomes(), [0.0], "", ""
        began = self.now()
        with ThreadPoolExecutor(self.at_once) as pool:
            for number in range(max(1, round(rate * seconds))):
                due = began + number / rate
                while (ahead := due - self.now()) > 0:
                    self.sleep(min(ahead, 0.25))
                failed = outcomes.too_many_errors
                told = "" if failed else stop()
                if failed or told:
                    pool.shutdown(wait=False, cancel_futures=True)
                    break
                late.append(self.now() - due)
                pool.submit(self._send, self.reads[number % len(self.reads)], due, outcomes)
        return Step(
            rate=rate,
            sent=len(outcomes.latencies),
            errors=outcomes.count(errors=True),
            refused=outcomes.count(errors=False),
            latency=summary(outcomes.latencies),
            achieved=round(outcomes.achieved(), 2),
            late=round(percentile(late, LATE_SHARE) * 1000, 1),
            stopped=told or outcomes.too_many_errors or failed,  # those under way at that moment have ended since
            statuses=dict(sorted(outcomes.statuses.items())),
        )

    def _send(self, read: Read, due: float, outcomes: Outcomes) -> None:
        """Send one request, unless nobody waits for its answer any more."""
        left, status = TIMEOUT - (self.now() - due), NO_ANSWER
        try:
            if left > 0:
                url, headers = f"{self.url}{read.target}", {**headers_of(read), **self.sign(read)}
                answer = self.client.send(read.method, url, headers=headers, timeout=left, limit=LONGEST)
                status = answer.status_code
        except HttpError:
            pass  # it counts as one without an answer
        finally:
            outcomes.add(status, due, self.now())  # whatever happens: a rate of which nothing is counted is not held


def headers_of(read: Read) -> dict[str, str]:
    """Return the headers, those that come twice as one line (RFC 9110, 5.3; cookies: RFC 6265, 5.4)."""
    joined: dict[str, str] = {}
    for name, value in read.headers:
        between = "; " if name == "cookie" else ", "
        joined[name] = f"{joined[name]}{between}{value}" if name in joined else value
    return joined


def _is_error(status: int) -> bool:
    return status in (NO_ANSWER, THROTTLED) or status >= SERVER_ERROR


def _is_refused(status: int) -> bool:
    return CLIENT_ERROR <= status < SERVER_ERROR and status != THROTTLED
