"""`service`."""

from __future__ import annotations

import time
from typing import Annotated

import typer

from lambda_migrate.cli.confirm import Confirmation
from lambda_migrate.cli.options import Command, DryRun, Yes, context_of, examples, group
from lambda_migrate.errors import GateClosed
from lambda_migrate.gates import service_condition
from lambda_migrate.render.drawing import columns
from lambda_migrate.render.result import Result
from lambda_migrate.workflow import overrides, service, service_cleanup, target
from lambda_migrate.workflow.following import followed
from lambda_migrate.workflow.phase import Question
from lambda_migrate.workflow.run import run

TIME = "%Y-%m-%d %H:%M:%SZ"
HINTS = {
    "absent": "`lambda-migrate service deploy` starts it",
    "unhealthy": "`lambda-migrate service logs` shows why",
}

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
    context = context_of(called)
    state = target.place(context, with_function=False).state(context)
    text = f"{state.condition}: {state.text}" + (f"\n{state.url}" if state.url else "")
    hint = HINTS.get(state.condition)
    error = GateClosed(f"the service is {state.condition}", gate=service_condition.NAME, hint=hint) if hint else None
    return Result(state.to_dict(), text, error=error)


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
    context = context_of(called)
    place = target.place(context, with_function=False)
    if follow:
        return followed(context, place)
    last = list(place.kind.logs(context.aws_read_only, place.deployment, place.settings, lines))
    return Result({"lines": last}, "\n".join(last) if last else "The log is empty.")


@app.command(cls=Command, epilog=examples("service events", "service events --since 2h"))
def events(
    called: typer.Context,
    *,
    since: Annotated[str, typer.Option("--since", help="How far back.", metavar="DURATION")] = "1h",
) -> Result:
    """Show what happened to the service."""
    context = context_of(called)
    seconds = overrides.duration("--since", since) or 0.0
    place = target.place(context, with_function=False)
    seen = list(place.kind.events(context.aws_read_only, place.deployment, place.settings, time.time() - seconds))
    bad = context.paint("✗", "red")
    rows = [(time.strftime(TIME, time.gmtime(event.at)), bad if event.bad else "·", event.text) for event in seen]
    text = "\n".join(columns(rows, context.paint.width, indent=0)) or f"No events in the last {since}."
    return Result({"events": [vars(event) for event in seen]}, text)


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
    place, local = service.on_this_machine(context)
    Confirmation(context, yes, planned=False)(Question("Stop the service?"))
    local.stop()
    stands = context.status()
    following = stands.next[:1] if stands.ended else ("service deploy",)
    return Result({"condition": place.state(context).condition}, "The service is stopped.", following)
