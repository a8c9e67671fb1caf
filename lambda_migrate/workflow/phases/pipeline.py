"""Makes the pipeline that checks, builds and deploys the service whenever its branch changes, or brings it up to date.

`pipeline deploy` writes the CloudFormation template into the service's repository, where it can be edited, and puts
the stack: source, checks, build, deployment, and a gate that waits until the service is healthy.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from lambda_migrate.workflow import pipeline, service, target
from lambda_migrate.workflow.phase import Question

if TYPE_CHECKING:
    from lambda_migrate.config import Migration
    from lambda_migrate.engine.plan import Plan
    from lambda_migrate.render.result import Result
    from lambda_migrate.targets import DeploymentPlan
    from lambda_migrate.workflow.context import Context
    from lambda_migrate.workflow.overrides import Overrides
    from lambda_migrate.workflow.phase import OnDrift, PhaseWork
    from lambda_migrate.workflow.target import ServiceTarget

ON_DRIFT: OnDrift = "warn"


class Inputs(NamedTuple):
    """What the plan is made from: where the service lives, and what making the pipeline would change."""

    place: ServiceTarget
    prepared: DeploymentPlan


def gather(context: Context, _overrides: Overrides) -> Inputs:
    """Read what there is of the pipeline already."""
    place = target.place(context, with_function=True)
    context.progress.begin("reading what exists already")
    prepared = pipeline.prepare(context.aws_read_only, place.deployment, place.settings, context.migration.pipeline)
    context.progress.end()
    target.require_function(context, target.plan(pipeline.PHASE, place, prepared, context.migration))
    return Inputs(place, prepared)


def plan(inputs: Inputs, config: Migration, _overrides: Overrides) -> Plan:
    """Plan the pipeline."""
    return target.plan(pipeline.PHASE, *inputs, config)


def question(_plan: Plan, inputs: Inputs) -> Question:
    """Ask whether to make it."""
    return Question(f"Make the pipeline of {inputs.place.deployment.name}?")


def perform(work: PhaseWork) -> Result:
    """Write the template, then put the stack."""
    service.write(work.inputs.prepared)
    return work.execute()
