"""Follows both sides at once: the log of the service, and that of the function, whose proxy writes there too."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import partial
from typing import TYPE_CHECKING, Any

from lambda_migrate.aws.arn import function_name
from lambda_migrate.errors import ConfigError, MigrateError, NotFound
from lambda_migrate.render.result import Result
from lambda_migrate.targets.kind import LOCAL_POLL

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from lambda_migrate.aws.session import Aws
    from lambda_migrate.workflow.context import Context
    from lambda_migrate.workflow.target import ServiceTarget

WINDOW = 500
"""Lines of the service's log that one look sees."""

SERVICE, FUNCTION = "service ", "function"


@dataclass
class Following:
    """Two logs, looked at again and again.

    Args:
        service: Returns the last lines of the service's log, the oldest first.
        function: Returns what the function's log holds since a time, in milliseconds: time, id and text of each line.
        since: From when on the function's log is followed, in milliseconds since the epoch.
    """

    service: Callable[[], Iterable[str]]
    function: Callable[[int], Iterable[tuple[int, str, str]]]
    since: int
    _last: list[str] | None = None
    _seen: set[str] = field(default_factory=set)
    _problem: str = ""

    def look(self) -> Iterator[str]:
        """Yield what is new on both sides, each line with the side that it is from."""
        yield from (f"{SERVICE}  {line}" for line in self._of_service())
        yield from (f"{FUNCTION}  {line}" for line in self._of_function())

    def _of_service(self) -> list[str]:
        now = list(self.service())
        before, self._last = self._last, now
        if before is None:
            return now[-10:]
        for overlap in range(min(len(before), len(now)), 0, -1):
            if before[-overlap:] == now[:overlap]:
                return now[overlap:]
        return now

    def _of_function(self) -> Iterator[str]:
        try:
            for at, name, text in self.function(self.since):
                if name not in self._seen:
                    self._seen.add(name)
                    self.since = max(self.since, at)
                    yield text.rstrip()
        except MigrateError as error:
            if error.message != self._problem:
                self._problem = error.message
                yield f"cannot be read: {error.message}"


def function_log(aws: Aws, function: str, since: int) -> Iterator[tuple[int, str, str]]:
    """Yield what a function's log holds since a time: time in milliseconds, id and text of each line.

    https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_FilterLogEvents.html
    """
    asked: dict[str, Any] = {"logGroupName": f"/aws/lambda/{function}", "startTime": since}
    try:
        for event in aws.pages("logs", "filter_log_events", "events", **asked):
            at, text = int(event["timestamp"]), str(event["message"])
            yield at, str(event.get("eventId") or (event.get("logStreamName"), at, text)), text
    except NotFound:
        return  # nothing has run yet


def followed(context: Context, place: ServiceTarget) -> Result:
    """Write what is new on both sides until somebody stops it.

    Raises:
        ConfigError: One JSON document cannot hold what never ends.
    """
    if context.options.json:
        raise ConfigError("`--follow` never ends, and `--json` prints one document", hint="leave one of them out")
    aws, name = context.aws_read_only, function_name(context.migration.function)
    following = Following(
        partial(place.kind.logs, aws, place.deployment, place.settings, WINDOW),
        partial(function_log, aws, name),
        int(context.clock.now() * 1000),
    )
    with context.call.stop as stop:
        while not stop():
            for line in following.look():
                context.terminal.write(line)
            context.clock.sleep(LOCAL_POLL * 5)
    return Result()
