from __future__ import annotations

import pytest

from lambda_migrate.config import Verify
from lambda_migrate.engine.verdict import Verdict
from lambda_migrate.verify.verdict import Health, Traffic, judge

RULES = Verify(minimum_invocations=20, maximum_error_rate=0.05)
WELL = Health()


def test_enough_good_traffic_and_a_healthy_service_pass() -> None:
    assert judge(Traffic(invocations=100, errors=2), WELL, RULES) == Verdict(
        "pass",
        ("100 invocations, 2 failed, the service is healthy",),
        {"invocations": 100, "bad": 2, "health": "healthy"},
    )


def test_an_unhealthy_service_fails_whatever_the_traffic_says() -> None:
    assert judge(Traffic(invocations=100), Health("/readyz answered 503"), RULES) == Verdict(
        "fail",
        ("the service is not healthy: /readyz answered 503",),
        {"invocations": 100, "bad": 0, "health": "/readyz answered 503"},
    )


@pytest.mark.parametrize("invocations", [0, 19])
def test_too_little_traffic_is_inconclusive_and_never_a_pass(invocations: int) -> None:
    verdict = judge(Traffic(invocations=invocations), WELL, RULES)

    assert (verdict.result, verdict.reasons) == (
        "inconclusive",
        (f"{invocations} invocations were seen, a verdict needs 20",),
    )


@pytest.mark.parametrize(
    "traffic",
    [
        Traffic(invocations=100, errors=6),
        Traffic(invocations=100, failed=6),
        Traffic(invocations=100, fallbacks=6),
        Traffic(invocations=100, errors=3, failed=3, fallbacks=3),
    ],
    ids=["function errors", "answers the proxy had to give", "fallbacks", "some of each"],
)
def test_more_bad_invocations_than_allowed_fail(traffic: Traffic) -> None:
    assert judge(traffic, WELL, RULES).result == "fail"


def test_a_few_bad_ones_among_too_few_are_inconclusive() -> None:
    verdict = judge(Traffic(invocations=3, errors=1), WELL, RULES)

    assert (verdict.result, verdict.reasons) == (
        "inconclusive",
        ("1 of 3 invocations failed or fell back, too few to tell",),
    )


def test_many_bad_ones_fail_even_where_the_invocations_have_not_been_counted_yet() -> None:
    assert judge(Traffic(invocations=0, failed=30), WELL, RULES).result == "fail"
