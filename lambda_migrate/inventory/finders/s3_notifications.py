"""Notifications of S3 buckets that invoke the function, of the buckets that its policy names."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

from lambda_migrate.actions.s3.point_notification import ENTRIES, FUNCTION, read
from lambda_migrate.aws.arn import Arn
from lambda_migrate.inventory.finders.one_by_one import Named, look_at_each
from lambda_migrate.inventory.finders.unlooked import looked
from lambda_migrate.triggers import policy
from lambda_migrate.triggers.base import Trigger
from lambda_migrate.triggers.s3 import KIND, LABEL, PRINCIPALS, Settings

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lambda_migrate.aws.session import Aws
    from lambda_migrate.function.model import Function
    from lambda_migrate.triggers import base

__all__ = ["PRINCIPALS", "find"]

LISTING = "S3 buckets"
CALLS = ("s3:ListBuckets", "s3:GetBucketNotificationConfiguration")
"""What it calls, from which the policies of IAM are made."""


def find(aws: Aws, function: Function) -> Iterator[Trigger[base.Settings]]:
    """Yield the notifications that invoke the function; of all buckets of the region where its policy names none."""
    allowed = policy.sources(function, PRINCIPALS)
    named = {Arn.parse(arn).resource for arn in allowed if not policy.is_pattern(arn)}
    yield from _of(aws, function, named)
    patterns = [policy.PermittedInvoker("", arn) for arn in allowed if policy.is_pattern(arn)]
    if patterns:
        yield from looked(LISTING, partial(_elsewhere, aws, function, patterns, named))


def _elsewhere(
    aws: Aws, function: Function, patterns: list[policy.PermittedInvoker], named: set[str]
) -> Iterator[Trigger[base.Settings]]:
    """Yield those of buckets that only a pattern covers.

    S3 invokes functions of the bucket's own region alone ("Event notification types and destinations", S3 user guide).
    """
    listed = aws.pages("s3", "list_buckets", "Buckets", BucketRegion=Arn.parse(function.arn).region)
    names = {str(each["Name"]) for each in listed}
    covered = {name for name in names if any(each.explained_by(_arn(function, name)) for each in patterns)}
    yield from _of(aws, function, covered - named)


def _of(aws: Aws, function: Function, buckets: set[str]) -> Iterator[Trigger[base.Settings]]:
    return look_at_each(
        aws,
        LISTING,
        sorted(buckets),
        partial(_notifications, aws, function),
        lambda bucket: Named(f"{LABEL} {bucket}", _arn(function, bucket)),
    )


def _arn(function: Function, bucket: str) -> str:
    return f"arn:{Arn.parse(function.arn).partition}:s3:::{bucket}"


def _notifications(aws: Aws, function: Function, bucket: str) -> Iterator[Trigger[Settings]]:
    owner, source = Arn.parse(function.arn).account, _arn(function, bucket)
    entries: list[dict[str, Any]] = (read(aws, bucket, owner) or {}).get(ENTRIES, [])
    for each in entries:
        qualifier = function.qualifier_of(each[FUNCTION])
        if qualifier is not None:
            about = Settings(
                source=source,
                detail=f"by notification {each['Id']}",
                bucket=bucket,
                owner=owner,
                notification=each["Id"],
                function=each[FUNCTION],
            )
            yield Trigger(KIND, f"{source}/{each['Id']}", bucket, qualifier, about)
