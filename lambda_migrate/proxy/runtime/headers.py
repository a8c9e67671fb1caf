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
_MOST_NAMES = 512
_LONGEST_NAME = 64
_OURS = "x-lambda-migrate-"
# clients send the same names again and again
_known_names: dict[str, str] = {}
_ENDS_A_LINE = frozenset("\r\n\x00")
_CONNECTION_ONLY = frozenset(
    ("connection", "keep-alive", "te", "trailer", "transfer-encoding", "upgrade", "expect", "content-length")
)
# what is dropped of answers, by whether they are to `HEAD`, and by what is excluded: two entries, as settings are fixed
_unwanted: dict[tuple[bool, frozenset[str]], frozenset[str]] = {}
# how the servers that run or front ASGI applications call themselves
_WEB_SERVERS = ("uvicorn", "hypercorn", "gunicorn", "granian", "daphne", "nginx", "envoy", "awselb")
# written by the front door behind the client's connection, so the client's `Connection` cannot mean them; the last ones
# are what CDNs tell of the client, and the usual name of the secret by which they are known
OF_THE_FRONT_DOOR = (
    "x-forwarded-",
    "x-amzn-",
    "x-amz-",
    "x-edge-",
    "cloudfront-",
    "forwarded",
    "via",
    "x-real-ip",
    "x-client-ip",
    "true-client-ip",
    "cf-connecting-ip",
    "x-origin-",
)
# of the connection to a proxy (RFC 9110, 11.7); `proxy-status` is for whoever reads the answer (RFC 9209)
_OF_A_PROXY = ("proxy-authenticate", "proxy-authentication-info", "proxy-authorization", "proxy-connection")


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


def inbound(pairs: list[tuple[str, Any]], odd: list[str] | None = None) -> tuple[HeaderLines, str | None]:
    """Clean what the client sent: nothing of the connection, nothing in the proxy's own name, one cookie line.

    Load balancers let names and values through that HTTP cannot express (`drop_invalid_header_fields` is off unless
    set). Such a line is left out, and a blank stands for such a character: the rest of the request is sound.

    Args:
        pairs: Names and values, as the event has them.
        odd: Takes a word for each line that was left out or changed.

    Returns:
        The header lines without the host, and the host.

    Raises:
        BadRequestError: A name or value would end its line early, or there are two different hosts.
    """
    lines: HeaderLines = []
    cookies: list[str] = []
    hosts: set[str] = set()
    named: set[str] = set()
    for given_name, given_value in pairs:
        name = _known_names.get(given_name) or _name(given_name)
        if given_value is None or name == _OURS:
            continue
        value: str | None
        # `isprintable` is the fast way to say yes; what it doubts is looked at
        if isinstance(given_value, str) and given_value.isprintable() and given_name in _known_names:
            value = given_value.strip()
        else:
            value = _fit(name, given_value, odd)
        if name == "connection":
            named.update(option.strip().lower() for option in (value or "").split(","))
        elif value is None or name in _CONNECTION_ONLY:
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
    return _without(lines, named) if named else lines, hosts.pop() if hosts else None


def _without(lines: HeaderLines, named: set[str]) -> HeaderLines:
    """Drop what the client's `Connection` names, but nothing that a front door wrote."""
    return [line for line in lines if line[0] not in named or line[0].startswith(OF_THE_FRONT_DOOR)]


def _name(given: str) -> str:
    """Return a header's name in lower case, and remember it if it is a token."""
    name = given.lower()
    if name.startswith((RESERVED, "proxy-")):
        name = _OURS
    elif not is_token(name):
        return name
    if len(_known_names) < _MOST_NAMES and len(given) <= _LONGEST_NAME:
        _known_names[given] = name
    return name


def outbound(lines: HeaderLines, *, head: bool, excluded: frozenset[str], as_served: bool = False) -> HeaderLines:
    """Clean what the service answered: nothing of the connection, nothing that its server added of its own accord.

    With `as_served` the latter stays: the original had a server too, whose `date` and `server` its callers know.

    Of `date`, the first is dropped, which servers write in front of the application's; of `server`, what names a web
    server: one that the application set is all there is where its server adds none, so the first may be either.
    """
    unwanted = _unwanted.get((head, excluded))
    if unwanted is None:
        of_connections = _CONNECTION_ONLY - {"content-length"} if head else _CONNECTION_ONLY
        unwanted = _unwanted[head, excluded] = of_connections.union(_OF_A_PROXY, excluded)
    dated = as_served
    named: set[str] = set()
    kept = []
    for line in lines:
        name = line[0]
        if name == "connection":
            named.update([option.strip().lower() for option in line[1].split(",")])
        if name == "date" and not dated:
            dated = True
        elif not (
            name in unwanted
            or (name == "server" and not as_served and line[1].lower().startswith(_WEB_SERVERS))
            or name.startswith(RESERVED)
        ):
            kept.append(line)
    return [line for line in kept if line[0] not in named] if named else kept


def _fit(name: str, given: Any, odd: list[str] | None) -> str | None:
    """Return a value as it may stand on the wire, None where its line may not."""
    text = given if isinstance(given, str) else _as_text(given)
    # `isprintable` is the fast way to say yes; what it doubts is looked at
    if is_token(name) and text is not None and (text.isprintable() or all(map(_may_stand, text))):
        return text.strip(" \t")
    if not _ENDS_A_LINE.isdisjoint(name) or (text is not None and not _ENDS_A_LINE.isdisjoint(text)):
        raise BadRequestError("a header that would end its line early")
    if text is None or not is_token(name):
        if odd is not None:
            odd.append("left out")
        return None
    if odd is not None:
        odd.append("changed")
    return "".join([character if _may_stand(character) else " " for character in text]).strip(" \t")


def _may_stand(character: str) -> bool:
    return character == "\t" or (character >= " " and character != "\x7f" and not "\ud800" <= character <= "\udfff")


def _as_text(value: Any) -> str | None:
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value) if isinstance(value, (int, float)) else None
