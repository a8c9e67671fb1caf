"""Reads from CloudWatch what became of the traffic of a version, and of a source, now and before."""

from __future__ import annotations

import math
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from lambda_migrate.aws import cloudwatch
from lambda_migrate.inventory.invocations import PROXY_NAMESPACE
from lambda_migrate.verify.traffic import PERCENTILES, Accounts, Flow, Traffic

if TYPE_CHECKING:
    from lambda_migrate.aws.session import Aws
    from lambda_migrate.engine.source_metrics import SourceMetrics, Sum

    Window = tuple[float, float]

ACCOUNTS = {
    "proxied": "Proxied",
    "passed_through": "PassedThrough",
    "failed": "Failed",
    "fallbacks": "Fallback",
    "server_errors": "ServerErrors",
    "client_errors": "ClientErrors",
    "requests": "Requests",
}
"""The proxy's metrics by the fields of `Accounts`."""

_LAMBDA = "AWS/Lambda"


@dataclass
class Questions:
    """What CloudWatch is asked at once for one window.

    Args:
        period: Resolution of the metrics, in seconds.
        asked: The queries, as GetMetricData takes them.
        products: What a percentage comes to, by name: the names of the percentage, and of what it is taken of.
    """

    period: float
    asked: list[dict[str, Any]] = field(default_factory=list)
    products: dict[str, tuple[str, str]] = field(default_factory=dict)

    def add(self, namespace: str, metric: str, dimensions: dict[str, str], statistic: str = "Sum") -> str:
        """Ask for one metric; returns the name that its values will have."""
        name = f"m{len(self.asked)}"
        listed = [{"Name": key, "Value": value} for key, value in dimensions.items()]
        about = {"Namespace": namespace, "MetricName": metric, "Dimensions": listed}
        stat = {"Metric": about, "Period": int(self.period), "Stat": statistic}
        self.asked.append({"Id": name, "MetricStat": stat, "ReturnData": True})
        return name

    def product(self, percent: str, whole: str) -> str:
        """Ask for what a percentage of another metric comes to, period by period; returns the name of its values."""
        name = f"p{len(self.products)}"
        self.products[name] = (percent, whole)
        return name

    def read(self, aws: Aws, window: Window) -> Answers:
        """Read all of it.

        Raises:
            AwsError: CloudWatch did not say all of it.
        """
        start, end = (datetime.fromtimestamp(seconds, UTC) for seconds in window)
        if not self.products:
            return Answers(cloudwatch.values(aws, self.asked, start, end))
        points = cloudwatch.series(aws, self.asked, start, end)
        values = {name: [value for _, value in each] for name, each in points.items()}
        for name, (percent, whole) in self.products.items():
            wholes = dict(points[whole])
            values[name] = [value / 100 * wholes.get(at, 0.0) for at, value in points[percent]]
        return Answers(values)


@dataclass(frozen=True)
class Answers:
    """The values of each metric, one for each period that has one."""

    values: dict[str, list[float]]

    def total(self, name: str) -> int | None:
        """Return the sum of a metric; None where there is not a single data point."""
        return round(sum(self.values[name])) if self.values[name] else None


@dataclass(frozen=True)
class LambdaMetrics:
    """What Lambda counts under one set of dimensions.

    An alias' invocations carry ``Resource`` (``function:alias``) and, where it has two versions, ``ExecutedVersion``
    ("Types of metrics for Lambda functions" in the Lambda guide). What is throttled has no version yet.
    """

    dimensions: dict[str, str]

    def ask(self, questions: Questions) -> dict[str, str]:
        """Ask; returns the names of the values by what they are."""
        whole = {name: value for name, value in self.dimensions.items() if name != "ExecutedVersion"}
        names = {
            "invocations": questions.add(_LAMBDA, "Invocations", self.dimensions),
            "errors": questions.add(_LAMBDA, "Errors", self.dimensions),
            "throttles": questions.add(_LAMBDA, "Throttles", whole),
        }
        return names | {each: questions.add(_LAMBDA, "Duration", self.dimensions, each) for each in PERCENTILES}

    @staticmethod
    def answer(names: dict[str, str], answers: Answers) -> Traffic:
        """Return what was counted."""
        return Traffic(
            invocations=answers.total(names["invocations"]),
            errors=answers.total(names["errors"]),
            throttles=answers.total(names["throttles"]),
            latency={each: tuple(answers.values[names[each]]) for each in PERCENTILES},
        )


@dataclass(frozen=True)
class Trial:
    """Which version is on trial, and where its traffic comes from.

    Attributes:
        function: The function's name.
        alias: The traffic alias.
        version: The version on trial.
        original: The version that serves beside it; "" where all goes to the one on trial, so that all that the alias
            invokes is its traffic, but for what is left of `earlier`.
        earlier: The version that served beside it until now: Lambda takes seconds to spread a change of an alias, and
            where it is not known yet, the alias has its weights still, and ``ExecutedVersion`` is counted.
        sources: The metrics of the sources of its HTTP requests.
    """

    function: str
    alias: str
    version: str
    original: str = ""
    sources: tuple[SourceMetrics, ...] = ()
    earlier: str = ""


@dataclass(frozen=True)
class Measured:
    """What was counted of a trial.

    Attributes:
        traffic: Of the version on trial.
        accounts: What its proxy says itself.
        original: Of the version beside it over the same minutes; None if there is none.
        before: Of the whole function, for as long before the first weight.
        sources: Of each source: its metrics, what they said now, and for as long before the first weight.
        window: From and to, in seconds since the epoch.
    """

    traffic: Traffic
    accounts: Accounts
    original: Traffic | None
    before: Traffic
    sources: tuple[tuple[SourceMetrics, Flow, Flow], ...] = ()
    window: Window = (0.0, 0.0)


