"""`freeze`."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Annotated

import typer

from lambda_migrate.cli.confirm import Confirmation
from lambda_migrate.cli.options import Command, DryRun, Yes, application, context_of, examples
from lambda_migrate.errors import ConfigError
from lambda_migrate.render.result import Result
from lambda_migrate.workflow import code_freeze

if TYPE_CHECKING:
    from collections.abc import Sequence

    from lambda_migrate.workflow.context import Context

app = application()


@app.command(
    cls=Command,
    epilog=examples("freeze", "freeze --check", "freeze --enforce --on role/deployer --apply", "freeze --refresh"),
)
def freeze(  # noqa: PLR0913  # one parameter for each option
    called: typer.Context,
    *,
    check: Annotated[bool, typer.Option("--check", help="Only check whether the function is unchanged.")] = False,
    enforce: Annotated[bool, typer.Option("--enforce", help="Print the IAM denial for those who deploy.")] = False,
    apply: Annotated[bool, typer.Option("--apply", help="With --enforce: attach it.")] = False,
    on: Annotated[
        list[str] | None, typer.Option("--on", help="Whom to deny; default: who deployed lately.", metavar="ROLE")
    ] = None,
    refresh: Annotated[bool, typer.Option("--refresh", help="Take an urgent fix into the service as well.")] = False,
    reason: Annotated[str, typer.Option("--reason", help="With --refresh: why.", metavar="TEXT")] = "",
    lift: Annotated[bool, typer.Option("--lift", help="End the freeze.")] = False,
    yes: Yes = False,
    dry_run: DryRun = False,
) -> Result:
    """Announce the code freeze, record the function's state, and report who changes it."""
    context = context_of(called)
    modes = {"--check": check, "--enforce": enforce, "--refresh": refresh, "--lift": lift}
    _require_one([name for name, given in modes.items() if given])
    if (apply or on) and not enforce:
        raise ConfigError("`--apply` and `--on` say whom `--enforce` denies", hint="give `--enforce` too")
    if reason and not refresh:
        raise ConfigError("`--reason` says why `--refresh` takes a fix over", hint="give `--refresh` too")
    confirm = Confirmation(context, yes)
    if check:
        return code_freeze.check(context)
    if enforce and not apply:
        return _denial(context, on or [])
    if enforce:
        return code_freeze.enforce(context, on or [], confirm=confirm, dry_run=dry_run)
    if refresh:
        return code_freeze.refresh(context, reason, confirm=confirm, dry_run=dry_run)
    return (code_freeze.end if lift else code_freeze.begin)(context, confirm=confirm, dry_run=dry_run)


def _require_one(modes: Sequence[str]) -> None:
    if len(modes) > 1:
        raise ConfigError(f"`{modes[0]}` and `{modes[1]}` do different things", hint="give one of them")


def _denial(context: Context, on: Sequence[str]) -> Result:
    """Print the denial, for those who attach it by other means."""
    denied = code_freeze.to_deny(context, on)
    names = list(denied.names)
    whom = f"For {', '.join(names)}" if names else "For whoever you name with `--on`"
    context.terminal.say(f"{whom} (or, as a service control policy, for the whole account):")
    if denied.unknown:
        context.terminal.say(f"{context.paint('!', 'yellow')} who else deploys is unknown: {denied.unknown}")
    data = {"policy": denied.policy, "principals": names, "unknown": denied.unknown}
    return Result(data, json.dumps(denied.policy, indent=2), ("freeze --enforce --apply",) if names else ())
