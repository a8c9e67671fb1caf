"""Distributions of CloudFront that run a version of the function at their locations, as Lambda@Edge.

Lambda@Edge takes functions of us-east-1 alone ("Restrictions on Lambda@Edge", CloudFront guide); its replicas are
invoked in other regions, so that nothing here counts them.
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

from lambda_migrate.aws.arn import Arn
from lambda_migrate.inventory import distributions
from lambda_migrate.inventory.finders.unlooked import looked
from lambda_migrate.triggers import base
from lambda_migrate.triggers.base import Trigger

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lambda_migrate.aws.session import Aws
    from lambda_migrate.function.model import Function

KIND = "edge"
PRINCIPALS = ()
LISTING = "Lambda@Edge of CloudFront"
CALLS = ("cloudfront:ListDistributions",)
"""What it calls, from which the policies of IAM are made."""
REGION = "us-east-1"


def find(aws: Aws, function: Function) -> Iterator[Trigger[base.Settings]]:
    """Yield the distributions that run the function; none are listed for functions of another region."""
    if Arn.parse(function.arn).region == REGION:
        yield from looked(LISTING, partial(_find, aws, function))


def _find(aws: Aws, function: Function) -> Iterator[Trigger[base.Settings]]:
    for distribution in distributions.listed(aws):
        events: dict[str, list[str]] = {}
        for path, associated in _associations(distribution):
            qualifier = function.qualifier_of(str(associated.get("LambdaFunctionARN") or ""))
            if qualifier is not None:
                events.setdefault(qualifier, []).append(f"{associated.get('EventType', '')} of {path}")
        for qualifier, named in sorted(events.items()):
            arn = str(distribution["ARN"])
            settings = base.Settings(source=arn, detail=f"Lambda@Edge, {', '.join(named)}")
            enabled = bool(distribution.get("Enabled", True))
            yield Trigger(KIND, f"{arn}/{qualifier}", str(distribution["Id"]), qualifier, settings, enabled=enabled)


def _associations(distribution: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    """Yield the functions of each behavior of a distribution, with the path that the behavior is for."""
    behaviors = [distribution.get("DefaultCacheBehavior") or {}]
    behaviors += (distribution.get("CacheBehaviors") or {}).get("Items") or ()
    for behavior in behaviors:
        for associated in (behavior.get("LambdaFunctionAssociations") or {}).get("Items") or ():
            yield str(behavior.get("PathPattern") or "*"), associated
