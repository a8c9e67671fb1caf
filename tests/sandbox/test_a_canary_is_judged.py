"""A canary of the real proxy on the embedded AWS; its service, behind a load balancer, answers well or not."""

from __future__ import annotations

import json
import time
from collections import Counter
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import httpx
import pytest

from lambda_migrate.actions.function.shift_weight import ShiftWeight
from lambda_migrate.config import Migration, Proxy
from lambda_migrate.engine.plan import Step
from lambda_migrate.engine.source_metrics import SourceMetrics
from lambda_migrate.http import Client
from lambda_migrate.proxy import layer
from lambda_migrate.sandbox.load_balancer import LoadBalancer
from lambda_migrate.sandbox.unkindness import KIND, Unkindness
from lambda_migrate.verify.checks import metrics_arrive, proxy_reaches_service
from lambda_migrate.verify.judge import StepJudge
from tests.sandbox.receiving import make_api
from tests.support.listening import Handler, listening
from tests.support.ports import reserved_port
from tests.support.waiting import eventually

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from lambda_migrate.aws.session import Aws
    from lambda_migrate.engine.verdict import Verdict
    from lambda_migrate.sandbox.embedded_aws import EmbeddedAws

pytestmark = pytest.mark.sandbox

ORIGINAL = "def handler(event, context): return {'statusCode': 200, 'body': 'original'}"
REQUESTS, WEIGHT = 60, 0.4
WELL_KNOWN = ("/healthz", "/readyz", "/lambda-proxy-probe")


@dataclass
class Answering:
    """A service that is healthy and answers every request with one status."""

    status: int = 200
    url: str = ""


@contextmanager
def answering() -> Iterator[Answering]:
    service = Answering()

    class Serving(Handler):
        def serve(self) -> None:
            self.received()
            self.answer(200 if self.path in WELL_KNOWN else service.status, b"{}", {"content-type": "application/json"})

    with listening(Serving) as service.url:
        yield service


def next_second() -> None:
    """Wait for the next second: metrics are counted by it."""
    second = int(time.time())
    eventually(lambda: int(time.time()) > second)


@dataclass
class Canary:
    """A function with an original and a proxy version behind an alias, an HTTP API that calls it, and the service.

    `answered` counts what the customers of the API got.
    """

    aws: Aws
    service: Answering
    balancer: LoadBalancer
    function: str
    api_url: str
    config: Migration
    answered: Counter[tuple[int, str]] = field(default_factory=Counter)
    began: float = field(default_factory=time.time)

    def call(self, times: int) -> None:
        with httpx.Client(timeout=60) as customer:
            for _ in range(times):
                answer = customer.get(f"{self.api_url}/orders")
                self.answered[answer.status_code, answer.text] += 1

    def verdict(self) -> Verdict:
        """Send traffic to the original alone, then to both, and judge."""
        self.call(REQUESTS)
        self.answered.clear()
        next_second()
        moved = time.time()
        self.move("1", {"2": WEIGHT})
        next_second()
        self.call(REQUESTS)
        return self.judged(
            {"version": "1", "weights": {}}, {"version": "1", "weights": {"2": WEIGHT}}, first=moved, since=moved
        )

    def move(self, version: str, weights: dict[str, float]) -> None:
        self.aws.call(
            "lambda",
            "update_alias",
            FunctionName=self.function,
            Name="live",
            FunctionVersion=version,
            RoutingConfig={"AdditionalVersionWeights": weights},
        )

    def judged(self, before: dict[str, Any], after: dict[str, Any], *, first: float, since: float) -> Verdict:
        action = ShiftWeight(self.function, "live", before, after)
        api = {"ApiId": self.api_url.split("/")[-2]}
        source = SourceMetrics.of_requests("AWS/ApiGateway", api, "Count", "5xx", "4xx")
        step = Step("01", action, gated=True, source_metrics=(source,))
        judge = StepJudge(self.aws, self.config, Client(), time.time)
        return judge(step, since, first=first, final=True)


