"""Where the service can live: one file and one line here per kind."""

from __future__ import annotations

from functools import reduce
from operator import or_
from typing import TYPE_CHECKING, Annotated, Any

from pydantic import Field

from lambda_migrate.targets import ecs, elastic_beanstalk, process, url
from lambda_migrate.targets.base import Deployment, DeploymentPlan, State
from lambda_migrate.targets.kind import TargetKind

if TYPE_CHECKING:
    from collections.abc import Iterable

TARGETS: dict[str, TargetKind] = {
    kind.name: kind
    for kind in (
        TargetKind.of(url),
        TargetKind.of(process),
        TargetKind.of(elastic_beanstalk),
        TargetKind.of(ecs),
    )
}


def any_settings(kinds: Iterable[TargetKind]) -> Any:
    """Return the type of what `service.target` in migration.yaml may be, of these kinds; its `kind` decides."""
    return Annotated[reduce(or_, (kind.settings for kind in kinds)), Field(discriminator="kind")]


if TYPE_CHECKING:
    AnySettings = Any
else:
    AnySettings = any_settings(TARGETS.values())

__all__ = ["TARGETS", "AnySettings", "Deployment", "DeploymentPlan", "State", "TargetKind", "any_settings"]
