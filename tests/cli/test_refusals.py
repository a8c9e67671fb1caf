"""What is refused, with what is wrong and what to do: credentials, regions, ledgers, endpoints, plans."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.cli.user import User
    from tests.support.screen import Answer

pytestmark = pytest.mark.sandbox


def test_a_file_that_is_no_plan_is_refused(user: User) -> None:
    (user.folder / "plan.json").write_text("[]")

    answer = user("cutover", "--plan", "plan.json", "--yes")

    assert (answer.code, answer.err.splitlines()[0]) == (2, "error: `plan.json` is not a saved plan")


def test_two_runs_at_once_are_refused(user: User) -> None:
    holder = {"who": "anna", "host": "lab", "pid": 7, "command": "cutover", "since": "2026-01-02T03:04:05Z"}
    (user.folder / "ledger.lock").write_text(json.dumps(holder))

    answer = user("proxy", "deploy", "--yes")

    assert answer.code == 6
    assert answer.err.endswith(
        "error: `ledger.lock` is held by anna on lab (process 7), `cutover`, since 2026-01-02T03:04:05Z\n\n"
        "hint: wait for it; if it is gone for good, `lambda-migrate unlock` evicts it\n"
    )


def test_unlock_says_whom_it_evicts_and_writes_it_down(user: User) -> None:
    user("proxy", "deploy", "--yes")
    holder = {"who": "anna", "host": "lab", "pid": 7, "command": "cutover", "since": "2026-01-02T03:04:05Z"}
    (user.folder / "ledger.lock").write_text(json.dumps(holder))

    refused = user("unlock")
    answer = user("unlock", "--json", "--yes")

    assert (refused.code, (user.folder / "ledger.lock").exists()) == (2, False)
    assert (answer.code, answer.json["data"]) == (0, {"evicted": {**holder, "boot": "", "space": ""}})
    assert "evicted: anna on lab (process 7)" in user("history").out
    assert user("unlock").out == "Nothing holds `ledger.yaml`.\n"


def test_the_ledger_of_another_region_is_refused(user: User) -> None:
    user("proxy", "deploy", "--yes")
    ledger = user.folder / "ledger.yaml"
    first, _, _rest = ledger.read_text().partition("\n...\n")
    ledger.write_text(first.replace("region: us-east-1", "region: eu-west-1") + "\n...\n")
    ledger.with_suffix(".index").unlink()  # it knows the record as it was

    answer = user("plan")

    assert answer.code == 4
    assert answer.err == (
        "error: `ledger.yaml` is about region `eu-west-1`, this run is about `us-east-1`\n\n"
        "hint: check `--profile` and `--region`, or name another ledger in migration.yaml\n"
    )


def test_credentials_of_another_account_are_refused(user: User) -> None:
    user.configure(extra="account: '123456789012'\n")

    answer = user("plan")

    assert answer.code == 4
    assert answer.err == (
        "error: these credentials belong to account `000000000000`, migration.yaml says `123456789012`\n\n"
        "hint: check `--profile` and AWS_PROFILE\n"
    )


def test_a_function_that_does_not_exist_is_named(user: User) -> None:
    answer = user("inspect", "nothing-of-that-name")

    assert (answer.code, answer.out) == (1, "")
    assert answer.err == (
        "error: function `nothing-of-that-name` does not exist in us-east-1\n\n"
        "hint: check the name, `--region` and `--profile`; `aws lambda list-functions` shows those that exist\n"
    )


@pytest.mark.parametrize("url", ["nonsense", "ftp://there", "http://", "http://127.0.0.1:9x9"])
def test_an_endpoint_that_is_no_url_is_refused(url: str, run: Callable[..., Answer]) -> None:
    answer = run("inspect", "orders", "--endpoint-url", url)

    assert (answer.code, answer.err) == (
        2,
        (
            f"error: `{url}` is not a valid endpoint URL\n\n"
            "hint: write it like http://127.0.0.1:4566, in `--endpoint-url`\n"
        ),
    )


def test_an_aws_that_cannot_be_reached_is_named(user: User, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_MAX_ATTEMPTS", "1")

    answer = user("inspect", "--endpoint-url", "http://127.0.0.1:9")

    assert (answer.code, answer.out) == (1, "")
    assert answer.err.startswith("error: `http://127.0.0.1:9` cannot be reached for ")


def test_without_credentials_it_says_where_to_get_some(
    run: Callable[..., Answer], monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN"):
        monkeypatch.delenv(name, raising=False)

    answer = run("inspect", "orders", "--region", "eu-west-1", "--endpoint-url", "http://127.0.0.1:9")

    assert answer.code == 4
    assert answer.err == (
        "error: no AWS credentials were found\n\n"
        "hint: set AWS_PROFILE or pass `--profile`, or run `aws configure sso`\n"
    )


def test_without_a_region_it_says_where_to_set_one(run: Callable[..., Answer]) -> None:
    answer = run("inspect", "orders")

    assert (answer.code, answer.err) == (
        4,
        "error: no AWS region is set\n\nhint: pass `--region`, set AWS_REGION, or write `region:` in migration.yaml\n",
    )


def test_a_profile_that_does_not_exist_is_named(run: Callable[..., Answer]) -> None:
    answer = run("inspect", "orders", "--profile", "prod")

    assert (answer.code, answer.err) == (
        4,
        "error: AWS profile `prod` does not exist\n\nhint: `aws configure list-profiles` shows those that do\n",
    )
