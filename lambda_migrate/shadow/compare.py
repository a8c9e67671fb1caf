"""In what two answers differ: status, headers, cookies, and bodies by their structure."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

from lambda_migrate.secret_detection import looks_secret

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lambda_migrate.shadow.answer import Answer

What = Literal["value", "type", "missing", "added", "order", "length"]

LONGEST = 60
"""Characters of a value that are shown."""

DEEPEST = 60
"""Levels of a body that are compared one by one; what is below is compared as a whole."""

SECRET = frozenset({"authorization", "proxy-authorization", "x-api-key", "www-authenticate"})
"""Headers whose values are never shown; nor are those of cookies."""

_SECRET_MEMBER = re.compile(r"secret|passw|token|credential|key|signature|authorization|jwt", re.IGNORECASE)
"""Names of members whose values are looked at: an id of an order looks as random as a key, and has to be shown."""

HIDDEN = "…"
"""What stands for a value that may be a secret, by the name of its header, its cookie or its member of a body."""


@dataclass(frozen=True)
class Difference:
    """One difference.

    Attributes:
        path: Where: ``status``, ``header:etag``, ``cookie:session``, ``body``, ``$.items[].price``.
        what: How it differs.
        one: What the original has, for a person; "" where it has nothing.
        other: What the service has.
    """

    path: str
    what: What
    one: str = ""
    other: str = ""


def differences(one: Answer, other: Answer) -> tuple[Difference, ...]:
    """Return in what the service's answer differs from the original's.

    Numbers are compared by their value, objects without regard to the order of their members, null is not the same as
    absent, and lists that have the same items in another order differ by ``order`` alone.

    Args:
        one: The original's.
        other: The service's.
    """
    if one.kind != other.kind:
        return (Difference("answer", "type", _kind(one), _kind(other)),)
    if one.kind == "error":
        same = one.body == other.body
        return () if same else (Difference("error", "value", shown(one.body), shown(other.body)),)
    if one.kind == "value":
        return tuple(_values("$", one.body, other.body, 0))
    return tuple(_responses(one, other))


def _kind(answer: Answer) -> str:
    return f"error {answer.body}" if answer.kind == "error" else answer.kind


def _responses(one: Answer, other: Answer) -> Iterator[Difference]:
    if one.status != other.status:
        yield Difference("status", "value", str(one.status), str(other.status))
    yield from _named("header", dict(one.headers), dict(other.headers))
    yield from _named("cookie", dict(one.cookies), dict(other.cookies))
    if one.media != other.media:
        yield Difference("body", "type", one.media, other.media)
    elif one.media == "json":
        yield from _values("$", one.body, other.body, 0)
    elif one.body != other.body:
        yield Difference("body", "value", shown(one.body), shown(other.body))


def _named(where: str, one: dict[str, Any], other: dict[str, Any]) -> Iterator[Difference]:
    for name in sorted(one.keys() | other.keys()):
        path, hidden = f"{where}:{name}", where == "cookie" or name in SECRET or bool(_SECRET_MEMBER.search(name))
        if name not in other:
            yield Difference(path, "missing", HIDDEN if hidden else shown(one[name]))
        elif name not in one:
            yield Difference(path, "added", "", HIDDEN if hidden else shown(other[name]))
        elif one[name] != other[name]:
            sides = (HIDDEN, HIDDEN) if hidden else (shown(one[name]), shown(other[name]))
            yield Difference(path, "value", *sides)


def _values(path: str, one: Any, other: Any, depth: int) -> Iterator[Difference]:
    if depth > DEEPEST:
        if one != other:
            yield Difference(path, "value", _shown_at(path, one), _shown_at(path, other))
    elif isinstance(one, dict) and isinstance(other, dict):
        yield from _objects(path, one, other, depth)
    elif isinstance(one, list) and isinstance(other, list):
        yield from _lists(path, one, other, depth)
    elif _kind_of(one) != _kind_of(other):
        yield Difference(path, "type", _shown_at(path, one), _shown_at(path, other))
    elif one != other:
        yield Difference(path, "value", _shown_at(path, one), _shown_at(path, other))


def _objects(path: str, one: dict[str, Any], other: dict[str, Any], depth: int) -> Iterator[Difference]:
    for name in one.keys() | other.keys():
        below = f"{path}.{name}"
        if name not in other:
            yield Difference(below, "missing", _shown_at(below, one[name]))
        elif name not in one:
            yield Difference(below, "added", "", _shown_at(below, other[name]))
        else:
            yield from _values(below, one[name], other[name], depth + 1)


def _lists(path: str, one: list[Any], other: list[Any], depth: int) -> Iterator[Difference]:
    if one == other:
        return
    if len(one) != len(other):
        yield Difference(path, "length", str(len(one)), str(len(other)))
    elif sorted(map(_key, one)) == sorted(map(_key, other)):
        yield Difference(path, "order", _shown_at(path, one), _shown_at(path, other))
    else:
        for left, right in zip(one, other, strict=True):
            yield from _values(f"{path}[]", left, right, depth + 1)


def _key(value: Any) -> str:
    return json.dumps(value, sort_keys=True)


def _kind_of(value: Any) -> str:
    """Return the JSON type of a value; integers and fractions are numbers."""
    if isinstance(value, bool):
        return "boolean"
    return "number" if isinstance(value, int | float) else type(value).__name__


def shown(value: Any) -> str:
    """Return a value for a person, cut where it is long."""
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, default=str)
    return text if len(text) <= LONGEST else f"{text[: LONGEST - 1]}…"


def _shown_at(path: str, value: Any) -> str:
    """Return a value of a body for a person, unless it, or something in it, may be a secret."""
    return HIDDEN if _holds_secret(path.rpartition(".")[2].rstrip("[]"), value, 0) else shown(value)


def _holds_secret(name: str, value: Any, depth: int) -> bool:
    if depth > DEEPEST:
        return True
    if isinstance(value, dict):
        return any(_holds_secret(str(key), each, depth + 1) for key, each in value.items())
    if isinstance(value, list):
        return any(_holds_secret(name, each, depth + 1) for each in value)
    return isinstance(value, str) and bool(_SECRET_MEMBER.search(name)) and looks_secret(name, value)
