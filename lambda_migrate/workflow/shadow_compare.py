"""Compares one event: what two sides answer to it, or what was recorded of them.

An event goes to the original, to the service, and to the original once more: in what its own two answers differ counts
for nothing. A copy of the service may take what changes something, and is compared with the answer that was recorded.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from lambda_migrate.errors import AwsError, NoAnswer, Throttled
from lambda_migrate.shadow.answer import answer_of
from lambda_migrate.shadow.compare import differences
from lambda_migrate.shadow.credentials import put_in
from lambda_migrate.shadow.events import about
from lambda_migrate.workflow.shadow_sides import TOO_MANY_REQUESTS, ask

if TYPE_CHECKING:
    from collections.abc import Mapping

    from lambda_migrate.shadow.answer import Answer
    from lambda_migrate.shadow.compare import Difference
    from lambda_migrate.shadow.events import About, Answered, Recorded
    from lambda_migrate.shadow.noise import Noise
    from lambda_migrate.shadow.pace import Pace
    from lambda_migrate.workflow.shadow_sides import Side

REFUSED = frozenset({"RequestTooLargeException", "InvalidRequestContentException"})
"""What Lambda answers to an event that it does not hand over ("Invoke", Lambda API reference): others go on."""

DENIED = (401, 403)


@dataclass(frozen=True)
class Compared:
    """One event's outcome: what differs and means something, what the original itself shows, or why it was not sent."""

    recorded: Recorded
    about: About | None = None
    differences: tuple[Difference, ...] = ()
    noisy: tuple[str, ...] = ()
    original: float = 0.0
    service: float = 0.0
    skipped: str = ""
    throttled: bool = False


@dataclass(frozen=True)
class Shadow:
    """The two sides that are held against each other.

    Attributes:
        original: The original version.
        service: The proxy version, or a copy of the service.
        events: What the service gets: ``none``, ``non-api``, ``api`` or ``all``.
        noise: What differs without meaning.
        also: Routes and kinds of events that may be sent to all although they may change something.
        pace: How quickly calls are made.
        copy: Takes what changes something too, and answers with secrets redacted as they are in a record.
        credentials: Headers for records that have theirs redacted.
    """

    original: Side
    service: Side
    events: str
    noise: Noise
    also: frozenset[str]
    pace: Pace
    copy: Side | None = None
    credentials: Mapping[str, str] = field(default_factory=dict)

    def compare(self, recorded: Recorded) -> Compared:
        """Send one event, or take the answers that were recorded with it, and compare."""
        if recorded.event is None:
            return Compared(recorded, skipped=f"not {recorded.problem}")
        what = about(recorded.event)
        why = self._left_out(recorded, what)
        if why:
            return Compared(recorded, what, skipped=why)
        try:
            return self._held(recorded, put_in(recorded.event, self.credentials), what)
        except Throttled:
            return Compared(recorded, what, throttled=True)
        except NoAnswer:
            return Compared(recorded, what, skipped="no answer in time")
        except AwsError as error:
            if error.aws_code not in REFUSED:
                raise
            return Compared(recorded, what, skipped=f"Lambda refuses the event ({error.aws_code})")

    def _left_out(self, recorded: Recorded, what: About) -> str:
        """Return why an event is not sent; "" where it is, or need not be."""
        if recorded.original and recorded.service:
            return ""
        if self.events not in ("all", "api" if what.request else "non-api"):
            return f"the proxy version leaves {'requests' if what.request else 'events'} with the original"
        if self._goes_to_all(what):
            return ""
        if self.copy is None:
            return f"{what.route} may change something; `--also` sends it too"
        return "" if recorded.original else f"{what.route} may change something, and no answer to it was recorded"

    def _goes_to_all(self, what: About) -> bool:
        return what.reads or what.route in self.also

    def _held(self, recorded: Recorded, event: dict[str, Any], what: About) -> Compared:
        if recorded.original and recorded.service:
            one, other = recalled(recorded.original, what), recalled(recorded.service, what)
            return self._judged(recorded, what, one, other)
        if self.copy and recorded.original and not self._goes_to_all(what):
            one, other = recalled(recorded.original, what), ask(self.copy, event, what, self.pace)
            return _without_credentials(recorded, what, other) or self._judged(recorded, what, one, other)
        one = ask(self.original, event, what, self.pace, busy=0)
        denied = _without_credentials(recorded, what, one)
        if denied:
            return denied
        busy = 0 if one.status == TOO_MANY_REQUESTS else TOO_MANY_REQUESTS
        other = ask(self.service, event, what, self.pace, busy)
        return self._judged(recorded, what, one, other, ask(self.original, event, what, self.pace, busy=0))

    def _judged(
        self, recorded: Recorded, what: About, one: Answer, other: Answer, again: Answer | None = None
    ) -> Compared:
        """Return in what two answers differ, but for what the original itself answers differently each time."""
        noisy = {each.path for each in differences(one, again)} if again else set()
        meant = (each for each in differences(one, other) if each.path not in noisy)
        kept = tuple(each for each in meant if not self.noise.covers(what.route, each.path))
        return Compared(recorded, what, kept, tuple(sorted(noisy)), one.milliseconds, other.milliseconds)


def recalled(answered: Answered, what: About) -> Answer:
    """Return an answer that was recorded as a caller would have seen it."""
    value = {"errorType": answered.error} if answered.error else answered.value
    payload = json.dumps(value).encode()
    return answer_of(payload, answered.error, answered.milliseconds, request=what.request, inferred=what.inferred)


def _without_credentials(recorded: Recorded, what: About, now: Answer) -> Compared | None:
    """Return that an event was left out where it is denied only because its credentials were not recorded."""
    if recorded.original is None or now.status not in DENIED or recalled(recorded.original, what).status == now.status:
        return None
    return Compared(
        recorded, what, skipped=f"{now.status}: its credentials were redacted; `--credentials` puts others in"
    )
