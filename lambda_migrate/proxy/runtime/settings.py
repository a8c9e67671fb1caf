"""Reads the proxy's settings from the environment and says by name what is wrong with one."""

from __future__ import annotations

from .characters import DIGITS, HEXADECIMAL, LETTERS_AND_DIGITS
from .headers import is_token
from .signing import Key

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from typing import Any, TypeVar

    Value = TypeVar("Value")

PREFIX = "LAMBDA_MIGRATE_"
EVENTS = ("none", "non-api", "api", "all")
FALLBACKS = ("never", "connect")
HOST_MODES = ("preserve", "rewrite")
# what Mangum sends as text unless told otherwise: on a REST API it decides whether a client receives base64
TEXT_TYPES: tuple[str, ...] = (
    "text/",
    "application/json",
    "application/javascript",
    "application/xml",
    "application/vnd.api+json",
    "application/vnd.oai.openapi",
)
NO_HEADERS: frozenset[str] = frozenset()
_IN_NAME = LETTERS_AND_DIGITS | frozenset("._-")
_IN_ADDRESS = HEXADECIMAL | frozenset(":.")
_LONGEST_KEY_ID = 64
_LONGEST_LABEL = 63
_LONGEST_PORT = 5
_LONGEST_COUNT = 4  # digits
_LAST_PORT = 65_535
_IN_PATH = LETTERS_AND_DIGITS | frozenset("/._~!$&'()*+,;=:@%-")


class SettingsError(Exception):
    """An environment variable has a value that the proxy cannot work with."""


class ProxySettings:
    """How the proxy behaves. Times are in seconds.

    Attributes:
        events: Which events go to the service: one of `EVENTS`.
        original_handler: `module.function` of the code in front of which the proxy stands; empty under a web adapter.
        original_wrapper: The script that starts the function under a web adapter; empty without one.
        secure: Whether the service speaks TLS.
        host: Where the service listens; nothing in an event can change it.
        port: Where the service listens.
        signing_key: The key that signs.
        fallback: Whether the original runs when no connection to the service could be made: one of `FALLBACKS`.
        base_path: Removed from the front of the path; empty or `/api`.
        root_path: Told to the application as its mount point.
        text_types: Content types that are text, matched anywhere in the header.
        excluded_headers: Response headers that are dropped.
        host_mode: Whether the service sees the client's `Host` or its own: one of `HOST_MODES`.
        ca_bundle: A file of certificates to trust instead of the system's.
        connect_timeout: For one attempt to connect; with a fallback, for all of them together.
        api_timeout: For a request from API Gateway, which itself gives up after 29 or 30.
        deadline_margin: Kept free at the end of the invocation; none means 5 %, from a quarter of a second to five.
        keepalive_idle: After this long without use, a connection is not used again.
        breaker_refusals: After this many refusals in a row, the fallback runs without asking the service; 0: never.
        breaker_seconds: For how long.
        record: What is recorded, as JSON; empty for nothing.
    """

    events = "none"
    original_handler = ""
    original_wrapper = ""
    secure = False
    host = ""
    port = 0
    signing_key = Key("", b"")
    fallback = "connect"
    base_path = ""
    root_path = ""
    text_types: tuple[str, ...] = TEXT_TYPES
    excluded_headers: frozenset[str] = NO_HEADERS
    host_mode = "rewrite"
    ca_bundle: str | None = None
    connect_timeout = 1.5
    api_timeout = 28.5
    deadline_margin: float | None = None
    keepalive_idle = 4.0
    breaker_refusals = 5
    breaker_seconds = 5.0
    record = ""

    def __init__(self, **given: Any) -> None:
        for name, value in given.items():
            setattr(self, name, value)

    @property
    def authority(self) -> str:
        """The service's own `Host`."""
        return self.host if self.port == (443 if self.secure else 80) else f"{self.host}:{self.port}"

    @property
    def in_the_clear(self) -> bool:
        """Whether requests go over a network without TLS."""
        name = self.host.rpartition(".")[2]
        return not (self.secure or name == "localhost" or self.host == "[::1]" or _is_loopback(self.host))

    @property
    def rewrites_host(self) -> bool:
        """Whether the service sees its own `Host`."""
        return self.host_mode == "rewrite"


