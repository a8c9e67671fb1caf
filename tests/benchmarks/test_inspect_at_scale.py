"""What a look at a function takes in a big account, in calls and in seconds, against an empty one."""

from __future__ import annotations

import time

import pytest

from lambda_migrate import inventory
from tests.inventory.big_account import SIZES, SlowAws, empty, full
from tests.inventory.fake_aws import FUNCTION

ANSWER = 0.004
"""Seconds that a call takes here; AWS takes ten times as long, which changes no ratio."""
AT_ONCE = 8
INDEXED = 3.0
"""How many times the calls of an empty account, where AWS has an index for what calls the function."""


def taken(aws: SlowAws) -> tuple[int, float, int]:
    """Return the calls, the seconds, and how many calls were under way at once at most."""
    began = time.perf_counter()
    inventory.take(aws, "orders", alias="live")  # type: ignore[arg-type]  # all that it needs
    return len(aws.calls), time.perf_counter() - began, aws.most


@pytest.mark.benchmark
def test_a_big_account_takes_little_more_where_there_is_an_index_and_many_at_once_where_there_is_none() -> None:
    how = {"seconds": ANSWER, "page": 100, "at_once": AT_ONCE}
    nothing = taken(empty(**how))
    indexed = taken(full(f"{FUNCTION}-other*", **how))
    through = taken(full("*", **how))
    one_by_one = taken(full("*", **{**how, "at_once": 1}))

    print(f"\n{', '.join(f'{number:,} {what}' for what, number in SIZES.items())}")
    for name, (calls, seconds, most) in (
        ("an empty account", nothing),
        ("a big one, by AWS's index", indexed),
        ("a big one, looked through", through),
        ("the same, one by one", one_by_one),
    ):
        ratio = f"{calls / nothing[0]:.1f} times the calls, {seconds / nothing[1]:.1f} times the seconds"
        print(f"  {name}: {calls:,} calls, {seconds:.2f} s, {most} at once: {ratio}")
    assert indexed[0] <= INDEXED * nothing[0]
    assert through[1] <= one_by_one[1] / (AT_ONCE / 2)
