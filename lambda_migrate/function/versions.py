"""Tells the published versions apart: the original, and those that proxy."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from lambda_migrate.function.model import Function, Version


def proxied(function: Function) -> Version | None:
    """Return the newest version that proxies, or None."""
    return next((version for version in reversed(function.versions) if version.proxy_events), None)


def original(function: Function) -> Version | None:
    """Return the newest version that is in everything what ``$LATEST`` is, or None."""
    wanted = function.configuration_sha256
    return next((version for version in reversed(function.versions) if version.configuration_sha256 == wanted), None)
