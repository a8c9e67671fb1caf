"""`service`."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Annotated, Any

import typer

from lambda_migrate.cli.options import DryRun, Yes, examples, group, in_context
from lambda_migrate.cli.quick import Command
from lambda_migrate.context import Context
from lambda_migrate.errors import ConfigError, GateClosed
from lambda_migrate.result import Result

if TYPE_CHECKING:
    from lambda_migrate.cli.places import Place
    from lambda_migrate.deployment import Watched
    from lambda_migrate.executor import Executor
    from lambda_migrate.plan import Plan
    from lambda_migrate.runs import Run
    from lambda_migrate.targets import Prepared, State

TIME = "%Y-%m-%d %H:%M:%SZ"

app = group("Deploy the service to its target, and see how it is.")


@app.command(cls=Command, epilog=examples("service deploy --dry-run", "service deploy"))
@in_context
def deploy(context: Context, *, yes: Yes = False, dry_run: DryRun = False) -> Result:
    """Deploy the service to its target, and wait until it is healthy."""
    from lambda_migrate.cli import ask, guard, places  # noqa: PLC0415  # only commands about the service need it

    found = places.place(context, with_function=True)
    context.progress.begin(f"looking at what {found.kind.KIND} has already")
    prepared = found.prepare(context)
    context.progress.end()
    plan = places.as_plan(found, prepared)
    unfinished = _unfinished(context)
    if unfinished:
        # What was begun is finished first, as it was recorded; AWS may still be at it, which is no obstacle then.
        plan, prepared = unfinished.plan, replace(prepared, files={}, blockers=(), summary=unfinished.summary)
    text = _shown(context, plan, prepared, unfinished)
    data: dict[str, Any] = {"target": found.kind.KIND, "plan": plan.to_dict()}
    if prepared.blockers:
        error = GateClosed(prepared.blockers[0], hint="everything in the way is shown above; nothing was changed")
        return Result(data, text, error=error)
    guard.told(context)
    if dry_run:
        return Result({**data, "dry_run": True}, text)
    context.terminal.say(text)
    ask.agree(context, f"Deploy the service to {found.kind.KIND}?", yes=yes)
    state = _carry_out(context, found, plan, prepared)
    where = f" at {state.url}" if state.url else ""
    data |= {"applied": [step.id for step in plan.steps], "state": state.to_dict()}
    return Result(
        data,
        f"\nThe service is healthy{where}: {state.text}." + advice(context.migration.service.url, state),
        ("verify",),
    )


def advice(configured: str | None, state: State) -> str:
    """Return what to write into migration.yaml so that the proxy finds the service, or "".

    Args:
        configured: What stands there.
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


def _unfinished(context: Context) -> Run | None:
    """Return the deployment that was begun and not finished, or None."""
    from lambda_migrate.runs import open_run  # noqa: PLC0415  # as above

    run = open_run(context.ledger)
    return run if run and run.phase == "service" and (run.applied or run.dangling) else None


def _shown(context: Context, plan: Plan, prepared: Prepared, unfinished: Run | None) -> str:
    from lambda_migrate.cli import running  # noqa: PLC0415  # as above
    from lambda_migrate.render.plan import plan as shown  # noqa: PLC0415  # as above
    from lambda_migrate.render.table import columns  # noqa: PLC0415  # as above

    if unfinished:
        return running.shown(context, plan, unfinished)
    facts = columns(list(prepared.summary.items()), context.paint.width)
    changes = [shown(plan, context.paint)] if plan.steps or plan.blockers or plan.warnings else []
    return "\n".join([context.heading("phase: service"), "", *facts, *changes])


def _carry_out(context: Context, found: Place, plan: Plan, prepared: Prepared) -> State:
    """Deploy, tell what happens meanwhile, and return the healthy service."""
    from lambda_migrate import deployment  # noqa: PLC0415  # as above
    from lambda_migrate.cli import running  # noqa: PLC0415  # as above

    if not plan.steps:
        with context.call.stop:
            return deployment.deploy(plan, prepared, _watched(context, found), None)
    if not plan.function:
        raise ConfigError(
            f"function `{context.migration.function}` does not exist, and no ledger knows it",
            hint="what is deployed is recorded in the function's ledger; name the one in `ledger:`",
        )
    running.require_no_other_run(context, plan.phase)
    with running.at_work(context, plan.function) as executor:
        return deployment.deploy(plan, prepared, _watched(context, found, executor), executor)


def _watched(context: Context, found: Place, executor: Executor | None = None) -> Watched:
    """Return the service as something that is waited for: whatever waits tells what happens meanwhile."""
    from lambda_migrate.deployment import Watched  # noqa: PLC0415  # as above

    aws, progress = context.changing if executor else context.looking, context.progress
    watched = Watched(found.kind, aws, found.site, found.settings, progress.event, progress.sleep, progress.note)
    if executor:
        executor.sleep = aws.sleep = watched.sleep
    return watched


@app.command("rollback", cls=Command, epilog=examples("service rollback --dry-run", "service rollback"))
@in_context
def take_back(context: Context, *, yes: Yes = False, dry_run: DryRun = False) -> Result:
    """Go back to the deployment before the last one."""
    from lambda_migrate import deployment  # noqa: PLC0415  # as above
    from lambda_migrate.cli import ask, places, running  # noqa: PLC0415  # as above
    from lambda_migrate.render.plan import steps as listed  # noqa: PLC0415  # as above

    found = places.place(context, with_function=False)
    if found.kind.KIND in ("process", "url"):
        raise ConfigError(
            f"a service of kind `{found.kind.KIND}` keeps no earlier deployment",
            hint="deploy the earlier state of its repository; `lambda-migrate service stop` stops a process",
        )
    last = deployment.previous(context.ledger)
    text = "\n".join([context.heading("service rollback"), *listed(last.standing, context.paint)])
    data: dict[str, Any] = {"steps": [step.id for step in last.standing]}
    if dry_run:
        return Result({**data, "dry_run": True}, text)
    context.terminal.say(text)
    ask.agree(context, "Go back to the deployment before?", yes=yes)
    with running.at_work(context, last.plan.function) as executor:
        state = deployment.rollback(executor, _watched(context, found, executor))
    return Result({**data, "state": state.to_dict()}, f"\nThe service is back: {state.text}.", ("service status",))


