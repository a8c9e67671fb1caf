"""Long tests begin first, half of the workers with their share of them."""

from __future__ import annotations

from tests.support.order import dealt


def test_half_of_the_workers_begin_with_their_share_of_the_long_tests() -> None:
    long = {"short": 30.0, "longest": 180.0, "middle": 70.0, "second": 100.0}

    order = dealt(long, [f"t{number}" for number in range(8)], workers=3)

    assert order == [
        *("longest", "t0", "t1", "t2"),
        *("second", "middle", "short", "t3"),
        *("t4", "t5", "t6", "t7"),
    ]


def test_fewer_tests_than_workers_are_all_there() -> None:
    assert dealt({"long": 100.0}, ["a"], workers=3) == ["long", "a"]
    assert dealt({}, ["a", "b", "c"], workers=1) == ["a", "b", "c"]


def test_two_workers_of_five_begin_with_others() -> None:
    order = dealt({"a": 3.0, "b": 2.0, "c": 1.0}, [f"t{number}" for number in range(7)], workers=5)

    assert order == ["a", "t0", "b", "t1", "c", "t2", "t3", "t4", "t5", "t6"]
