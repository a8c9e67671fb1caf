"""What keys of the account ask of whoever reads a function, and of whoever publishes a version of it."""

from __future__ import annotations

import pytest

from lambda_migrate.aws.permissions import Place, permissions
from lambda_migrate.function import documents
from lambda_migrate.function.encryption_keys import calls_of
from tests.inventory.fake_aws import configuration
from tests.inventory.taking import fake, take

KEY = "arn:aws:kms:eu-west-1:123456789012:key/0a1b"
SOURCE = "arn:aws:kms:eu-west-1:123456789012:key/2c3d"
FOR_AWS = ("Bool", "kms:GrantIsForAWSResource", "true")


@pytest.mark.parametrize(
    ("phase", "asked"),
    [
        ("cutover", [("kms:Decrypt", KEY, ()), ("kms:Decrypt", SOURCE, ())]),
        (
            "proxy",
            [
                ("kms:CreateGrant", KEY, FOR_AWS),
                ("kms:Decrypt", KEY, ()),
                ("kms:Decrypt", SOURCE, ()),
                ("kms:Encrypt", KEY, ()),
                ("kms:GenerateDataKey", SOURCE, ()),
            ],
        ),
    ],
)
def test_the_permissions_on_the_keys_of_the_function_are_asked_for(
    phase: str, asked: list[tuple[str, str, tuple[str, ...]]]
) -> None:
    aws = fake(KMSKeyArn=KEY)
    aws.answers["lambda:get_function"] |= {"Code": {"SourceKMSKeyArn": SOURCE}}
    function = take(aws).function

    wanted = [each for call in calls_of(function, phase) for each in permissions(call, Place("aws", "eu-west-1", "1"))]

    assert sorted((each.action, each.resource, each.condition) for each in wanted) == asked


def test_a_function_without_keys_of_its_own_asks_for_none() -> None:
    assert list(calls_of(documents.function(configuration()), "proxy")) == []
