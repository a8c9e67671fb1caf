"""What `doctor` says of secrets."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lambda_migrate.config import parse
from lambda_migrate.verify.check import Check
from lambda_migrate.workflow import secret_checks

if TYPE_CHECKING:
    from lambda_migrate.aws.session import Aws
    from lambda_migrate.config import Migration


def config(name: str) -> Migration:
    reference = f"secretsmanager:{name}"
    return parse(f"function: orders\nservice: {{api_key: '{reference}'}}\nproxy: {{signing_keys: '{reference}'}}\n")


def test_a_key_that_eventbridge_refuses_is_found_before_anything_moves(aws: Aws, unique: str) -> None:
    secrets, wanted = aws.client("secretsmanager"), config(unique)
    secrets.create_secret(Name=unique, SecretString="c2VjcmV0")
    good = list(secret_checks.of_api_key(aws, wanted))
    secrets.put_secret_value(SecretId=unique, SecretString='{"key": "hunter2"}')
    bad = list(secret_checks.of_api_key(aws, wanted))

    name = f"`secretsmanager:{unique}`"
    assert good == [Check("API key", "pass", f"{name} is one that EventBridge takes")]
    assert bad == [
        Check(
            "API key",
            "fail",
            f"{name} holds a JSON document, and has to hold the bare key",
            "`lambda-migrate explain api-key-unusable` says what to do",
        )
    ]


def test_one_that_is_not_named_is_not_asked_for(aws: Aws) -> None:
    assert list(secret_checks.of_api_key(aws, parse("function: orders\n"))) == []


def test_one_that_is_not_there_is_named(aws: Aws, unique: str) -> None:
    (check,) = secret_checks.of_api_key(aws, config(unique))

    assert check.result == "fail"
    assert unique in check.detail


def test_keys_that_are_scheduled_for_deletion_are_not_called_missing(aws: Aws, unique: str) -> None:
    aws.client("secretsmanager").create_secret(Name=unique, SecretString="k1:first")
    aws.client("secretsmanager").delete_secret(SecretId=unique, RecoveryWindowInDays=7)

    check = secret_checks.of_signing_keys(aws, config(unique))

    assert (check.result, check.detail) == ("fail", f"`secretsmanager:{unique}` is scheduled for deletion")
    assert check.hint == f"`aws secretsmanager restore-secret --secret-id {unique}` brings it back, or name another"
