"""Sorts environment variables: what may stand in a repository, and what must stay a reference to a secret."""

from __future__ import annotations

import math
import re
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from collections.abc import Mapping

_SECRET_NAME = re.compile(
    r"secret|passw|passphrase|passcode|pwd|token|credential|private|signing|salt|pepper|api_?key|access_?key|auth"
    r"|cert|_dsn$|^dsn$|webhook|connection_?string|conn_?str|encryption|license|sentry",
    re.IGNORECASE,
)
_KEY_NAME = re.compile(r"(^|_)key(s|_|$)", re.IGNORECASE)
_PLAIN_KEY = re.compile(r"^[a-z_]{1,16}$")
_REFERENCE = re.compile(r"^arn:aws[a-z-]*:(secretsmanager|ssm):")
_SECRET_VALUES = (
    re.compile(r"^[a-z][a-z0-9+.-]*://[^/@\s]*:[^/@\s]*@", re.IGNORECASE),  # a URL with a password
    re.compile(r"(AKIA|ASIA)[0-9A-Z]{16}"),
    re.compile(r"-----BEGIN "),
    re.compile(r"eyJ[A-Za-z0-9_-]{10,}\."),  # a JSON web token
    re.compile(r"\b(sk|pk|rk)_(live|test)_|\bgh[pousr]_|\bxox[abprs]-|\bglpat-|hooks\.slack\.com|SG\.[\w-]{16}"),
    re.compile(r"[?&](key|token|sig|signature|secret|password|api_?key)=", re.IGNORECASE),
    re.compile(r"^[0-9a-fA-F]{24,}$"),
    re.compile(r"^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$", re.IGNORECASE),
)
_NAMED_THING = re.compile(r"^(arn:aws|https?://|[a-z][a-z0-9.+-]*://[^@]*$|/|\./|\{|\[)", re.IGNORECASE)
_PLATFORM = re.compile(
    r"^(AWS_LAMBDA_|LAMBDA_|_HANDLER$|_X_AMZN|AWS_EXECUTION_ENV$|AWS_XRAY|LAMBDA_MIGRATE_|PYTHONPATH$)"
)
_RANDOM_BITS = 3.3
_LONG = 20


@dataclass(frozen=True)
class Variable:
    """An environment variable and what becomes of it.

    Attributes:
        name: Its name.
        fate: ``value``: its value stands in the repository; ``reference``: only where the secret is kept;
            ``platform``: Lambda's own, the service has no use for it; ``unset``: read by the code, value unknown.
        text: What stands in the repository: value or reference; "" for the others.
    """

    name: str
    fate: Literal["value", "reference", "platform", "unset"]
    text: str = ""


def sort(environment: Mapping[str, str], function: str) -> tuple[Variable, ...]:
    """Decide for each variable.

    Args:
        environment: Names and values.
        function: The function's name; references are named after it.
    """
    return tuple(_decide(name, value, function) for name, value in sorted(environment.items()))


def _decide(name: str, value: str, function: str) -> Variable:
    if _PLATFORM.search(name):
        return Variable(name, "platform")
    if value.startswith(("secretsmanager:", "ssm:")):
        return Variable(name, "reference", value)
    if looks_secret(name, value) or "\n" in value or "\r" in value or value != value.strip():
        return Variable(name, "reference", f"secretsmanager:{function}/{name}")
    return Variable(name, "value", value)


def looks_secret(name: str, value: str) -> bool:
    """Tell whether a variable may be a secret; in doubt it is one."""
    if _REFERENCE.match(value):
        return False
    if _SECRET_NAME.search(name) or any(pattern.search(value) for pattern in _SECRET_VALUES):
        return True
    if _KEY_NAME.search(name) and not _PLAIN_KEY.match(value):
        return True
    return len(value) >= _LONG and not _NAMED_THING.match(value) and _is_random(value)


def _is_random(value: str) -> bool:
    """Tell whether a text looks drawn by lot: no spaces, letters and digits mixed, hardly a character like another."""
    if any(character.isspace() for character in value):
        return False
    words = [word for word in re.split(r"[-_./:,;=]", value) if word]
    longest = max(words, key=len, default="")
    if len(longest) < _LONG - 4 or (longest.isalpha() and (longest.islower() or longest.isupper())):
        return False
    bits = -sum(count / len(longest) * math.log2(count / len(longest)) for count in Counter(longest).values())
    return bits >= _RANDOM_BITS


_IN_CODE = (
    ("an AWS access key", re.compile(rb"(?<![A-Z0-9])(AKIA|ASIA)[0-9A-Z]{16}(?![A-Z0-9])")),
    ("a private key", re.compile(rb"-----BEGIN (RSA |EC |OPENSSH |DSA )?PRIVATE KEY-----")),
    ("a live payment key", re.compile(rb"\b[sr]k_live_[0-9A-Za-z]{16,}")),
    ("a token", re.compile(rb"\b(gh[pousr]_[0-9A-Za-z]{30,}|xox[abprs]-[0-9A-Za-z-]{20,}|glpat-[0-9A-Za-z_-]{20,})")),
)


def secrets_in(content: bytes) -> tuple[tuple[int, str], ...]:
    """Return the lines (from 1) of a file that hold what can only be a secret, with what it looks like."""
    return tuple(
        (content.count(b"\n", 0, found.start()) + 1, what)
        for what, pattern in _IN_CODE
        for found in pattern.finditer(content)
    )
