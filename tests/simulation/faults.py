"""What goes wrong while a command runs: at which of its calls, and how."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal, get_args

from lambda_migrate.aws.session import READ_EXCEPTIONS, READ_PREFIXES

if TYPE_CHECKING:
    from collections.abc import Callable

Kind = Literal[
    "killed before",
    "killed after",
    "lost before",
    "lost after",
    "failed before",
    "failed after",
    "throttled",
    "expired",
    "denied",
    "interrupted",
]
KINDS: tuple[Kind, ...] = get_args(Kind)

LEDGER = "ledger:Append"
"""How a write of the ledger is called here."""


class Killed(BaseException):
    """The process is gone: nothing in the code under test may catch this."""


@dataclass(frozen=True)
class Fault:
    """One thing that goes wrong.

    Attributes:
        kind: ``killed``: the process is. ``lost``: the call, or its answer. ``failed``: AWS answers 500. ``throttled``,
            ``expired`` (the credentials, for the rest of the command), ``denied`` (this operation, likewise).
            ``interrupted``: somebody presses Ctrl-C. ``before`` or ``after``: whether AWS has carried it out.
        at: At which call, from 1.
        call: Which calls count, ``lambda:UpdateAlias``; "" for all that change something, the ledger's too, ``*`` for
            every call.
        times: Attempts in a row; the session tries ten times.
    """

    kind: Kind
    at: int
    call: str = ""
    times: int = 1

    def counts(self, called: str) -> bool:
        """Return whether a call is one of those that count."""
        if self.call == "*":
            return True
        return called == self.call if self.call else changes(called)


def changes(called: str) -> bool:
    """Return whether a call changes something, or may."""
    service, _, operation = called.partition(":")
    return not (operation.startswith(READ_PREFIXES) or (service, operation) in READ_EXCEPTIONS)


@dataclass
class Process:
    """One process of the program: what it has called, and what goes wrong.

    Attributes:
        faults: What will.
        called: What it has called, in order, the ledger's writes too.
        dead: Whether it was killed.
        expired: Whether its credentials are.
        denied: Operations that it may not call.
        stop: Called where somebody presses Ctrl-C.
    """

    faults: tuple[Fault, ...] = ()
    called: list[str] = field(default_factory=list)
    dead: bool = False
    expired: bool = False
    denied: set[str] = field(default_factory=set)
    stop: Callable[[], None] = field(default=lambda: None)
    _counts: dict[Fault, int] = field(default_factory=dict)

    def due(self, called: str) -> Fault | None:
        """Count a call; return what goes wrong with it.

        Raises:
            Killed: The process is dead already.
        """
        if self.dead:
            raise Killed
        self.called.append(called)
        due = None
        for fault in self.faults:
            if fault.counts(called):
                number = self._counts[fault] = self._counts.get(fault, 0) + 1
                due = fault if number == fault.at else due
        if due is None:
            return None
        self.expired |= due.kind == "expired"
        if due.kind == "interrupted":
            self.stop()
        if due.kind == "denied":
            self.denied.add(called)
        return due

    def die(self) -> Killed:
        """Be killed; returns what to raise."""
        self.dead = True
        return Killed()
