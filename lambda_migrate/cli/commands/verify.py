"""`verify`."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path
from typing import Annotated

import typer

from lambda_migrate.cli.confirm import Confirmation
from lambda_migrate.cli.fast_options import ALONE
from lambda_migrate.cli.options import Command, Yes, acting_group, context_of, examples
from lambda_migrate.durations import duration
from lambda_migrate.errors import ConfigError
from lambda_migrate.fields import seconds
from lambda_migrate.render.result import Result
from lambda_migrate.workflow import recording
from lambda_migrate.workflow.load import Asked as LoadAsked
from lambda_migrate.workflow.load import load
from lambda_migrate.workflow.records import fetch
from lambda_migrate.workflow.service_checks import verified
from lambda_migrate.workflow.shadow import NOISE, Asked, shadow

EXAMPLES = ("verify", "verify --json | jq '.data.checks'")

app = acting_group(
    "Prove that the service is healthy, that the proxy reaches it from inside Lambda, and that its metrics arrive.",
    "[record|shadow|load]",
    examples(
        *EXAMPLES, "verify record --into recorded", "verify shadow --from recorded", "verify load --from recorded"
    ),
)

OLDEST = 400 * 86_400.0
"""Seconds that are looked back for records, at most."""

FASTEST, LONGEST = 2000.0, 3600.0
"""Requests a second, and seconds of each rate, at most."""

EVENTS = "Events: a .json, .jsonl, .har or .log file, or a folder of them."
From = Annotated[Path, typer.Option("--from", envvar="LAMBDA_MIGRATE_VERIFY_SHADOW_FROM", help=EVENTS, metavar="PATH")]
LoadFrom = Annotated[
    Path, typer.Option("--from", envvar="LAMBDA_MIGRATE_VERIFY_LOAD_FROM", help=EVENTS, metavar="PATH")
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
MostErrors = Annotated[float, typer.Option("--most", help="The rate of errors that is allowed.", min=0.0001, max=1)]
AtOnce = Annotated[int, typer.Option("--at-once", help="Events sent at the same time.", min=1, max=256)]
Limit = Annotated[int, typer.Option("--limit", help="Compare at most this many events; 0: all.", min=0)]
Copy = Annotated[
    str | None,
    typer.Option("--against", help="Use this URL in place of service.url, and write there too.", metavar="URL"),
]
Against = Annotated[str | None, typer.Option("--against", help="Use this URL in place of service.url.", metavar="URL")]
Rates = Annotated[
    str | None,
    typer.Option(
        "--rates", help="Requests a second that it has to hold; default: doubled until it turns.", metavar="5,10,20"
    ),
]
Each = Annotated[str, typer.Option("--each", help="How long each rate lasts.", metavar="DURATION")]
AgainstFunction = Annotated[
    bool, typer.Option("--against-function", help="Load it although --against reaches the function.")
]
Credentials = Annotated[
    Path | None,
    typer.Option("--credentials", help="Headers for records that have theirs redacted, in YAML.", metavar="FILE"),
]
Into = Annotated[Path | None, typer.Option("--into", help="Folder for what was recorded.", metavar="FOLDER")]
Since = Annotated[str, typer.Option("--since", help="How far back is looked for records.", metavar="DURATION")]


@app.command(ALONE, cls=Command, epilog=examples(*EXAMPLES))
def verify(called: typer.Context) -> Result:
    """Prove that the service is healthy, that the proxy reaches it from inside Lambda, and that its metrics arrive."""
    return verified(context_of(called))


@app.command("record", cls=Command, epilog=examples("verify record", "verify record --into recorded --since 2d"))
def _record(called: typer.Context, *, into: Into = None, since: Since = "7d", yes: Yes = False) -> Result:
    """Show which version records real events, or fetch what it has recorded."""
    context = context_of(called)
    if into is None:
        return recording.state(context)
    confirm = Confirmation(context, yes, planned=False, does="asks")
    return fetch(context, into, _seconds(since, "--since", 1.0, OLDEST), confirm)


@app.command(
    "shadow",
    cls=Command,
    epilog=examples(
        "verify shadow --from events/",
        "verify shadow --from site.har --learn",
        "verify shadow --from recorded/ --against https://copy.example.com",
    ),
)
def _shadow(  # noqa: PLR0913  # one parameter for each option
    called: typer.Context,
    *,
    source: From,
    noise: NoiseFile = None,
    learn: Learn = False,
    also: Also = None,
    most: Most = 0.01,
    at_once: AtOnce = 4,
    limit: Limit = 0,
    against: Copy = None,
    credentials: Credentials = None,
    yes: Yes = False,
) -> Result:
    """Send events to the original and to the service, and compare what they answer."""
    context = context_of(called)
    rules = noise or context.folder / NOISE
    asked = Asked(source, rules, learn, tuple(also or ()), most, at_once, limit, against or "", credentials)
    return shadow(context, asked, Confirmation(context, yes, planned=False, does="invokes the function"))


@app.command(
    "load",
    cls=Command,
    epilog=examples("verify load --from events/", "verify load --from site.har --rates 20,50 --each 2m"),
)
def _load(  # noqa: PLR0913  # one parameter for each option
    called: typer.Context,
    *,
    source: LoadFrom,
    rates: Rates = None,
    each: Each = "30s",
    most: MostErrors = 0.01,
    at_once: AtOnce = 64,
    against: Against = None,
    against_function: AgainstFunction = False,
    yes: Yes = False,
) -> Result:
    """Replay reads against the service alone, faster and faster, and say at which rate it turns."""
    context = context_of(called)
    asked = LoadAsked(source, against or "", _rates(rates), _seconds(each), most, at_once, function=against_function)
    return load(context, asked, Confirmation(context, yes, planned=False, does="loads the service"))


def _rates(text: str | None) -> tuple[float, ...]:
    """Return the rates that were asked for; empty where none were.

    Raises:
        ConfigError: They are not numbers that rise.
    """
    try:
        rates = tuple(float(each) for each in text.split(",")) if text else ()
    except ValueError:
        rates = (0.0,)
    if not all(low < high <= FASTEST for low, high in pairwise((0.0, *rates))):
        raise ConfigError(
            f"`--rates {text}` has to rise from more than 0 to at most {FASTEST:,.0f}", hint="write it like 5,10,20"
        )
    return rates


def _seconds(text: str, option: str = "--each", least: float = 1.0, most: float = LONGEST) -> float:
    try:
        length = seconds(text)
    except ValueError as error:
        raise ConfigError(f"`{option}`: {error}", hint="write it like 30s or 2m") from error
    if not least <= length <= most:
        between = f"from {duration(least)} to {duration(most)}"
        raise ConfigError(f"`{option} {text}` has to be {between}", hint="write it like 30s, 2m or 7d")
    return length
