"""Distributions of CloudFront that have the function's URL as an origin; none are listed for a function without one."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from lambda_migrate.actions.cloudfront.point_origin import ACCESS, CUSTOM, DOMAIN, KEYED
from lambda_migrate.inventory import distributions
from lambda_migrate.inventory.finders.unlooked import looked
from lambda_migrate.triggers import cloudfront
from lambda_migrate.triggers.base import Trigger
from lambda_migrate.triggers.cloudfront import KIND, Settings

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lambda_migrate.aws.session import Aws
    from lambda_migrate.function.model import Function
    from lambda_migrate.triggers import base

PRINCIPALS = cloudfront.PRINCIPALS
LISTING = "CloudFront distributions"
CALLS = ("cloudfront:ListDistributions",)
"""What it calls, from which the policies of IAM are made."""


def find(aws: Aws, function: Function) -> Iterator[Trigger[base.Settings]]:
    """Yield the origins that are a URL of the function or of one of its aliases."""
    urls = {urlsplit(each.url).hostname: name for name, each in function.qualified.items() if each.url}
    if urls:
        yield from looked(LISTING, partial(_find, aws, function, urls))


def _find(aws: Aws, function: Function, urls: dict[str | None, str]) -> Iterator[Trigger[base.Settings]]:
    for distribution in distributions.listed(aws):
        for origin in (distribution.get("Origins") or {}).get("Items") or ():
            qualifier = urls.get(str(origin.get(DOMAIN, "")).lower())
            if qualifier is not None and origin.get("CustomOriginConfig"):
                iam = function.qualified[qualifier].url_auth == "AWS_IAM"
                yield _trigger(distribution, origin, qualifier, iam=iam)


def _trigger(
    distribution: dict[str, Any], origin: dict[str, Any], qualifier: str, *, iam: bool
) -> Trigger[base.Settings]:
    arn, identity = str(distribution["ARN"]), str(origin["Id"])
    custom = origin["CustomOriginConfig"]
    groups = _groups_with(distribution, identity)
    paths = tuple(path for path, target in _behaviors(distribution) if target in {identity, *groups})
    names = (distribution.get("Aliases") or {}).get("Items") or ()
    settings = Settings(
        source=arn,
        distribution=str(distribution["Id"]),
        origin=identity,
        custom=dict(custom),
        leads={
            DOMAIN: origin[DOMAIN],
            ACCESS: origin.get(ACCESS) or "",
            **{name: custom[name] for name in CUSTOM},
            KEYED: [],
        },
        paths=paths,
        iam=iam,
        grouped=bool(groups),
    )
    enabled = bool(distribution.get("Enabled", True) and paths)
    name = str(next(iter(names), distribution["Id"]))
    return Trigger(KIND, f"{arn}/{identity}", name, qualifier, settings, enabled=enabled)


def _behaviors(distribution: dict[str, Any]) -> Iterator[tuple[str, str]]:
    """Yield the path of each behavior, and the origin or group that answers for it."""
    for behavior in (distribution.get("CacheBehaviors") or {}).get("Items") or ():
        yield str(behavior["PathPattern"]), str(behavior["TargetOriginId"])
    yield "*", str((distribution.get("DefaultCacheBehavior") or {}).get("TargetOriginId", ""))


def _groups_with(distribution: dict[str, Any], origin: str) -> set[str]:
    """Return the ids of the origin groups that have an origin among their members."""
    groups = (distribution.get("OriginGroups") or {}).get("Items") or ()
    return {
        str(group["Id"])
        for group in groups
        if any(each.get("OriginId") == origin for each in (group.get("Members") or {}).get("Items") or ())
    }
