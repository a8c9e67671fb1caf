"""`proxy`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from lambda_migrate.cli.confirm import Confirmation
from lambda_migrate.cli.options import (
    Bake,
    Command,
    DryRun,
    Events,
    SavedPlan,
    Weights,
    Yes,
    context_of,
    examples,
    group,
)
from lambda_migrate.errors import ConfigError
from lambda_migrate.render.result import Result
from lambda_migrate.workflow import overrides, proxy_build
from lambda_migrate.workflow.run import run

app = group("Build and deploy the proxy that stands in front of the function.")

EventsOption = Annotated[Events | None, typer.Option("--events", help="Which events go to the service.")]


@app.command(
    cls=Command, epilog=examples("proxy build -o layer.zip", "proxy build -o layer.zip --json | jq .data.environment")
)
def build(  # one parameter for each option
    called: typer.Context,
    *,
    out: Annotated[Path, typer.Option("--out", "-o", help="Where the layer's zip goes.", metavar="FILE")],
    events: EventsOption = None,
    service_url: Annotated[
        str | None, typer.Option("--service-url", help="Where the service is.", metavar="URL")
    ] = None,
    original_handler: Annotated[
        str | None, typer.Option("--original-handler", help="The handler that the function has now.", metavar="NAME")
    ] = None,
) -> Result:
    """Write the proxy's layer to a file, for those who deploy by other means; needs no credentials."""
    context = context_of(called)
    built = proxy_build.build(context, out, events, service_url, original_handler)
    return Result(built.to_dict(), _rendered(built))


def _rendered(built: proxy_build.Built) -> str:
    made = built.layer
    lines = [f"Wrote `{built.file}`: {len(made.content)} bytes, sha256 {made.sha256}", "", f"handler  {made.handler}"]
    return "\n".join([*lines, *(f"{name}={value or '(to be set)'}" for name, value in built.environment.items())])


@app.command(
    cls=Command,
    epilog=examples(
        "proxy deploy --events non-api --dry-run", "proxy deploy --events all", "proxy deploy --plan proxy.json"
    ),
)
def deploy(
    called: typer.Context,
    *,
    events: EventsOption = None,
    plan: SavedPlan = None,
    yes: Yes = False,
    dry_run: DryRun = False,
) -> Result:
    """Publish a version that passes events on to the service; moves no traffic."""
    context = context_of(called)
    confirm, given = Confirmation(context, yes), overrides.given(events=events)
    return run(context, "proxy", given, confirm=confirm, dry_run=dry_run, saved=plan)


@app.command(
    cls=Command,
    name="rotate-key",
    epilog=examples("proxy rotate-key --dry-run", "proxy rotate-key --weights 100", "proxy rotate-key --finish"),
)
def rotate_key(  # one parameter for each option
    called: typer.Context,
    *,
    finish: Annotated[bool, typer.Option("--finish", help="Drop the old key, which cannot be undone.")] = False,
    weights: Weights = None,
    bake: Bake = None,
    yes: Yes = False,
    dry_run: DryRun = False,
) -> Result:
    """Give the proxy its first signing key, or the next one, with no failed request."""
    context = context_of(called)
    if finish and (weights or bake):
        raise ConfigError("`--finish` drops a key, it moves no traffic", hint="leave `--weights` and `--bake` out")
    phase, given = "rotate-finish" if finish else "rotate", overrides.given(weights=weights, bake=bake)
    return run(context, phase, given, confirm=Confirmation(context, yes), dry_run=dry_run)
