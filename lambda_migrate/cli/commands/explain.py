"""`explain`."""

from __future__ import annotations

from typing import Annotated

import typer

from lambda_migrate.cli.options import Command, application, context_of, examples
from lambda_migrate.cli.registry import entry
from lambda_migrate.render.result import Result
from lambda_migrate.workflow.explanation import explained, listed

app = application()


@app.command(cls=Command, epilog=examples("explain", "explain exit-codes", "explain snap-start", "explain LM002"))
def explain(
    called: typer.Context,
    topic: Annotated[str | None, typer.Argument(help="What to explain; leave it out for the list.")] = None,
) -> Result:
    """Explain a phase, a trigger, a target, a gate, an action, a rule or the exit codes."""
    context = context_of(called)
    return listed(context) if topic is None else explained(context, topic, lambda word: entry(word) is not None)
