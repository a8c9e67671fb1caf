from __future__ import annotations

from collections.abc import Callable

import httpx
import pytest

from lambda_migrate.config import Migration, Service, Verify
from lambda_migrate.http import Client
from lambda_migrate.verify.check import Check
from lambda_migrate.verify.checks import endpoint_closed, public_healthy, service_healthy
from lambda_migrate.verify.health import await_healthy, check, glance, remedy
from lambda_migrate.verify.surroundings import Health

CONFIG = Migration(function="orders", service=Service(url="https://orders.test"), verify=Verify(timeout=5.0))
Answer = Callable[[httpx.Request], httpx.Response]


def client(answer: Answer) -> Client:
    return Client(transport=httpx.MockTransport(answer))


STARTS = "`lambda-migrate service deploy` starts it, `lambda-migrate service logs` shows why it fails"


@pytest.mark.parametrize(
    ("kind", "refused", "said"),
    [
        ("url", False, "start the service or fix it; its log says why"),
        ("url", True, "start the service, or correct `service.url`"),
        ("process", True, STARTS),
    ],
)
def test_what_to_do_about_a_service_depends_on_who_starts_it(kind: str, refused: bool, said: str) -> None:
    config = Migration.model_validate({"function": "orders", "service": {"target": {"kind": kind}}})

    assert remedy(config, Health("it fails", refused=refused)) == said


def always(status: int) -> Answer:
    return lambda _request: httpx.Response(status)


def refuse(request: httpx.Request) -> httpx.Response:
    raise httpx.ConnectError("Connection refused", request=request)


def stall(request: httpx.Request) -> httpx.Response:
    raise httpx.ReadTimeout("", request=request)


@pytest.mark.parametrize(
    ("url", "status", "direct", "result"),
    [
        ("https://public.test", 200, False, "pass"),
        ("https://public.test", 503, False, "warn"),
        ("https://public.test", 503, True, "fail"),
        ("https://orders.test", 503, True, ""),
        (None, 503, True, ""),
    ],
)
def test_the_public_url_is_asked_too_and_counts_once_aws_calls_it(
    url: str | None, status: int, direct: bool, result: str
) -> None:
    config = Migration(function="orders", service=Service(url="https://orders.test", public_url=url))

    found = public_healthy(config, client(always(status)), direct=direct)

    assert (found.result if found else "") == result


@pytest.mark.parametrize(
    ("answer", "problem"),
    [
        (always(200), ""),
        (always(503), "https://orders.test/healthz answered 503"),
        (always(302), "https://orders.test/healthz answered 302"),
        (refuse, "https://orders.test/healthz cannot be reached: connection refused"),
        (stall, "https://orders.test/healthz does not answer in time"),
        (
            lambda request: httpx.Response(200 if request.url.path == "/healthz" else 503),
            "https://orders.test/readyz answered 503",
        ),
    ],
    ids=["healthy", "unhealthy", "a redirect is not healthy", "refused", "stalled", "alive and not ready"],
)
def test_health_is_both_paths_answering_200(answer: Answer, problem: str) -> None:
    assert check(CONFIG, client(answer)).problem == problem


def test_a_slow_answer_is_a_problem() -> None:
    config = CONFIG.model_copy(update={"verify": Verify(slow="0.0001ms")})

    assert check(config, client(always(200))).problem.endswith("more than 1e-07 s is slow")


def test_healthy_is_three_times_in_a_row() -> None:
    answers = iter([503, 200, 200, 200, 200, 503, 200, 200, 200, 200, 200, 200])
    asked: list[str] = []

    def flapping(request: httpx.Request) -> httpx.Response:
        asked.append(request.url.path)
        return httpx.Response(next(answers))

    found = await_healthy(CONFIG, client(flapping), sleep=lambda _seconds: None)

    assert (found.problem, len(asked)) == ("", 12)


def test_waiting_ends_with_what_is_still_wrong() -> None:
    waited: list[float] = []

    found = await_healthy(CONFIG, client(stall), sleep=waited.append)

    assert found.problem == "https://orders.test/healthz does not answer in time"
    assert 5.0 <= sum(waited) < 11.0


def test_a_refused_connection_is_an_answer_and_nobody_waits_for_another() -> None:
    waited: list[float] = []

    found = await_healthy(CONFIG, client(refuse), sleep=waited.append)

    assert found.problem == "https://orders.test/healthz cannot be reached: connection refused"
    assert (found.refused, waited) == (True, [0.2, 0.2])


def test_a_service_that_takes_connections_again_is_waited_for() -> None:
    answers = iter([refuse, refuse, always(503), refuse, *[always(200)] * 12])

    def starting(request: httpx.Request) -> httpx.Response:
        return next(answers)(request)

    found = await_healthy(CONFIG, client(starting), sleep=lambda _seconds: None)

    assert (found.problem, found.refused) == ("", False)


def test_the_service_check_passes_for_a_healthy_service() -> None:
    found = service_healthy(CONFIG, client(always(200)), lambda _text: None)

    assert (found.name, found.result) == ("service", "pass")


@pytest.mark.parametrize(
    ("status", "expected"),
    [
        (404, Check("endpoint", "pass", "/lambda-proxy-non-api-events is closed to unsigned events")),
        (
            200,
            Check(
                "endpoint",
                "fail",
                "/lambda-proxy-non-api-events answered 200 to an unsigned event",
                "it must answer 404; is the middleware that `init` wrote still in place?",
            ),
        ),
    ],
)
def test_the_events_endpoint_must_be_closed_to_strangers(status: int, expected: Check) -> None:
    assert endpoint_closed(CONFIG, client(always(status))) == expected


@pytest.mark.parametrize(
    ("missing", "problem"), [(1, ""), (2, ""), (3, "https://orders.test/healthz does not answer in time")]
)
def test_at_a_glance_one_missing_answer_is_nothing_and_three_in_a_row_are(missing: int, problem: str) -> None:
    asked: list[str] = []

    def answer(request: httpx.Request) -> httpx.Response:
        asked.append(request.url.path)
        return stall(request) if len(asked) <= missing else httpx.Response(200)

    assert glance(CONFIG, client(answer), sleep=lambda _seconds: None).problem == problem
