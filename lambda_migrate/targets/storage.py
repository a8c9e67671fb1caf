"""The bucket that holds bundles and templates, and how a file gets there."""

from __future__ import annotations

import hashlib
import re
from typing import TYPE_CHECKING

from lambda_migrate.actions.s3.create_bucket import CreateBucket
from lambda_migrate.actions.s3.put_object import PutObject
from lambda_migrate.hashing import sha256
from lambda_migrate.targets.roles import named

if TYPE_CHECKING:
    from pathlib import Path

    from lambda_migrate.aws.session import Aws
    from lambda_migrate.targets.base import Deployment
    from lambda_migrate.targets.pending import PendingSteps


NAME_LIMIT = 63
"""Longest name of a bucket, in characters."""


def bucket_name(aws: Aws, deployment: Deployment, given: str | None) -> str:
    """Return the bucket's name: as given, or one of this function's own, so that taking it away harms no other."""
    if given:
        return given
    plain = re.sub(r"[^a-z0-9]+", "-", deployment.name.lower()).strip("-")
    own = plain if plain == deployment.name else f"{plain}-{sha256(deployment.name)[:8]}"
    return named("lambda-migrate", aws.account, aws.region_name, own, limit=NAME_LIMIT)


def ensure(pending: PendingSteps, aws: Aws, bucket: str) -> None:
    """Add the step that makes the bucket, where it is missing."""
    pending.need(CreateBucket(bucket, aws.region_name), "holds what is deployed")


def upload(
    pending: PendingSteps, deployment: Deployment, bucket: str, name: str, content: bytes
) -> tuple[str, dict[Path, bytes]]:
    """Add the step that uploads a file.

    Args:
        pending: Takes the step.
        deployment: What is deployed.
        bucket: Where to.
        name: What the file is called: ``bundle.zip``; its hash is put before it.
        content: What is in it.

    Returns:
        The object's key, and the file that has to be on this machine by then.
    """
    digest = hashlib.sha256(content).hexdigest()
    path = (deployment.state / "uploads" / f"{digest[:16]}-{name}").absolute()
    key = f"{deployment.name}/{digest[:16]}-{name}"
    pending.need(PutObject(bucket, key, digest, str(path)), f"{len(content):,} bytes")
    return key, {path: content}
