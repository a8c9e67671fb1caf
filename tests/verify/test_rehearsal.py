"""The rehearsal route, called through a front door that may lead anywhere, up to the service's own half."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import httpx
import pytest

from lambda_migrate.actions.api_gateway.rehearse_route import RehearseRoute
from lambda_migrate.config import Migration
from lambda_migrate.engine.plan import Step
from lambda_migrate.http import Client
from lambda_migrate.verify.judge import StepJudge
from tests.inventory.fake_aws import FakeAws
from tests.service_library.calling import call
from tests.service_library.whole import whole

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from lambda_migrate.engine.verdict import Verdict

KEY = "k1:a-signing-key-of-some-length"
PATH = "/lambda-migrate-probe-0123456789abcdef"
ENDPOINT = "https://a1b2c3.execute-api.eu-west-1.amazonaws.com"
ROUTE = RehearseRoute("a1b2c3", PATH, "marker:m", ENDPOINT, PATH)
STAGED = RehearseRoute("a1b2c3", PATH, "marker:m", ENDPOINT, f"/prod{PATH}")


async def application(scope: Any, _receive: Any, send: Any) -> None:
    """Answer everything well: that it answers proves nothing."""
    await send({"type": "http.response.start", "status": 200, "headers": [(b"x-path", scope["raw_path"])]})
    await send({"type": "http.response.body", "body": b"{}"})


def judged(
    memory: Path,
    action: RehearseRoute = ROUTE,
    *,
    door: Callable[[httpx.Request], httpx.Request | httpx.Response] = lambda request: request,
    keys: str = KEY,
    **config: Any,
) -> Verdict:
    """Judge the route where API Gateway does with requests what `door` does."""
    service = whole(application, lambda _event, _context: None, memory, keys)

    def passed_on(request: httpx.Request) -> httpx.Response:
        went = door(request)
        if isinstance(went, httpx.Response):
            return went
        answer = call(service, went.method, went.url.raw_path.decode(), list(went.headers.items()))
        return httpx.Response(answer.status, content=answer.body)

    aws: Any = FakeAws({"secretsmanager:get_secret_value": lambda **_asked: {"SecretString": KEY}})
    settings = {"proxy": {"signing_keys": "secretsmanager:orders/keys"}, "verify": {"timeout": "1s"}, **config}
    migration = Migration.model_validate({"function": "orders", "service": {"url": "https://orders"}, **settings})
    transport = httpx.MockTransport(passed_on)
    judge = StepJudge(aws, migration, Client(transport=transport), lambda: 120.0, lambda _seconds: None)
    return judge(Step("02", action, gated=True), 60.0, first=60.0, final=True)


def to(path: str) -> Callable[[httpx.Request], httpx.Request]:
    def mapped(request: httpx.Request) -> httpx.Request:
        return httpx.Request(request.method, request.url.copy_with(path=path), headers=request.headers)

    return mapped


def answering(status: int, body: str = "") -> Callable[[httpx.Request], httpx.Response]:
    return lambda _request: httpx.Response(status, content=body.encode())


@pytest.mark.parametrize("action", [ROUTE, STAGED], ids=["default stage", "named stage"])
def test_a_service_that_sees_the_very_path_passes(tmp_path: Path, action: RehearseRoute) -> None:
    assert judged(tmp_path, action).result == "pass"


NOT_SEEN = "it answered 404: the service sees another path, does not accept the key, or has an older library"


@pytest.mark.parametrize(
    ("door", "problem"),
    [
        (to("/prod" + PATH), NOT_SEEN),
        (to("/"), NOT_SEEN),
        (answering(503), "it answered 503: API Gateway does not reach the service, or the service fails"),
        (answering(403), "it answered 403, and not as the service does"),
        (answering(200, "<html>hello</html>"), "it answered 200, and not as the service does"),
        (answering(200, json.dumps(["service"])), "it answered 200, and not as the service does"),
    ],
)
def test_whatever_else_answers_fails_and_the_routes_stay_where_they_are(
    tmp_path: Path, door: Callable[[httpx.Request], Any], problem: str
) -> None:
    verdict = judged(tmp_path, door=door, cutover={"on_fail": "pause"})

    assert (verdict.result, verdict.reasons, verdict.stays) == ("fail", (f"GET {ENDPOINT}{PATH}: {problem}",), False)


def test_a_service_with_another_key_fails(tmp_path: Path) -> None:
    assert judged(tmp_path, keys="k1:another").reasons == (f"GET {ENDPOINT}{PATH}: {NOT_SEEN}",)


def test_an_api_that_does_not_answer_fails(tmp_path: Path) -> None:
    def unreachable(_request: httpx.Request) -> httpx.Response:
        raise httpx.ConnectError("name or service not known")

    assert judged(tmp_path, door=unreachable).reasons == (
        f"GET {ENDPOINT}{PATH}: the API cannot be reached: name or service not known",
    )


def test_a_deployment_that_takes_its_time_is_waited_for(tmp_path: Path) -> None:
    answers = [httpx.Response(404), httpx.Response(503)]

    def spreading(request: httpx.Request) -> httpx.Request | httpx.Response:
        return answers.pop() if answers else request

    assert judged(tmp_path, door=spreading, verify={"timeout": "60s"}).result == "pass"


def test_without_a_key_only_a_service_that_is_not_reached_fails(tmp_path: Path) -> None:
    unsigned: dict[str, Any] = {"proxy": {}}

    assert judged(tmp_path, door=answering(404), **unsigned).result == "pass"
    assert judged(tmp_path, door=answering(502), **unsigned).reasons == (f"GET {ENDPOINT}{PATH}: it answered 502",)