def read(environment: Mapping[str, str]) -> ProxySettings:
    """Return the settings.

    Raises:
        SettingsError: A variable is missing or wrong; the message names it and never shows a secret.
    """
    given = {name: value.strip() for name, value in environment.items() if name.startswith(PREFIX)}

    def take(name: str, parse: Callable[[str], Value], default: Value) -> Value:
        value = given.get(PREFIX + name)
        if not value:
            return default
        try:
            return parse(value)
        except ValueError as wrong:
            raise SettingsError(f"{PREFIX}{name}: {wrong}") from None

    settings = ProxySettings(
        events=take("EVENTS", _one_of(EVENTS), "") or _missing("EVENTS"),
        original_handler=take("ORIGINAL_HANDLER", _handler, ""),
        original_wrapper=take("ORIGINAL_WRAPPER", str, ""),
        signing_key=take("SIGNING_KEYS", _first_key, ProxySettings.signing_key),
        fallback=take("FALLBACK", _one_of(FALLBACKS), ProxySettings.fallback),
        base_path=take("BASE_PATH", _mount, ""),
        root_path=take("ROOT_PATH", _mount, ""),
        text_types=take("TEXT_MIME_TYPES", _list, TEXT_TYPES),
        excluded_headers=take("EXCLUDE_HEADERS", _names, NO_HEADERS),
        host_mode=take("HOST_MODE", _one_of(HOST_MODES), ProxySettings.host_mode),
        ca_bundle=take("CA_BUNDLE", str, None),
        connect_timeout=take("CONNECT_TIMEOUT", _seconds, ProxySettings.connect_timeout),
        api_timeout=take("API_TIMEOUT", _seconds, ProxySettings.api_timeout),
        deadline_margin=take("DEADLINE_MARGIN", _seconds, None),
        keepalive_idle=take("KEEPALIVE_IDLE", _seconds, ProxySettings.keepalive_idle),
        breaker_refusals=take("BREAKER_REFUSALS", _count, ProxySettings.breaker_refusals),
        breaker_seconds=take("BREAKER_SECONDS", _seconds, ProxySettings.breaker_seconds),
        record=take("RECORD", str, ""),
    )
    if not (settings.original_handler or settings.original_wrapper):
        _missing("ORIGINAL_HANDLER")
    settings.secure, settings.host, settings.port = take("SERVICE_URL", _place, (False, "", 0))
    if settings.events != "none":
        if not settings.host:
            _missing("SERVICE_URL")
        if not settings.signing_key.id:
            _missing("SIGNING_KEYS")
    return settings


def _missing(name: str) -> str:
    raise SettingsError(f"{PREFIX}{name}: is missing")


def _one_of(choices: tuple[str, ...]) -> Callable[[str], str]:
    def parse(value: str) -> str:
        if value not in choices:
            raise ValueError(f"`{value}` is not one of: {', '.join(choices)}")
        return value

    return parse


def _handler(value: str) -> str:
    module, dot, function = value.rpartition(".")
    if not (module and dot and function):
        raise ValueError(f"`{value}` is not of the form module.function")
    if module.partition(".")[0] == (__package__ or "").partition(".")[0]:
        raise ValueError(f"`{value}` is the proxy itself")
    return value


def _place(value: str) -> tuple[bool, str, int]:
    """Split the service's URL into security, host and port. It has no path: the path is the client's."""
    scheme, _, rest = value.partition("://")
    rest = rest.removesuffix("/")
    if any(mark in rest for mark in "/?#"):
        raise ValueError("has a path, which comes from each request: write https://host or https://host:port")
    host, separator, port = rest.rpartition(":")
    if not separator or rest.endswith("]"):
        host, port = rest, ""
    is_address = host.startswith("[") and host.endswith("]") and ":" in host and _IN_ADDRESS.issuperset(host[1:-1])
    if scheme.lower() not in ("http", "https") or not (is_address or _is_name(host)):
        raise ValueError("is not of the form https://host or https://host:port")
    secure = scheme.lower() == "https"
    number = int(port) if port and DIGITS.issuperset(port) and len(port) <= _LONGEST_PORT else 0
    if separator and port != "" and not 0 < number <= _LAST_PORT:
        raise ValueError(f"has no valid port: write one from 1 to {_LAST_PORT}, or none")
    return secure, host.lower(), number or (443 if secure else 80)


def _is_name(host: str) -> bool:
    labels = host.split(".")
    return _IN_NAME.issuperset(host) and all(0 < len(label) <= _LONGEST_LABEL for label in labels)


def _is_loopback(host: str) -> bool:
    """Return whether a host is an address of 127.0.0.0/8."""
    numbers = host.split(".")
    return len(numbers) == 4 and numbers[0] == "127" and DIGITS.issuperset("".join(numbers))  # noqa: PLR2004  # IPv4


def _first_key(value: str) -> Key:
    """Return the key that signs. All are checked, and no message holds one."""
    keys = []
    for number, entry in enumerate(value.split(","), 1):
        key_id, colon, secret = entry.strip().partition(":")
        if not colon or not secret or not 0 < len(key_id) <= _LONGEST_KEY_ID or not _IN_NAME.issuperset(key_id):
            raise ValueError(f"entry {number} is not of the form id:secret")
        keys.append(Key(key_id, secret.encode("utf-8")))
    return keys[0]


def _mount(value: str) -> str:
    path = "/" + value.strip("/") if value.strip("/") else ""
    if not _IN_PATH.issuperset(path):
        raise ValueError(f"`{value}` is not a valid URL path")
    return path


def _list(value: str) -> tuple[str, ...]:
    return tuple(entry.strip() for entry in value.split(",") if entry.strip())


def _names(value: str) -> frozenset[str]:
    names = _list(value)
    for name in names:
        if not is_token(name):
            raise ValueError(f"`{name}` is not a valid header name")
    return frozenset(name.lower() for name in names)


def _count(value: str) -> int:
    if not (DIGITS.issuperset(value) and len(value) <= _LONGEST_COUNT):
        raise ValueError(f"`{value}` is not a number from 0 to 9999")
    return int(value)


def _seconds(value: str) -> float:
    try:
        seconds = float(value)
    except ValueError:
        seconds = -1.0
    if not 0 < seconds < 901:  # noqa: PLR2004  # no invocation is longer than 900 seconds
        raise ValueError(f"`{value}` is not a number of seconds between 0 and 900")
    return seconds
