"""`service`."""

from __future__ import annotations

from typing import Annotated

import typer

from lambda_migrate.cli.confirm import Confirmation
from lambda_migrate.cli.options import Command, DryRun, Yes, context_of, examples, group
from lambda_migrate.render.result import Result
from lambda_migrate.workflow import service, service_cleanup, service_state
from lambda_migrate.workflow.run import run

app = group("Deploy the service to its target, and check its health.")


@app.command(cls=Command, epilog=examples("service deploy --dry-run", "service deploy"))
def deploy(called: typer.Context, *, yes: Yes = False, dry_run: DryRun = False) -> Result:
    """Deploy the service to its target, and wait until it is healthy."""
    context = context_of(called)
    return run(context, "service", confirm=Confirmation(context, yes), dry_run=dry_run)


@app.command("rollback", cls=Command, epilog=examples("service rollback --dry-run", "service rollback"))
def roll_back(called: typer.Context, *, yes: Yes = False, dry_run: DryRun = False) -> Result:
    """Go back to the deployment before the last one."""
    context = context_of(called)
    return service.go_back(context, confirm=Confirmation(context, yes), dry_run=dry_run)


@app.command(cls=Command, epilog=examples("service status", "service status --json | jq -r .data.condition"))
def status(called: typer.Context) -> Result:
    """Show how the service is where it runs."""
    return service_state.condition(context_of(called))


@app.command(cls=Command, epilog=examples("service logs", "service logs --lines 500", "service logs --follow"))
def logs(
    called: typer.Context,
    *,
    lines: Annotated[int, typer.Option("--lines", min=1, help="How many lines.")] = 100,
    follow: Annotated[
        bool, typer.Option("--follow", "-f", help="Go on until Ctrl-C, with the function's log beside it.")
    ] = False,
) -> Result:
    """Show the last lines of the service's log."""
    return service_state.log(context_of(called), lines, follow=follow)


@app.command(cls=Command, epilog=examples("service events", "service events --since 2h"))
def events(
    called: typer.Context,
    *,
    since: Annotated[str, typer.Option("--since", help="How far back.", metavar="DURATION")] = "1h",
) -> Result:
    """Show what happened to the service."""
    return service_state.happened(context_of(called), since)


@app.command(cls=Command, epilog=examples("service cleanup --dry-run", "service cleanup", "service cleanup --eject"))
def cleanup(
    called: typer.Context,
    *,
    eject: Annotated[
        bool, typer.Option("--eject", help="Take the library out too: plain Starlette and uvicorn stay.")
    ] = False,
    yes: Yes = False,
    dry_run: DryRun = False,
) -> Result:
    """Take the proxy's parts out of the service's repository, in one commit; after `retire`."""
    context = context_of(called)
    return service_cleanup.clean_up(context, confirm=Confirmation(context, yes), dry_run=dry_run, eject=eject)


@app.command(cls=Command, epilog=examples("service stop", "service stop --yes"))
def stop(called: typer.Context, *, yes: Yes = False) -> Result:
    """Stop a service that runs on this machine; what runs in AWS is rolled back by `rollback`."""
    context = context_of(called)
    return service_state.stop(context, Confirmation(context, yes, planned=False))
