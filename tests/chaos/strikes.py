"""What happens to a command: it is killed, or AWS misbehaves, at a moment that a seed has drawn."""

from __future__ import annotations

import threading
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

from lambda_migrate.engine.record import END
from tests.failures.intercepting_proxy import RESET, Answer, changes

if TYPE_CHECKING:
    import random
    from pathlib import Path

    from tests.chaos.program import Program
    from tests.failures.intercepting_proxy import InterceptingProxy

JSON = "application/x-amz-json-1.1"
FAULTS = {
    "reset before": (RESET, False),
    "reset after": (RESET, True),
    "500": (Answer(500, "InternalFailure", "something went wrong"), False),
    "500, but done": (Answer(500, "InternalFailure", "something went wrong"), True),
    "503": (Answer(503, "ServiceUnavailable", "try again"), False),
    "throttled": (Answer(429, "ThrottlingException", "Rate exceeded"), False),
    "a page": (Answer(200, body=b"<!doctype html><html><body>Welcome to the hotel</body></html>"), False),
    "a page, but done": (Answer(200, body=b"<!doctype html><html><body>Welcome to the hotel</body></html>"), True),
    "garbage": (Answer(200, body=b'{"Versions": [\xff\x00', kind=JSON), True),
    "empty": (Answer(200, body=b"", kind=JSON), True),
    "a bad gateway": (Answer(502, body=b"<html>502</html>"), False),
    "expired": (Answer(403, "ExpiredTokenException", "The security token included in the request is expired"), False),
}
"""What AWS answers, and whether it has carried the call out by then."""

FOREVER = float("inf")


class Usual(NamedTuple):
    """What a command does where nothing happens to it.

    Attributes:
        calls: Its calls of AWS, by name.
        records: How many records it writes to the ledger.
        seconds: How long it takes.
    """

    calls: tuple[str, ...]
    records: int
    seconds: float


@dataclass
class Strike:
    """One thing that happens to a command, once.

    Attributes:
        what: ``kill`` or the name of a fault.
        when: Of a kill: ``before`` or ``after`` its call `number`, after its record ``recorded``, or ``any`` time.
            Of a fault: ``before``, at its call `number`.
        number: Of the call or the record, from 1; of the time, milliseconds.
        changing: Count only calls that change something.
        times: How many calls a fault answers.
        every: Whether those are all that follow, or only those of the same name.
        cold: Whether the program is started from nothing, as a user starts it.
        struck: Whether it came to that.
    """

    what: str
    when: str
    number: int
    changing: bool = False
    times: float = 1
    every: bool = False
    cold: bool = False
    struck: bool = False
    call: str = ""

    def __str__(self) -> str:
        counted = "change" if self.changing else "call"
        where = {
            "recorded": f"after record {self.number}",
            "any": f"after {self.number} ms",
        }.get(self.when, f"{self.when} {counted} {self.number}")
        said = "" if self.what == "kill" else f", {self.times:g} times{' whatever is called' if self.every else ''},"
        call = f" ({self.call})" if self.call else ""
        return f"{self.what}{said} {where}{call}{'' if self.struck else ': never came'}"

    def arm(self, program: Program, interceptor: InterceptingProxy, ledger: Path) -> threading.Timer | None:
        """Wait for the moment in the next command; return the timer, where it is one of time."""
        if self.when == "any":
            timer = threading.Timer(self.number / 1000, self._kill, (program,))
            timer.daemon = True
            timer.start()
            return timer
        seen, guard, records = [0], threading.Lock(), _records(ledger)

        def heard(call: str, when: str) -> None:
            with guard:
                if self.struck:
                    return
                if self.when == "recorded":
                    come = when == "before" and _records(ledger) >= records + self.number
                else:
                    counts = not self.changing or changes(call)
                    seen[0] += counts and when == "before"
                    come = counts and seen[0] == self.number and when == self.when
                if come:
                    self.call = call
                    self._strike(call, program, interceptor)

        interceptor.arrived = lambda call: heard(call, "before")
        interceptor.carried_out = lambda call: heard(call, "after")
        return None

    def _strike(self, call: str, program: Program, interceptor: InterceptingProxy) -> None:
        if self.what == "kill":
            self._kill(program)
            if self.when != "after":
                interceptor.fail(call, RESET, 1)  # it never left the process
            return
        self.struck = True
        answer, done = FAULTS[self.what]
        interceptor.fail("*" if self.every else call, answer, self.times, done=done)

    def _kill(self, program: Program) -> None:
        self.struck = True
        program.kill()


def _records(ledger: Path) -> int:
    return ledger.read_bytes().count(END) if ledger.exists() else 0


def draw_kill(dice: random.Random, usual: Usual) -> Strike:
    """Draw a moment at which a command is killed."""
    cold = dice.random() < 2 / 5
    when = dice.choice(["before", "after", "recorded", "any"])
    if when == "recorded" and usual.records:
        return Strike("kill", when, dice.randint(1, usual.records), cold=cold)
    if when == "any":
        return Strike("kill", when, dice.randint(1, max(1, int(usual.seconds * 1000))), cold=cold)
    changing = dice.random() < 1 / 2
    number = sum(map(changes, usual.calls)) if changing else len(usual.calls)
    return Strike(
        "kill", "before" if when == "recorded" else when, dice.randint(1, max(1, number)), changing, cold=cold
    )


def draw_fault(dice: random.Random, usual: Usual) -> Strike:
    """Draw a call at which AWS begins to misbehave, and how."""
    what = dice.choice(sorted(FAULTS))
    changing = dice.random() < 1 / 2
    number = sum(map(changes, usual.calls)) if changing else len(usual.calls)
    times, every = dice.choice([(1, False), (1, False), (2, False), (3, True), (FOREVER, False), (FOREVER, True)])
    if what == "expired":
        times, every = FOREVER, True  # what has expired stays so
    return Strike(what, "before", dice.randint(1, max(1, number)), changing, times, every)
