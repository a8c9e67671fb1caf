"""The pipeline: its stack at moto, its connection and its state at stand-ins held to AWS's own models."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from lambda_migrate.config import Pipeline
from lambda_migrate.engine.executor import Executor
from lambda_migrate.engine.plan import Plan
from lambda_migrate.targets import ecs, elastic_beanstalk, process
from lambda_migrate.workflow import pipeline, service
from tests.support import cloudformation
from tests.targets.deployments import FUNCTION
from tests.targets.pipelines import CONNECTION, SETTINGS, STACK, Code, code, rendered

if TYPE_CHECKING:
    from lambda_migrate.aws.session import Aws
    from lambda_migrate.engine.ledger import Ledger
    from lambda_migrate.targets import Deployment

__all__ = ["code"]


def plan(aws: Aws, deployment: Deployment, target: Any) -> tuple[Plan, Any]:
    prepared = pipeline.prepare(aws, deployment, target, SETTINGS)
    steps = tuple(replace(step, id=f"{number:02}") for number, step in enumerate(prepared.steps, start=1))
    return Plan("pipeline", FUNCTION.arn, "", steps, prepared.blockers), prepared


@pytest.mark.parametrize("target", [ecs.Settings(), elastic_beanstalk.Settings()], ids=lambda target: target.kind)
def test_it_is_made_recorded_and_taken_back(
    aws: Aws, orders: Deployment, code: Code, ledger: Ledger, target: Any
) -> None:
    made, prepared = plan(aws, orders, target)
    service.write(prepared)
    executor = Executor(ledger, aws)

    run = executor.run(made)

    (stack,) = aws.client("cloudformation").describe_stacks()["Stacks"]
    assert (stack["StackName"], stack["StackStatus"]) == (STACK, "CREATE_COMPLETE")
    assert {each["ParameterKey"]: each["ParameterValue"] for each in stack["Parameters"]} == {
        "Connection": CONNECTION,
        "RepositoryId": "team/orders",
        "Branch": "main",
    }
    assert plan(aws, orders, target)[0].steps == ()
    assert (orders.folder / "deploy/pipeline.yaml").read_bytes().startswith(b"# lambda-migrate ")

    executor.rollback([run])

    assert aws.client("cloudformation").describe_stacks()["Stacks"] == []


def test_what_is_missing_stands_in_the_way(aws: Aws, orders: Deployment, code: Code) -> None:
    (orders.folder / "buildspec.yml").unlink()

    prepared = pipeline.prepare(aws, orders, process.Settings(), Pipeline())

    assert prepared.steps == ()
    assert prepared.blockers == (
        "pipeline-target: a pipeline cannot deploy to `process`: name another `service.target`",
        "pipeline-source: say in migration.yaml where the sources are: `pipeline: {connection: ARN, repository: a/b}`",
        f"pipeline-buildspec: `{orders.folder / 'buildspec.yml'}` does not exist: `lambda-migrate init` writes it",
    )


def test_a_connection_that_nobody_has_confirmed_is_told(aws: Aws, orders: Deployment, code: Code) -> None:
    code.status = "PENDING"

    prepared = pipeline.prepare(aws, orders, ecs.Settings(), SETTINGS)

    assert prepared.warnings == ("the connection is pending: somebody has to confirm it in the console",)


@pytest.mark.parametrize(
    ("stages", "condition"),
    [
        ({}, "absent"),
        ({"Source": "Succeeded", "Deploy": "Succeeded"}, "healthy"),
        ({"Source": "Succeeded", "Deploy": "InProgress"}, "changing"),
        ({"Source": "Succeeded", "Deploy": "Failed"}, "unhealthy"),
    ],
)
def test_its_state_is_that_of_its_stages(
    aws: Aws, orders: Deployment, code: Code, ledger: Ledger, stages: dict[str, str], condition: str
) -> None:
    assert pipeline.state(aws, orders).text == "there is no pipeline"
    made, prepared = plan(aws, orders, ecs.Settings())
    service.write(prepared)
    Executor(ledger, aws).run(made)
    code.stages = stages

    assert pipeline.state(aws, orders).condition == condition


def test_the_health_gate_and_the_rollback_are_part_of_the_deployment_stage(orders: Deployment) -> None:
    for target in (ecs.Settings(), elastic_beanstalk.Settings()):
        text = rendered(orders, target, SETTINGS)

        stage = text[text.index("- Name: Deploy") : text.index("Outputs:")]
        assert "Result: ROLLBACK" in stage
        assert stage.index("- Name: Service") < stage.index("- Name: Health")


def test_the_checks_push_no_images_and_the_pipeline_hands_on_the_roles_of_its_service_only(orders: Deployment) -> None:
    template = cloudformation.load(rendered(orders, ecs.Settings(), SETTINGS))
    resources = template["Resources"]

    def statements(role: str) -> list[dict[str, Any]]:
        (policy,) = resources[role]["Properties"]["Policies"]
        found: list[dict[str, Any]] = policy["PolicyDocument"]["Statement"]
        return found

    checks = resources["Checks"]["Properties"]["ServiceRole"]
    image = resources["Image"]["Properties"]["ServiceRole"]
    (handing,) = [each for each in statements("PipelineRole") if each["Action"] == "iam:PassRole"]
    (updating,) = [each for each in statements("PipelineRole") if "ecs:UpdateService" in each["Action"]]
    assert (checks, image) == ("BuildRole.Arn", "ImageRole.Arn")
    assert [each for each in statements("BuildRole") if "ecr" in str(each)] == []
    assert handing["Resource"].endswith(":role/lambda-migrate/orders/*")
    assert updating["Resource"].endswith(":service/orders-service/orders-service")
