"""Tells values that may be secrets from those that cannot be: by their name, by their form, by how random they look."""

from __future__ import annotations

import math
import re
from collections import Counter
from urllib.parse import urlsplit

_SECRET_NAME = re.compile(
    r"secret|passw|pass$|pass_|passphrase|passcode|pwd|pin_?code|token|credential|creds|private_?key|signing|signature"
    r"|salt|pepper|api_?key|access_?key|(?:^|_)auth(?:_|$)|authorization|bearer|cert|_dsn$|^dsn$|webhook"
    r"|connection_?string|conn_?str|encryption|license|(?:^|_)jwt$",
    re.IGNORECASE,
)
_KEY_NAME = re.compile(r"(^|_)keys?(_|$)", re.IGNORECASE)
_NO_SECRET_KEY = re.compile(
    r"(^|_)(partition|sort|hash|range|primary|foreign|cache|object|s3|index|group|routing|dedup\w*|idempotency|lookup"
    r"|public|kms)_?keys?(_|$)",
    re.IGNORECASE,
)
_DESCRIBES = re.compile(
    r"_(ur[il]s?|endpoint|host|hostname|domain|port|path|file|dir|folder|bucket|table|queue|topic|names?|arn|region|header"
    r"|policy|length|limit|size|rounds|count|ttl|expir\w*|lifetime|timeout|age|seconds|minutes|hours|days|algorithms?|alg"
    r"|type|mode|method|issuer|audience|scopes?|enabled|disabled|required|version|environment|rate|alias|prefix|suffix"
    r"|strategy|provider|backend|format|realm|level)$|^(max|min|num|use|enable|disable|allow|require)_",
    re.IGNORECASE,
)
_IS_A_SECRET_URL = re.compile(r"webhook|dsn|hook_url", re.IGNORECASE)
_IDENTIFIES = re.compile(
    r"(^|_)(ids?|sha\d*|commit|revision|checksum|digest|etag|hash|version|tag|build)$", re.IGNORECASE
)
_SWITCH = re.compile(r"^(true|false|yes|no|on|off|none|null|enabled|disabled)?$", re.IGNORECASE)
_ARN = re.compile(r"^arn:aws[a-z-]*:[a-z0-9-]+:[^\s?&=]*$")
_PLAIN = re.compile(r"^(-?\d+(\.\d+)?\s?[a-z]{0,7}|[a-z][a-z0-9 ._/,-]{0,63}|[./][a-z0-9._/-]{0,127})$", re.IGNORECASE)
_PLAIN_URL = re.compile(r"^[a-z][a-z0-9+.-]*://[^\s?#@]*$", re.IGNORECASE)
_SECRET_VALUES = (
    re.compile(r"://[^/\s:@]*:[^\s@]+@"),  # a URL with a password
    re.compile(r"https?://[^/\s@]+@", re.IGNORECASE),  # or with a token
    re.compile(
        r"\b(pass(word|wd|phrase)?|pwd|secret|account_?key|shared_?access_?(key|signature)|(api|secret|private|access)[_-]?key"
        r"|(access|auth|api|refresh|id)?[_-]?token|client[_-]?secret)[\"']?\s*[=:]\s*[^\s,;}]",
        re.IGNORECASE,
    ),
    re.compile(r"[?&](key|token|sig|code|signature|x-amz-(signature|credential|security-token))=", re.IGNORECASE),
    re.compile(r"(AKIA|ASIA)[0-9A-Z]{16}"),
    re.compile(r"-----BEGIN |LS0tLS1CRUdJTi|AGE-SECRET-KEY-|PuTTY-User-Key"),
    re.compile(r"eyJ[A-Za-z0-9_-]{10,}\."),  # a JSON web token
    re.compile(r"^(bearer|basic|digest|token) \S", re.IGNORECASE),
    re.compile(
        r"\b((sk|pk|rk)_(live|test)_|gh[pousr]_|github_pat_|glpat-|glsa_|npm_\w{16}|hf_\w{16}|pypi-\w{8}|whsec_)"
    ),
    re.compile(r"\b(xox[abeoprs]-|xapp-|shp(at|ca|pa|ss)_|do[opr]_v1_|dckr_pat_|lin_api_|PMAK-|AIza\w{16}|ya29\.)"),
    re.compile(r"\bsk-[\w-]{8}|\bSG\.[\w-]{16}|hooks\.slack\.com|discord(app)?\.com/api/webhooks"),
)
_NUMBER_FOR_ALL = re.compile(r"^([0-9a-f]{24,}|[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12})$", re.IGNORECASE)
_OF_AWS = re.compile(r"\.(amazonaws\.com(\.cn)?|on\.aws|cloudfront\.net)(:\d+)?$")
_RANDOM_BITS = 3.3
_LONG = 20


