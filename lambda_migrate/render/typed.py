"""Adds the options that were typed to each command line in messages, so that it acts on the same function.

They are added before lines are broken, so that a line with one is as wide as the others.
"""

from __future__ import annotations

import re
from contextlib import contextmanager
from contextvars import ContextVar
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

_COMMAND = re.compile(r"`(lambda-migrate (?!explain |schema|sandbox|demo|-)[^`]+)`")
_KEPT: ContextVar[str] = ContextVar("the options that were typed", default="")


@contextmanager
def keeping(options: str) -> Iterator[None]:
    """Add these options to every command line that is said meanwhile.

    Args:
        options: As they are typed, with a blank before the first, `` --region eu-west-1``; "" for none.
    """
    before = _KEPT.set(options)
    try:
        yield
    finally:
        _KEPT.reset(before)


def kept() -> str:
    """Return the options that every command line needs too that we name, with a blank before the first; or ""."""
    return _KEPT.get()


def named(text: str) -> str:
    """Return a text whose command lines have the options; those that have them already stay, also over two lines."""
    options = kept()
    return _COMMAND.sub(lambda line: f"`{_with(line[1], options)}`", text) if options else text


def _with(line: str, options: str) -> str:
    return line if " ".join(line.split()).endswith(" ".join(options.split())) else f"{line}{options}"
