"""Credentials that expire in the middle of a command: one line says so, one what to do; nothing can be accepted."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.failures.intercepting_proxy import Answer

if TYPE_CHECKING:
    from tests.failures.user import User

pytestmark = pytest.mark.sandbox

SIGN_IN = "sign in again (`aws sso login`) or start a new session, then run the same command"
EXPIRED = "the AWS credentials have expired"
OURS = "the credentials of `arn:aws:iam::000000000000:root` have expired"


def expire(user: User, after: int) -> None:
    """Have the credentials expire after so many calls."""
    user.interceptor.well()
    token = Answer(403, "ExpiredTokenException", "The security token included in the request is expired")
    left = iter(range(after))

    def arrived(_call: str) -> None:
        if next(left, None) is None:
            user.interceptor.fail("*", token)

    user.interceptor.arrived = arrived


def moments(user: User, *arguments: str) -> list[int]:
    """Return after how many calls the credentials expire: the first, one in each quarter, and the last."""
    user.interceptor.well()
    assert user(*arguments).code in (0, 3)
    calls = len(user.interceptor.calls)
    assert calls > 2
    return sorted({0, calls // 4, calls // 2, calls * 3 // 4, calls - 1})


@pytest.mark.parametrize(
    "command",
    [["inspect"], ["plan"], ["plan", "--out", "plan.json"], ["cutover", "--dry-run"], ["doctor"], ["status", "--aws"]],
    ids=" ".join,
)
def test_a_command_that_looks_says_it_once_and_offers_nothing(command: list[str], user: User) -> None:
    for after in moments(user, *command):
        (user.folder / "plan.json").unlink(missing_ok=True)
        expire(user, after)
        before = user.files()

        answer = user(*command)

        assert (answer.code, answer.error, answer.hint) in ((4, EXPIRED, SIGN_IN), (4, OURS, SIGN_IN)), after
        assert (user.files(), user.interceptor.changing) == (before, [])
        for words in ("accept", "could not be", "allow "):
            assert words not in answer.err, (after, answer.err)
        if command[0] not in ("doctor", "status"):
            assert answer.out == ""


def test_status_shows_what_the_ledger_says_all_the_same(user: User) -> None:
    plain = user("status").out
    expire(user, 0)

    assert user("status", "--aws").out == plain.partition("\nNext")[0]


def test_a_rollback_ends_with_that_and_goes_on_once_they_are_valid(user: User) -> None:
    """What it looked at before is shown; to leave steps out (`--skip`) is not what it advises."""
    assert user("proxy", "deploy", "--yes").code == 0
    aws = user.aws()
    expire(user, 0)
    before = user("rollback", "--yes")
    user.interceptor.well()
    assert user.aws() == aws
    user.interceptor.arrived = lambda call: (
        user.interceptor.fail("*", Answer(403, "ExpiredTokenException", "expired"))
        if call == "lambda:DeleteFunction"
        else None
    )
    within = user("rollback", "--yes")
    user.interceptor.well()

    assert (before.code, before.error, before.hint) == (4, EXPIRED, SIGN_IN)
    assert (within.code, within.hint) == (4, SIGN_IN)
    assert within.error == f"{OURS}: 1 step could not go back"
    assert user("rollback", "--yes").code == 0
    assert [alias["Name"] for alias in user.aws()["aliases"] if alias["Name"] != "lambda-migrate"] == []
