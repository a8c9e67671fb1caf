"""The requests that a load is made of: the reads among recorded events, as HTTP. Writes are left out."""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import islice
from typing import TYPE_CHECKING, Any

from lambda_migrate.proxy.runtime.failures import BadRequestError
from lambda_migrate.proxy.runtime.request import from_event
from lambda_migrate.proxy.runtime.settings import ProxySettings
from lambda_migrate.proxy.runtime.shapes import classify
from lambda_migrate.shadow.events import about

if TYPE_CHECKING:
    from collections.abc import Iterable

    from lambda_migrate.proxy.runtime.message import Request
    from lambda_migrate.shadow.events import Recorded

MOST = 10_000
"""Requests that are held; they are sent in turn, again and again."""

READ = 1_000_000
"""Events that are looked at for them."""

TOLD = 20
"""Reasons that are told, at most, before files that cannot be read are counted together."""

OTHER_EVENTS = "not a request"


@dataclass(frozen=True)
class Read:
    """A request that changes nothing.

    Attributes:
        route: ``GET /items/{}``.
        method: ``GET``, ``HEAD`` or ``OPTIONS``.
        target: Path and query.
        headers: Names and values, without ``host`` and what belongs to a connection.
        event: What it was made of.
        request: The same as the proxy has it.
    """

    route: str
    method: str
    target: str
    headers: tuple[tuple[str, str], ...] = ()
    event: dict[str, Any] = field(default_factory=dict, compare=False, repr=False)
    request: Request | None = field(default=None, compare=False, repr=False)


@dataclass(frozen=True)
class Reads:
    """What is sent, and what is not.

    Attributes:
        requests: In the order of the events.
        skipped: Events that are not sent, by why.
    """

    requests: tuple[Read, ...]
    skipped: dict[str, int] = field(default_factory=dict)


def reads(recorded: Iterable[Recorded], base_path: str = "") -> Reads:
    """Return the reads among events.

    Args:
        recorded: The events, :func:`lambda_migrate.shadow.events.events`.
        base_path: What the front door has in front of the application's paths, ``proxy.base_path``.
    """
    settings = ProxySettings(base_path=base_path)
    chosen: list[Read] = []
    skipped: dict[str, int] = {}
    for each in islice(recorded, READ):
        read = _read(each, settings)
        if isinstance(read, str):
            why = read if each.event is not None or len(skipped) < TOLD else "others that cannot be read"
            skipped[why] = skipped.get(why, 0) + 1
        else:
            chosen.append(read)
        if len(chosen) == MOST:
            break
    return Reads(tuple(chosen), skipped)


def _read(recorded: Recorded, settings: ProxySettings) -> Read | str:
    """Return a request, or why it is not sent."""
    if recorded.event is None:
        return f"{recorded.where}: not {recorded.problem}"
    what = about(recorded.event)
    if not what.request:
        return OTHER_EVENTS
    if not what.reads:
        return "may change something"
    try:
        made = from_event(recorded.event, classify(recorded.event), settings)
    except BadRequestError as error:
        return str(error)
    return Read(what.route, made.method, made.target, tuple(made.headers), recorded.event, made)
