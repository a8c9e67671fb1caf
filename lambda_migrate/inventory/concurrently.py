"""Asks for many things at once, where AWS has no index and each takes a call of its own.

botocore's adaptive retries share one rate limit among the threads of a client, so that AWS's limits hold.
"""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from lambda_migrate.aws.session import Aws

_Item = TypeVar("_Item")
_Answer = TypeVar("_Answer")


def ask(aws: Aws, question: Callable[[_Item], _Answer], items: Iterable[_Item], what: str = "") -> list[_Answer]:
    """Return the answer for each item, in the order of the items.

    The first items are asked about while the rest is still being listed.

    Args:
        aws: Whom it asks, how many calls that takes at once, and who is told how far it is.
        question: Asks for one item; it must not depend on what was asked before.
        items: What to ask about; may be a listing that is still being paged through.
        what: What the items are, for a person who waits: ``S3 buckets``; "" tells nothing.

    Raises:
        Exception: What the first item raised whose question did, or what the listing raised.
    """
    if aws.at_once <= 1:
        return _told(aws, what, [partial(question, item) for item in items])
    pool = ThreadPoolExecutor(aws.at_once, thread_name_prefix="look-up")
    try:
        return _told(aws, what, [pool.submit(question, item).result for item in items])
    finally:
        pool.shutdown(cancel_futures=True)


def _told(aws: Aws, what: str, answers: list[Callable[[], _Answer]]) -> list[_Answer]:
    """Return what each gives, and tell after each how far it is."""
    given = []
    for answer in answers:
        given.append(answer())
        if what:
            aws.looked(what, len(given), len(answers))
    return given
