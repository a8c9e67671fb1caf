"""What the proxy knows about one kind of event."""

from __future__ import annotations

from ..characters import DIGITS

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

    from ..message import Event, HeaderLines, Parts, Reply

    Recognise = Callable[[Event, dict[str, Any]], bool]

LAMBDA_LIMIT = 6_291_556  # bytes of a synchronous result, as Lambda's runtime states it when it refuses one
API_GATEWAY_HEADER_LIMIT = 10_240  # bytes of all response headers


class Shape:
    """One kind of event.

    Attributes:
        name: For logs and metrics.
        recognises: Whether an event is of this kind, given the event and its `requestContext` (empty if it has none).
        read: Takes the HTTP request out of the event; None if the event is not an HTTP request.
        write: Puts a reply into the form that this caller expects.
        refusal: Why this kind cannot be proxied; none if it can.
        answer_limit: The most bytes of JSON that the caller takes.
        header_limit: The most bytes of response headers that the caller takes.
        gateway: API Gateway calls: it gives up after about 29 seconds.
        mapped: The path may carry the base path of a custom domain or a stage.
    """

    def __init__(  # noqa: PLR0913  # one parameter for each attribute
        self,
        name: str,
        recognises: Recognise,
        read: Callable[[Event], Parts] | None = None,
        write: Callable[[Reply, Event], dict[str, Any]] | None = None,
        *,
        refusal: str | None = None,
        answer_limit: int = LAMBDA_LIMIT,
        header_limit: int = API_GATEWAY_HEADER_LIMIT,
        gateway: bool = False,
        mapped: bool = False,
    ) -> None:
        self.name = name
        self.recognises = recognises
        self.read = read
        self.write = write
        self.refusal = refusal
        self.answer_limit = answer_limit
        self.header_limit = header_limit
        self.gateway = gateway
        self.mapped = mapped


def text(value: Any) -> str:
    """Return a value that should be text, or nothing if it is not."""
    return value if isinstance(value, str) else ""


def mapping(value: Any) -> dict[str, Any]:
    """Return a value that should be a map, or an empty one if it is not."""
    return value if isinstance(value, dict) else {}


def last_forwarded_for(headers: list[tuple[str, Any]]) -> str | None:
    """Return the address in the last entry of `X-Forwarded-For`: the one that the front door itself wrote."""
    entry = None
    for name, value in headers:
        if name.lower() == "x-forwarded-for" and isinstance(value, str):
            entry = value.rpartition(",")[2].strip() or entry
    return None if entry is None else _without_port(entry)


def _without_port(entry: str) -> str:
    """Return the address of `192.0.2.1:4711` or `[2001:db8::1]:4711`; IPv6 without brackets has no port.

    Load balancers write the port where `routing.http.xff_client_port.enabled` is set.
    """
    if entry.startswith("["):
        address, bracket, _ = entry[1:].partition("]")
        return address if bracket else entry
    address, colon, port = entry.partition(":")
    return address if colon and address and DIGITS.issuperset(port) else entry


def grouped(headers: HeaderLines) -> dict[str, list[str]]:
    """Return the values of each header, in order."""
    groups: dict[str, list[str]] = {}
    for name, value in headers:
        groups.setdefault(name, []).append(value)
    return groups


def one_casing_each(headers: HeaderLines) -> dict[str, str]:
    """Return a map of single values that still holds every value of a repeated header.

    A map has room for one value per key, but header names ignore case: each further value goes under another casing.
    """
    single: dict[str, str] = {}
    for name, values in grouped(headers).items():
        casings = 2 ** sum(character.isalpha() for character in name)
        kept = values if len(values) <= casings else [*values[: casings - 1], ",".join(values[casings - 1 :])]
        for index, value in enumerate(kept):
            single[_casing(name, index)] = value
    return single


def _casing(name: str, index: int) -> str:
    """Return the name with those letters raised that the bits of `index` say, the first letter being the lowest bit."""
    characters = list(name)
    for position, character in enumerate(characters):
        if character.isalpha():
            if index & 1:
                characters[position] = character.upper()
            index >>= 1
    return "".join(characters)
