"""Asks for many things at once, where AWS has no index and each takes a call of its own.

botocore's adaptive retries share one rate limit among the threads of a client, so that AWS's limits hold.
"""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

AT_ONCE = 8
"""Calls at the same time; a client of botocore keeps ten connections."""

_Item = TypeVar("_Item")
_Answer = TypeVar("_Answer")


def ask(question: Callable[[_Item], _Answer], items: Iterable[_Item]) -> list[_Answer]:
    """Return the answer for each item, in the order of the items.

    Args:
        question: Asks for one item; it must not depend on what was asked before.
        items: What to ask about.

    Raises:
        Exception: What the first item raised whose question did.
    """
    listed = list(items)
    if len(listed) <= 1:
        return [question(item) for item in listed]
    with ThreadPoolExecutor(min(AT_ONCE, len(listed)), thread_name_prefix="look-up") as pool:
        return list(pool.map(question, listed))
