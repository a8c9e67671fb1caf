"""The one place where tests wait for something that happens in another thread or process."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable

Found = TypeVar("Found")

TIMEOUT = 60.0
"""Seconds: far more than anything takes on a loaded machine, and short enough to tell that a test hangs."""


def eventually(check: Callable[[], Found], seconds: float = TIMEOUT) -> Found:
    """Call `check` until what it returns is truthy, and return that.

    An ``AssertionError`` that it raises counts as "not yet"; the last one is raised when the time is up.
    """
    deadline = time.monotonic() + seconds
    while True:
        late = time.monotonic() > deadline
        try:
            if found := check():
                return found
        except AssertionError:
            if late:
                raise
        assert not late, f"it did not happen within {seconds:g} s"
        time.sleep(0.02)
