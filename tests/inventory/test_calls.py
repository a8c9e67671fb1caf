"""How many calls a look at a function takes, in an account that is full of other people's things."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lambda_migrate import inventory
from tests.inventory.big_account import SIZES, empty, full
from tests.inventory.fake_aws import FUNCTION

if TYPE_CHECKING:
    from tests.inventory.fake_aws import FakeAws

MANY = 500
SAME = dict.fromkeys(SIZES, MANY)


def calls(aws: FakeAws) -> int:
    inventory.take(aws, "orders", alias="live")  # type: ignore[arg-type]  # all that it needs
    return len(aws.calls)


def test_where_no_role_may_invoke_the_function_nothing_is_looked_through() -> None:
    nothing = calls(empty())

    assert calls(full(f"{FUNCTION}-other*", SAME)) == nothing <= 20


def test_where_one_may_each_thing_takes_a_call_or_two_and_no_more() -> None:
    kinds = {
        "universal schedules": 1,
        "state machines": 1,
        "AppSync": 1,
        "functions": 1,
        "REST APIs": 2,
        "HTTP APIs": 2,
    }
    nothing = calls(empty())

    assert calls(full("*", SAME)) <= nothing + sum(kinds.values()) * MANY + 10
