"""What is recorded: `LAMBDA_MIGRATE_RECORD`, JSON that `proxy.record` of migration.yaml becomes."""

from __future__ import annotations

import json

from ..settings import PREFIX, SettingsError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

_LISTS = ("kinds", "skip", "redact", "also")
_NUMBERS = ("until", "rate", "per_route", "largest")
_TEXTS = ("bucket", "prefix", "kms_key")


class RecordSettings:
    """What is recorded.

    Attributes:
        until: When it ends, in seconds since the epoch.
        rate: Share of the events, 0 to 1.
        kinds: `http`, and sources of other events; empty for all.
        skip: Routes and sources that are left out; `*` stands for anything.
        per_route: Records of one route, each hour, in one execution environment.
        largest: Bytes that an event, and its answer, may have.
        redact: What is redacted besides what is redacted anyway.
        mirror: Whether the service is asked too, off the caller's path.
        also: Routes that it is asked although they may change something.
        bucket: Where records go; empty for the function's log.
        prefix: Of the objects there.
        kms_key: What encrypts them; empty for the bucket's own key.
    """

    until = 0
    rate = 0.01
    kinds: tuple[str, ...] = ()
    skip: tuple[str, ...] = ()
    per_route = 100
    largest = 16_384
    redact: tuple[str, ...] = ()
    mirror = False
    also: tuple[str, ...] = ()
    bucket = ""
    prefix = "lambda-migrate"
    kms_key = ""

    def __init__(self, **given: Any) -> None:
        for name, value in given.items():
            setattr(self, name, value)


def read(text: str) -> RecordSettings:
    """Return the settings.

    Raises:
        SettingsError: They are not what the command line writes.
    """
    try:
        told = json.loads(text)
        given = {name: _checked(name, value) for name, value in told.items()}
    except (ValueError, AttributeError, RecursionError) as wrong:
        raise SettingsError(f"{PREFIX}RECORD: {wrong}") from None
    return RecordSettings(**given)


def _checked(name: str, value: Any) -> Any:
    if name in _LISTS and isinstance(value, list):
        return tuple([str(each) for each in value])
    if name in _NUMBERS and isinstance(value, (int, float)) and not isinstance(value, bool):
        return value
    if (name in _TEXTS and isinstance(value, str)) or (name == "mirror" and isinstance(value, bool)):
        return value
    raise ValueError(f"`{name}` is not a setting, or has a value of another kind")
