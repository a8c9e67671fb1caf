"""An endpoint between the program and the embedded AWS: it sees every call by name, and misbehaves when told to."""

from __future__ import annotations

import json
from collections import Counter
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.client import HTTPConnection
from threading import get_ident
from typing import TYPE_CHECKING, Any

from lambda_migrate.aws.session import READ_EXCEPTIONS, READ_PREFIXES
from lambda_migrate.sandbox.operations import operation
from tests.support.listening import Handler, listening
from tests.support.waiting import TIMEOUT, eventually

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator


@dataclass(frozen=True)
class Answer:
    """What AWS says instead of what it would have said."""

    status: int
    code: str = ""
    message: str = ""
    body: bytes | None = None
    kind: str = "text/html"

    def written(self, query: bool) -> tuple[bytes, dict[str, str]]:
        if self.body is not None:
            return self.body, {"content-type": self.kind}
        if query:
            error = f"<Error><Type>Sender</Type><Code>{self.code}</Code><Message>{self.message}</Message></Error>"
            return f"<ErrorResponse>{error}</ErrorResponse>".encode(), {"content-type": "text/xml"}
        document = {"__type": self.code, "message": self.message, "Type": "User"}
        return json.dumps(document).encode(), {"content-type": "application/json", "x-amzn-errortype": self.code}


RESET = Answer(0)
"""The connection breaks, without an answer."""


@dataclass
class Fault:
    """Answers a call in AWS's place, so many times; where it is `done`, AWS has carried the call out by then."""

    call: str
    answer: Answer
    left: float
    done: bool = False


@dataclass
class InterceptingProxy:
    """What the program takes for AWS.

    Attributes:
        port: Where the embedded AWS listens.
        calls: Every call that arrived, as ``lambda:GetAlias``.
        faults: What is answered in AWS's place.
        changes: By call, what is done to the JSON document that AWS answers.
        cut: Close every connection without an answer.
        arrived: Told of a call before AWS sees it; may take its time.
        carried_out: Told of a call after AWS has carried it out, before the program hears of it.
        under_way: Calls that arrived and are not over yet, whoever made them, by thread; "" until they are read.
    """

    port: int
    url: str = ""
    calls: list[str] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)
    changes: dict[str, Callable[[Any], Any]] = field(default_factory=dict)
    cut: bool = False
    arrived: Callable[[str], None] = lambda _call: None
    carried_out: Callable[[str], None] = lambda _call: None
    under_way: dict[int, str] = field(default_factory=dict)

    def fail(self, call: str, answer: Answer, times: float = float("inf"), *, done: bool = False) -> None:
        """Answer a call (``*`` for every one) so many times in AWS's place; `done`: once AWS has carried it out."""
        self.faults.append(Fault(call, answer, times, done))

    @contextmanager
    def busy(self) -> Iterator[None]:
        """Count a call among those that are under way."""
        self.under_way[get_ident()] = ""
        try:
            yield
        finally:
            del self.under_way[get_ident()]

    def quiet(self) -> None:
        """Wait until AWS has carried out what a process asked that is gone since; longer than AWS is waited for."""

        def is_quiet() -> bool:
            assert not self.under_way, f"still under way: {sorted(self.under_way.values())}"
            return True

        eventually(is_quiet, 2 * TIMEOUT)

    def well(self) -> None:
        """Behave from now on, and forget the calls so far."""
        self.calls.clear()
        self.faults.clear()
        self.changes.clear()
        self.cut = False
        self.arrived = self.carried_out = lambda _call: None

    @property
    def counted(self) -> Counter[str]:
        return Counter(self.calls)

    @property
    def changing(self) -> list[str]:
        """The calls that could have changed something."""
        return [call for call in self.calls if changes(call)]

    def fault(self, call: str) -> Fault | None:
        for found in self.faults:
            if found.call in (call, "*") and found.left > 0:
                found.left -= 1
                return found
        return None


def changes(call: str) -> bool:
    """Return whether a call, by its name alone, could change something."""
    service, _, operation = call.partition(":")
    looks = (*READ_PREFIXES, "GET ", "HEAD ")  # calls that no operation is known for are called by their request
    return not operation.startswith(looks) and (service, operation) not in READ_EXCEPTIONS


def handler(interceptor: InterceptingProxy) -> type[Handler]:
    """Return what handles each call that arrives at an intercepting proxy."""

    class Between(Handler):
        def serve(self) -> None:
            with interceptor.busy():
                body = self.received()
                call, query = operation(self.command, self.path, dict(self.headers), body)
                interceptor.calls.append(call)
                interceptor.under_way[get_ident()] = call
                interceptor.arrived(call)
                fault = interceptor.fault(call)
                if fault and not fault.done:
                    self._fail(fault.answer, query)
                    return
                status, content, headers = self._forwarded(body)
                if change := interceptor.changes.get(call):
                    content = json.dumps(change(json.loads(content))).encode()
                interceptor.carried_out(call)
                if fault:
                    self._fail(fault.answer, query)
                elif interceptor.cut:
                    self.close_connection = True
                else:
                    self.answer(status, content, headers)

        def _fail(self, answer: Answer, query: bool) -> None:
            if answer is RESET:
                self.close_connection = True
            else:
                self.answer(answer.status, *answer.written(query))

        def _forwarded(self, body: bytes) -> tuple[int, bytes, dict[str, str]]:
            connection = HTTPConnection("127.0.0.1", interceptor.port, timeout=TIMEOUT)
            connection.request(self.command, self.path, body, dict(self.headers))
            answer = connection.getresponse()
            content = answer.read()
            kept = {name: value for name, value in answer.getheaders() if name.lower() not in HOP_BY_HOP}
            connection.close()
            return answer.status, content, kept

    return Between


@contextmanager
def standing_between(port: int) -> Iterator[InterceptingProxy]:
    """Stand between the program and the embedded AWS on `port`."""
    interceptor = InterceptingProxy(port)
    with listening(handler(interceptor)) as interceptor.url:
        yield interceptor


HOP_BY_HOP = {"content-length", "connection", "transfer-encoding", "server", "date", "keep-alive"}
