"""Deploys the service to its target, and waits until it is healthy; a deployment that never is is rolled back.

`service deploy` writes what the target needs, changes AWS step by step, starts what runs on this machine, and watches
what the target reports meanwhile. `service rollback` goes back to the deployment before.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, NamedTuple

from lambda_migrate.render.result import Result
from lambda_migrate.workflow import service, target
from lambda_migrate.workflow.execution import at_work
from lambda_migrate.workflow.phase import Question

if TYPE_CHECKING:
    from typing import Any

    from lambda_migrate.config import Migration
    from lambda_migrate.engine.plan import Plan
    from lambda_migrate.targets import DeploymentPlan, State
    from lambda_migrate.workflow.context import Context
    from lambda_migrate.workflow.overrides import Overrides
    from lambda_migrate.workflow.phase import OnDrift, PhaseWork
    from lambda_migrate.workflow.target import ServiceTarget

ON_DRIFT: OnDrift = "warn"
LAST = "health check"
WORKS_WITHOUT_STEPS = True


class Inputs(NamedTuple):
    """What the plan is made from: where the service lives, and what deploying it there would change."""

    place: ServiceTarget
    prepared: DeploymentPlan


def gather(context: Context, _overrides: Overrides) -> Inputs:
    """Read what the target has already."""
    place = target.place(context, with_function=True)
    context.progress.begin(f"reading what {place.kind.name} has already")
    prepared = place.prepare(context)
    context.progress.end()
    return Inputs(place, prepared)


def plan(inputs: Inputs, config: Migration, _overrides: Overrides) -> Plan:
    """Plan the deployment."""
    return target.plan(service.PHASE, *inputs, config)


def facts(inputs: Inputs) -> list[tuple[str, str]]:
    """Return what is deployed."""
    return list(inputs.prepared.summary.items())


def data(inputs: Inputs) -> dict[str, Any]:
    """Return the kind of the target."""
    return {"target": inputs.place.kind.name}


def question(_plan: Plan, inputs: Inputs) -> Question:
    """Ask whether to deploy."""
    return Question(f"Deploy the service to {inputs.place.kind.name}?")


def perform(work: PhaseWork) -> Result:
    """Deploy, report what happens meanwhile, and wait until the service is healthy."""
    target.require_function(work.context, work.plan)
    state = _deployed(work)
    work.context.service_was_healthy()
    where = f" at {state.url}" if state.url else ""
    text = f"\nThe service is healthy{where}: {state.text}." + advice(work.context.migration.service.url, state)
    return Result({"applied": [step.id for step in work.plan.steps], "state": state.to_dict()}, text, ("verify",))


def _deployed(work: PhaseWork) -> State:
    context, inputs = work.context, work.inputs
    place, prepared = inputs.place, inputs.prepared
    if work.unfinished:
        # What was started is finished first, as it was recorded: the files it needs were uploaded then.
        prepared = replace(prepared, files={}, summary=work.unfinished.summary)
    if not work.plan.steps:
        with context.call.stop:
            return service.deploy(work.plan, prepared, service.watched(context, place), None)
    with at_work(context, work.plan.function) as executor:
        return service.deploy(work.plan, prepared, service.watched(context, place, executor), executor)


def advice(configured: str | None, state: State) -> str:
    """Return what to write into migration.yaml so that the proxy finds the service, or "".

    Args:
        configured: The URL that it names.
        state: Of the service.
    """
    if not state.url or configured:
        return ""
    host = state.url.removeprefix("https://")
    if host != state.url:  # a certificate is never for the name that AWS gives
        return (
            f"\nPoint a name that the certificate is for at {host}, and say so in migration.yaml: the proxy checks "
            "certificates.\n\n  service:\n    url: https://<that name>"
        )
    return f"\nSay so in migration.yaml, so that the proxy finds it:\n\n  service:\n    url: {state.url}"
