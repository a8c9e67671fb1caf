"""A trial that goes well, to be changed in one thing; and an AWS that answers what a judge asks."""

from __future__ import annotations

import io
import json
from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from lambda_migrate.engine.source_metrics import SourceMetrics
from lambda_migrate.verify.metrics import Measured
from lambda_migrate.verify.traffic import Accounts, Flow, Traffic

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

STEADY = {"p50": (20.0,) * 15, "p95": (40.0,) * 15, "p99": (60.0,) * 15}
API = SourceMetrics(
    "AWS/ApiGateway",
    {"ApiId": "a1"},
    tried={"Count": 1},
    reached={"Count": 1, "4xx": -1, "5xx": -1},
    failed={"5xx": 1},
    suspect={"4xx": 1},
    failing="5xx",
    suspicious="4xx",
    name="http_api `orders`",
)

WELL = Measured(
    traffic=Traffic(100, 0, 0, STEADY),
    accounts=Accounts(100, None, 0, 0, 0, 10, 100),
    original=Traffic(900, 9, None, STEADY),
    before=Traffic(1000, 10, 0, STEADY),
    sources=((API, Flow(1000, 890, 10, 100), Flow(1000, 890, 10, 100)),),
    window=(1_772_366_400.0, 1_772_367_300.0),
)
"""A canary of 10 %: a hundred requests of a thousand; one of a hundred fails, one of ten is answered 4xx, as ever."""


def measured(*, api: Flow | None = None, **changes: Any) -> Measured:
    """Return the trial with other values of the version on trial, the proxy's account or the source."""
    traffic = {name: changes.pop(name) for name in ("invocations", "errors", "throttles", "latency") if name in changes}
    whole = {name: changes.pop(name) for name in ("original", "before", "sources") if name in changes}
    sources = {"sources": ((API, api, WELL.sources[0][2]),)} if api else {}
    changed = replace(WELL, traffic=replace(WELL.traffic, **traffic), accounts=replace(WELL.accounts, **changes))
    return replace(changed, **sources, **whole)


@dataclass
class CloudWatch:
    """An AWS whose metrics and alarms are given, in which the proxy answers probes, and that remembers what is asked.

    Attributes:
        sums: By namespace and metric, or the metric alone; a number, or a function of the dimensions.
        before: The same of the time before, which is asked for second; None: as now.
        answers: What else is called, by operation.
        windows: From and to, of each question.
    """

    sums: dict[str, Any] = field(default_factory=dict)
    answers: dict[str, Any] = field(default_factory=dict)
    alarms: dict[str, str] = field(default_factory=dict)
    status: dict[str, str] = field(default_factory=dict)
    reached: bool = True
    before: dict[str, Any] | None = None
    windows: list[tuple[datetime, datetime]] = field(default_factory=list)
    asked: list[dict[str, Any]] = field(default_factory=list)
    called: list[str] = field(default_factory=list)

    def call(self, service: str, operation: str, **parameters: Any) -> Any:
        self.called.append(f"{service}.{operation}")
        if operation == "invoke":
            report = {"reached": self.reached, "milliseconds": 3.2, "status": 200, "version": parameters["Qualifier"]}
            told = {**report, "error": None if self.reached else "connection refused", "events": "all"}
            return {"Payload": io.BytesIO(json.dumps({"lambda-migrate": told}).encode())}
        answer = self.answers[operation]
        if isinstance(answer, Exception):
            raise answer
        return answer

    def pages(self, service: str, operation: str, key: str, **asked: Any) -> Iterator[Any]:
        if operation == "describe_alarms":
            states = self.alarms if key == "MetricAlarms" else {}
            yield from ({"AlarmName": name, "StateValue": state} for name, state in states.items())
        elif operation == "get_metric_data":
            self.windows.append((asked["StartTime"], asked["EndTime"]))
            self.asked += asked["MetricDataQueries"]
            yield from (self._result(query) for query in asked["MetricDataQueries"])
        else:
            yield from self.call(service, operation, **asked)[key]

    def _result(self, query: dict[str, Any]) -> dict[str, Any]:
        metric = query["MetricStat"]["Metric"]
        dimensions = {each["Name"]: each["Value"] for each in metric["Dimensions"]}
        name, statistic = metric["MetricName"], query["MetricStat"]["Stat"]
        keys = (f"{metric['Namespace']} {name} {statistic}", f"{name} {statistic}", name if statistic == "Sum" else "")
        sums = self.sums if self.before is None or len(self.windows) % 2 else self.before
        found = next((sums[key] for key in keys if key in sums), None)
        value = found(dimensions) if callable(found) else found
        values = [] if value is None else value if isinstance(value, list) else [float(value)]
        start = self.windows[-1][0]
        times = [start + timedelta(seconds=query["MetricStat"]["Period"] * place) for place in range(len(values))]
        status = self.status.get(name, "Complete")
        return {"Id": query["Id"], "Timestamps": times, "Values": values, "StatusCode": status}

    def elsewhere(self, region: str) -> CloudWatch:
        self.called.append(f"in {region}")
        return self
