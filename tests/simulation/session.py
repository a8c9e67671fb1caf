"""The session with the simulated AWS: the one seam through which the program calls it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from botocore.exceptions import ClientError, ConnectTimeoutError, ReadTimeoutError

from lambda_migrate import errors
from lambda_migrate.aws.session import ASKED_ONCE, Aws
from lambda_migrate.http import Answer, Client
from tests.simulation.faults import Fault, changes
from tests.simulation.refusals import Refused
from tests.simulation.world import REGION, copied

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from tests.simulation.faults import Process
    from tests.simulation.world import World

ATTEMPTS = 10
LATENCY = 0.05
"""Seconds that a call takes."""

Watch = "Callable[[str], None]"


class SimulatedAws(Aws):
    """A session whose calls reach a world in memory.

    Args:
        world: Where calls go.
        process: Who calls, and what goes wrong.
        read_only: As for :class:`Aws`.
        sleep: As for :class:`Aws`.
        wrote: Told of every call that may have changed something, once it has.
        check: Told of every call that was answered: service, operation, parameters, answer.
        asked: Told of every call, whatever comes of it: service, operation, parameters.
    """

    def __init__(
        self,
        world: World,
        process: Process,
        *,
        read_only: bool,
        sleep: Callable[[float], None],
        wrote: Callable[[str], None],
        check: Callable[[str, str, Any, Any], None] | None = None,
        asked: Callable[[str, str, Any], None] | None = None,
    ) -> None:
        super().__init__(region=REGION, read_only=read_only, sleep=sleep, now=lambda: world.time.now, at_once=1)
        self._world, self._process, self._wrote, self._check, self._asked = world, process, wrote, check, asked

    @property
    def region_name(self) -> str:
        return REGION

    def downloads(self) -> Client:
        return Packages(self._world)

    @property
    def on_this_machine(self) -> bool:
        return True

    @property
    def partition(self) -> str:
        return "aws"

    def call(self, service: str, operation: str, **parameters: Any) -> dict[str, Any]:
        given = {name: value for name, value in parameters.items() if value is not None}
        called = f"{service}:{pascal(operation)}"
        if self.read_only and changes(called):
            msg = f"{called} changes something, and this command only looks"
            raise AssertionError(msg)
        if self._asked:
            self._asked(service, operation, given)
        with self.translated(service, operation, given):
            return self._answered(service, operation, called, given)

    def pages(self, service: str, operation: str, key: str, **parameters: Any) -> Iterator[Any]:
        yield from self.call(service, operation, **parameters).get(key) or []

    def _answered(self, service: str, operation: str, called: str, given: dict[str, Any]) -> dict[str, Any]:
        """Try as botocore does: again after what may pass, with longer and longer pauses."""
        fault = self._process.due(called)
        left = fault.times if fault else 0
        for attempt in range(1, ATTEMPTS + 1):
            self._world.time.advance(LATENCY)
            try:
                return self._once(service, operation, called, given, fault if attempt <= left else None)
            except (ClientError, ReadTimeoutError, ConnectTimeoutError) as error:
                if called in ASKED_ONCE and not _throttled(error) and _open(error):
                    raise errors.NoAnswer(f"{called} failed", operation=called) from error
                if attempt == ATTEMPTS or not (_throttled(error) or _open(error)):
                    raise
                self.sleep(min(20.0, 0.5 * 2**attempt * self._world.random.random()))
        raise AssertionError

    def _once(
        self, service: str, operation: str, called: str, given: dict[str, Any], fault: Fault | None
    ) -> dict[str, Any]:
        kind = fault.kind if fault else ""
        self._refuse(service, called, kind)
        try:
            answer = copied(self._world.answer(service, operation, copied(given)))
        except Refused as refused:
            raise _refused(called, refused) from refused
        finally:
            if changes(called):
                self._wrote(called)
        if self._check:
            self._check(service, operation, given, answer)
        if kind == "killed after":
            raise self._process.die()
        if kind == "lost after":
            raise ReadTimeoutError(endpoint_url=f"https://{service}")
        if kind == "failed after":
            raise _refused(called, Refused("InternalError", "trouble", 500))
        return answer

    def _refuse(self, service: str, called: str, kind: str) -> None:
        """Raise what goes wrong before AWS has carried the call out."""
        if kind == "killed before":
            raise self._process.die()
        if kind == "lost before":
            raise ConnectTimeoutError(endpoint_url=f"https://{service}")
        if kind == "failed before":
            raise _refused(called, Refused("InternalError", "trouble", 500))
        if kind == "throttled":
            raise _refused(called, Refused("ThrottlingException", "Rate exceeded", 400))
        if self._process.expired:
            raise _refused(called, Refused("ExpiredTokenException", "The security token is expired", 403))
        if called in self._process.denied:
            raise _refused(called, Refused("AccessDeniedException", f"not authorized to perform {called}", 403))


class Packages(Client):
    """Hands out what a world keeps under a URL."""

    def __init__(self, world: World) -> None:
        super().__init__()
        self._world = world

    def ready(self) -> Packages:
        return self

    def send(self, method: str, url: str, **_options: Any) -> Answer:  # noqa: ARG002  # as every client's
        return Answer(200, body=self._world.packages[url])


def pascal(operation: str) -> str:
    """Return an operation as AWS spells it: ``GetAlias``."""
    return "".join(word.capitalize() for word in operation.split("_"))


def _refused(called: str, refused: Refused) -> ClientError:
    error = {"Code": refused.code, "Message": refused.message}
    answer: Any = {"Error": error, "ResponseMetadata": {"HTTPStatusCode": refused.status}}
    return ClientError(answer, called.partition(":")[2])


def _throttled(error: Exception) -> bool:
    return isinstance(error, ClientError) and "Throttl" in error.response["Error"]["Code"]


def _open(error: Exception) -> bool:
    """Return whether it is open what came of the call."""
    if not isinstance(error, ClientError):
        return True
    return bool(error.response["ResponseMetadata"]["HTTPStatusCode"] >= 500)
