"""A moment of a run at which it is interrupted."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING, Any

from tests.failures.intercepting_proxy import changes
from tests.support.processes import heeded
from tests.support.screen import Answer
from tests.support.waiting import TIMEOUT, eventually

if TYPE_CHECKING:
    import signal

    from tests.failures.user import User

GOES_ON = "the same command carries on from here; see `status`"


class Moment:
    """A moment of a run: its call of a number, from 1, before AWS sees it or after AWS has carried it out.

    The first change of a run takes the lock between machines, so that its second is the first of the migration.
    """

    def __init__(self, number: int, when: str, *, only: str = "") -> None:
        self.number, self.when, self.only = number, when, only
        self.process: Any = None
        self.call = ""
        self._seen = 0
        self._started = threading.Event()

    def strike(self, user: User, what: signal.Signals, *command: str, times: int = 1) -> Answer:
        """Run a command as a process that is sent a signal at this moment."""

        def heard(call: str, when: str) -> None:
            if self.only and call != self.only and not (self.only == "changes" and changes(call)):
                return
            self._seen += when == "before"
            if self._seen != self.number or when != self.when or self.call:
                return
            self.call = call
            self._started.wait(TIMEOUT)
            for _ in range(times):
                self.process.send_signal(what)
                eventually(lambda: heeded(self.process, what))

        user.interceptor.arrived = lambda call: heard(call, "before")
        user.interceptor.carried_out = lambda call: heard(call, "after")
        self.process = user.start(*command)
        self._started.set()
        out, err = self.process.communicate(timeout=TIMEOUT)
        user.interceptor.well()
        code = self.process.returncode
        print(f"{what.name} {self.when} call {self.number} ({self.call or 'never made'}): exit {code}")
        return Answer(code, out, err)
