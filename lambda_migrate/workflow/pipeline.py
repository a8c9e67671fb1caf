"""The pipeline of the service: checks, build, deployment and a health gate, from a CloudFormation template."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from lambda_migrate.actions.cloudformation.put_stack import stack_named
from lambda_migrate.errors import AwsError, NotAllowed, NotFound
from lambda_migrate.gates import pipeline_buildspec, pipeline_source, pipeline_target
from lambda_migrate.gates.gate import closed
from lambda_migrate.targets import TARGETS, roles, stacks, storage, templates
from lambda_migrate.targets.base import DeploymentPlan, State
from lambda_migrate.targets.pending import PendingSteps

if TYPE_CHECKING:
    from lambda_migrate.aws.session import Aws
    from lambda_migrate.config import Pipeline
    from lambda_migrate.targets import Deployment
    from lambda_migrate.targets.base import PipelineTemplate

PHASE = "pipeline"
FILE = "deploy/pipeline.yaml"
BUILDSPEC = "buildspec.yml"

_READY = "AVAILABLE"


def prepare(aws: Aws, deployment: Deployment, target: Any, settings: Pipeline) -> DeploymentPlan:
    """Return what making the pipeline, or bringing it up to date, would change; reads only.

    Args:
        aws: Where to look.
        deployment: The service.
        target: The target's settings; a pipeline can deploy to some targets only.
        settings: The `pipeline` block of migration.yaml.
    """
    shape = TARGETS[target.kind].pipeline(deployment, target)
    blockers, warnings = _blockers(aws, deployment, settings)
    if shape is None:
        text = f"a pipeline cannot deploy to `{target.kind}`: name another `service.target`"
        blockers.insert(0, str(closed(pipeline_target, text)))
    if shape is None or blockers:
        return DeploymentPlan(blockers=tuple(blockers), warnings=tuple(warnings))
    pending = PendingSteps(aws, PHASE)
    template = templates.in_repository(deployment.folder / FILE, render(deployment, shape, settings))
    bucket = storage.bucket_name(aws, deployment, shape.bucket)
    storage.ensure(pending, aws, bucket)
    parameters = {
        "Connection": settings.connection or "",
        "RepositoryId": settings.repository or "",
        "Branch": settings.branch,
    }
    files = stacks.put(pending, deployment, bucket, stack_name(deployment), template.content, parameters)
    if template.edited:
        warnings.append(f"`{template.path}` was edited and is deployed as it is")
    summary = {
        "stack": stack_name(deployment),
        "source": f"{settings.repository} {settings.branch}",
        "target": target.kind,
    }
    return DeploymentPlan(
        tuple(pending.steps),
        tuple(pending.blockers),
        tuple(warnings),
        summary,
        {template.path: template.content, **files},
    )


def render(deployment: Deployment, template: PipelineTemplate, settings: Pipeline) -> str:
    """Return the template of the pipeline."""
    values: dict[str, Any] = {
        "name": deployment.name,
        "arm": bool(deployment.function and "arm64" in deployment.function.architectures),
        "pipeline": roles.named("lambda-migrate", deployment.name, limit=100),
        "checks_project": roles.named("lambda-migrate", deployment.name, "checks", limit=128),
        "image_project": roles.named("lambda-migrate", deployment.name, "pipeline-image", limit=128),
        "gate_project": roles.named("lambda-migrate", deployment.name, "gate", limit=128),
        "notify": settings.notify or "",
        "boundary": deployment.boundary,
    }
    return templates.render(template.template, **values, **template.values)


def state(aws: Aws, deployment: Deployment) -> State:
    """Return how the pipeline's latest run is."""
    stack = stack_named(aws, stack_name(deployment))
    if stack is None:
        return State("absent", "there is no pipeline")
    name = roles.named("lambda-migrate", deployment.name, limit=100)
    try:
        answer = aws.call("codepipeline", "get_pipeline_state", name=name)
    except NotFound:
        return State("absent", f"stack {stack_name(deployment)} is there, its pipeline is not")
    stages = {
        each["stageName"]: (each.get("latestExecution") or {}).get("status", "never ran")
        for each in answer["stageStates"]
    }
    told = ", ".join(f"{stage}: {status}" for stage, status in stages.items())
    if any(status == "Failed" for status in stages.values()):
        return State("unhealthy", told, facts={"stages": stages})
    running = any(status in ("InProgress", "Stopping") for status in stages.values())
    return State("changing" if running else "healthy", told, facts={"stages": stages})


def stack_name(deployment: Deployment) -> str:
    """Return the name of the pipeline's stack."""
    return stacks.name_of(deployment, "pipeline")


def _blockers(aws: Aws, deployment: Deployment, settings: Pipeline) -> tuple[list[str], list[str]]:
    """Return what stands against a pipeline, and what to know, one line each."""
    blockers: list[str] = []
    warnings: list[str] = []
    if not settings.connection or not settings.repository:
        text = "say in migration.yaml where the sources are: `pipeline: {connection: ARN, repository: a/b}`"
        blockers.append(str(closed(pipeline_source, text)))
    if not (deployment.folder / BUILDSPEC).exists():
        text = f"`{deployment.folder / BUILDSPEC}` does not exist: `lambda-migrate init` writes it"
        blockers.append(str(closed(pipeline_buildspec, text)))
    if settings.connection and (problem := _connection(aws, settings.connection)):
        warnings.append(problem)
    return blockers, warnings


def _connection(aws: Aws, arn: str) -> str:
    """Return what is wrong with the connection, or ""."""
    service = "codestar-connections" if ":codestar-connections:" in arn else "codeconnections"
    try:
        status = aws.call(service, "get_connection", ConnectionArn=arn)["Connection"].get("ConnectionStatus", "")
    except (AwsError, NotAllowed) as error:
        return f"the connection could not be read ({error.message})"
    return "" if status == _READY else f"the connection is {status.lower()}: somebody has to confirm it in the console"
