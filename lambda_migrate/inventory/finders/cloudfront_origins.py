"""Distributions of CloudFront that have the function's URL as an origin; none are listed for a function without one."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from lambda_migrate.actions.cloudfront.origins import ACCESS, DOMAIN, KEYED, PORTS
from lambda_migrate.inventory import distributions
from lambda_migrate.inventory.finders.unlooked import looked
from lambda_migrate.triggers import cloudfront
from lambda_migrate.triggers.base import Trigger
from lambda_migrate.triggers.cloudfront import KIND, Settings
from lambda_migrate.triggers.cloudfront_shares import standing

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
    used = [(path, each) for path, each in _behaviors(distribution) if _target(each) in {identity, *groups}]
    paths = tuple(path for path, _ in used)
    names = (distribution.get("Aliases") or {}).get("Items") or ()
    settings = Settings(
        source=arn,
        distribution=str(distribution["Id"]),
        origin=identity,
        custom=dict(custom),
        leads={
            DOMAIN: origin[DOMAIN],
            ACCESS: origin.get(ACCESS) or "",
            **{name: custom[name] for name in PORTS},
            KEYED: [],
        },
        paths=paths,
        iam=iam,
        grouped=bool(groups),
        taken=tuple(path for path, each in used if _runs_for_viewers(each, arn, identity)),
        share=max((_share(each, arn, identity) for _, each in used), default=0),
    )
    enabled = bool(distribution.get("Enabled", True) and paths)
    name = str(next(iter(names), distribution["Id"]))
    return Trigger(KIND, f"{arn}/{identity}", name, qualifier, settings, enabled=enabled)


def _behaviors(distribution: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    """Yield the path of each behavior, and the behavior."""
    for behavior in (distribution.get("CacheBehaviors") or {}).get("Items") or ():
        yield str(behavior["PathPattern"]), behavior
    yield "*", distribution.get("DefaultCacheBehavior") or {}


def _target(behavior: dict[str, Any]) -> str:
    """Return the origin or group that answers for a behavior."""
    return str(behavior.get("TargetOriginId", ""))


def _share(behavior: dict[str, Any], distribution: str, origin: str) -> int:
    """Return the percent of its requests that a function of ours sends to the service; 0 where it runs none."""
    return max((standing(str(each["FunctionARN"]), distribution, origin) for each in _functions(behavior)), default=0)


def _functions(behavior: dict[str, Any]) -> list[dict[str, Any]]:
    return list((behavior.get("FunctionAssociations") or {}).get("Items") or ())


def _runs_for_viewers(behavior: dict[str, Any], distribution: str, origin: str) -> bool:
    """Return whether a behavior has no room for a function of ours for viewer requests; one of ours makes room.

    CloudFront runs one, and does not combine a function with Lambda@Edge in the events of viewers ("Restrictions on
    edge functions", CloudFront guide).
    """
    functions = [each for each in _functions(behavior) if not standing(str(each["FunctionARN"]), distribution, origin)]
    edge = (behavior.get("LambdaFunctionAssociations") or {}).get("Items") or ()
    return any(each["EventType"] == "viewer-request" for each in functions) or any(
        str(each["EventType"]).startswith("viewer-") for each in edge
    )


def _groups_with(distribution: dict[str, Any], origin: str) -> set[str]:
    """Return the ids of the origin groups that have an origin among their members."""
    groups = (distribution.get("OriginGroups") or {}).get("Items") or ()
    return {
        str(group["Id"])
        for group in groups
        if any(each.get("OriginId") == origin for each in (group.get("Members") or {}).get("Items") or ())
    }
