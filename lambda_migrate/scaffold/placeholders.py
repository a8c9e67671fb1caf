"""What stands for the value of a variable where tests run: of the same kind, and never a part of the value itself."""

from __future__ import annotations

import base64
import json
import re
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

if TYPE_CHECKING:
    from collections.abc import Callable, Container

TEXT = "placeholder"
_KINDS = {
    "int": "1",
    "float": "1.0",
    "bool": "false",
    "url": "https://placeholder.example.com",
    "json": "{}",
    "list": "[]",
}
_NUMBER = re.compile(r"[+-]?\d+(\.\d+)?")
_SWITCH = re.compile(r"true|false|yes|no|on|off", re.IGNORECASE)
_UUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE)
_HEX = re.compile(r"([0-9a-f]{2}){8,}", re.IGNORECASE)
_BASE64 = re.compile(r"[\w+/-]{22,}={0,2}")
_DATABASE = re.compile(r"(DATABASE|DB|SQL\w*)_(URL|URI|DSN)")
_ADDRESS = re.compile(r"(URL|URI|ENDPOINT|DSN)$")
DRIVERS = (
    ("asyncpg", "postgresql+asyncpg://127.0.0.1/placeholder"),
    ("psycopg", "postgresql+psycopg://127.0.0.1/placeholder"),
    ("psycopg2", "postgresql://127.0.0.1/placeholder"),
    ("psycopg2-binary", "postgresql://127.0.0.1/placeholder"),
    ("aiomysql", "mysql+aiomysql://127.0.0.1/placeholder"),
    ("pymysql", "mysql+pymysql://127.0.0.1/placeholder"),
    ("mysqlclient", "mysql://127.0.0.1/placeholder"),
    ("pymongo", "mongodb://127.0.0.1/placeholder"),
)
"""Distribution → the URL of a database that it is the driver of."""


def like(value: str) -> str:
    """Return a text of the kind of a value: digits for digits, a URL of the same scheme to this machine for a URL."""
    makers = (make(value) for fits, make in _FORMS if fits(value))
    return next(makers, TEXT)


def of_kind(kind: str, name: str, installed: Container[str]) -> str:
    """Return a text for a variable whose value nobody knows.

    Args:
        kind: What the code makes of it, as :class:`asked.Asked` has it.
        name: Its name.
        installed: Distributions that the service installs: a database's URL is one of the driver that is there.
    """
    if kind.startswith("="):
        return kind[1:]
    if kind in _KINDS:
        return _KINDS[kind]
    if _DATABASE.search(name):
        return next((url for driver, url in DRIVERS if driver in installed), "sqlite://")
    return _KINDS["url"] if _ADDRESS.search(name) else TEXT


def _address_like(value: str) -> str:
    scheme = value.partition("://")[0]
    try:
        parts = urlsplit(value)
        port = f":{parts.port}" if parts.port else ""
    except ValueError:
        return f"{scheme}://127.0.0.1"
    return f"{scheme}://127.0.0.1{port}{'/placeholder' if parts.path.strip('/') else ''}"


def _document_like(value: str) -> str:
    try:
        return "[]" if isinstance(json.loads(value), list) else "{}"
    except ValueError:
        return TEXT


def _key_like(value: str) -> str:
    """Return zeros in place of a key in base64, of the same length: a cipher refuses every other one."""
    try:
        size = len(base64.urlsafe_b64decode(value.replace("+", "-").replace("/", "_") + "=" * (-len(value) % 4)))
    except ValueError:
        return TEXT
    zeros = base64.urlsafe_b64encode(bytes(size)).decode()
    return zeros if value.endswith("=") else zeros.rstrip("=")


_FORMS: tuple[tuple[Callable[[str], object], Callable[[str], str]], ...] = (
    (_NUMBER.fullmatch, lambda value: re.sub(r"\d", "1", value)),
    (_SWITCH.fullmatch, str),
    (_UUID.fullmatch, lambda _: "00000000-0000-4000-8000-000000000000"),
    (lambda value: "://" in value, _address_like),
    (lambda value: value.startswith(("[", "{")), _document_like),
    (_HEX.fullmatch, lambda value: "0" * len(value)),
    (_BASE64.fullmatch, _key_like),
)
"""What a value is → what stands for it; the first that fits counts."""
