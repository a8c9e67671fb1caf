"""Documents as the values at their paths, so that what somebody changed can be told and looked for."""

from __future__ import annotations

from typing import Any


def leaves(document: Any, path: str = "") -> dict[str, Any]:
    """Return every value of a document by its path."""
    if isinstance(document, dict):
        return {
            name: value for key, child in document.items() for name, value in leaves(child, f"{path}/{key}").items()
        }
    return {path: document}


def delta(before: dict[str, Any], after: dict[str, Any]) -> dict[str, Any]:
    """Return the paths that differ, and their values afterwards; None where a path is gone."""
    paths = before.keys() | after.keys()
    return {path: after.get(path) for path in paths if before.get(path) != after.get(path)}


def kept(theirs: dict[str, Any], now: dict[str, Any]) -> dict[str, Any]:
    return {path: now.get(path) for path in theirs}


def by_place(value: Any) -> Any:
    """Return a document with its lists as what stands at each place, so that the law sees what changed in one."""
    if isinstance(value, list):
        return {str(place): by_place(each) for place, each in enumerate(value)}
    return {name: by_place(each) for name, each in value.items()} if isinstance(value, dict) else value
