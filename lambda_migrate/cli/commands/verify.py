"""`verify`."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from lambda_migrate.cli.confirm import Confirmation
from lambda_migrate.cli.options import Command, Yes, application, context_of, examples
from lambda_migrate.errors import ConfigError, GateClosed, Inconclusive
from lambda_migrate.gates import check_failed
from lambda_migrate.render.checks import checks as rendered
from lambda_migrate.render.result import Result
from lambda_migrate.workflow import freeze_guard, verification
from lambda_migrate.workflow.shadow import NOISE, Asked, shadow

if TYPE_CHECKING:
    from lambda_migrate.workflow.context import Context

app = application()


Word = Annotated[
    str | None,
    typer.Argument(metavar="shadow", help="Compare the service's answers with the original's; needs --from."),
]
From = Annotated[
    Path | None,
    typer.Option(
        "--from",
        envvar="LAMBDA_MIGRATE_VERIFY_FROM",
        help="Events: a .json, .jsonl, .har or .log file, or a folder of them.",
        metavar="PATH",
    ),
]
NoiseFile = Annotated[
    Path | None,
    typer.Option("--noise", help="Rules for differences to ignore; default: noise.yaml here.", metavar="FILE"),
]
Learn = Annotated[
    bool, typer.Option("--learn", help="Add what differs between the original's own answers to that file.")
]
Also = Annotated[
    list[str] | None,
    typer.Option(
        "--also", help="Send this route or kind of event too, although it may change something.", metavar="ROUTE"
    ),
]
Most = Annotated[
    float, typer.Option("--most", help="The rate of differing answers that is allowed.", min=0.0001, max=1)
]
AtOnce = Annotated[int, typer.Option("--at-once", help="Events sent at the same time.", min=1, max=64)]
Limit = Annotated[int, typer.Option("--limit", help="Compare at most this many events; 0: all.", min=0)]


@app.command(
    cls=Command,
    epilog=examples(
        "verify",
        "verify --json | jq '.data.checks'",
        "verify shadow --from events/",
        "verify shadow --from site.har --learn",
    ),
)
def verify(  # noqa: PLR0913  # one parameter for each option
    called: typer.Context,
    word: Word = None,
    *,
    source: From = None,
    noise: NoiseFile = None,
    learn: Learn = False,
    also: Also = None,
    most: Most = 0.01,
    at_once: AtOnce = 4,
    limit: Limit = 0,
    yes: Yes = False,
) -> Result:
    """Prove that the service is healthy, that the proxy reaches it from inside Lambda, and that its metrics arrive."""
    context = context_of(called)
    if word == "shadow" and source:
        asked = Asked(source, noise or context.folder / NOISE, learn, tuple(also or ()), most, at_once, limit)
        return shadow(context, asked, Confirmation(context, yes, planned=False, does="invokes the function"))
    if word or source or noise or learn or also:
        problem = "`verify shadow` needs `--from`" if word == "shadow" else f"`verify` does not take `{word}`"
        problem = problem if word else "`--from`, `--noise`, `--learn` and `--also` belong to `verify shadow`"
        raise ConfigError(problem, hint="write it like `verify shadow --from events/`")
    return _checked(context)


def _checked(context: Context) -> Result:
    version = verification.newest_proxy_version(context)
    freeze_guard.warn_of_changes(context)
    checks = list(verification.verified(context, version, arrival=True))
    data = {"checks": [check.to_dict() for check in checks], "proxy_version": version}
    text = rendered(checks, context.paint)
    failed = next((check for check in checks if check.result == "fail"), None)
    if failed:
        error = GateClosed(f"{failed.name}: {failed.detail}", gate=check_failed.NAME, hint=failed.hint)
        return Result(data, text, error=error)
    unproven = next((check for check in checks if check.result == "inconclusive"), None)
    if unproven:
        return Result(data, text, error=Inconclusive(f"{unproven.name}: {unproven.detail}", hint=unproven.hint))
    return Result(data, text, ("cutover",) if version else ("proxy deploy --events non-api",))
