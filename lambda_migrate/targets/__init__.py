"""Where the service can live: one file per kind, and one line in each of the two lists here."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from lambda_migrate.targets import ecs, elastic_beanstalk, process, url
from lambda_migrate.targets.base import Prepared, Site, State, TargetKind

AnySettings = Annotated[
    elastic_beanstalk.Settings | ecs.Settings | url.Settings | process.Settings,
    Field(discriminator="kind"),
]
"""What `service.target` in migration.yaml may be; `kind` decides."""

TARGETS: dict[str, TargetKind] = {module.KIND: module for module in (elastic_beanstalk, ecs, url, process)}

__all__ = ["TARGETS", "AnySettings", "Prepared", "Site", "State", "TargetKind"]
