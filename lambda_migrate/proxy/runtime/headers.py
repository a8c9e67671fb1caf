"""Header hygiene in both directions (RFC 9110 section 7.6.1)."""

from __future__ import annotations

from .characters import LETTERS_AND_DIGITS
from .failures import BadRequestError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable
    from typing import Any

    from .message import Event, HeaderLines

RESERVED = "x-lambda-migrate-"

_TOKEN = LETTERS_AND_DIGITS | frozenset("!#$%&'*+-.^_`|~")
_CONNECTION_ONLY = frozenset(
    ("connection", "keep-alive", "te", "trailer", "transfer-encoding", "upgrade", "expect", "content-length")
)
# how the servers that run or front ASGI applications call themselves
_WEB_SERVERS = ("uvicorn", "hypercorn", "gunicorn", "granian", "daphne", "nginx", "envoy", "awselb")
# written by the front door behind the client's connection, so the client's `Connection` cannot mean them
_OF_THE_FRONT_DOOR = ("x-forwarded-", "x-amzn-")


def is_token(text: str) -> bool:
    """Return whether a text may be a method or a header's name (RFC 9110 section 5.6.2)."""
    return bool(text) and _TOKEN.issuperset(text)


def lines_of(event: Event) -> list[tuple[str, Any]]:
    """Return one pair per header value: `multiValueHeaders`, and what only `headers` has."""
    multiple, single = event.get("multiValueHeaders"), event.get("headers")
    singles = single.items() if isinstance(single, dict) else ()
    if not isinstance(multiple, dict) or not multiple:
        return each_value(singles)
    known = {name.lower() for name in multiple}
    return each_value(multiple.items()) + each_value(pair for pair in singles if pair[0].lower() not in known)


def each_value(pairs: Iterable[tuple[str, Any]]) -> list[tuple[str, Any]]:
    """Return one pair per value where a value may be a list."""
    lines = []
    for name, value in pairs:
        if isinstance(value, list):
            lines.extend([(name, one) for one in value])
        else:
            lines.append((name, value))
    return lines


def inbound(pairs: list[tuple[str, Any]]) -> tuple[HeaderLines, str | None]:
    """Clean what the client sent: nothing of the connection, nothing in the proxy's own name, one cookie line.

    Returns:
        The header lines without the host, and the host.

    Raises:
        BadRequestError: A name is no token, a value holds a control character, or there are two different hosts.
    """
    lines: HeaderLines = []
    cookies: list[str] = []
    hosts: set[str] = set()
    named: set[str] = set()
    for given_name, given_value in pairs:
        name = given_name.lower()
        if given_value is None or name.startswith((RESERVED, "proxy-")):
            continue
        value = _fit(name, given_value)
        if name == "connection":
            named.update(option.strip().lower() for option in value.split(","))
        elif name in _CONNECTION_ONLY:
            continue
        elif name == "host":
            hosts.add(value)
        elif name == "cookie":
            cookies.append(value)
        else:
            lines.append((name, value))
    if len(hosts) > 1:
        raise BadRequestError("two different hosts")
    if cookies:
        lines.append(("cookie", "; ".join(cookies)))
    if named:
        lines = [line for line in lines if line[0] not in named or line[0].startswith(_OF_THE_FRONT_DOOR)]
    return lines, hosts.pop() if hosts else None


def outbound(lines: HeaderLines, *, head: bool, excluded: frozenset[str]) -> HeaderLines:
    """Clean what the service answered: nothing of the connection, nothing that its server added of its own accord."""
    unwanted = _CONNECTION_ONLY - {"content-length"} if head else _CONNECTION_ONLY
    named = [option.strip().lower() for name, value in lines if name == "connection" for option in value.split(",")]
    unwanted = unwanted.union(excluded, named)
    return [
        line
        for line in _without_the_servers_own(lines)
        if line[0] not in unwanted and not line[0].startswith((RESERVED, "proxy-"))
    ]


def _without_the_servers_own(lines: HeaderLines) -> HeaderLines:
    """Drop the first `date`, which servers write in front of the application's, and what names a web server.

    A `server` that the application set is all there is where its server adds none, so the first one may be either.
    """
    dated = False
    kept = []
    for line in lines:
        if line[0] == "date" and not dated:
            dated = True
        elif line[0] != "server" or not line[1].lower().startswith(_WEB_SERVERS):
            kept.append(line)
    return kept


def _fit(name: str, value: Any) -> str:
    text = value if isinstance(value, str) else _as_text(value)
    # `isprintable` is the fast way to say yes; what it doubts is looked at
    if not is_token(name) or not (text.isprintable() or all(map(_may_stand, text))):
        raise BadRequestError("a header that HTTP cannot express")
    return text.strip(" \t")


def _may_stand(character: str) -> bool:
    return character == "\t" or (character >= " " and character != "\x7f" and not "\ud800" <= character <= "\udfff")


def _as_text(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, (int, float)):
        return str(value)
    raise BadRequestError("a header value that is no text")
