"""Looks, pauses that double, and looks again until something shows or the time is up."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from lambda_migrate.waiting import Waited, wait_until

if TYPE_CHECKING:
    from collections.abc import Callable


def counting() -> Callable[[], int]:
    """Return a look that shows how many looks there were."""
    looks = iter(range(1, 1_000))
    return lambda: next(looks)


def test_what_shows_at_once_is_not_waited_for() -> None:
    pauses: list[float] = []

    waited = wait_until(counting(), lambda last: last == 1, sleep=pauses.append, deadline=0)

    assert (waited, pauses) == (Waited(1, 0.0, in_time=True), [])


def test_pauses_double_up_to_the_longest() -> None:
    pauses: list[float] = []

    waited = wait_until(counting(), lambda last: last == 6, sleep=pauses.append, deadline=60, first=1.0, longest=5.0)

    assert (waited, pauses) == (Waited(6, 17.0, in_time=True), [1.0, 2.0, 4.0, 5.0, 5.0])


@pytest.mark.parametrize("deadline", [3.0, lambda _last: 3.0], ids=["a number", "of what shows"])
def test_what_does_not_show_in_time_is_told_with_the_last_look(deadline: float | Callable[[int], float]) -> None:
    pauses: list[float] = []

    waited = wait_until(counting(), lambda _last: False, sleep=pauses.append, deadline=deadline, first=1.0)

    assert (waited, pauses) == (Waited(3, 3.0, in_time=False), [1.0, 2.0])


def test_looks_that_take_long_count_where_they_shall() -> None:
    pauses: list[float] = []

    waited = wait_until(
        counting(), lambda _last: False, sleep=pauses.append, deadline=3.0, first=0.5, took=lambda _last: 1.0
    )

    assert (waited, pauses) == (Waited(3, 4.5, in_time=False), [0.5, 1.0])


def test_what_a_look_raises_ends_the_waiting() -> None:
    def broken() -> None:
        raise LookupError

    with pytest.raises(LookupError):
        wait_until(broken, lambda _last: True, sleep=lambda _seconds: None, deadline=60)
