"""What is judged of a trigger that goes straight to the service, by what its source counts."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import httpx
import pytest

from lambda_migrate.actions.api_gateway.point_route import PointRoute
from lambda_migrate.config import Migration, Service, Verify
from lambda_migrate.engine.plan import Step
from lambda_migrate.engine.verdict import Verdict
from lambda_migrate.errors import AwsError
from lambda_migrate.http import Client
from lambda_migrate.triggers import eventbridge, http_api, sns, sqs
from lambda_migrate.verify.checks import StepJudge
from lambda_migrate.verify.verdict import Flow, Health, judge_source
from tests.triggers import known

if TYPE_CHECKING:
    from lambda_migrate.engine.source_metrics import SourceMetrics

RULES = Verify(minimum_invocations=20, maximum_error_rate=0.01)
WELL = Health()
HTTP = http_api.source_metrics(known.http_api("live"))
TOPIC = sns.source_metrics(known.sns("live"))
RULE = eventbridge.source_metrics(known.eventbridge("live"))
QUEUE = sqs.source_metrics(known.sqs("live"))
APPLIED = 1_772_366_430.0


def test_enough_traffic_that_is_as_good_as_before_passes() -> None:
    now, before = Flow(tried=200, reached=191, failed=1, suspect=8), Flow(tried=180, reached=171, suspect=9)

    refused = "8 of 200 requests were answered 4xx, 9 of 180 before the step"

    assert judge_source(now, before, HTTP, WELL, RULES) == Verdict(
        "pass",
        (f"191 requests were answered well, 1 were answered 5xx, {refused}, the service is healthy",),
        {
            "tried": 200,
            "reached": 191,
            "failed": 1,
            "suspect": 8,
            "before": {"tried": 180, "reached": 171, "failed": 0, "suspect": 9},
            "health": "healthy",
        },
    )


@pytest.mark.parametrize(
    ("source_metrics", "now", "reason"),
    [
        (HTTP, Flow(), "0 requests were answered well, a verdict needs 20"),
        (HTTP, Flow(19, 19), "19 requests were answered well, a verdict needs 20"),
        (TOPIC, Flow(), "0 notifications were delivered, a verdict needs 20"),
        (RULE, Flow(), "0 events were delivered, a verdict needs 20"),
        (QUEUE, Flow(), "0 messages were received and deleted, a verdict needs 20"),
        (HTTP, Flow(30), "0 requests were answered well, a verdict needs 20"),
        (HTTP, Flow(4, 4, failed=2), "2 of 4 requests were answered 5xx, 1.00% may; too few to tell"),
        (HTTP, Flow(4, 4, suspect=4), "4 of 4 requests were answered 4xx, 0 of 40 before the step; too few to tell"),
    ],
)
def test_too_little_traffic_is_inconclusive_and_never_a_pass(
    source_metrics: SourceMetrics, now: Flow, reason: str
) -> None:
    verdict = judge_source(now, Flow(40, 40), source_metrics, WELL, RULES)

    assert (verdict.result, verdict.reasons) == ("inconclusive", (reason,))


@pytest.mark.parametrize(
    ("source_metrics", "now", "before", "reason"),
    [
        (HTTP, Flow(40, 40, failed=40), Flow(40, 40), "40 of 40 requests were answered 5xx, 1.00% may"),
        (HTTP, Flow(20, 20, suspect=20), Flow(20, 20), "20 of 20 requests were answered 4xx, 0 of 20 before the step"),
        (HTTP, Flow(20, 20, suspect=20), Flow(), "20 of 20 requests were answered 4xx, 0 of 0 before the step"),
        (
            HTTP,
            Flow(900, 900, suspect=90),
            Flow(900, 900, suspect=9),
            "90 of 900 requests were answered 4xx, 9 of 900 before the step",
        ),
        (TOPIC, Flow(30, 0, failed=30), Flow(30, 30), "30 of 30 notifications were not taken, 1.00% may"),
        (RULE, Flow(50, 20, failed=30), Flow(20, 20), "30 of 50 events were refused or not taken, 1.00% may"),
        (RULE, Flow(0, 0, failed=30), Flow(20, 20), "30 of 30 events were refused or not taken, 1.00% may"),
        (
            QUEUE,
            Flow(60, 0, suspect=60),
            Flow(60, 54, suspect=6),
            "60 of 60 messages were received and not deleted, 6 of 60 before the step",
        ),
    ],
    ids=[
        "every request 5xx",
        "every request 404",
        "every request 404, of an API that had none before",
        "one route 404",
        "every notification refused",
        "events tried again and again",
        "events that were never tried, because EventBridge may not",
        "a consumer that finishes nothing",
    ],
)
def test_a_service_that_does_not_take_it_fails_however_healthy(
    source_metrics: SourceMetrics, now: Flow, before: Flow, reason: str
) -> None:
    verdict = judge_source(now, before, source_metrics, WELL, RULES)

    assert (verdict.result, verdict.reasons) == ("fail", (reason,))


@pytest.mark.parametrize(
    ("now", "before"),
    [
        (Flow(20, 20, suspect=6), Flow(20, 20, suspect=2)),
        (Flow(900, 900, suspect=108), Flow(900, 900, suspect=90)),
        (Flow(90, 30, suspect=60), Flow(90, 30, suspect=60)),
        (Flow(30, 30), Flow(30, 30, suspect=30)),
    ],
    ids=["few, by chance", "many, by chance", "an API of many 4xx", "fewer than before"],
)
def test_a_4xx_share_that_chance_explains_does_not_fail(now: Flow, before: Flow) -> None:
    assert judge_source(now, before, HTTP, WELL, RULES).result == "pass"


def test_an_unhealthy_service_fails_whatever_the_source_counts() -> None:
    verdict = judge_source(Flow(100, 100), Flow(), HTTP, Health("/readyz answered 503"), RULES)

    assert (verdict.result, verdict.reasons) == ("fail", ("the service is not healthy: /readyz answered 503",))


@dataclass
class Counted:
    """A CloudWatch that has counted the same in every window, and remembers the windows."""

    sums: dict[str, float]
    status: dict[str, str] = field(default_factory=dict)
    windows: list[tuple[datetime, datetime]] = field(default_factory=list)

    def pages(self, _service: str, _operation: str, _key: str, **asked: Any) -> Any:
        self.windows.append((asked["StartTime"], asked["EndTime"]))
        for query in asked["MetricDataQueries"]:
            name = query["MetricStat"]["Metric"]["MetricName"]
            values = [self.sums[name]] if name in self.sums else []
            yield {"Id": query["Id"], "Values": values, "StatusCode": self.status.get(name, "Complete")}


def verdict_of(
    counted: Counted, source_metrics: SourceMetrics | None, *, final: bool = True, settle: float = 0.0
) -> Verdict:
    aws: Any = counted
    transport = httpx.MockTransport(lambda _request: httpx.Response(200))
    config = Migration(function="orders", service=Service(url="https://orders.test"), verify=RULES)
    judge = StepJudge(aws, config, Client(transport=transport), lambda: APPLIED + settle + 180)
    step = Step(
        "01", PointRoute("a", "r", "GET /", "integrations/1", "marker:x"), source_metrics=source_metrics, settle=settle
    )
    return judge(step, APPLIED + settle, first=APPLIED, final=final)


def at(seconds: float) -> datetime:
    return datetime.fromtimestamp(1_772_366_400 + seconds, UTC)


def test_the_time_after_the_change_has_spread_is_held_against_as_long_before_it() -> None:
    counted = Counted({"Count": 40.0, "5xx": 0.0, "4xx": 1.0})

    assert verdict_of(counted, HTTP, settle=300.0).result == "pass"
    assert counted.windows == [(at(360), at(540)), (at(-180), at(0))]


def test_a_metric_that_was_not_read_is_an_error_and_not_no_traffic() -> None:
    for status in ("InternalError", "Forbidden", "PartialData"):
        counted = Counted({"Count": 40.0}, {"5xx": status})

        with pytest.raises(AwsError, match=f"CloudWatch could not read the metrics: {status}"):
            verdict_of(counted, HTTP)


def test_while_the_bake_runs_only_a_fail_counts() -> None:
    assert verdict_of(Counted({}), HTTP, final=False).result == "pass"
    assert verdict_of(Counted({"Count": 40.0, "5xx": 40.0}), HTTP, final=False).result == "fail"


def test_a_share_that_rose_is_judged_at_the_end_only() -> None:
    few = Counted({"Count": 4.0, "4xx": 3.0})
    assert verdict_of(few, HTTP, final=False).result == "pass"
    counted = Counted({"NumberOfMessagesReceived": 40.0})
    risen = replace(QUEUE, suspect={"NumberOfMessagesReceived": 1})

    assert verdict_of(counted, risen, final=False).result == "pass"
    assert [verdict_of(counted, QUEUE, final=final).result for final in (False, True)] == ["pass", "inconclusive"]


def test_a_step_before_the_last_is_judged_by_health_and_says_so() -> None:
    assert verdict_of(Counted({}), None) == Verdict(
        "pass",
        ("the service is healthy; traffic is judged after the trigger's last step",),
        {"health": "healthy"},
    )
