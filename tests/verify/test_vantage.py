"""From where the service's health is asked, and how often before it counts."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import httpx
import pytest

from lambda_migrate.config import Migration, Service
from lambda_migrate.errors import NoCredentials, NotAllowed, Throttled
from lambda_migrate.http import Client
from lambda_migrate.verify.vantage import PAUSE, look
from tests.verify.known import CloudWatch

if TYPE_CHECKING:
    from collections.abc import Callable

    from lambda_migrate.verify.surroundings import Health

CONFIG = Migration(function="orders", service=Service(url="https://internal.test"))
IN_LAMBDA, NOT_IN_LAMBDA = CloudWatch(), CloudWatch(reached=False)


def unreachable(request: httpx.Request) -> httpx.Response:
    raise httpx.ConnectTimeout("", request=request)


def always(status: int) -> Callable[[httpx.Request], httpx.Response]:
    return lambda _request: httpx.Response(status)


def looked(
    aws: Any, answer: Callable[[httpx.Request], httpx.Response], version: str | None = "7", config: Migration = CONFIG
) -> tuple[Health, list[float]]:
    slept: list[float] = []
    return look(aws, config, Client(transport=httpx.MockTransport(answer)), version, slept.append), slept


def test_a_service_that_only_lambda_reaches_is_well_and_that_is_said() -> None:
    found, slept = looked(IN_LAMBDA, unreachable)

    assert (found.problem, slept) == ("", [])
    assert found.seen == {
        "from Lambda": "3 ms",
        "from here": "https://internal.test/healthz cannot be reached: the connection timed out",
    }


@pytest.mark.parametrize(
    ("aws", "answer", "version", "problem"),
    [
        (NOT_IN_LAMBDA, always(200), "7", "from Lambda: connection refused"),
        (IN_LAMBDA, always(503), "7", "https://internal.test/healthz answered 503"),
        (None, unreachable, None, "https://internal.test/healthz cannot be reached: the connection timed out"),
    ],
    ids=["Lambda does not reach it", "it says that it is ill", "nobody but us could reach it"],
)
def test_what_is_wrong_three_times_in_a_row_is_wrong(aws: Any, answer: Any, version: str | None, problem: str) -> None:
    found, slept = looked(aws, answer, version)

    assert (found.problem, slept) == (problem, [PAUSE, PAUSE])


def test_two_bad_answers_are_nothing() -> None:
    answers = iter([503, 200, 503, 200, 200])

    found, slept = looked(IN_LAMBDA, lambda _request: httpx.Response(next(answers)))

    assert (found.problem, slept) == ("", [PAUSE, PAUSE])


def test_a_slow_answer_counts_where_it_matters_and_not_from_a_laptop() -> None:
    verify = CONFIG.verify.model_copy(update={"slow": 1e-9})
    config = CONFIG.model_copy(update={"verify": verify})

    assert looked(IN_LAMBDA, always(200), config=config)[0].problem.startswith("from Lambda: answered after 0.0 s")
    config = CONFIG.model_copy(update={"verify": verify.model_copy(update={"slow": 0.0031})})
    slow = replace(looked(IN_LAMBDA, always(200), "7", config)[0], seen={})
    assert slow.problem.startswith("from Lambda: ")


DIRECT = CONFIG.model_copy(
    update={"service": Service(url="https://internal.test", public_url="https://orders.example.com")}
)


def at(**statuses: int) -> Callable[[httpx.Request], httpx.Response]:
    """Answer with a status for each host; one that is not named cannot be reached."""

    def answer(request: httpx.Request) -> httpx.Response:
        status = statuses.get(request.url.host.partition(".")[0])
        return unreachable(request) if status is None else httpx.Response(status)

    return answer


@pytest.mark.parametrize(
    ("answer", "problem"),
    [
        (at(orders=200), ""),
        (at(orders=200, internal=200), ""),
        (at(orders=503, internal=200), "https://orders.example.com/healthz answered 503"),
        (at(orders=200, internal=503), "https://internal.test/healthz answered 503"),
        (at(internal=200), "https://orders.example.com/healthz cannot be reached: the connection timed out"),
    ],
)
def test_once_triggers_are_direct_the_service_is_asked_where_aws_reaches_it(answer: Any, problem: str) -> None:
    transport = Client(transport=httpx.MockTransport(answer))

    assert look(None, DIRECT, transport, None, lambda _seconds: None, direct=True).problem == problem  # type: ignore[arg-type]  # nobody is invoked


@pytest.mark.parametrize("error", [Throttled("slow down"), NotAllowed("no"), NoCredentials("expired")])
def test_a_probe_that_could_not_be_sent_says_nothing_about_the_service(error: Exception) -> None:
    class Refusing:
        def call(self, *_asked: Any, **_parameters: Any) -> Any:
            raise error

    assert looked(Refusing(), always(200))[0].problem == ""
    assert looked(Refusing(), always(503))[0].problem == "https://internal.test/healthz answered 503"
