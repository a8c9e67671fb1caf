"""Puts credentials of a test user where a record has them redacted, so that its request is answered and not denied."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import yaml

from lambda_migrate.errors import ConfigError
from lambda_migrate.proxy.runtime.recording.redaction import REDACTED

if TYPE_CHECKING:
    from collections.abc import Mapping

_HINT = "write headers in it, like `authorization: Bearer …` or `cookie: session=…`"


def parse(text: str, name: str) -> dict[str, str]:
    """Read a file of credentials: headers, names in lower case, and their values.

    Args:
        text: YAML: names and values.
        name: The file's, for what is said; no message holds a value.

    Raises:
        ConfigError: It is something else.
    """
    try:
        told = yaml.safe_load(text)
    except (yaml.YAMLError, RecursionError):
        told = None
    if not isinstance(told, dict) or not all(isinstance(each, str) for pair in told.items() for each in pair):
        raise ConfigError(f"`{name}` does not hold headers", hint=_HINT)
    return {name.lower(): value for name, value in told.items()}


def put_in(event: dict[str, Any], credentials: Mapping[str, str]) -> dict[str, Any]:
    """Return an event with credentials in the headers that were redacted; all else stays.

    Args:
        event: Of an HTTP request.
        credentials: Values by header, names in lower case.
    """
    changed = dict(event)
    for member in ("headers", "multiValueHeaders"):
        if isinstance(event.get(member), dict):
            changed[member] = {name: _value(name, each, credentials) for name, each in event[member].items()}
    if "cookie" in credentials and REDACTED in str(event.get("cookies")):
        changed["cookies"] = [each.strip() for each in credentials["cookie"].split(";")]
    return changed


def _value(name: str, value: Any, credentials: Mapping[str, str]) -> Any:
    given = credentials.get(name.lower())
    if given is None or REDACTED not in str(value):
        return value
    return [given] if isinstance(value, list) else given
