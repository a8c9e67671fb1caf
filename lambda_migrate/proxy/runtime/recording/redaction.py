"""Takes secrets out of what is recorded: by the names of headers, cookies, parameters and members, and by their form.

Everything that may hold one is looked into: header maps, cookies, query strings, JSON, also in texts and in base64,
forms, XML and HTML. What cannot be looked into is not recorded (`Unreadable`), or stands there as its hash.
"""

from __future__ import annotations

import binascii
import json
import re
from base64 import b64decode, b64encode
from fnmatch import fnmatchcase
from functools import lru_cache
from hashlib import sha256
from urllib.parse import unquote_plus

from .route import without

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

REDACTED = "[redacted]"
HASHED = "bodySha256"
"""The member that stands for a body of an answer that is not text."""

DEEPEST = 60
"""Levels that are looked into; what is below is a secret."""

_WORDS = (
    r"passw|passphrase|passcode|pwd|secret|token|credential|api[-_]?key|access[-_]?key|private[-_]?key|signature"
    r"|authorization|bearer|cookie|sess(?:ion)?[-_]?id|session[-_]?key|jwt|csrf|xsrf|receipt[-_]?handle|one[-_]?time"
    r"|cvv|cvc|card[-_]?number|saml|code[-_]?verifier|assertion|identity[-_]?source"
    r"|(?:account|encryption|functions|license|master|shared|signing|subscription)[-_]?key"
)
_NAME = re.compile(rf"{_WORDS}|(?:^|[-_.\[])(?:auth|otp|pass|pin|ssn|sid|session)(?:$|[-_.\]])", re.IGNORECASE)
_IN_QUERY = frozenset({"key", "sig", "code"})
"""Parameters that are credentials in a URL; in a body, `key` is the name of an object, and `code` one of a country."""

_SEEN = re.compile(_WORDS, re.IGNORECASE)
_PAIR = re.compile(r"(?<![^\s&=:\"'<>])([^\s&=:\"'<>]+)[\"']?\s*[=:]\s*")
_PAIRED = re.compile(r"\"(?:\\.|[^\"\\])*\"|'[^']*'|[^\s&\"'<>]+")
_TAG = re.compile(r"(<[^<>]*>)([^<>]*)")
_OF_TAG = re.compile(r"(\b(?:content|value)\s*=\s*[\"']?)[^\"'<>]+", re.IGNORECASE)
_BESIDE = re.compile(rf"((?:{_WORDS})[^<>]{{0,100}}?\bvalue\s*=\s*[\"']?)[^\"'<>]+", re.IGNORECASE)
"""Texts with names in them: forms and configurations, XML, and fields of HTML.

A search holds Python's lock, and with it the caller's thread: each of these takes a time that grows with the text, and
not with its square, whatever a caller sends.
"""

_LOOKS = re.compile(
    r"eyJ[\w-]{8,1024}\.[\w-]{8,}(?:\.[\w-]*)?"
    r"|\b(?:AKIA|ASIA)[0-9A-Z]{16}\b"
    r"|-----BEGIN [A-Z ]{0,40}PRIVATE KEY-----[\s\S]*?(?:-----END [A-Z ]{0,40}-----|$)"
    r"|\b(?:[sr]k_live_|whsec_|gh[pousr]_|github_pat_|glpat-|npm_|xox[abeoprs]-|AIza|ya29\.|sk-)[\w-]{8,}"
)
_SCHEME = re.compile(r"\b((?:bearer|basic) )[\w.~+/=-]{6,}", re.IGNORECASE)
_IN_ADDRESS = re.compile(r"(://)[^/\s:@\"']+:[^@\s/\"']+(?=@)")
_SHORTEST = 10
"""Characters of a text that may have the form of a secret, at least."""

_LONGEST_KEPT = 64
"""Characters of a name of which it is kept whether it is one of secrets."""

_ATTRIBUTES = frozenset({"path", "domain", "expires", "max-age", "samesite"})
_QUERIES = frozenset(
    {
        "rawQueryString",
        "queryString",
        "queryStringParameters",
        "multiValueQueryStringParameters",
        "query_string_parameters",
    }
)
_HEADERS = frozenset({"headers", "multiValueHeaders"})
_FORM = "application/x-www-form-urlencoded"
_PATHS = frozenset({"path", "raw_path", "rawPath"})
_ADDRESSES = frozenset(
    {"location", "content-location", "referer"}
    | {"x-forwarded-uri", "x-original-uri", "x-original-url", "x-rewrite-url"}  # of reverse proxies
)
_ENCODED = frozenset({"data", "value"})
"""Members of records of streams, whose values are base64 (Kinesis, Firehose, Kafka, MQ, CloudWatch Logs)."""

_OF_KAFKA = frozenset({"topic", "partition", "offset"})
_KAFKA = {"key": "value", "value": "data"}
"""Members of a record of Kafka, read as others are: its value is a message, its key a text or some other bytes."""

_BASE64 = re.compile(r"^(?:[A-Za-z0-9+/]{4}){2,}(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$")


class Unreadable(Exception):
    """What cannot be looked into: bytes that are not text, or a form in parts."""


