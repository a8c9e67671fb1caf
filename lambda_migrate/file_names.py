"""Names of files made from names that AWS gives, so that none of them leads out of the folder that is meant."""

from __future__ import annotations

import hashlib
import re

_PLAIN = re.compile(r"[A-Za-z0-9_=-][A-Za-z0-9_=.-]{0,199}")
_BASE64 = re.compile(r"[A-Za-z0-9+/]{43}=")


def file_name(text: str) -> str:
    """Return the name of a file for a name that AWS gives.

    Functions, versions and layers are letters, digits, ``-`` and ``_`` (Lambda API reference), and stay as they are but
    for the colon before a version; a sha256 in base64 has its slashes replaced. Whatever else comes, ``../`` for one,
    is named by its own hash.
    """
    name = text.replace("/", "_").replace("+", "-") if _BASE64.fullmatch(text) else text.replace(":", "-")
    return name if _PLAIN.fullmatch(name) else hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


def slashed(path: str) -> str:
    """Return a path as every system reads it: on Windows, people write it with backslashes."""
    return path.replace("\\", "/")
