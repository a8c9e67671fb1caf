"""Gathers what a report holds: the ledger's story, what there is, the coming plan, and what CloudWatch counted."""

from __future__ import annotations

import json
import math
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from lambda_migrate.aws import cloudwatch
from lambda_migrate.engine.runs import runs
from lambda_migrate.errors import ConfigError, MigrateError, NoCredentials, NotFound
from lambda_migrate.function.versions import original, proxied
from lambda_migrate.inventory.invocations import NAMESPACE, PROXY_NAMESPACE
from lambda_migrate.planner.journey import named
from lambda_migrate.regular_file import read_regular, replace
from lambda_migrate.report import build, proofs
from lambda_migrate.report.build import Seen
from lambda_migrate.report.model import Series, Traffic
from lambda_migrate.report.proofs import Proofs
from lambda_migrate.report.timeline import story
from lambda_migrate.verify.metrics import Questions
from lambda_migrate.workflow import phases, reading, results
from lambda_migrate.workflow.overrides import Overrides

if TYPE_CHECKING:
    from pathlib import Path

    from lambda_migrate.engine.plan import Plan, Step
    from lambda_migrate.inventory import Inventory
    from lambda_migrate.report.model import Report
    from lambda_migrate.workflow.context import Context

DAY = 86_400.0
KEPT = ((15 * DAY, 60), (63 * DAY, 300), (455 * DAY, 3600))
"""For how many seconds CloudWatch keeps values of how many seconds ("Metrics retention" in its user guide)."""

READABLE = 0o644

POINTS = 240
"""Data points of a chart, at most."""


def gather(context: Context, *, offline: bool = False) -> Report:
    """Return the report of a migration.

    Args:
        context: Of the command.
        offline: Read the ledger only; do not ask AWS.

    Raises:
        NotAllowed: The ledger is about another account, region or function.
    """
    ledger = context.ledger
    told = story(ledger.each())
    made = f"{datetime.fromtimestamp(context.clock.now(), UTC):%Y-%m-%dT%H:%M:%SZ}"
    seen = Seen() if offline else _seen(context)
    return build.report(
        context.migration, ledger, context.status(), told, made=made, seen=seen, proofs=_proofs(context)
    )


def _proofs(context: Context) -> Proofs:
    """Return what `verify shadow`, `assess` and `verify load` found the last time."""
    note = context.ledger.projection.latest.get("shadow")
    shadow = proofs.compared(note.at, note.by, note.note or {}, _tally(context)) if note else None
    return Proofs(
        shadow,
        proofs.cost(results.kept(context, results.ASSESSMENT)),
        proofs.loaded(results.kept(context, results.LOAD)),
    )


def _tally(context: Context) -> dict[str, Any]:
    """Return what was counted of the events that were compared on this machine; empty where nothing was."""
    try:
        kept = json.loads(read_regular(results.path_of(context, results.COMPARED), results.LONGEST))
        return dict(kept["tally"])
    except (OSError, ValueError, LookupError, TypeError, RecursionError):
        return {}


def coming(context: Context) -> tuple[Plan | None, tuple[Step, ...]]:
    """Return the plan of the phase that comes next, or of the run that is open, and what of it is left to do.

    Args:
        context: Of the command.
    """
    unfinished = next((run for run in reversed(runs(context.ledger)) if run.under_way), None)
    if unfinished:
        return unfinished.plan, unfinished.remaining
    phase = named(context.status().phase)
    if phase is None or not phase.planned:
        return None, ()
    kind = phases.load(phase.name)
    nothing_said = Overrides()
    plan = kind.plan(kind.gather(context, nothing_said), context.migration, nothing_said)
    return plan, plan.steps


