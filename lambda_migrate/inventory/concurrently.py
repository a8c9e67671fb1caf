"""Asks for many things at once, where AWS has no index and each takes a call of its own.

botocore's adaptive retries share one rate limit among the threads of a client, so that AWS's limits hold.
"""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from lambda_migrate.aws.session import Aws

_Item = TypeVar("_Item")
_Answer = TypeVar("_Answer")


def ask(aws: Aws, question: Callable[[_Item], _Answer], items: Iterable[_Item]) -> list[_Answer]:
    """Return the answer for each item, in the order of the items.

    Args:
        aws: Whom it asks, and how many calls that takes at once.
        question: Asks for one item; it must not depend on what was asked before.
        items: What to ask about.

    Raises:
        Exception: What the first item raised whose question did.
    """
    listed = list(items)
    at_once = min(aws.at_once, len(listed))
    if at_once <= 1:
        return [question(item) for item in listed]
    with ThreadPoolExecutor(at_once, thread_name_prefix="look-up") as pool:
        return list(pool.map(question, listed))
