"""The pipeline's template, as `pipeline deploy` renders it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from lambda_migrate.targets import TARGETS
from lambda_migrate.workflow import pipeline

if TYPE_CHECKING:
    from lambda_migrate.config import Pipeline
    from lambda_migrate.targets import Deployment


def rendered(deployment: Deployment, target: Any, settings: Pipeline) -> str:
    template = TARGETS[target.kind].pipeline(deployment, target)
    assert template is not None
    return pipeline.render(deployment, template, settings)
