"""`proxy`."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from lambda_migrate.cli.fast_options import Command
from lambda_migrate.cli.options import DryRun, SavedPlan, Yes, examples, group, in_context
from lambda_migrate.errors import ConfigError
from lambda_migrate.render.result import Result
from lambda_migrate.workflow.context import Context

if TYPE_CHECKING:
    from lambda_migrate.proxy.layer import Layer

app = group("Build and deploy the proxy that stands in front of the function.")

Events = Literal["none", "non-api", "api", "all"]
EventsOption = Annotated[Events | None, typer.Option("--events", help="Which events go to the service.")]

SIGNING_KEYS = "LAMBDA_MIGRATE_SIGNING_KEYS"


@app.command(
    cls=Command, epilog=examples("proxy build -o layer.zip", "proxy build -o layer.zip --json | jq .data.environment")
)
@in_context
def build(  # one parameter for each option
    context: Context,
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
    from lambda_migrate.proxy import layer  # noqa: PLC0415  # only this command needs it

    made = layer.build()
    try:
        out.write_bytes(made.content)
    except OSError as error:
        raise ConfigError(f"`{out}` cannot be written: {error.strerror}", hint="name another file in `-o`") from error
    environment = _environment(context, events, service_url, original_handler)
    missing = [name for name, value in environment.items() if not value]
    data = {
        "file": str(out),
        "bytes": len(made.content),
        "sha256": made.sha256,
        "handler": made.handler,
        "environment": environment,
        "to_be_set": missing,
        "runtimes": list(layer.PYTHON_VERSIONS),
        "architectures": list(layer.ARCHITECTURES),
    }
    return Result(data, _told(out, made, environment))


def _environment(
    context: Context, events: str | None, service_url: str | None, original_handler: str | None
) -> dict[str, str]:
    """Return the proxy's variables, as far as they are known without AWS; what is not known is empty."""
    from lambda_migrate.config import Proxy  # noqa: PLC0415  # as above
    from lambda_migrate.proxy import layer  # noqa: PLC0415  # as above

    proxy, known_url, known_events = Proxy(), "", "all"
    if context.configured:
        proxy, known_url = context.migration.proxy, context.migration.service.url or ""
        known_events = proxy.events
    given = {
        "service_url": service_url or known_url,
        "events": events or known_events,
        "original_handler": original_handler or "",
    }
    known = layer.environment(proxy, **given)
    required = {f"LAMBDA_MIGRATE_{name.upper()}": value for name, value in given.items()}
    return {**required, SIGNING_KEYS: "", **known}


def _told(out: Path, made: Layer, environment: dict[str, str]) -> str:
    lines = [f"Wrote `{out}`: {len(made.content)} bytes, sha256 {made.sha256}", "", f"handler  {made.handler}"]
    lines += [f"{name}={value or '(to be set)'}" for name, value in environment.items()]
    return "\n".join(lines)


@app.command(
    cls=Command,
    epilog=examples(
        "proxy deploy --events non-api --dry-run", "proxy deploy --events all", "proxy deploy --plan proxy.json"
    ),
)
@in_context
def deploy(
    context: Context,
    *,
    events: EventsOption = None,
    plan: SavedPlan = None,
    yes: Yes = False,
    dry_run: DryRun = False,
) -> Result:
    """Publish a version that passes events on to the service; moves no traffic."""
    from lambda_migrate.cli import confirm  # noqa: PLC0415  # only commands that change something need it
    from lambda_migrate.workflow import phases, running  # noqa: PLC0415  # only commands that change something need it

    wishes = phases.Wishes(events)
    found, made = phases.make(context, "proxy", wishes)
    chosen = phases.saved(context, plan, "proxy", made) if plan else made
    return running.carry_out(
        context,
        chosen,
        agree=lambda: confirm.agree(context, f"Publish it on {found.function.name}?", yes=yes),
        dry_run=dry_run,
        begun=lambda run: phases.require_as_begun(run, wishes, chosen if plan else None),
    )


@app.command(
    cls=Command,
    name="rotate-key",
    epilog=examples("proxy rotate-key --dry-run", "proxy rotate-key --weights 100", "proxy rotate-key --finish"),
)
@in_context
def rotate_key(  # one parameter for each option
    context: Context,
    *,
    finish: Annotated[bool, typer.Option("--finish", help="Drop the old key, which cannot be undone.")] = False,
    weights: Annotated[
        str | None, typer.Option("--weights", help="Percent on the new version, step by step.", metavar="10,50,100")
    ] = None,
    bake: Annotated[
        str | None, typer.Option("--bake", help="How long each step is watched.", metavar="DURATION")
    ] = None,
    yes: Yes = False,
    dry_run: DryRun = False,
) -> Result:
    """Give the proxy its first signing key, or the next one, with no failed request."""
    from lambda_migrate.cli import confirm  # noqa: PLC0415  # only commands that change something need it
    from lambda_migrate.workflow import phases, readiness, running  # noqa: PLC0415  # only commands that change something need it

    if finish and (weights or bake):
        raise ConfigError("`--finish` drops a key, it moves no traffic", hint="leave `--weights` and `--bake` out")
    wishes = phases.Wishes(None, phases.weights(weights), phases.duration("--bake", bake))
    found, made = phases.make(context, "rotate-finish" if finish else "rotate", wishes)
    name = found.function.name
    question = f"Rotate the signing key of {name}?"
    if finish:
        question = f"Drop the signing key {made.summary.get('key', '')} of {name}? This cannot be undone."
    shown = readiness.looked_at(context, found.function, made) if dry_run else made
    return running.carry_out(
        context,
        shown,
        agree=lambda: confirm.agree(context, question, yes=yes),
        dry_run=dry_run,
        before=lambda: readiness.require(context, found.function, made),
        begun=lambda run: phases.require_as_begun(run, wishes),
        judge=running.judge(context),
    )
