"""Partitions: what the hosts of each end with, and which one a session is in."""

from __future__ import annotations

import botocore.session
import pytest

from lambda_migrate.aws.partitions import DNS_SUFFIXES, dns_suffix
from lambda_migrate.aws.session import Aws


def test_suffixes_are_those_of_botocore() -> None:
    known = botocore.session.get_session().get_data("partitions")["partitions"]

    assert {each["id"]: each["outputs"]["dnsSuffix"] for each in known} == DNS_SUFFIXES
    assert dns_suffix("aws-mars") == "amazonaws.com"


@pytest.mark.parametrize(
    ("region", "partition", "suffix"),
    [
        ("eu-west-1", "aws", "amazonaws.com"),
        ("cn-north-1", "aws-cn", "amazonaws.com.cn"),
        ("us-gov-west-1", "aws-us-gov", "amazonaws.com"),
        ("mars-1", "aws", "amazonaws.com"),
    ],
)
def test_a_session_knows_the_partition_of_its_region(region: str, partition: str, suffix: str) -> None:
    session = Aws(region=region)

    assert (session.partition, session.dns_suffix) == (partition, suffix)