class Redaction:
    """Redacts events and answers; the value that is given stays as it is.

    Args:
        paths: What to take out besides: `header:NAME`, `query:NAME`, or `$.path[].member` of a body or of an event that
            is not a request; `*` stands for anything.
    """

    def __init__(self, paths: tuple[str, ...] = ()) -> None:
        named = [path.lower() if path.lower().startswith("header:") else path for path in paths]
        self._paths = tuple([path.replace("[", "[[]") for path in named])

    def event(self, event: dict[str, Any]) -> dict[str, Any]:
        """Return an event without its secrets.

        Raises:
            Unreadable: Its body cannot be looked into.
        """
        return self._message(event, of_answer=False)

    def answer(self, value: Any) -> Any:
        """Return what a function returned without its secrets."""
        if isinstance(value, dict) and "statusCode" in value:
            return self._message(value, of_answer=True)
        return self._value("", value, "$", 0)

    def _message(self, message: dict[str, Any], *, of_answer: bool) -> dict[str, Any]:
        """Return a request, an answer to one, or any other event, member by member."""
        clean: dict[str, Any] = {}
        for name, value in message.items():
            if name == "body":
                clean.update(self._body(message, value, of_answer=of_answer))
            elif name in _HEADERS and isinstance(value, dict):
                clean[name] = {key: self._header(key, each, of_answer=of_answer) for key, each in value.items()}
            elif name == "cookies":
                clean[name] = self._header("set-cookie" if of_answer else "cookie", value, of_answer=of_answer)
            elif name in _QUERIES:
                clean[name] = self._query(value)
            elif name in _PATHS and isinstance(value, str):
                clean[name] = self._address(value)
            else:
                clean[name] = self._value(name, value, f"$.{name}", 0)
        given = message.get("pathParameters")
        secrets = [str(each) for name, each in given.items() if _is(name)] if isinstance(given, dict) else []
        return without(clean, secrets) if secrets else clean

    def _body(self, message: dict[str, Any], body: Any, *, of_answer: bool) -> dict[str, Any]:
        if not isinstance(body, str):
            return {"body": self._value("", body, "$", 0)}
        if _content_type(message).startswith("multipart/") and not of_answer:
            raise Unreadable("a form in parts")
        if not (message.get("isBase64Encoded") or message.get("is_base64_encoded")):  # the latter of VPC Lattice
            return {"body": self._content(message, body)}
        try:
            text = b64decode(body, validate=True).decode("utf-8")
        except (binascii.Error, ValueError):
            if not of_answer:
                raise Unreadable("bytes that are not text") from None
            return {"body": "", HASHED: _digest(body)}
        clean = self._content(message, text)
        return {"body": body if clean == text else b64encode(clean.encode("utf-8")).decode("ascii")}

    def _content(self, message: dict[str, Any], text: str) -> str:
        if text.lstrip()[:1] in ("{", "[") or not _content_type(message).startswith(_FORM):
            return self._text("", text, "$", 0)
        return "&".join([self._field(*pair.partition("=")) for pair in text.split("&")])

    def _field(self, name: str, equals: str, given: str) -> str:
        """Return a field of a form: its name is one of a body, and its path `$.name`."""
        short, value = unquote_plus(name), unquote_plus(given)
        if not equals:
            return self._text("", name, "", 0)
        hidden = _is(short) or self._named(f"$.{short}") or self._text("", value, "", 0) != value
        return f"{name}={REDACTED if hidden else given}"

    def _header(self, name: str, value: Any, *, of_answer: bool) -> Any:
        if isinstance(value, list):
            return [self._header(name, each, of_answer=of_answer) for each in value]
        if not isinstance(value, str):
            return value
        if name.lower() in ("cookie", "set-cookie"):
            return "; ".join(
                [_crumb(part, keep=of_answer and number > 0) for number, part in enumerate(value.split(";"))]
            )
        if _is(name) or self._named(f"header:{name.lower()}"):
            return REDACTED
        return self._address(value) if name.lower() in _ADDRESSES else self._text("", value, "", 0)

    def _address(self, value: str) -> str:
        place, mark, query = value.partition("?")
        return f"{self._text('', place, '', 0)}{mark}{self._query(query)}"

    def _query(self, value: Any) -> Any:
        if isinstance(value, dict):
            return {name: self._parameter(name, each) for name, each in value.items()}
        if not isinstance(value, str):
            return value
        return "&".join([self._pair(*pair.partition("=")) for pair in value.split("&")])

    def _pair(self, name: str, equals: str, given: str) -> str:
        if not equals:
            return self._text("", name, "", 0)
        return f"{name}={REDACTED if self._parameter(name, unquote_plus(given)) == REDACTED else given}"

    def _parameter(self, name: str, value: Any) -> Any:
        if isinstance(value, list):
            return [self._parameter(name, each) for each in value]
        short = unquote_plus(name)
        hidden = _is(short) or short.lower() in _IN_QUERY or self._named(f"query:{short}")
        if not isinstance(value, str):
            return value
        return REDACTED if hidden or self._text("", value, "", 0) != value else value

    def _value(self, name: str, value: Any, path: str, depth: int, *, hidden: bool = False) -> Any:
        """Return a value of JSON; what stands below a name of secrets is one, down to its leaves."""
        if depth > DEEPEST:
            return REDACTED
        if isinstance(value, dict):
            below = hidden or (
                name != "jwt" and _is(name)
            )  # an authorizer of API Gateway is called so, with its claims
            read_as = _KAFKA if value.keys() >= _OF_KAFKA else {}
            return {
                _key(key): self._value(read_as.get(key) or key, each, f"{path}.{key}", depth + 1, hidden=below)
                for key, each in value.items()
            }
        if isinstance(value, list):
            return [self._value(name, each, f"{path}[]", depth + 1, hidden=hidden) for each in value]
        if value is None or isinstance(value, bool):
            return value
        if hidden or _is(name) or self._named(path):
            return REDACTED
        return self._encoded(name, value, path, depth) if isinstance(value, str) else value

    def _encoded(self, name: str, value: str, path: str, depth: int) -> str:
        """Return a text that may be in base64."""
        if name not in _ENCODED or not _BASE64.match(value):
            return self._text(name, value, path, depth)
        try:
            text = b64decode(value).decode("utf-8")
        except ValueError:
            if name == "data":
                raise Unreadable("bytes that are not text") from None
            return self._text(name, value, path, depth)
        clean = self._text(name, text, path, depth)
        return value if clean == text else b64encode(clean.encode("utf-8")).decode("ascii")

    def _text(self, name: str, text: str, path: str, depth: int) -> str:
        """Return a text; one that is JSON as such, any other with what looks like a secret in it redacted."""
        if text.lstrip()[:1] in ("{", "["):
            try:
                value = json.loads(text)
                clean = self._value(name, value, path, depth + 1)
            except (ValueError, RecursionError):
                lines = text.split("\n")
                if len(lines) > 1 and all(line.lstrip()[:1] in ("", "{", "[") for line in lines):  # a document each
                    return "\n".join([self._text(name, line, path, depth) for line in lines])
            else:
                return text if clean == value else json.dumps(clean, ensure_ascii=False, separators=(",", ":"))
        if len(text) >= _SHORTEST:
            text = _LOOKS.sub(REDACTED, text)
            if " " in text:
                text = _SCHEME.sub(rf"\1{REDACTED}", text)
            if "@" in text:
                text = _IN_ADDRESS.sub(rf"\1{REDACTED}", text)
        if ("=" in text or ":" in text or "<" in text) and _SEEN.search(text):
            text = _BESIDE.sub(rf"\1{REDACTED}", _pairs(_TAG.sub(_tag, text)))
        return text

    def _named(self, path: str) -> bool:
        return any(fnmatchcase(path, each) for each in self._paths)


