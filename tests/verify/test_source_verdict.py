"""What is judged of a trigger that goes straight to the service, by what its source counts."""

from __future__ import annotations

from dataclasses import replace
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
from lambda_migrate.verify.judge import StepJudge
from lambda_migrate.verify.source_verdict import judge_source
from lambda_migrate.verify.surroundings import Health, Surroundings
from lambda_migrate.verify.traffic import Flow
from tests.triggers import known
from tests.verify.known import CloudWatch

if TYPE_CHECKING:
    from lambda_migrate.engine.source_metrics import SourceMetrics

RULES = Verify(minimum_invocations=20, maximum_error_rate=0.01)
WELL = Surroundings()
HTTP = http_api.source_metrics(known.http_api("live"))
TOPIC = sns.source_metrics(known.sns("live"))
RULE = eventbridge.source_metrics(known.eventbridge("live"))
QUEUE = sqs.source_metrics(known.sqs("live"))
APPLIED = 1_772_366_430.0


def test_enough_traffic_that_is_as_good_as_before_passes() -> None:
    now, before = Flow(tried=200, reached=191, failed=1, suspect=8), Flow(tried=180, reached=171, suspect=9)

    assert judge_source(now, before, HTTP, WELL, RULES) == Verdict(
        "pass",
        ("ok 191, 5xx 1 of 200 (before 0 of 180), 4xx 8 of 200 (before 9 of 180); the service is healthy",),
        {
            "tried": 200,
            "reached": 191,
            "failed": 1,
            "suspect": 8,
            "seen": True,
            "before": {"tried": 180, "reached": 171, "failed": 0, "suspect": 9, "seen": True},
            "compared": {
                "5xx": {"now": [1, 200], "before": [0, 180], "allowed": 0.01, "chance": 1.0},
                "4xx": {"now": [8, 200], "before": [9, 180], "allowed": 0.01, "chance": 1.0},
            },
            "health": "healthy",
        },
        seen="ok 191, 5xx 1 of 200 (before 0 of 180), 4xx 8 of 200 (before 9 of 180); 20 needed",
    )


def test_what_a_verdict_says_fits_a_line() -> None:
    now, before = Flow(tried=51, reached=39, suspect=12), Flow(tried=54, reached=42, suspect=12)

    assert judge_source(now, before, HTTP, WELL, RULES).reasons == (
        "ok 39, 5xx 0, 4xx 12 of 51 (before 12 of 54); the service is healthy",
    )