@pytest.fixture
def canary(
    aws: Aws,
    client: Callable[[str], Any],
    make_function: Callable[..., str],
    embedded_aws: EmbeddedAws,
    unique: str,
) -> Iterator[Canary]:
    with answering() as service, LoadBalancer().serving() as balancer:
        balancer.register(service.url)
        arn = make_function(ORIGINAL)
        functions = client("lambda")
        functions.publish_version(FunctionName=unique)
        built = layer.build()
        carried = functions.publish_layer_version(LayerName=unique, Content={"ZipFile": built.content})
        proxy = layer.environment(
            Proxy(fallback="connect"), service_url=balancer.url, events="all", original_handler="index.handler"
        )
        functions.update_function_configuration(
            FunctionName=unique,
            Handler=built.handler,
            Layers=[carried["LayerVersionArn"]],
            Environment={"Variables": {**proxy, "LAMBDA_MIGRATE_SIGNING_KEYS": "k1:a-secret-of-the-tests"}},
        )
        aws.wait_function_updated(unique)
        functions.publish_version(FunctionName=unique)
        functions.create_alias(FunctionName=unique, Name="live", FunctionVersion="1")
        functions.add_permission(
            FunctionName=unique,
            Qualifier="live",
            StatementId="api",
            Action="lambda:InvokeFunction",
            Principal="apigateway.amazonaws.com",
        )
        api, _ = make_api(
            client, unique, IntegrationType="AWS_PROXY", IntegrationUri=f"{arn}:live", PayloadFormatVersion="2.0"
        )
        rules = {"minimum_invocations": 10, "metric_period": "1s", "arrival": "2s", "minimum_slowdown": "2s"}
        config = Migration.model_validate({"function": unique, "service": {"url": balancer.url}, "verify": rules})
        url = f"{embedded_aws.endpoint_url}/_aws/execute-api/{api}/$default"
        yield Canary(aws, service, balancer, unique, url, config)
        embedded_aws.be(KIND)


def test_a_service_that_answers_as_the_original_does_passes(canary: Canary) -> None:
    verdict = canary.verdict()

    assert verdict.result == "pass", verdict
    assert json.loads(json.dumps(verdict.evidence))["accounts"]["requests"] > 0


@pytest.mark.parametrize(("status", "told"), [(500, "5xx"), (404, "4xx")])
def test_a_healthy_service_that_answers_everything_wrong_fails(canary: Canary, status: int, told: str) -> None:
    canary.service.status = status

    verdict = canary.verdict()

    assert (verdict.result, any(reason.startswith(told) for reason in verdict.reasons)) == ("fail", True), verdict


def test_where_a_load_balancer_has_no_target_the_original_answers_and_the_canary_fails(canary: Canary) -> None:
    canary.balancer.deregister(canary.service.url)

    verdict = canary.verdict()

    assert canary.answered == {(200, "original"): REQUESTS}
    assert (verdict.result, "answered 503" in verdict.reasons[0]) == ("fail", True), verdict
    assert verdict.evidence["accounts"]["fallbacks"] > 0


def test_what_a_load_balancer_could_not_get_answered_is_never_run_twice(canary: Canary) -> None:
    canary.balancer.deregister(canary.service.url)
    with reserved_port() as port:
        canary.balancer.register(f"http://127.0.0.1:{port}")
        verdict = canary.verdict()

    accounts = verdict.evidence["accounts"]
    statuses = Counter({status: count for (status, _body), count in canary.answered.items()})
    assert (verdict.result, accounts["fallbacks"]) == ("fail", 0), verdict
    assert statuses == {200: REQUESTS - accounts["server_errors"], 502: accounts["server_errors"]}
    assert accounts["server_errors"] > 0


def test_what_still_ran_on_the_original_while_the_alias_moved_is_not_held_against_the_proxy(
    canary: Canary, embedded_aws: EmbeddedAws
) -> None:
    canary.move("1", {"2": WEIGHT})
    next_second()
    embedded_aws.be(Unkindness(alias_lag=3600.0))
    moved = time.time()
    canary.move("2", {})
    canary.call(REQUESTS)
    embedded_aws.be(KIND)
    canary.call(REQUESTS)

    late = canary.answered[200, "original"]
    verdict = canary.judged(
        {"version": "1", "weights": {"2": WEIGHT}}, {"version": "2", "weights": {}}, first=moved, since=moved - 1
    )

    assert late > 0.1 * 2 * REQUESTS
    assert verdict.evidence["traffic"]["invocations"] == 2 * REQUESTS - late, verdict
    assert verdict.result == "pass", verdict


def test_a_proxy_whose_lines_never_become_metrics_is_inconclusive_and_verify_says_so_before(
    canary: Canary, embedded_aws: EmbeddedAws
) -> None:
    embedded_aws.be(Unkindness(logs_lost=True))
    began = time.time()

    probed, _ = proxy_reaches_service(canary.aws, canary.config, "2")
    proven = metrics_arrive(canary.aws, canary.config, "2", began, time.time, time.sleep)
    verdict = canary.verdict()

    assert (probed.result, proven.result, verdict.result) == ("pass", "inconclusive", "inconclusive")
    assert proven.detail == "CloudWatch has counted 0 of 5 probes within 2 s"
    assert verdict.reasons[0].startswith("the proxy reported 0 of ")


def test_the_probes_of_verify_are_counted(canary: Canary) -> None:
    began = time.time()
    proxy_reaches_service(canary.aws, canary.config, "2")

    assert metrics_arrive(canary.aws, canary.config, "2", began, time.time, time.sleep).result == "pass"