def _is(name: str) -> bool:
    return _is_short(name) if len(name) <= _LONGEST_KEPT else _NAME.search(name) is not None


@lru_cache(maxsize=1024)  # the names of an API's members are few, and come with every record
def _is_short(name: str) -> bool:
    return bool(name) and _NAME.search(name) is not None


def _tag(element: re.Match[str]) -> str:
    """Return an element of XML or HTML, what it holds redacted where its name or an attribute is one of secrets."""
    tag, below = element[1], element[2]
    if not _SEEN.search(tag):
        return element[0]
    holds = below and element.string.startswith("</", element.end())
    return _OF_TAG.sub(rf"\1{REDACTED}", tag) + (REDACTED if holds else below)


def _pairs(text: str) -> str:
    """Return a text with the values redacted that stand behind names of secrets."""
    parts, at = [], 0
    for pair in _PAIR.finditer(text):
        value = _PAIRED.match(text, pair.end()) if pair.end() > at and _SEEN.search(pair[1]) else None
        if value:
            parts += [text[at : pair.end()], REDACTED]
            at = value.end()
    return "".join([*parts, text[at:]])


def _key(name: str) -> str:
    """Return the name of a member; what has the form of a secret may stand there too."""
    return REDACTED if len(name) >= _SHORTEST and _LOOKS.search(name) else name


def _crumb(part: str, *, keep: bool) -> str:
    """Return one part of a cookie line; attributes of a cookie that is set stay."""
    name, equals, _ = part.strip().partition("=")
    if not equals or (keep and name.lower() in _ATTRIBUTES):
        return part.strip() if equals or keep else REDACTED
    return f"{name}={REDACTED}"


def _content_type(message: dict[str, Any]) -> str:
    for name in _HEADERS:
        headers = message.get(name)
        for key, value in headers.items() if isinstance(headers, dict) else ():
            if str(key).lower() == "content-type":
                return str(value[0] if isinstance(value, list) and value else value).strip().lower()
    return ""


def _digest(body: str) -> str:
    """Return the SHA-256 of the bytes of a body in base64, or of its text where it is not base64."""
    try:
        return sha256(b64decode(body, validate=True)).hexdigest()
    except (binascii.Error, ValueError):
        return sha256(body.encode("utf-8", "replace")).hexdigest()