def looks_secret(name: str, value: str) -> bool:
    """Tell whether a variable may be a secret; in doubt it is one.

    Args:
        name: For example ``DB_PASSWORD``, which is one, or ``PASSWORD_POLICY``, which is none where its value is plain.
        value: Its value.
    """
    if _SWITCH.match(value) or _ARN.match(value):
        return False
    if any(pattern.search(value) for pattern in _SECRET_VALUES):
        return True
    if _DESCRIBES.search(name) and _is_plain(name, value):
        return False
    if _SECRET_NAME.search(name):
        return True
    if _KEY_NAME.search(name):
        return not _NO_SECRET_KEY.search(name) or not (_is_plain(name, value) or _NUMBER_FOR_ALL.match(value))
    return not _IDENTIFIES.search(name) and (bool(_NUMBER_FOR_ALL.match(value)) or _is_random(value))


def _is_plain(name: str, value: str) -> bool:
    """Tell whether a value says something about a secret and is none: a number, a word, an address, a path."""
    if _PLAIN_URL.match(value):
        return not _IS_A_SECRET_URL.search(name) and not _is_random(value)
    return bool(_PLAIN.match(value)) and not _is_random(value) and not _NUMBER_FOR_ALL.match(value)


def _is_random(value: str) -> bool:
    """Tell whether a text looks drawn by lot: no spaces, letters and digits mixed, hardly a character like another."""
    if len(value) < _LONG or value.startswith(("{", "[")) or any(character.isspace() for character in value):
        return False
    if "://" in value:
        try:
            parts = urlsplit(value)
        except ValueError:
            return True
        value = f"{parts.path}?{parts.query}#{parts.fragment}"
    elif _OF_AWS.search(value):
        return False
    words = [word for word in re.split(r"[-_./:,;=?#&]", value) if word]
    longest = max(words, key=len, default="")
    if len(longest) < _LONG - 4 or (longest.isalpha() and (longest.islower() or longest.isupper())):
        return False
    bits = -sum(count / len(longest) * math.log2(count / len(longest)) for count in Counter(longest).values())
    return bits >= _RANDOM_BITS


_IN_CODE = (
    ("an AWS access key", re.compile(rb"(?<![A-Z0-9])(AKIA|ASIA)[0-9A-Z]{16}(?![A-Z0-9])")),
    ("a private key", re.compile(rb"-----BEGIN ([A-Z]+ )*PRIVATE KEY-----")),
    ("a live payment key", re.compile(rb"\b[sr]k_live_[0-9A-Za-z]{16,}")),
    ("a token", re.compile(rb"\b(gh[pousr]_[0-9A-Za-z]{30,}|xox[abprs]-[0-9A-Za-z-]{20,}|glpat-[0-9A-Za-z_-]{20,})")),
    ("a token", re.compile(rb"\b(github_pat_\w{30,}|npm_[0-9A-Za-z]{30,}|AIza[\w-]{35}|sk-(ant|proj)-[\w-]{16,})")),
)


def secrets_in(content: bytes) -> tuple[tuple[int, str], ...]:
    """Return the lines (from 1) of a file that hold what can only be a secret, with what it looks like."""
    return tuple(
        (content.count(b"\n", 0, match.start()) + 1, what)
        for what, pattern in _IN_CODE
        for match in pattern.finditer(content)
    )
