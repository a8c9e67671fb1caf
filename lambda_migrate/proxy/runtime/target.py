"""The request target: path and query, byte for byte as the client sent them where AWS kept them.

Nothing is normalised: no case change, no dot segments, no doubled slashes. Only what cannot stand on the wire is
escaped, so a source that decoded the path (HTTP API, payload 2.0) and one that did not meet in the same form.
"""

from __future__ import annotations

from .characters import HEXADECIMAL, LETTERS_AND_DIGITS

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

# RFC 3986: what never needs an escape, what stands in a path (and brackets), and the percent sign
_UNRESERVED = LETTERS_AND_DIGITS | frozenset("_.-~")
_LEGAL_IN_PATH = _UNRESERVED | frozenset("!$&'()*+,/:;=@[]%")
# a query may hold any visible ASCII character but `#`; clients send such, and front doors let them through
_LEGAL_IN_QUERY = frozenset(map(chr, range(0x21, 0x7F))) - {"#"}
_LEGAL_IN_FORM = _UNRESERVED | {" "}


def path(raw: Any, base_path: str = "") -> str:
    """Return the path as it may stand on the wire.

    Args:
        raw: The event's path, encoded or decoded.
        base_path: Removed once from the front, at a segment boundary; `/api` or empty.
    """
    text = raw if isinstance(raw, str) else ""
    if not text.startswith("/"):
        text = "/" + text
    text = _percents_escaped(_escaped(text, _LEGAL_IN_PATH))
    if base_path and text.startswith(base_path) and text[len(base_path) : len(base_path) + 1] in ("", "/"):
        return text[len(base_path) :] or "/"
    return text


def query_as_sent(raw: Any) -> str:
    """Return a query string that AWS did not decode."""
    return _escaped(raw, _LEGAL_IN_QUERY) if isinstance(raw, str) else ""


def query_from_decoded(multiple: Any, single: Any = None) -> str:
    """Encode parameters that AWS has decoded, as the function's ASGI adapter did until now (`+` for a space)."""
    return "&".join([f"{_form_encoded(name)}={_form_encoded(value)}" for name, value in _pairs(multiple, single)])


def query_from_encoded(multiple: Any, single: Any = None) -> str:
    """Join parameters that AWS left encoded (load balancers)."""
    return query_as_sent("&".join([f"{name}={value}" for name, value in _pairs(multiple, single)]))


def _pairs(multiple: Any, single: Any) -> list[tuple[str, str]]:
    """Return one pair per value: of the map with lists, and of what only the other has."""
    parameters = multiple if isinstance(multiple, dict) else {}
    if isinstance(single, dict) and single.keys() - parameters.keys():
        parameters = {**parameters, **{name: single[name] for name in single if name not in parameters}}
    return [
        (name, value if isinstance(value, str) else "" if value is None else str(value))
        for name, values in parameters.items()
        for value in (values if isinstance(values, list) else (values,))
    ]


def _form_encoded(text: str) -> str:
    return _escaped(text, _LEGAL_IN_FORM).replace(" ", "+")


def _escaped(text: str, legal: frozenset[str]) -> str:
    """Escape what is not legal, as UTF-8."""
    if legal.issuperset(text):
        return text
    return "".join(
        [
            character if character in legal else "".join([f"%{byte:02X}" for byte in character.encode("utf-8")])
            for character in text
        ]
    )


def _percents_escaped(text: str) -> str:
    """Escape each percent sign that no two hexadecimal digits follow."""
    if "%" not in text:
        return text
    first, *rest = text.split("%")
    return first + "".join(
        [f"%{part}" if len(part) > 1 and HEXADECIMAL.issuperset(part[:2]) else f"%25{part}" for part in rest]
    )
