"""Columns that line up, and wrap where the terminal is narrow."""

from __future__ import annotations

import re
import textwrap
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

_ESCAPE = re.compile(r"\x1b\[[0-9;]*m")
_LEAST = 24


def visible(text: str) -> int:
    """Return how many characters of a text are seen, colours aside."""
    return len(_ESCAPE.sub("", text))


def columns(rows: Iterable[Sequence[str]], width: int, *, indent: int = 2, gap: int = 2) -> list[str]:
    """Lay rows out so that columns line up; the last one wraps.

    Args:
        rows: Cells; rows may be of different lengths.
        width: Of the terminal, in characters.
        indent: Spaces before each row.
        gap: Spaces between columns.
    """
    table = [list(row) for row in rows]
    most = max((len(row) for row in table), default=0)
    widest = [max((visible(row[at]) for row in table if at < len(row) - 1), default=0) for at in range(most)]
    lines: list[str] = []
    for row in table:
        head = " " * indent
        for at, cell in enumerate(row[:-1]):
            head += cell + " " * (widest[at] - visible(cell) + gap)
        lines += _wrapped(head, row[-1] if row else "", width, indent)
    return lines


def _wrapped(head: str, text: str, width: int, indent: int) -> list[str]:
    room = width - visible(head)
    if visible(text) <= room or "\x1b" in text:
        return [(head + text).rstrip()]
    if room >= _LEAST:
        first, *rest = textwrap.wrap(text, room, break_long_words=False, break_on_hyphens=False)
        return [head + first, *(" " * visible(head) + line for line in rest)]
    deeper = " " * (indent + 4)
    return [
        head.rstrip(),
        *textwrap.wrap(
            text, width, initial_indent=deeper, subsequent_indent=deeper, break_long_words=False, break_on_hyphens=False
        ),
    ]


def paragraph(text: str, width: int, *, first: str = "", rest: str = "") -> list[str]:
    """Wrap a sentence, `first` before its first line and `rest` before the others."""
    return textwrap.wrap(
        text, width, initial_indent=first, subsequent_indent=rest, break_long_words=False, break_on_hyphens=False
    ) or [first.rstrip()]
