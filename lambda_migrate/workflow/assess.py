"""Gathers what an assessment is made from: what CloudWatch counted, what the logs say, and prices."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from lambda_migrate import inventory
from lambda_migrate.assess.advice import Assessment, assess
from lambda_migrate.assess.lacks import INFREQUENT, STANDARD, LogGroup, Looked, lacks
from lambda_migrate.assess.prices import Prices, priced
from lambda_migrate.assess.usage import Minute, Reported, Usage
from lambda_migrate.aws import cloudwatch, logs_query, price_list
from lambda_migrate.errors import MigrateError, NoCredentials
from lambda_migrate.inventory.concurrency import peak
from lambda_migrate.inventory.invocations import NAMESPACE
from lambda_migrate.triggers import kind_of
from lambda_migrate.verify.metrics import Questions
from lambda_migrate.workflow.phase import Question

if TYPE_CHECKING:
    from lambda_migrate.assess.service import Shape
    from lambda_migrate.engine.source_metrics import SourceMetrics
    from lambda_migrate.inventory import Inventory
    from lambda_migrate.workflow.context import Context
    from lambda_migrate.workflow.phase import Confirm

DAY = 86_400.0
MINUTE, HOUR = 60, 3600
GIGABYTE = 1e9
INSIGHTS = "LambdaInsights"
PERCENTILES = ("p50", "p95", "p99")

TEXT_REPORTS = (
    'filter @type = "REPORT" | stats count(*) as invocations, sum(@billedDuration) as billed,'
    ' sum(strcontains(@message, "Init Duration")) as cold, max(@maxMemoryUsed / 1000000) as memory'
)
JSON_REPORTS = (
    'filter type = "platform.report" | stats count(*) as invocations, sum(record.metrics.billedDurationMs) as billed,'
    " count(record.metrics.initDurationMs) as cold, max(record.metrics.maxMemoryUsedMB) as memory"
)
"""What Logs Insights is asked: of lines of text, and of JSON ("Lambda log formats", Lambda developer guide)."""


@dataclass(frozen=True)
class Window:
    """From and to, in seconds since the epoch, on whole minutes."""

    since: float
    until: float

    @classmethod
    def of(cls, now: float, days: int) -> Window:
        """Return the last days."""
        until = math.floor(now / MINUTE) * MINUTE
        return cls(until - days * DAY, until)

    @property
    def times(self) -> tuple[datetime, datetime]:
        """The same as AWS takes them."""
        return datetime.fromtimestamp(self.since, UTC), datetime.fromtimestamp(self.until, UTC)


def gather(context: Context, shape: Shape, days: int, *, logs: bool, confirm: Confirm) -> Assessment:
    """Assess the function of migration.yaml.

    Args:
        context: Of the command.
        shape: One task of the service.
        days: How far back is looked, 15 at most.
        logs: Ask the logs too, which costs money.
        confirm: Asks before that, and raises where the answer is no.

    Raises:
        NotFound: The function, or its log group, is not there.
        AwsError: Metrics cannot be read.
    """
    window = Window.of(context.clock.now(), days)
    context.progress.begin("reading the function and its triggers")
    seen = inventory.take(context.aws_read_only, context.migration.function, alias=context.migration.alias)
    context.progress.begin("reading metrics")
    group = _log_group(context)
    taken_in = _log_bytes(context, group.name, window)
    usage = replace(_usage(context, seen, window), requests=_requests(context, seen, window))
    context.progress.end()
    cost = taken_in / GIGABYTE * Prices().scanned
    if logs and not group.unreadable:
        confirm(Question(f"Query the logs in {group.name} ({taken_in / GIGABYTE:,.1f} GB, about ${cost:,.2f})?"))
        context.progress.begin("reading the logs")
        usage = _with_reports(context, usage, group, window)
    context.progress.begin("reading prices")
    prices = priced(price_list.read(context.aws_read_only), context.aws_read_only.region_name)
    shape = _listed(context, shape)
    if group.kind == INFREQUENT:
        prices = replace(prices, prices=replace(prices.prices, logs=prices.prices.logs_infrequent))
    context.progress.end()
    fronts = frozenset(trigger.kind for trigger in seen.triggers if trigger.enabled)
    made = assess(usage, prices, shape, fronts=fronts, logs=taken_in / GIGABYTE * usage.monthly)
    looked = Looked(window.since, group, logs, taken_in, cost)
    return replace(made, lacks=tuple(lacks(usage, made.sizes, looked)))


def _listed(context: Context, shape: Shape) -> Shape:
    """Return a shape whose instance has the price of its region, where the Price List API says that."""
    hourly = price_list.instance(context.aws_read_only, shape.instance.name) if shape.instance else None
    if shape.instance is None or hourly is None:
        return shape
    return replace(shape, instance=replace(shape.instance, hourly=hourly, listed=True))


def _usage(context: Context, seen: Inventory, window: Window) -> Usage:
    function, aws = seen.function, context.aws_read_only
    own = {"FunctionName": function.name}
    questions = Questions(MINUTE)
    invocations = questions.add(NAMESPACE, "Invocations", own)
    busy = questions.add(NAMESPACE, "Duration", own)
    totals = {name: questions.add(NAMESPACE, name, own) for name in ("Errors", "Throttles")}
    cpu = questions.add(INSIGHTS, "cpu_total_time", {"function_name": function.name})
    points = cloudwatch.series(aws, questions.asked, *window.times)
    took = dict(points[busy])
    minutes = tuple(Minute(at, count, took.get(at, 0.0)) for at, count in points[invocations] if count)
    return Usage(
        seconds=window.until - window.since,
        memory=function.memory,
        arm="arm64" in function.architectures,
        minutes=minutes,
        latency=_latency(context, function.name, window),
        errors=_sum(points[totals["Errors"]]),
        throttles=_sum(points[totals["Throttles"]]),
        concurrency=peak(aws, function.name, context.clock.moment()),
        cpu=_sum(points[cpu]) if points[cpu] else None,
        provisioned=sum(each.provisioned for each in function.qualified.values()),
    )


def _latency(context: Context, function: str, window: Window) -> tuple[tuple[str, float], ...]:
    """Return the percentiles of the days, each day counting by its invocations."""
    questions = Questions(DAY)
    counts = questions.add(NAMESPACE, "Invocations", {"FunctionName": function})
    names = {each: questions.add(NAMESPACE, "Duration", {"FunctionName": function}, each) for each in PERCENTILES}
    points = cloudwatch.series(context.aws_read_only, questions.asked, *window.times)
    weights = dict(points[counts])
    percentiles = []
    for percentile, name in names.items():
        days = [(value, weights.get(at, 0.0)) for at, value in points[name]]
        whole = math.fsum(weight for _, weight in days)
        if whole:
            percentiles.append((percentile, math.fsum(value * weight for value, weight in days) / whole))
    return tuple(percentiles)


def _sum(points: list[tuple[float, float]]) -> float:
    return math.fsum(value for _, value in points)


def _requests(context: Context, seen: Inventory, window: Window) -> float | None:
    """Return how many HTTP requests the triggers counted; None where one of them does not tell, or cannot be read."""
    sources: dict[tuple[tuple[str, str], ...], SourceMetrics] = {}  # an API may have two integrations
    for trigger in seen.triggers:
        kind = kind_of(trigger)
        if not trigger.enabled or kind.traffic != "requests":
            continue
        source = kind.request_metrics(trigger, seen.function)
        if source is None or source.region:
            return None
        sources[tuple(source.dimensions.items())] = source
    questions = Questions(HOUR)
    asked = [
        (questions.add(each.namespace, name, each.dimensions), times)
        for each in sources.values()
        for name, times in each.tried.items()
    ]
    try:
        points = cloudwatch.series(context.aws_read_only, questions.asked, *window.times) if asked else {}
    except NoCredentials:
        raise
    except MigrateError:
        return None
    return math.fsum(_sum(points[name]) * times for name, times in asked)


def _log_group(context: Context) -> LogGroup:
    """Return where the function writes its logs, and what can be asked of them."""
    aws = context.aws_read_only
    answer = aws.call("lambda", "get_function_configuration", FunctionName=context.migration.function)
    logging: dict[str, Any] = answer.get("LoggingConfig") or {}
    name, as_json = (
        logging.get("LogGroup") or f"/aws/lambda/{answer['FunctionName']}",
        logging.get("LogFormat") == "JSON",
    )
    try:
        listed = aws.pages("logs", "describe_log_groups", "logGroups", logGroupNamePrefix=name)
        group = next((each for each in listed if each["logGroupName"] == name), None)
    except NoCredentials:
        raise
    except MigrateError as error:
        return LogGroup(name, as_json, problem=error.message)
    if group is None:
        return LogGroup(name, as_json, kind="")
    days = group.get("retentionInDays")
    return LogGroup(name, as_json, str(group.get("logGroupClass") or STANDARD), int(days) if days else None)


def _log_bytes(context: Context, group: str, window: Window) -> float:
    questions = Questions(HOUR)
    name = questions.add("AWS/Logs", "IncomingBytes", {"LogGroupName": group})
    return _sum(cloudwatch.series(context.aws_read_only, questions.asked, *window.times)[name])


def _with_reports(context: Context, usage: Usage, group: LogGroup, window: Window) -> Usage:
    """Return the usage with what the REPORT lines say; without, if there are none."""
    query = JSON_REPORTS if group.as_json else TEXT_REPORTS
    rows = logs_query.ask(context.aws_read_only, group.name, query, window.since, window.until)
    row = {name: float(value) for name, value in rows[0].items()} if rows else {}
    if not row.get("invocations"):
        return usage
    names = ("invocations", "billed", "cold", "memory")
    return replace(usage, reported=Reported(*(row.get(name, 0.0) for name in names)))