def measure(aws: Aws, trial: Trial, first: float, window: Window, period: float) -> Measured:
    """Read the traffic of one version behind an alias, and what it is held against.

    Args:
        aws: The session.
        trial: What is on trial.
        first: When the first traffic was moved to it, in seconds since the epoch: before, all went to the original.
        window: From and to, in seconds since the epoch; only whole periods inside it are counted, because the
            period in which the window begins also holds what came before it.
        period: Resolution of the metrics, in seconds.

    Raises:
        AwsError: CloudWatch did not say all of it.
    """
    now, earlier = spans(window, first, period)
    questions = Questions(period)
    alias = {"FunctionName": trial.function, "Resource": f"{trial.function}:{trial.alias}"}
    mine = LambdaMetrics(alias | ({"ExecutedVersion": trial.version} if trial.original else {})).ask(questions)
    other = LambdaMetrics(alias | {"ExecutedVersion": trial.original}).ask(questions) if trial.original else {}
    left = {} if other or not trial.earlier else _ask_counts(questions, alias | {"ExecutedVersion": trial.earlier})
    proxy = {"FunctionName": trial.function, "FunctionVersion": trial.version}
    told = {name: questions.add(PROXY_NAMESPACE, metric, proxy) for name, metric in ACCOUNTS.items()}
    flowing = [_ask_source(questions, each) for each in trial.sources]
    answers = questions.read(aws, now)

    past = Questions(period)
    whole = LambdaMetrics({"FunctionName": trial.function}).ask(past)
    flowed = [_ask_source(past, each) for each in trial.sources]
    was = past.read(aws, earlier)

    return Measured(
        traffic=_without(LambdaMetrics.answer(mine, answers), left, answers),
        accounts=Accounts(**{name: answers.total(asked) for name, asked in told.items()}),
        original=LambdaMetrics.answer(other, answers) if other else None,
        before=LambdaMetrics.answer(whole, was),
        sources=tuple(
            (source, _flow(source, answers, names), _flow(source, was, then))
            for source, names, then in zip(trial.sources, flowing, flowed, strict=True)
        ),
        window=now,
    )


def flows(aws: Aws, source_metrics: SourceMetrics, first: float, window: Window, period: float) -> tuple[Flow, Flow]:
    """Read what a source counted since its trigger went straight to the service, and as long before that.

    Args:
        aws: The session.
        source_metrics: Which metrics tell of it.
        first: When the trigger was first moved, in seconds since the epoch: what came before went through Lambda.
        window: From and to, as for :func:`measure`.
        period: Resolution of the metrics, in seconds.

    Returns:
        Now and before.

    Raises:
        AwsError: CloudWatch did not say all of it.
    """
    there = aws.elsewhere(source_metrics.region) if source_metrics.region else aws
    questions = Questions(period)
    names = _ask_source(questions, source_metrics)
    now, before = (_flow(source_metrics, questions.read(there, span), names) for span in spans(window, first, period))
    return now, before


def spans(window: Window, first: float, period: float) -> tuple[Window, Window]:
    """Return the whole periods of a window, and as many before something was first moved."""
    start = math.ceil(window[0] / period) * period
    end = max(start + period, math.ceil(window[1] / period) * period)
    moved = math.floor(first / period) * period
    return (start, end), (moved - (end - start), moved)


def total(
    aws: Aws, namespace: str, metric: str, dimensions: dict[str, str], window: Window, period: float
) -> int | None:
    """Read one metric's sum over a window; None where there is not a single data point.

    Raises:
        AwsError: CloudWatch did not say all of it.
    """
    questions = Questions(period)
    name = questions.add(namespace, metric, dimensions)
    return questions.read(aws, window).total(name)


def _ask_counts(questions: Questions, dimensions: dict[str, str]) -> dict[str, str]:
    return {name: questions.add(_LAMBDA, name.capitalize(), dimensions) for name in ("invocations", "errors")}


def _without(traffic: Traffic, names: dict[str, str], answers: Answers) -> Traffic:
    """Return the traffic without what another version ran of it."""
    left = {each: answers.total(asked) or 0 for each, asked in names.items()}

    def less(each: str, counted: int | None) -> int | None:
        return counted if counted is None else max(0, counted - left.get(each, 0))

    return replace(traffic, invocations=less("invocations", traffic.invocations), errors=less("errors", traffic.errors))


def _ask_source(questions: Questions, source: SourceMetrics) -> dict[str, str]:
    counted = [metric for metric in source.metrics if metric not in source.rates]
    names = {metric: questions.add(source.namespace, metric, source.dimensions) for metric in counted}
    for rate, whole in source.rates.items():
        share = questions.add(source.namespace, rate, source.dimensions, "Average")
        names[rate] = questions.product(share, names[whole])
    return names


def _flow(source: SourceMetrics, answers: Answers, names: dict[str, str]) -> Flow:
    sums = {metric: answers.total(name) for metric, name in names.items()}

    def summed(parts: Sum) -> int:
        return max(0, sum(factor * (sums.get(name) or 0) for name, factor in parts.items()))

    return Flow(
        summed(source.tried),
        summed(source.reached),
        summed(source.failed),
        summed(source.suspect),
        seen=any(value is not None for value in sums.values()),
    )
