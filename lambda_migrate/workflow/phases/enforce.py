"""Denies changes of the frozen function to those who deploy it; the migration itself is exempt.

`freeze --enforce` prints the IAM denial, `--apply` attaches it to those whom CloudTrail saw deploy lately, or whom
`--on` names. It is rolled back like every other step, by `rollback` and by `freeze --lift`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from lambda_migrate.errors import GateClosed
from lambda_migrate.freeze import plans
from lambda_migrate.gates import denial_impossible
from lambda_migrate.workflow import code_freeze
from lambda_migrate.workflow.phase import Question

if TYPE_CHECKING:
    from lambda_migrate.config import Migration
    from lambda_migrate.engine.plan import Plan
    from lambda_migrate.workflow.context import Context
    from lambda_migrate.workflow.overrides import Overrides
    from lambda_migrate.workflow.phase import OnDrift

OVERRIDES = ("on",)
ON_DRIFT: OnDrift = "ignore"


class Inputs(NamedTuple):
    """The plan, which only a look at each policy can make, and whom it denies."""

    plan: Plan
    names: tuple[str, ...]


def gather(context: Context, overrides: Overrides) -> Inputs:
    """Read who deploys, and what is denied to them already.

    Raises:
        GateClosed: The function is not frozen, or nobody is known who could be denied.
    """
    denied = code_freeze.to_deny(context, overrides.on or ())
    if not denied.principals:
        problem = denied.unknown or "CloudTrail shows nobody who deploys the function"
        raise GateClosed(problem, gate=denial_impossible.NAME, hint="name who does, `--on role/deployer`")
    planned = plans.enforce(
        context.aws_read_only, denied.function, denied.principals, denied.exempt, named=bool(overrides.on)
    )
    if not planned.steps and planned.warnings and not planned.blockers:
        besides = "name who deploys besides, `--on role/deployer`"
        raise GateClosed(planned.warnings[0], gate=denial_impossible.NAME, hint=besides)
    return Inputs(planned, denied.names)


def plan(inputs: Inputs, _config: Migration, _overrides: Overrides) -> Plan:
    """Return the plan."""
    return inputs.plan


def question(_plan: Plan, inputs: Inputs) -> Question:
    """Ask whether to deny."""
    return Question(f"Deny changes of the function to {', '.join(inputs.names)}?")
