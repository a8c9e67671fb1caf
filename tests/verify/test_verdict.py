"""What is judged of a version behind a weighted alias, by everything that is known of it."""

from __future__ import annotations

import json
from typing import Any

import pytest

from lambda_migrate.config import Verify
from lambda_migrate.verify.surroundings import Alarms, Health, Surroundings
from lambda_migrate.verify.traffic import Flow, Traffic
from lambda_migrate.verify.verdict import judge
from tests.verify.known import STEADY, WELL, measured

RULES = Verify(minimum_invocations=20, maximum_error_rate=0.01)
HEALTHY = Surroundings()


def judged(*, final: bool = True, around: Surroundings = HEALTHY, **changes: Any) -> tuple[str, tuple[str, ...]]:
    verdict = judge(measured(**changes), around, RULES, final=final)
    return verdict.result, verdict.reasons


def test_traffic_that_is_as_good_as_the_originals_passes_and_says_all_of_it() -> None:
    verdict = judge(WELL, HEALTHY, RULES)

    assert verdict.result == "pass"
    assert verdict.reasons[0] == (
        "100 invocations, function errors 0 (original 9 of 900), not answered 0, fallbacks 0, 5xx 0 (before 10 of"
        " 1000), 4xx 10 of 100 (before 100 of 1000), throttles 0, http_api `orders`: 5xx 10 of 1000 (before 10 of"
        " 1000), http_api `orders`: 4xx 100 of 1000 (before 100 of 1000), p50 20 ms (original 20 ms), p95 40 ms"
        " (original 40 ms), p99 60 ms (original 60 ms), the service is healthy"
    )


def test_the_evidence_has_every_number_and_is_plain_json() -> None:
    evidence = judge(measured(server_errors=3), HEALTHY, RULES).evidence

    assert json.loads(json.dumps(evidence)) == evidence
    assert evidence["window"] == ["2026-03-01T12:00:00+00:00", "2026-03-01T12:15:00+00:00"]
    assert evidence["traffic"] == {"invocations": 100, "errors": 0, "throttles": 0}
    assert evidence["compared"]["5xx"] == {"now": [3, 100], "before": [10, 1000], "allowed": 0.01, "chance": 0.107}
    assert evidence["compared"]["p95"]["now"] == [40.0] * 15


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"server_errors": 100}, "5xx 100 of 100 (before 10 of 1000)"),
        ({"client_errors": 100}, "4xx 100 of 100 (before 100 of 1000)"),
        ({"errors": 30}, "function errors 30 of 100 (original 9 of 900)"),
        ({"failed": 8, "proxied": 92}, "not answered 8 of 100 (original 0 of 900)"),
        ({"fallbacks": 60, "proxied": 40}, "fallbacks 60 of 100 (original 0 of 900)"),
        ({"throttles": 50}, "throttles 50 of 150 (before 0 of 1000)"),
        ({"api": Flow(1000, 800, 100, 100)}, "http_api `orders`: 5xx 100 of 1000 (before 10 of 1000)"),
        ({"api": Flow(1000, 790, 10, 200)}, "http_api `orders`: 4xx 200 of 1000 (before 100 of 1000)"),
        ({"latency": {**STEADY, "p99": (900.0,) * 15}}, "p99 900 ms (original 60 ms)"),
    ],
    ids=["500", "404", "errors", "no answer", "fallback", "throttled", "5xx at the API", "4xx at the API", "slow"],
)
def test_what_rose_by_more_than_allowed_and_by_more_than_chance_explains_fails(
    changes: dict[str, Any], reason: str
) -> None:
    assert judged(**changes) == ("fail", (reason,))
    assert judged(**changes, final=False) == ("fail", (reason,))


@pytest.mark.parametrize(
    "changes",
    [
        {"server_errors": 3},
        {"client_errors": 14},
        {"errors": 3},
        {"latency": {**STEADY, "p99": (100.0,) * 15}},
        {"latency": {**STEADY, "p99": (900.0,) * 3 + (60.0,) * 12}},
        {"original": Traffic(900, 900, None, STEADY), "errors": 100},
    ],
    ids=["a few 500", "a few 404", "a few errors", "under 100 ms more", "three slow minutes", "as bad as the original"],
)
def test_what_chance_explains_or_what_was_before_does_not_fail(changes: dict[str, Any]) -> None:
    assert judged(**changes)[0] == "pass"


def test_a_look_before_the_last_asks_for_more() -> None:
    assert judged(failed=3, proxied=97) == ("fail", ("not answered 3 of 100 (original 0 of 900)",))
    assert judged(failed=3, proxied=97, final=False)[0] == "pass"


def test_without_an_original_beside_it_a_version_is_held_against_the_time_before() -> None:
    assert judged(original=None, errors=30) == ("fail", ("function errors 30 of 100 (before 10 of 1000)",))
    few = Traffic(19, 0, None, {})
    assert judged(original=few, errors=30) == ("fail", ("function errors 30 of 100 (before 10 of 1000)",))


