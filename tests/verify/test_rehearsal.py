"""The rehearsal route, called through a front door that may lead anywhere, up to the service's own half."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import httpx
import pytest

from lambda_migrate.actions.api_gateway.rehearse_route import RehearseRoute
from lambda_migrate.actions.api_gateway.replace_rest_integration import ReplaceRestIntegration
from lambda_migrate.config import Migration
from lambda_migrate.engine.plan import Step
from lambda_migrate.errors import AwsError, NotAllowed, NotFound
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


UNKNOWN = NotFound("Invalid Method identifier specified")
METHOD = ReplaceRestIntegration("r1", "res1", "ANY", "ANY /{proxy+}", {"uri": "a"}, {"uri": "b"}, {}, PATH)


def judged_method(
    memory: Path,
    door: Callable[[str], str | int],
    *,
    asked: tuple[str, ...] = ("GET",),
    refusal: Exception = UNKNOWN,
    **given: Any,
) -> Any:
    """Judge a method of a REST API where API Gateway leads a path to another, or answers by itself.

    Args:
        memory: The service's.
        door: What the service sees of the path, or the status that API Gateway answers with.
        asked: Verbs under which API Gateway knows the method.
        refusal: What it answers to others.
        given: Settings of migration.yaml.
    """
    service = whole(application, lambda _event, _context: None, memory, KEY)

    def invoke(*, httpMethod: str, pathWithQueryString: str, headers: dict[str, str], **_which: str) -> Any:  # noqa: N803
        if httpMethod not in asked:
            return refusal
        seen = door(pathWithQueryString)
        if isinstance(seen, int):
            return {"status": seen, "body": "{}"}
        answer = call(service, "GET", seen, list(headers.items()))
        return {"status": answer.status, "body": answer.body.decode()}

    aws: Any = FakeAws(
        {
            "secretsmanager:get_secret_value": lambda **_asked: {"SecretString": KEY},
            "apigateway:test_invoke_method": invoke,
        }
    )
    settings = {"proxy": {"signing_keys": "secretsmanager:orders/keys"}, "verify": {"timeout": "1s"}, **given}
    migration = Migration.model_validate({"function": "orders", "service": {"url": "https://orders"}, **settings})
    judge = StepJudge(aws, migration, Client(), lambda: 120.0, lambda _seconds: None)
    return judge(Step("02", METHOD, gated=True), 60.0, first=60.0, final=True)


@pytest.mark.parametrize(
    ("door", "asked", "told"),
    [
        (lambda path: path, ("GET",), ""),
        (lambda path: path, ("ANY",), ""),
        (
            lambda path: f"/test-invoke-stage{path}",
            ("GET",),
            ", which sees the stage's name in front of the path",
        ),
    ],
    ids=["the path", "known as ANY alone", "by a VPC link"],
)
def test_a_method_of_a_rest_api_passes_where_the_service_answers_and_says_what_it_sees(
    tmp_path: Path, door: Callable[[str], str], asked: tuple[str, ...], told: str
) -> None:
    verdict = judged_method(tmp_path, door, asked=asked)

    assert (verdict.result, verdict.reasons) == ("pass", (f"REST API r1 reaches the service{told}",))


@pytest.mark.parametrize(
    ("door", "problem"),
    [
        (lambda _path: "/elsewhere", NOT_SEEN),
        (lambda _path: 500, "it answered 500: API Gateway does not reach the service, or the service fails"),
        (lambda _path: 403, "it answered 403, and not as the service does"),
    ],
)
def test_a_method_that_does_not_reach_the_service_fails_and_goes_back(
    tmp_path: Path, door: Callable[[str], str | int], problem: str
) -> None:
    verdict = judged_method(tmp_path, door, cutover={"on_fail": "pause"})

    told = f"REST API r1, ANY /{{proxy+}}, GET {PATH}: {problem}"
    assert (verdict.result, verdict.reasons, verdict.stays) == ("fail", (told,), False)


UNTESTED = (
    "rest-api-not-rehearsed: API Gateway does not test `ANY /{proxy+}` of REST API r1, so the way to the service cannot"
    " be tried before the first share; call the service through a method of your own, then accept this"
)


@pytest.mark.parametrize("refusal", [UNKNOWN, AwsError("Invalid request", aws_code="BadRequestException")])
@pytest.mark.parametrize("given", [{}, {"proxy": {}}], ids=["with a key", "without"])
def test_a_method_that_api_gateway_does_not_test_goes_back_until_somebody_accepts_it(
    tmp_path: Path, refusal: Exception, given: dict[str, Any]
) -> None:
    accepted = [{"rule": "rest-api-not-rehearsed", "reason": "called by hand", "phases": ["direct"]}]

    def untested(**more: Any) -> Any:
        return judged_method(tmp_path, lambda path: path, asked=(), refusal=refusal, **given, **more)

    refused, passed = untested(cutover={"on_fail": "pause"}), untested(accept=accepted)

    assert (refused.result, refused.reasons, refused.stays) == ("fail", (UNTESTED,), False)
    assert (passed.result, passed.reasons) == ("pass", (f"accepted (called by hand): {UNTESTED}",))


def test_a_test_that_was_made_and_went_wrong_is_not_accepted_with_it(tmp_path: Path) -> None:
    accepted = [{"rule": "rest-api-not-rehearsed", "reason": "called by hand"}]

    assert judged_method(tmp_path, lambda _path: 500, accept=accepted).result == "fail"
    with pytest.raises(AwsError, match="too many"):
        judged_method(tmp_path, lambda path: path, asked=(), refusal=AwsError("too many"), accept=accepted)


def test_without_a_key_a_method_that_is_answered_passes(tmp_path: Path) -> None:
    unsigned: dict[str, Any] = {"proxy": {}}

    assert judged_method(tmp_path, lambda _path: 404, **unsigned).result == "pass"
    assert judged_method(tmp_path, lambda _path: 504, **unsigned).result == "fail"


def test_who_may_not_test_a_method_is_told(tmp_path: Path) -> None:
    def refuse(_path: str) -> Any:
        raise NotAllowed("apigateway:TestInvokeMethod is not allowed")

    with pytest.raises(NotAllowed):
        judged_method(tmp_path, refuse)
