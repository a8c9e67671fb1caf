"""What the blocks of migration.yaml are made of: strict models, durations, URLs and references to secrets."""

from __future__ import annotations

import re
from typing import Annotated
from urllib.parse import urlsplit

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, ValidationInfo, WithJsonSchema

from lambda_migrate.addresses import is_metadata

_DURATION = re.compile(r"^(\d+(?:\.\d+)?)\s*(ms|s|m|h|d)?$")
_WRITTEN = WithJsonSchema(
    {
        "anyOf": [{"const": 0}, {"type": "string", "pattern": r"^(\d+(?:\.\d+)?)\s*(ms|s|m|h|d)$"}],
        "examples": ["15m"],
    }
)
_FINE_PERIODS, _MINUTE = (1.0, 5.0, 10.0, 30.0), 60.0
_BLANK = re.compile(r"[\s\x00-\x1f]")
_SECONDS = {"ms": 0.001, "s": 1.0, "m": 60.0, "h": 3600.0, "d": 86400.0, None: 1.0}


def seconds(text: object) -> float:
    """Return a duration in seconds: ``90``, ``90s``, ``15m``, ``2h``, ``14d``, ``500ms``.

    Raises:
        ValueError: The text is not a duration.
    """
    match = _DURATION.match(str(text).strip())
    if isinstance(text, bool) or not match:
        msg = f"`{text}` is not a duration; write it like 30s, 15m, 2h or 14d"
        raise ValueError(msg)
    return float(match[1]) * _SECONDS[match[2]]


def written(text: object) -> float:
    """Return a duration as somebody wrote it, in seconds; a number without a unit could be minutes as well.

    Raises:
        ValueError: The text is not a duration, or has no unit.
    """
    length = seconds(text)
    given = str(text).strip()
    if length and given[-1:].isdigit():
        msg = f"`{text}` has no unit; write {given}m for minutes, {given}s for seconds"
        raise ValueError(msg)
    return length


BY_HAND = {"by hand": True}
"""The context in which settings that a person wrote are validated; code of ours says a number of seconds."""


def _duration(value: object, about: ValidationInfo) -> float:
    return written(value) if isinstance(value, str) or about.context == BY_HAND else seconds(value)


def _positive(length: float) -> float:
    if length <= 0:
        msg = "must be longer than 0 s"
        raise ValueError(msg)
    return length


def _metric_period(length: float) -> float:
    """Refuse what GetMetricData refuses; a verdict would be the first to find out, in the middle of a cutover."""
    if length not in _FINE_PERIODS and (length < _MINUTE or length % _MINUTE):
        msg = "must be 1, 5, 10, 30 s or whole minutes, as CloudWatch keeps them"
        raise ValueError(msg)
    return length


def http_url(text: str) -> str:
    """Return the URL of a service, which may have a path, without the slash at its end.

    Raises:
        ValueError: It is not one, holds a password, or is where AWS hands out credentials.
    """
    try:
        parts = urlsplit(text)
        whole = parts.scheme in ("http", "https") and parts.hostname and parts.port != 0
    except ValueError:
        whole = False
    if whole and "@" in parts.netloc:
        msg = "a URL of a service cannot hold a user or a password; write it like https://orders.example.com"
        raise ValueError(msg)
    if not whole or _BLANK.search(text) or parts.query or parts.fragment:
        msg = f"`{text}` is not the URL of a service; write it like https://orders.example.com"
        raise ValueError(msg)
    if is_metadata(parts.hostname or ""):
        msg = f"`{text}` is where AWS hands out credentials, not a service"
        raise ValueError(msg)
    return text.rstrip("/")


def service_url(text: str) -> str:
    """Return where a service answers, as the command line says it; "" says nothing.

    Raises:
        ValueError: It is not the URL of a service.
    """
    return _origin(http_url(text)) if text else ""


def _origin(text: str) -> str:
    """A path would belong to nobody: the proxy sends each request's own, and health checks have theirs."""
    parts = urlsplit(text)
    if parts.path or parts.query or parts.fragment:
        msg = f"`{text}` has a path, which comes from each request; write it like {parts.scheme}://{parts.netloc}"
        raise ValueError(msg)
    return text


def _key_reference(text: str) -> str:
    if not re.match(r"^(secretsmanager|ssm):.+$", text):
        msg = f"`{text}` is not a reference to a secret; write it like secretsmanager:orders/keys or ssm:/orders/keys"
        raise ValueError(msg)
    return text


WEBHOOKS = ("https://", "http://127.0.0.1:", "http://localhost:")
"""How the URL of a webhook begins: it is a secret, and goes over no network in the open."""


def _webhook_reference(text: str) -> str:
    if text.startswith(WEBHOOKS):
        return _plain_url(text)
    if not re.match(r"^(env:[A-Za-z_][A-Za-z0-9_]*|(secretsmanager|ssm):.+)$", text):
        given = text.partition(":")[0]
        msg = f"`{given}` is not a reference to a webhook; write it like env:FREEZE_WEBHOOK or secretsmanager:webhook"
        raise ValueError(msg)
    return text


def _plain_url(text: str) -> str:
    if not urlsplit(text).hostname:
        msg = "the URL of the webhook has no host"
        raise ValueError(msg)
    return text


Duration = Annotated[float, BeforeValidator(_duration), _WRITTEN]
PositiveDuration = Annotated[float, BeforeValidator(_duration), AfterValidator(_positive), _WRITTEN]
MetricPeriod = Annotated[float, BeforeValidator(_duration), AfterValidator(_metric_period), _WRITTEN]
HttpUrl = Annotated[str, AfterValidator(http_url)]
OriginUrl = Annotated[str, AfterValidator(http_url), AfterValidator(_origin)]
KeyReference = Annotated[str, AfterValidator(_key_reference)]
WebhookReference = Annotated[str, AfterValidator(_webhook_reference)]


class Strict(BaseModel):
    """A block of migration.yaml: unknown keys and wrong types are mistakes."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)
