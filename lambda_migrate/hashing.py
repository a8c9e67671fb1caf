"""Canonical JSON and its hash: what is equal has the same fingerprint, on every machine."""

from __future__ import annotations

import hashlib
import json
from typing import Any


def canonical(data: Any) -> str:
    """Return JSON with sorted keys and no spaces, in ASCII."""
    return json.dumps(data, sort_keys=True, separators=(",", ":"))


def sha256(data: Any) -> str:
    """Return the sha256 of the canonical JSON of `data`, as 64 hex characters."""
    return hashlib.sha256(canonical(data).encode()).hexdigest()
