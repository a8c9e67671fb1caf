"""`policy`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Literal

import typer

from lambda_migrate.cli.options import Command, application, context_of, examples
from lambda_migrate.planner.journey import PHASES
from lambda_migrate.render.result import Result
from lambda_migrate.workflow import overrides
from lambda_migrate.workflow import policy as workflow

app = application()

if TYPE_CHECKING:
    Phase = str
else:
    Phase = Literal[("inspect", *(phase.name for phase in PHASES))]


@app.command(
    cls=Command,
    epilog=examples(
        "policy --phase inspect",
        "policy",
        "policy --phase cutover > cutover-policy.json",
        "policy --phase retire --json | jq '.data.policies[0].document'",
    ),
)
def policy(
    called: typer.Context,
    *,
    phase: Annotated[
        Phase | None,
        typer.Option("--phase", help="For which phase, or `inspect` for what only looks; default: what comes next."),
    ] = None,
    domain: Annotated[
        str | None, typer.Option("--domain", help="Of the phase `domain`: which name is moved.", metavar="NAME")
    ] = None,
    on: Annotated[
        list[str] | None,
        typer.Option("--on", help="Of the phase `enforce`: whom to deny changes; repeatable.", metavar="PRINCIPAL"),
    ] = None,
) -> Result:
    """Print the least IAM policy for a phase and its way back."""
    return workflow.policy(context_of(called), phase, overrides.given(domain=domain, on=on))
