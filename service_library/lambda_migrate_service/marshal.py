"""Writes what a handler returned as Lambda's runtime for Python writes it, which is more than the `json` module does.

The runtime encodes with simplejson, and takes bytes for an answer that is written already:
https://github.com/aws/aws-lambda-python-runtime-interface-client, `lambda_runtime_marshaller.py`.
"""

from __future__ import annotations

import json
import math
from decimal import Decimal
from typing import Any


def marshalled(response: object) -> bytes:
    """Return what the handler returned, as JSON; bytes are returned as they are.

    Raises:
        TypeError: Something in it has no form in JSON.
        ValueError: Bytes in it are not UTF-8.
        RecursionError: It contains itself, or is nested too deeply.
    """
    return response if isinstance(response, bytes) else json.dumps(_plain(response)).encode()


def _plain(value: Any) -> Any:
    """Return a value in types that the `json` module writes; what nobody can write stays, for it to refuse."""
    fields = None if isinstance(value, (dict, list)) else getattr(value, "_asdict", None)
    if callable(fields):  # a named tuple
        value = fields()
    if isinstance(value, dict):
        return {name.decode() if isinstance(name, bytes) else name: _plain(item) for name, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [_plain(item) for item in value]
    if isinstance(value, Decimal):
        return _number(value)
    return value.decode() if isinstance(value, bytes) else value


def _number(value: Decimal) -> float:
    """Return a decimal as the number that it would be read as: `5` is whole, `5.0` is not."""
    if value.is_nan():
        return math.nan
    return int(value) if value.as_tuple().exponent == 0 else float(value)
