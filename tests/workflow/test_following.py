"""Both sides of a migration, in one log."""

from __future__ import annotations

from lambda_migrate.errors import NotAllowed
from lambda_migrate.workflow.following import Following


def test_each_look_tells_what_is_new_on_both_sides() -> None:
    service = [f"line {number}" for number in range(12)]
    function = [(1000, "a", "START\n")]
    following = Following(lambda: service[-12:], lambda since: [each for each in function if each[0] >= since], 1000)

    first = list(following.look())
    service += ["line 12", "line 13"]
    function += [(1000, "b", "same millisecond"), (2000, "c", "END\n")]
    second = list(following.look())
    third = list(following.look())

    assert first == [*(f"service   line {number}" for number in range(2, 12)), "function  START"]
    assert second == ["service   line 12", "service   line 13", "function  same millisecond", "function  END"]
    assert third == []


def test_a_log_that_began_again_is_told_from_its_beginning() -> None:
    service = ["old 1", "old 2"]
    following = Following(lambda: service, lambda _since: [], 0)
    list(following.look())

    service[:] = ["new 1"]

    assert list(following.look()) == ["service   new 1"]


def test_a_function_whose_log_may_not_be_read_is_told_once() -> None:
    def refused(_since: int) -> list[tuple[int, str, str]]:
        raise NotAllowed("`logs:FilterLogEvents` is not allowed")

    following = Following(list, refused, 0)

    assert list(following.look()) == ["function  cannot be read: `logs:FilterLogEvents` is not allowed"]
    assert list(following.look()) == []
