"""Kills the process, as it were, right before or right after a call that changes AWS, or lets somebody act there."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from lambda_migrate.aws.permissions import made
from lambda_migrate.aws.session import READ_PREFIXES

if TYPE_CHECKING:
    from collections.abc import Callable

    from lambda_migrate.aws.permissions import Call
    from lambda_migrate.aws.session import Aws


class Killed(BaseException):
    """Nothing in the code under test may catch this: the process is gone."""


@dataclass
class Crashes:
    """Counts the changing calls of a session, and dies at one of them when told to.

    Attributes:
        aws: The session; its calls pass through here.
        calls: The changing calls since :meth:`arm`, ``lambda:UpdateAlias``.
        at: Number of the call to die at, from 1; 0 for none.
        when: ``before`` the call is sent, or ``after`` AWS has carried it out and the answer is lost.
        made: All calls since :meth:`arm`, with what decides their resources.
        act: What somebody else does there; None to die.
        reads: Whether calls that only read count too.
    """

    aws: Aws
    calls: list[str] = field(default_factory=list)
    at: int = 0
    when: str = "before"
    made: list[Call] = field(default_factory=list)
    act: Callable[[], object] | None = None
    reads: bool = False

    def __post_init__(self) -> None:
        self.aws.session.events.register("before-parameter-build", self._note)
        self.aws.session.events.register("before-call", self._before)
        self.aws.session.events.register("after-call", self._after)

    def arm(self, at: int = 0, when: str = "before") -> None:
        self.calls, self.at, self.when, self.made, self.act, self.reads = [], at, when, [], None, False

    def interrupt(self, at: int, act: Callable[[], object], *, reads: bool = False) -> None:
        """Let somebody else act right before a call, once, in place of dying."""
        self.arm(at)
        self.act, self.reads = act, reads

    def _note(self, params: Any, model: Any, **_ignored: Any) -> None:
        self.made += made(model.service_model.service_name, model.name, params)

    def _before(self, model: Any, **_ignored: Any) -> None:
        if model.name.startswith(READ_PREFIXES) and not self.reads:
            return
        self.calls.append(f"{model.service_model.service_name}:{model.name}")
        if self.at == len(self.calls) and self.when == "before":
            if self.act is None:
                raise Killed
            self.act()

    def _after(self, model: Any, **_ignored: Any) -> None:
        if model.name.startswith(READ_PREFIXES):
            return
        if self.at == len(self.calls) and self.when == "after":
            raise Killed
