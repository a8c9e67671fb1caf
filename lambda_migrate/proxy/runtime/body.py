"""Bodies: from the event's text to bytes, and from the service's bytes to text that JSON can carry."""

from __future__ import annotations

import json
import sys
from binascii import Error, a2b_base64, b2a_base64

from .failures import BadRequestError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from .message import Bytes

# Lambda's runtime writes results with `ensure_ascii` up to Python 3.11 and without it from 3.12 on
_ASCII_ONLY = sys.version_info < (3, 12)
_PIECE = 65_536
_AS_TWO = b'"\\\b\f\n\r\t'
_LEADS_OF_FOUR = bytes(range(0xF0, 0x100))
_CONTINUATIONS = bytes(range(0x80, 0xC0))
# a first byte stands for its character
_AS_SIX = bytes(set(range(32)) - set(_AS_TWO)) + (b"\x7f" + bytes(range(0xC0, 0x100)) if _ASCII_ONLY else b"")
_AS_THEY_ARE = bytes(set(range(0x7F if _ASCII_ONLY else 0x100)) - set(_AS_TWO) - set(_AS_SIX))
_WORST = 6
_LONGEST_HEAD = 140_000


def decoded(body: Any, encoded: Any) -> bytes:
    """Return the bytes that the client sent.

    Args:
        body: The event's `body`.
        encoded: The event's `isBase64Encoded`; nothing else decides.

    Raises:
        BadRequestError: Said to be base64 and is not, or text that has no UTF-8 form.
    """
    if body is None or body == "":
        return b""
    text = body if isinstance(body, str) else json.dumps(body)
    try:
        return _from_base64(text) if encoded is True or encoded == "true" else text.encode("utf-8")
    except ValueError as wrong:
        raise BadRequestError("a body that does not decode") from wrong


def _from_base64(text: str) -> bytes:
    raw = a2b_base64(text)
    # the decoder skips what is not in the alphabet, and how much it forgives differs between versions: count instead
    if len(text) % 4 or len(raw) != len(text) // 4 * 3 - text[-2:].count("="):
        raise Error("not base64")
    return raw


def encoded(
    body: Bytes, content_type: str | None, content_encoding: str, text_types: tuple[str, ...]
) -> tuple[str, bool]:
    """Return the body as text, and whether that text is base64.

    A body goes as text when its type is one of `text_types` (or absent), it is not compressed, and it is UTF-8. It is
    never transcoded and never decompressed.
    """
    if not body:
        return "", False
    # the codings of all lines count (RFC 9110, 8.4)
    plain = not content_encoding or all(
        coding.strip().lower() in ("", "identity") for coding in content_encoding.split(",")
    )
    if plain and (content_type is None or any(kind in content_type for kind in text_types)):
        try:
            return body.decode("utf-8"), False
        except UnicodeDecodeError:
            pass
    return b2a_base64(body, newline=False).decode("ascii"), True


def json_size(result: dict[str, Any], most: int) -> int:
    """Return how many bytes Lambda's runtime will make of a result.

    If that is sure to be at most `most`, any number up to `most` may be returned. A large body is looked at in pieces,
    not copied.
    """
    body = result["body"]
    # few answers are near the limit: a byte becomes six at worst (`\u0000`), and a head is never longer than this
    if (len(body) + _LONGEST_HEAD) * _WORST < most:
        return 0
    rest = {name: value for name, value in result.items() if name != "body"}
    size = _written(json.dumps(rest, ensure_ascii=_ASCII_ONLY)) + len(', "body": ""')
    if result.get("isBase64Encoded"):
        return size + len(body)
    return size + sum([_escaped_size(body[at : at + _PIECE]) for at in range(0, len(body), _PIECE)])


def value_size(value: Any) -> int:
    """Return how many bytes Lambda's runtime will make of a value that is not an HTTP answer."""
    return _written(json.dumps(value, ensure_ascii=_ASCII_ONLY))


def _escaped_size(text: str) -> int:
    """Return how many bytes a text makes inside a JSON string. Counting what is deleted beats making the string."""
    content = text.encode("utf-8", "surrogatepass")
    escaped = content.translate(None, _AS_THEY_ARE)
    if not escaped:
        return len(content)
    if _ASCII_ONLY:
        astral = _count(escaped, _LEADS_OF_FOUR)  # as two halves
        characters = escaped.translate(None, _CONTINUATIONS)
    else:
        astral, characters = 0, escaped
    return len(content) - len(escaped) + 2 * len(characters) + 4 * _count(characters, _AS_SIX) + 6 * astral


def _count(content: bytes, which: bytes) -> int:
    return len(content) - len(content.translate(None, which))


def _written(text: str) -> int:
    return len(text) if text.isascii() else len(text.encode("utf-8", "surrogatepass"))
