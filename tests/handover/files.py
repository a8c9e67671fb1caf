"""The owners' files that tests change, and what becomes of them."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

    from lambda_migrate.handover.patch import Patched

CODE = Path(__file__).parent / "code"


def text_of(name: str) -> str:
    return (CODE / name).read_text()


def after(files: Mapping[str, str], changes: Patched) -> dict[str, str]:
    """Return the files once every stage is applied."""
    return {**files, **{each.path: each.after for stage in changes.stages for each in stage.patches}}


def changed(before: str, now: str) -> list[tuple[str, str]]:
    """Return the lines that are not the same, where both have as many."""
    return [(a.strip(), b.strip()) for a, b in zip(before.split("\n"), now.split("\n"), strict=True) if a != b]
