"""Credentials that are missing, expired, unknown, of the wrong account, or allow too little; the wrong region."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.failures.intercepting_proxy import Answer
from tests.failures.user import Told, refused

if TYPE_CHECKING:
    from tests.failures.user import User

pytestmark = pytest.mark.sandbox

COMMANDS = (["inspect"], ["plan"], ["proxy", "deploy", "--yes"], ["cutover", "--yes"], ["retire", "--confirm", "it"])
SIGN_IN = "sign in again (`aws sso login`) or start a new session, then run the same command"
OURS = "the credentials of `arn:aws:iam::000000000000:root` have expired"


def test_no_credentials(user: User, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.delenv(name)

    for command in COMMANDS:
        assert refused(user, *command) == Told(
            4,
            "not-allowed",
            "no AWS credentials were found",
            "set AWS_PROFILE or pass `--profile`, or run `aws configure sso`",
        )
    assert user.interceptor.calls == []


def test_half_of_the_credentials(user: User, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("AWS_SECRET_ACCESS_KEY")

    assert refused(user, "inspect").error == "no AWS credentials were found"


def test_expired_credentials(user: User) -> None:
    for code in ("ExpiredTokenException", "ExpiredToken", "RequestExpired"):
        user.interceptor.well()
        user.interceptor.fail("*", Answer(403, code, "The security token included in the request is expired"))

        told = refused(user, "proxy", "deploy", "--yes")
        assert told == Told(4, "not-allowed", "the AWS credentials have expired", SIGN_IN)


def test_credentials_that_expire_in_the_middle_of_a_run_leave_it_to_be_carried_on(user: User) -> None:
    """Whether the refused call came about is found out by the next run, since not even a look was allowed any more."""
    user.interceptor.arrived = lambda call: (
        user.interceptor.fail("*", Answer(403, "ExpiredTokenException", "expired"))
        if call == "lambda:UpdateFunctionConfiguration"
        else None
    )
    stopped = user("proxy", "deploy", "--yes")
    user.interceptor.well()
    story = user.story()
    went_on = user("proxy", "deploy", "--yes")

    assert (stopped.code, stopped.error, stopped.hint) == (4, OURS, SIGN_IN)
    assert story[-1].startswith("intent ")
    assert went_on.code == 0
    assert user.story()[-1] == "finished"


def test_credentials_that_aws_does_not_know(user: User) -> None:
    for code in ("UnrecognizedClientException", "InvalidClientTokenId", "InvalidSignatureException"):
        user.interceptor.well()
        user.interceptor.fail("*", Answer(403, code, "The security token included in the request is invalid"))

        assert refused(user, "inspect") == Told(
            4,
            "not-allowed",
            "AWS does not know these credentials",
            "check `--profile`, AWS_PROFILE and AWS_ACCESS_KEY_ID, or sign in (`aws sso login`) or start a new session",
        )


def test_a_permission_that_is_missing_is_named_with_who_lacks_it(user: User) -> None:
    user.interceptor.fail("lambda:GetFunction", Answer(403, "AccessDeniedException", "no policy allows it"))

    told = refused(user, "plan")

    assert (told.code, told.hint) == (4, "allow `lambda:GetFunction`, then run the same command")
    assert told.error == (
        f"lambda:GetFunction `{user.function}` is not allowed for `arn:aws:iam::000000000000:root`: no policy allows it"
    )


def test_a_permission_that_is_missing_in_the_middle_takes_nothing_for_granted(user: User) -> None:
    user.interceptor.fail("lambda:PublishLayerVersion", Answer(403, "AccessDeniedException", "not that"))

    refusal = user("proxy", "deploy", "--yes")
    story = user.story()
    user.interceptor.well()

    assert (refusal.code, refusal.hint) == (4, "allow `lambda:PublishLayerVersion`, then run the same command")
    assert story[-2:] == ["intent 03-publish_layer", "undone 03-publish_layer"]
    assert user("proxy", "deploy", "--yes").code == 0


def test_credentials_of_another_account_than_the_configuration_says(user: User) -> None:
    user.configure(extra="account: '123456789012'\n")

    assert refused(user, "proxy", "deploy", "--yes") == Told(
        4,
        "not-allowed",
        "these credentials belong to account `000000000000`, migration.yaml says `123456789012`",
        "check `--profile` and AWS_PROFILE",
    )


@pytest.mark.parametrize(
    ("command", "name", "other"),
    [
        (["plan"], "account", "123456789012"),
        (["proxy", "deploy", "--yes"], "region", "eu-west-1"),
        (["cutover", "--yes"], "function", "arn:aws:lambda:us-east-1:000000000000:function:invoices"),
    ],
    ids=["account", "region", "function"],
)
def test_a_ledger_about_something_else(command: list[str], name: str, other: str, user: User) -> None:
    arn = f"arn:aws:lambda:us-east-1:000000000000:function:{user.function}"
    mine = {"account": "000000000000", "region": "us-east-1", "function": arn}
    user.write_ledger(**{**mine, name: other})

    assert refused(user, *command) == Told(
        4,
        "not-allowed",
        f"`ledger.yaml` is about {name} `{other}`, this run is about `{mine[name]}`",
        "check `--profile` and `--region`, or name another ledger in migration.yaml",
    )


def test_the_wrong_region_is_told_before_anybody_looks_for_the_function_there(user: User) -> None:
    user.configure(url="http://127.0.0.1:9")
    user.write_ledger(account="000000000000", region="us-east-1", function="arn:aws:lambda:us-east-1:0:function:orders")
    elsewhere = "`ledger.yaml` is about region `us-east-1`, this run is about `eu-west-1`"

    for command in (["plan"], ["verify"], ["retire", "--confirm", user.function]):
        told = refused(user, *command, "--region", "eu-west-1")
        assert (told.code, told.error) == (4, elsewhere)
    checks = user("doctor", "--region", "eu-west-1", "--json").json["data"]["checks"]
    assert [check["detail"] for check in checks if check["name"] in ("account", "function")] == [elsewhere]


def test_a_rollback_in_the_wrong_region(user: User) -> None:
    assert user("proxy", "deploy", "--yes").code == 0

    told = refused(user, "rollback", "--yes", "--region", "eu-west-1")

    assert told.error == "`ledger.yaml` is about region `us-east-1`, this run is about `eu-west-1`"
    assert told.code == 4
