"""The pipeline's template, as `pipeline deploy` renders it, and its connection and its state as a stand-in."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import pytest

from lambda_migrate.config import Pipeline
from lambda_migrate.targets import TARGETS
from lambda_migrate.workflow import pipeline
from tests.targets.stand_in import Refused, StandIn

if TYPE_CHECKING:
    from lambda_migrate.aws.session import Aws
    from lambda_migrate.targets import Deployment


CONNECTION = "arn:aws:codeconnections:eu-west-1:123456789012:connection/1"
SETTINGS = Pipeline(connection=CONNECTION, repository="team/orders")
STACK = "lambda-migrate-orders-pipeline"


@dataclass
class Code(StandIn):
    """A connection, and the state of a pipeline."""

    services: tuple[str, ...] = ("codeconnections", "codepipeline")
    status: str = "AVAILABLE"
    stages: dict[str, str] = field(default_factory=dict)

    def codeconnections_GetConnection(self, ConnectionArn: str) -> Any:  # noqa: N802, N803  # as AWS calls it
        return {"Connection": {"ConnectionArn": ConnectionArn, "ConnectionStatus": self.status}}

    def codepipeline_GetPipelineState(self, name: str) -> Any:  # noqa: N802  # as AWS calls it
        if not self.stages:
            raise Refused("PipelineNotFoundException", f"Account does not have a pipeline with name '{name}'")
        return {
            "pipelineName": name,
            "stageStates": [
                {"stageName": stage, "latestExecution": {"pipelineExecutionId": "1", "status": status}}
                for stage, status in self.stages.items()
            ],
        }


@pytest.fixture
def code(aws: Aws) -> Code:
    made = Code()
    made.attach(aws)
    return made


def rendered(deployment: Deployment, target: Any, settings: Pipeline) -> str:
    template = TARGETS[target.kind].pipeline(deployment, target)
    assert template is not None
    return pipeline.render(deployment, template, settings)