def _seen(context: Context) -> Seen:
    """Ask AWS: a function that is gone, and a plan that cannot be made, leave a report of the rest."""
    context.progress.begin("reading the function and its triggers")
    try:
        inventory = reading.recorded_inventory(context)
    except NotFound:
        context.progress.end()
        return Seen()
    context.progress.begin("reading what comes next")
    try:
        plan, left = coming(context)
    except NoCredentials:
        raise
    except MigrateError as error:
        context.progress.event(f"what comes next cannot be planned: {error}")
        plan, left = None, ()
    context.progress.begin("reading metrics")
    seen = Seen(inventory, plan, left, traffic(context, inventory))
    context.progress.end()
    return seen


def traffic(context: Context, inventory: Inventory) -> Traffic:
    """Return what CloudWatch counted, from a day before the first change until now; what it cannot read, with why.

    Args:
        context: Of the command.
        inventory: What there is.
    """
    until = context.clock.now()
    recorded = runs(context.ledger)
    first = datetime.fromisoformat(recorded[0].at).timestamp() if recorded else until
    since, period = span(first - DAY, until)
    start, end = (math.floor(since / period) * period, math.ceil(until / period) * period)
    questions, function = Questions(period), {"FunctionName": inventory.function.name}
    whole = questions.add(NAMESPACE, "Invocations", function)
    latency = questions.add(NAMESPACE, "Duration", function, "p95")
    proxies = [version.number for version in inventory.function.versions if version.proxy_events]
    proxied = [questions.add(PROXY_NAMESPACE, "Proxied", {**function, "FunctionVersion": each}) for each in proxies]
    beside = [
        (label, questions.add(NAMESPACE, "Duration", {**function, **_executed(inventory, number)}, "p95"))
        for label, number in _versions(inventory)
    ]
    window = (datetime.fromtimestamp(start, UTC), datetime.fromtimestamp(end, UTC))
    try:
        points = cloudwatch.series(context.aws_read_only, questions.asked, *window)
    except NoCredentials:
        raise
    except MigrateError as error:
        return Traffic(start, end, period, problem=str(error))
    counts = (Series("invocations", tuple(points[whole])), Series("answered by the service", _sum(points, proxied)))
    lines = [Series(label, tuple(points[name])) for label, name in beside]
    shown = tuple(line for line in lines if line.points)
    return Traffic(start, end, period, counts, (Series("p95 of the function", tuple(points[latency])), *shown))


def span(since: float, until: float) -> tuple[float, int]:
    """Return from when on a chart can tell, and of how many seconds its periods are.

    Args:
        since: From when on it is to tell, in seconds since the epoch.
        until: The time, likewise.
    """
    longest, _ = KEPT[-1]
    since = max(since, until - longest)
    finest = next(seconds for kept, seconds in KEPT if since >= until - kept)
    return since, max(1, math.ceil((until - since) / POINTS / finest)) * finest


def _versions(inventory: Inventory) -> list[tuple[str, str]]:
    """Return the newest proxy version and the original, with what a chart calls them."""
    pairs = (("proxy", proxied(inventory.function)), ("original", original(inventory.function)))
    return [(f"p95 of version {version.number} ({name})", version.number) for name, version in pairs if version]


def _executed(inventory: Inventory, number: str) -> dict[str, str]:
    """Return the dimensions of what a version ran for the alias; they exist while the alias has two versions."""
    return {"Resource": f"{inventory.function.name}:{inventory.alias}", "ExecutedVersion": number}


def _sum(points: dict[str, list[tuple[float, float]]], names: list[str]) -> tuple[tuple[float, float], ...]:
    """Return the sum of several metrics, period by period."""
    summed: dict[float, float] = {}
    for at, count in (point for name in names for point in points[name]):
        summed[at] = summed.get(at, 0.0) + count
    return tuple(sorted(summed.items()))


def write(path: Path, text: str) -> None:
    """Write a page whole, or leave what was there.

    Args:
        path: The file.
        text: The page.

    Raises:
        ConfigError: It cannot be written there.
    """
    try:
        replace(path, text.encode(), READABLE)
    except OSError as error:
        raise ConfigError(
            f"`{path}` cannot be written: {error.strerror}", hint="name another file in `--html`"
        ) from error