@app.command(cls=Command, epilog=examples("service status", "service status --json | jq -r .data.condition"))
@in_context
def status(context: Context) -> Result:
    """Show how the service is where it runs."""
    from lambda_migrate.cli import places  # noqa: PLC0415  # as above

    state = places.place(context, with_function=False).state(context)
    text = f"{state.condition}: {state.text}" + (f"\n{state.url}" if state.url else "")
    error = None
    if state.condition in ("absent", "unhealthy"):
        hints = {
            "absent": "`lambda-migrate service deploy` starts it",
            "unhealthy": "`lambda-migrate service logs` shows why",
        }
        error = GateClosed(f"the service is {state.condition}", hint=hints[state.condition])
    return Result(state.to_dict(), text, error=error)


@app.command(cls=Command, epilog=examples("service logs", "service logs --lines 500"))
@in_context
def logs(
    context: Context, *, lines: Annotated[int, typer.Option("--lines", min=1, help="How many of the last.")] = 100
) -> Result:
    """Show the last lines of the service's log."""
    from lambda_migrate.cli import places  # noqa: PLC0415  # as above

    found = places.place(context, with_function=False)
    shown = list(found.kind.logs(context.looking, found.site, found.settings, lines))
    return Result({"lines": shown}, "\n".join(shown) if shown else "The log is empty.")


@app.command(cls=Command, epilog=examples("service events", "service events --since 2h"))
@in_context
def events(
    context: Context,
    *,
    since: Annotated[str, typer.Option("--since", help="How far back.", metavar="DURATION")] = "1h",
) -> Result:
    """Show what happened to the service."""
    import time  # noqa: PLC0415  # only this command needs it

    from lambda_migrate.cli import phases, places  # noqa: PLC0415  # as above
    from lambda_migrate.render.table import columns  # noqa: PLC0415  # as above

    seconds = phases.duration("--since", since) or 0.0
    found = places.place(context, with_function=False)
    seen = list(found.kind.events(context.looking, found.site, found.settings, time.time() - seconds))
    bad = context.paint("✗", "red")
    rows = [(time.strftime(TIME, time.gmtime(event.at)), bad if event.bad else "·", event.text) for event in seen]
    text = "\n".join(columns(rows, context.paint.width, indent=0)) or f"Nothing is known of the last {since}."
    return Result({"events": [vars(event) for event in seen]}, text)


@app.command(cls=Command, epilog=examples("service cleanup --dry-run", "service cleanup"))
@in_context
def cleanup(context: Context, *, yes: Yes = False, dry_run: DryRun = False) -> Result:
    """Take the proxy's parts out of the service's repository, in one commit; after `retire`."""
    from lambda_migrate.cli import ask  # noqa: PLC0415  # as above
    from lambda_migrate.render.table import columns  # noqa: PLC0415  # as above
    from lambda_migrate.scaffold import git, without_proxy  # noqa: PLC0415  # only this command needs it
    from lambda_migrate.scaffold.record import RECORD  # noqa: PLC0415  # as above

    folder = context.service_folder
    writes = without_proxy.plan(folder)
    marks = {"changed": "~", "removed": "-"}
    text = "\n".join([f"{folder}/", *columns([(marks[each.state], each.path) for each in writes], context.paint.width)])
    data: dict[str, Any] = {"directory": str(folder), "files": {each.path: each.state for each in writes}}
    if not writes:
        return Result({**data, "commit": False}, "The repository holds nothing of the proxy.")
    retired = context.stand().stages[-1].state == "done"
    closed = GateClosed("the function is not retired, and its proxy still signs", hint="`lambda-migrate retire` first")
    if dry_run or not retired:
        return Result({**data, "dry_run": dry_run}, text, error=None if retired else closed)
    context.terminal.say(text)
    ask.agree(context, f"Take the proxy's parts out of `{folder}`?", yes=yes)
    without_proxy.write(writes, folder)
    paths = [RECORD, *(each.path for each in writes)]
    uncommitted = git.commit(folder, paths, "Take out what the proxy needed: the function is retired")
    said = uncommitted and f" Commit it yourself: {uncommitted}."
    return Result({**data, "commit": not uncommitted}, f"Took the proxy's parts out.{said}", ("service deploy",))


@app.command(cls=Command, epilog=examples("service stop", "service stop --yes"))
@in_context
def stop(context: Context, *, yes: Yes = False) -> Result:
    """Stop a service that runs on this machine; what runs in AWS is taken back by `rollback`."""
    from lambda_migrate.cli import ask, places  # noqa: PLC0415  # as above

    found = places.place(context, with_function=False)
    local = found.prepare(context).local if found.kind.KIND == "process" else None
    if local is None:
        raise ConfigError(
            f"the service runs on `{found.kind.KIND}`, not on this machine",
            hint="`lambda-migrate rollback` takes back what was deployed",
        )
    ask.agree(context, "Stop the service?", yes=yes, planned=False)
    local.stop()
    return Result({"condition": found.state(context).condition}, "The service is stopped.", ("service deploy",))