def test_without_anything_to_hold_it_against_only_what_is_allowed_passes() -> None:
    nothing: dict[str, Any] = {"original": None, "before": Traffic(), "sources": ()}

    assert judged(**nothing, server_errors=0, client_errors=40)[0] == "pass"
    assert judged(**nothing, server_errors=6) == ("fail", ("5xx 6 of 100",))
    assert judged(**nothing, client_errors=70) == ("fail", ("4xx 70 of 100",))


def test_requests_are_the_whole_that_statuses_are_a_share_of_whatever_events_come_beside_them() -> None:
    assert judged(invocations=5000, proxied=5000, requests=10, server_errors=10, client_errors=0) == (
        "fail",
        ("5xx 10 of 10 (before 10 of 1000)",),
    )


@pytest.mark.parametrize("proxied", [0, None, 89])
def test_a_proxy_that_does_not_tell_of_nearly_every_invocation_is_inconclusive(proxied: int | None) -> None:
    silent = Surroundings(silence="role `orders` may not logs:PutLogEvents")
    found = judged(proxied=proxied, around=silent)

    assert found == (
        "inconclusive",
        (f"the proxy reported {proxied or 0} of 100 invocations, its metrics do not arrive: {silent.silence}",),
    )
    assert judge(measured(proxied=proxied), HEALTHY, RULES).awaits == RULES.arrival
    assert judged(proxied=90)[0] == "pass"


def test_metrics_that_have_not_arrived_are_no_zeros() -> None:
    assert judged(errors=None) == ("inconclusive", ("CloudWatch has not counted the function's errors",))
    assert judged(server_errors=None, client_errors=None) == (
        "inconclusive",
        ("this proxy version does not count statuses; publish another with `lambda-migrate proxy deploy`",),
    )
    assert judged(proxied=None, passed_through=100, failed=None, fallbacks=None, server_errors=None)[0] == "pass"


@pytest.mark.parametrize("invocations", [None, 0, 19])
def test_too_little_traffic_is_inconclusive_and_never_a_pass(invocations: int | None) -> None:
    told = {"proxied": invocations, "client_errors": 0, "requests": invocations}

    assert judged(invocations=invocations, **told) == (
        "inconclusive",
        (f"{invocations or 0} invocations were seen, a verdict needs 20",),
    )


def test_a_few_bad_ones_among_too_few_are_inconclusive_and_told() -> None:
    assert judged(invocations=3, proxied=3, requests=3, client_errors=0, errors=2) == (
        "inconclusive",
        (
            "3 invocations were seen, a verdict needs 20",
            "function errors 2 of 3 (original 9 of 900), too few to judge",
        ),
    )


def test_overwhelming_failures_need_no_minimum_and_no_invocations_that_have_arrived() -> None:
    few = {"proxied": 5, "requests": 5, "client_errors": 0, "server_errors": 5}
    assert judged(invocations=5, **few) == ("fail", ("5xx 5 of 5 (before 10 of 1000)",))
    assert judged(invocations=None, errors=None, proxied=0, failed=30)[0] == "fail"


def test_an_unhealthy_service_fails_whatever_the_traffic_says() -> None:
    ill = Surroundings(Health("/readyz answered 503"))

    assert judged(around=ill) == ("fail", ("the service is not healthy: /readyz answered 503",))


@pytest.mark.parametrize(
    ("states", "expected"),
    [
        ({"slow": "OK", "errors": "ALARM"}, ("fail", "alarm `errors` is in ALARM")),
        ({"a": "ALARM", "b": "ALARM"}, ("fail", "alarms `a`, `b` are in ALARM")),
        ({"errors": "MISSING"}, ("inconclusive", "alarm `errors` is not there")),
        ({"errors": "INSUFFICIENT_DATA"}, ("pass", "alarm `errors` is without enough data")),
        ({"errors": "OK"}, ("pass", "the service is healthy")),
    ],
)
def test_named_alarms_join_in(states: dict[str, str], expected: tuple[str, str]) -> None:
    verdict = judge(WELL, Surroundings(alarms=Alarms(states)), RULES)

    assert (verdict.result, verdict.reasons[0].endswith(expected[1])) == (expected[0], True)
    assert verdict.evidence["alarms"] == states


def test_what_was_seen_until_now_is_one_line_whatever_the_verdict() -> None:
    few = judge(measured(invocations=7, proxied=7, requests=7, client_errors=1), HEALTHY, RULES, final=False)

    assert few.result == "inconclusive"
    assert few.seen == (
        "7 invocations (20 needed), 5xx 0 (before 10 of 1000), 4xx 1 of 7 (before 100 of 1000),"
        " function errors 0 (original 9 of 900), p50 20 ms (original 20 ms), p95 40 ms (original 40 ms),"
        " p99 60 ms (original 60 ms)"
    )
    assert judge(WELL, HEALTHY, RULES).seen.startswith("100 invocations (20 needed), 5xx 0")
