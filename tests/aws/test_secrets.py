"""Secrets are read where they are, and nowhere else."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from botocore.stub import Stubber

from lambda_migrate.aws import secrets
from lambda_migrate.aws.session import Aws
from lambda_migrate.errors import AwsError, ConfigError, NotFound

if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

STORES = ("secretsmanager:{}-keys", "ssm:/{}/keys")


@pytest.mark.sandbox
@pytest.mark.parametrize("store", STORES)
def test_what_is_written_is_read_and_written_again(store: str, aws: Aws, unique: str) -> None:
    reference = store.format(unique)

    secrets.write(aws, reference, "k1:first")
    first = secrets.read(aws, reference)
    secrets.write(aws, reference, "k2:second,k1:first")

    assert (first, secrets.read(aws, reference)) == ("k1:first", "k2:second,k1:first")


@pytest.mark.sandbox
def test_a_parameter_is_kept_encrypted(aws: Aws, unique: str, client: Callable[[str], Any]) -> None:
    secrets.write(aws, f"ssm:/{unique}/keys", "k1:first")

    assert client("ssm").get_parameter(Name=f"/{unique}/keys")["Parameter"]["Type"] == "SecureString"


@pytest.mark.sandbox
@pytest.mark.parametrize("store", STORES)
def test_a_secret_that_is_not_there_is_not_found(store: str, aws: Aws, unique: str) -> None:
    with pytest.raises(NotFound):
        secrets.read(aws, store.format(unique))


@pytest.mark.sandbox
def test_a_secret_of_bytes_is_refused(aws: Aws, unique: str, client: Callable[[str], Any]) -> None:
    client("secretsmanager").create_secret(Name=unique, SecretBinary=b"\x00")

    with pytest.raises(ConfigError) as raised:
        secrets.read(aws, f"secretsmanager:{unique}")

    assert raised.value.message == f"the secret `secretsmanager:{unique}` holds bytes, not text"


@pytest.mark.parametrize("reference", ["orders/keys", "vault:keys", "ssm:", ""])
def test_what_names_no_secret_is_refused(reference: str) -> None:
    with pytest.raises(ConfigError) as raised:
        secrets.split(reference)

    assert raised.value.message == f"`{reference}` is not a reference to a secret"


def test_a_value_that_aws_repeats_is_not_passed_on() -> None:
    aws = Aws(region="us-east-1")
    with Stubber(aws.client("ssm")) as ssm:
        ssm.add_client_error("put_parameter", "ValidationException", "value 'k1:hush' is too long", 400)
        with pytest.raises(AwsError) as raised:
            secrets.write(aws, "ssm:/orders/keys", "k1:hush")

    assert raised.value.message == "ssm:PutParameter failed: ValidationException"
    assert "hush" not in raised.value.hint


@pytest.mark.sandbox
def test_a_secret_that_is_scheduled_for_deletion_says_so_and_what_brings_it_back(
    aws: Aws, unique: str, client: Callable[[str], Any]
) -> None:
    reference = f"secretsmanager:{unique}"
    text = f"the secret `{reference}` is scheduled for deletion"
    hint = f"`aws secretsmanager restore-secret --secret-id {unique}` brings it back, or name another"
    assert not secrets.scheduled_for_deletion(aws, reference)
    client("secretsmanager").create_secret(Name=unique, SecretString="k1:first")
    assert not secrets.scheduled_for_deletion(aws, reference)

    client("secretsmanager").delete_secret(SecretId=unique, RecoveryWindowInDays=7)

    assert secrets.scheduled_for_deletion(aws, reference)
    for act in (lambda: secrets.read(aws, reference), lambda: secrets.write(aws, reference, "k2:second")):
        with pytest.raises(AwsError) as raised:
            act()
        assert (raised.value.message, raised.value.hint) == (text, hint)


def test_a_parameter_is_never_scheduled_for_deletion() -> None:
    assert not secrets.scheduled_for_deletion(Aws(region="us-east-1"), "ssm:/orders/keys")