@pytest.mark.parametrize(
    ("source_metrics", "now", "reason"),
    [
        (HTTP, Flow(), "ok 0, 5xx 0, 4xx 0; a verdict needs 20"),
        (HTTP, Flow(19, 19), "ok 19, 5xx 0, 4xx 0; a verdict needs 20"),
        (TOPIC, Flow(), "delivered 0, not taken 0; a verdict needs 20"),
        (RULE, Flow(), "delivered 0, refused or not taken 0, retried 0; a verdict needs 20"),
        (
            QUEUE,
            Flow(),
            "received and deleted 0, received and not deleted 0; a verdict needs 20",
        ),
        (HTTP, Flow(30), "ok 0, 5xx 0, 4xx 0; a verdict needs 20"),
        (HTTP, Flow(4, 4, failed=3), "ok 4, 5xx 3 of 4 (before 0 of 40), 4xx 0; too few to judge"),
        (HTTP, Flow(4, 4, suspect=4), "ok 4, 5xx 0, 4xx 4 of 4 (before 0 of 40); too few to judge"),
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
        (HTTP, Flow(40, 0, failed=40), Flow(40, 40), "ok 0, 5xx 40 of 40 (before 0 of 40), 4xx 0"),
        (HTTP, Flow(20, 0, suspect=20), Flow(20, 20), "ok 0, 5xx 0, 4xx 20 of 20 (before 0 of 20)"),
        (HTTP, Flow(20, 0, suspect=20), Flow(seen=False), "ok 0, 5xx 0, 4xx 20 of 20"),
        (
            HTTP,
            Flow(900, 900, suspect=90),
            Flow(900, 900, suspect=9),
            "ok 900, 5xx 0, 4xx 90 of 900 (before 9 of 900)",
        ),
        (TOPIC, Flow(30, 0, failed=30), Flow(30, 30), "delivered 0, not taken 30 of 30 (before 0 of 30)"),
        (
            RULE,
            Flow(50, 20, failed=30),
            Flow(20, 20),
            "delivered 20, refused or not taken 30 of 50 (before 0 of 20), retried 0",
        ),
        (
            RULE,
            Flow(0, 0, failed=30),
            Flow(20, 20),
            "delivered 0, refused or not taken 30 of 30 (before 0 of 20), retried 0",
        ),
        (
            QUEUE,
            Flow(60, 0, suspect=60),
            Flow(60, 54, suspect=6),
            "received and deleted 0, received and not deleted 60 of 60 (before 6 of 60)",
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
    verdict = judge_source(Flow(100, 100), Flow(), HTTP, Surroundings(Health("/readyz answered 503")), RULES)

    assert (verdict.result, verdict.reasons) == ("fail", ("the service is not healthy: /readyz answered 503",))


def verdict_of(
    counted: CloudWatch, source_metrics: SourceMetrics | None, *, final: bool = True, propagation: float = 0.0
) -> Verdict:
    aws: Any = counted
    transport = httpx.MockTransport(lambda _request: httpx.Response(200))
    config = Migration(function="orders", service=Service(url="https://orders.test"), verify=RULES)
    judge = StepJudge(
        aws, config, Client(transport=transport), lambda: APPLIED + propagation + 180, lambda _seconds: None
    )
    step = Step(
        "01",
        PointRoute("a", "r", "GET /", "integrations/1", "marker:x"),
        source_metrics=(source_metrics,) if source_metrics else (),
        propagation=propagation,
    )
    return judge(step, APPLIED + propagation, first=APPLIED, final=final)


def at(seconds: float) -> datetime:
    return datetime.fromtimestamp(1_772_366_400 + seconds, UTC)


def test_the_time_after_the_change_has_spread_is_held_against_as_long_before_it() -> None:
    counted = CloudWatch({"Count": 40.0, "5xx": 0.0, "4xx": 1.0})

    assert verdict_of(counted, HTTP, propagation=300.0).result == "pass"
    assert counted.windows == [(at(360), at(540)), (at(-180), at(0))]


def test_a_metric_that_was_not_read_is_an_error_and_not_no_traffic() -> None:
    for status in ("InternalError", "Forbidden", "PartialData"):
        counted = CloudWatch({"Count": 40.0}, status={"5xx": status})

        with pytest.raises(AwsError, match=f"CloudWatch could not read the metrics: {status}"):
            verdict_of(counted, HTTP)


def test_while_the_bake_runs_only_a_fail_counts() -> None:
    assert verdict_of(CloudWatch({}), HTTP, final=False).result == "pass"
    broken = CloudWatch({"Count": 40.0, "5xx": 40.0}, before={"Count": 40.0})
    assert verdict_of(broken, HTTP, final=False).result == "fail"


def test_a_share_that_rose_is_judged_at_the_end_only() -> None:
    few = CloudWatch({"Count": 4.0, "4xx": 3.0})
    assert verdict_of(few, HTTP, final=False).result == "pass"
    counted = CloudWatch({"NumberOfMessagesReceived": 40.0})
    risen = replace(QUEUE, suspect={"NumberOfMessagesReceived": 1})

    assert verdict_of(counted, risen, final=False).result == "pass"
    assert [verdict_of(counted, QUEUE, final=final).result for final in (False, True)] == ["pass", "inconclusive"]


def test_a_step_before_the_last_is_judged_by_health_and_says_so() -> None:
    verdict = verdict_of(CloudWatch({}), None)

    assert (verdict.result, verdict.reasons) == (
        "pass",
        ("the service is healthy; traffic is judged after the trigger's last step",),
    )
    assert (verdict.evidence["health"], list(verdict.evidence["asked"])) == ("healthy", ["from here"])
