"""What `verify` proves, from where, and within what time."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING, Any

import httpx
import pytest

from lambda_migrate.config import Migration, Service, Verify
from lambda_migrate.errors import Throttled
from lambda_migrate.http import Client
from lambda_migrate.verify.check import Check
from lambda_migrate.verify.checks import endpoint_closed, metrics_arrive, proxy_reaches_service, service_healthy
from tests.inventory.fake_aws import FakeAws
from tests.verify.known import CloudWatch

if TYPE_CHECKING:
    from collections.abc import Callable

CONFIG = Migration(function="orders", service=Service(url="https://internal.test"), verify=Verify(timeout=1.0))
SINCE = 1_772_366_430.0


def unreachable(request: httpx.Request) -> httpx.Response:
    raise httpx.ConnectTimeout("", request=request)


INTERNAL = Client(transport=httpx.MockTransport(unreachable))


def test_a_service_that_only_lambda_reaches_is_no_reason_to_stop() -> None:
    assert service_healthy(CONFIG, INTERNAL, lambda _text: None, lambda: True) == Check(
        "service", "pass", "https://internal.test cannot be reached from here; Lambda reaches it"
    )
    assert endpoint_closed(CONFIG, INTERNAL, lambda: True).result == "warn"


def test_a_service_that_nobody_reaches_fails() -> None:
    assert service_healthy(CONFIG, INTERNAL, lambda _text: None, lambda: False).result == "fail"
    timed_out = "/lambda-proxy-non-api-events cannot be reached: the connection timed out"
    assert endpoint_closed(CONFIG, INTERNAL, lambda: False) == Check("endpoint", "fail", timed_out, "see `service`")


def published_for(url: str) -> dict[str, Any]:
    return {"get_function_configuration": {"Environment": {"Variables": {"LAMBDA_MIGRATE_SERVICE_URL": url}}}}


def test_one_probe_that_does_not_reach_the_service_is_enough_to_fail() -> None:
    aws: Any = CloudWatch(answers=published_for("https://internal.test"), reached=False)

    (found, _probe) = proxy_reaches_service(aws, CONFIG, "7")

    assert (found.result, found.detail) == ("fail", "connection refused")


@pytest.mark.parametrize(
    ("more", "hint"),
    [
        ({}, "check `service.url`, the function's network and the service's signing keys"),
        (
            {"LAMBDA_MIGRATE_ORIGINAL_WRAPPER": "/opt/bootstrap"},
            (
                "its AWS Lambda Web Adapter may be too old to say which invocation a request belongs to, so that the"
                " original answers: deploy the function with a newer one, then run `lambda-migrate proxy deploy` again"
            ),
        ),
    ],
)
def test_an_original_that_answers_the_probe_is_named_and_of_an_adapter_its_version(
    more: dict[str, str], hint: str
) -> None:
    settings = {"LAMBDA_MIGRATE_SERVICE_URL": "https://internal.test", **more}
    answers = {
        "lambda:get_function_configuration": {"Environment": {"Variables": settings}},
        "lambda:invoke": lambda **_: {"Payload": io.BytesIO(b'{"who": "original"}')},
    }
    aws: Any = FakeAws(answers)

    found, _ = proxy_reaches_service(aws, CONFIG, "7")

    assert found == Check("proxy version 7", "fail", "version 7 does not answer probes", hint)


def test_a_version_that_reaches_another_service_says_nothing_about_the_one_that_is_named_now() -> None:
    aws: Any = CloudWatch(answers=published_for("https://earlier.test"))

    found, probe = proxy_reaches_service(aws, CONFIG, "7")

    text = "passes events to https://earlier.test, and migration.yaml says https://internal.test"
    assert found == Check(
        "proxy version 7", "fail", text, "publish a version for that one: `lambda-migrate proxy deploy`"
    )
    assert (probe.reached, aws.called) == (False, ["lambda.get_function_configuration"])


class Clock:
    def __init__(self) -> None:
        self.time = SINCE + 1

    def now(self) -> float:
        return self.time

    def sleep(self, seconds: float) -> None:
        self.time += seconds


def arrived(counted: Callable[[float], float] | Exception) -> tuple[Check, Any, Clock]:
    clock = Clock()

    def sums(_dimensions: dict[str, str]) -> float:
        if isinstance(counted, Exception):
            raise counted
        return counted(clock.time - SINCE)

    aws: Any = CloudWatch({"LambdaMigrate Probes Sum": sums}, {"get_function_configuration": Throttled("slow down")})
    return metrics_arrive(aws, CONFIG, "7", SINCE, clock.now, clock.sleep), aws, clock


def test_metrics_are_proven_to_arrive_by_the_probes_that_were_sent() -> None:
    found, aws, _clock = arrived(lambda seconds: 5.0 if seconds > 65 else 4.0)

    assert found == Check("metrics", "pass", "CloudWatch has counted the 5 probes, 71 s after the first")
    (metric,) = {str(query["MetricStat"]["Metric"]["Dimensions"]) for query in aws.asked}
    assert "'FunctionVersion', 'Value': '7'" in metric
    assert all(start.timestamp() <= SINCE < end.timestamp() for start, end in aws.windows)


def test_metrics_that_do_not_arrive_in_time_are_inconclusive() -> None:
    found, _aws, clock = arrived(lambda _seconds: 0.0)

    assert (found.result, found.detail) == (
        "inconclusive",
        "CloudWatch has counted 0 of 5 probes within 240 s",
    )
    assert clock.time - SINCE == pytest.approx(241, abs=10)


def test_metrics_that_cannot_be_read_are_inconclusive() -> None:
    found, _aws, _clock = arrived(Throttled("slow down", hint="wait"))

    assert (found.result, found.detail, found.hint) == ("inconclusive", "slow down", "wait")
