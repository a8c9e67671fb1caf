"""Checks the configuration of an image, which comes from whoever built the image.

https://github.com/opencontainers/image-spec/blob/main/config.md
"""

from __future__ import annotations

import json
from typing import Any

LARGEST = 8 * 2**20
"""Bytes of a configuration that are read, at most; ECR takes 4 MB of manifest, and these are alike."""


def problem(settings: object) -> str:
    """Return which part of a configuration is not what the specification says, one clause; "" where each is.

    Args:
        settings: The configuration, as JSON is read.
    """
    if not isinstance(settings, dict):
        return "it is not a JSON object"
    own = settings.get("config")
    for name, value in (("config", own), ("rootfs", settings.get("rootfs"))):
        if not isinstance(value, dict | None):
            return f"`{name}` is not an object"
    for name in ("Entrypoint", "Cmd", "Env"):
        if not _are_texts((own or {}).get(name)):
            return f"`config.{name}` is not a list of strings"
    if not isinstance((own or {}).get("WorkingDir"), str | None):
        return "`config.WorkingDir` is not text"
    history = settings.get("history")
    if history is not None and not (isinstance(history, list) and all(isinstance(each, dict) for each in history)):
        return "`history` is not a list of objects"
    return ""


def problem_in(content: bytes) -> str:
    """Return the same for a configuration that nobody has read yet; it has to be JSON in UTF-8 (RFC 8259)."""
    try:
        document: Any = json.loads(content.decode())
    except (ValueError, RecursionError):
        document = None
    return problem(document)


def _are_texts(value: object) -> bool:
    return value is None or (isinstance(value, list) and all(isinstance(each, str) for each in value))
