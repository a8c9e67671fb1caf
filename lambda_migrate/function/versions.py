"""Tells the published versions apart: the original, and those that proxy."""

from __future__ import annotations

import base64
import re
from typing import TYPE_CHECKING

from lambda_migrate.function.documents import ORIGINAL_MARKER

if TYPE_CHECKING:
    from lambda_migrate.function.model import Function, Version

_HEXADECIMAL = re.compile(r"[0-9a-f]{64}")

MARKED = 16
"""Characters of a hash that a description holds."""


def proxied(function: Function) -> Version | None:
    """Return the newest version that proxies, or None."""
    return next((version for version in reversed(function.versions) if version.proxy_events), None)


def forwarding(function: Function) -> Version | None:
    """Return the newest version that passes something on to the service, or None; one may only record."""
    proxies = (version for version in reversed(function.versions) if version.proxy_events)
    return next((version for version in proxies if version.proxy_events != "none"), None)


def original(function: Function) -> Version | None:
    """Return the newest version that is in everything what ``$LATEST`` is, or None.

    One that we published from just this ``$LATEST`` says so in its description, whatever AWS shows of it.
    """
    wanted, marker = function.configuration_sha256, original_marker(function, exact=True)
    newest = reversed(function.versions)
    return next((each for each in newest if wanted == each.configuration_sha256 or marker == each.description), None)


def code_digest(code_sha256: str) -> str:
    """Return a ``CodeSha256`` in hexadecimal: base64 for packages, and for images their digest, as it is."""
    return code_sha256 if _HEXADECIMAL.fullmatch(code_sha256) else base64.b64decode(code_sha256).hex()


def original_marker(function: Function, *, exact: bool = False) -> str:
    """Return the description of the version that is published from ``$LATEST`` as it stands.

    Args:
        function: The function.
        exact: Say the configuration too; one of the same code may exist with another one.
    """
    marker = f"{ORIGINAL_MARKER}{code_digest(function.code_sha256)[:MARKED]}"
    return f"{marker} {function.configuration_sha256[:MARKED]}" if exact else marker
