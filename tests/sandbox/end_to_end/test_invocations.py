"""Direct invocations: whoever calls the function itself gets the same answer, error and retries from the proxy.

Not shown here, because MiniStack cannot: ``client_context`` and Cognito identities, ``OnSuccess`` destinations, the
attributes that AWS adds to a dead letter, the stack trace in an error, results that are not JSON (a set, for example),
response streaming, and a handler that ends its process. A handler that runs into its time-out would take 20 s; the
tests of the proxy show that.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from tests.events import non_http, requests
from tests.sandbox.end_to_end.exchange import comparable, differing
from tests.sandbox.end_to_end.stage import BOTH, DOOMED, ORIGINAL, PROXIED
from tests.support.waiting import eventually

if TYPE_CHECKING:
    from tests.sandbox.end_to_end.stage import Stage

pytestmark = pytest.mark.sandbox

PAYLOADS: dict[str, Any] = {
    "a document": {"order": 7, "lines": [{"sku": "a"}, {"sku": "b", "amount": 0.1}], "note": "Zoë ☕ \u2028 \x00"},
    "nothing": None,
    "an empty document": {},
    "a list": [1, None, [], {"a": []}],
    "a text": "just text",
    "an empty text": "",
    "a number": 2**70,
    "a fraction": 1.10,
    "a truth": False,
    "odd numbers": {"big": 10**30, "small": 1e-300, "whole": 1.0, "negative": -0.0, "long": 0.1 + 0.2},
    "an envelope like the proxy's": {"event": {"event": 1}},
    "nearly a probe": {"lambda-migrate": {"probe": 2}},
    "a large document": {"lines": ["0123456789é" * 10] * 3000},
    "a deep document": {"a": {"b": {"c": {"d": {"e": [[[[[{}]]]]]}}}}},
}

RESULTS: dict[str, Any] = {
    "nothing": None,
    "a truth": True,
    "a text": "done ☕",
    "a number": 2**70,
    "a fraction": 1e300,
    "an empty list": [],
    "what looks like an answer over HTTP": {"statusCode": 404, "body": "no", "headers": {"a": "b"}},
    "what looks like an error": {"errorType": "ValueError", "errorMessage": "returned"},
    "what looks like a failed batch": {"batchItemFailures": [{"itemIdentifier": "x"}]},
    "a large text": "é" * 300_000,
}

ERRORS: dict[str, tuple[str, list[str]]] = {
    "its own": ("OutOfStock", ["17 of 20: ☕ \u00e9"]),
    "without a message": ("OutOfStock", []),
    "quoted": ("KeyError", ["sku"]),
    "with two arguments": ("ValueError", ["a", "b"]),
    "with line breaks": ("ValueError", ['first\nsecond\r\n\t"third"']),
}

DELIVERED: dict[str, Any] = {
    **{f"sns {number}": non_http.sns(message) for number, message in enumerate(("parcel 17 left", '{"a": "é"}', ""))},
    "sqs": non_http.sqs("one", "two"),
    "s3": non_http.s3(),
    "dynamodb stream": non_http.dynamodb_stream(),
    "kinesis": non_http.kinesis(b"one", b"\xff"),
    "eventbridge": non_http.eventbridge(order=7),
    "schedule": non_http.schedule(),
    "token authorizer": non_http.token_authorizer(),
    "request authorizer, payload 2.0": non_http.request_authorizer_2(),
    "destination": non_http.destination(),
    "appsync authorizer": non_http.appsync_authorizer(),
    "websocket": non_http.websocket(),
    "cognito trigger": non_http.cognito_trigger(),
    "logs": non_http.logs(),
}

REQUESTS: dict[str, Any] = {
    "REST API": requests.rest_api(path="/api/answers/json"),
    "HTTP API, payload 1.0": requests.http_api_1(path="/api/answers/cookies"),
    "HTTP API, payload 2.0": requests.http_api_2(path="/api/answers/cookies"),
    "function URL": requests.function_url(path="/api/answers/text"),
    "load balancer": requests.alb(path="/answers/text"),
    "load balancer, multi-value headers": requests.alb_multi(path="/answers/text"),
}


def answers(stage: Stage, event: Any) -> dict[str, dict[str, Any]]:
    """Invoke both versions and make sure that each of them answered."""
    found = {alias: stage.invoke(alias, event) for alias in BOTH}
    assert {alias: found[alias].pop("version") for alias in BOTH} == {alias: stage.versions[alias] for alias in BOTH}
    return found


@pytest.mark.parametrize("event", PAYLOADS.values(), ids=PAYLOADS)
def test_any_event_arrives_as_it_is(stage: Stage, event: Any) -> None:
    found = answers(stage, event)

    assert differing(found[ORIGINAL], found[PROXIED]) == {}
    assert differing(event, found[PROXIED]["payload"]["handled"]) == {}
    assert found[PROXIED]["error"] is None


@pytest.mark.parametrize("result", RESULTS.values(), ids=RESULTS)
def test_any_result_comes_back_as_it_is(stage: Stage, result: Any) -> None:
    found = answers(stage, {"wish": {"return": result}})

    assert differing(found[ORIGINAL], found[PROXIED]) == {}
    assert differing(result, found[PROXIED]["payload"]) == {}


def test_a_handler_that_runs_an_event_loop_of_its_own_still_can(stage: Stage) -> None:
    for _ in range(3):
        found = answers(stage, {"wish": {"await": "done"}})

        assert found[PROXIED] == found[ORIGINAL] == {"status": 200, "error": None, "payload": "done"}


@pytest.mark.parametrize(("kind", "message"), ERRORS.values(), ids=ERRORS)
def test_an_exception_is_reported_by_its_name(stage: Stage, kind: str, message: list[str]) -> None:
    found = answers(stage, {"wish": {"raise": kind, "message": message}})

    assert found[PROXIED] == found[ORIGINAL]
    assert (found[PROXIED]["error"], found[PROXIED]["payload"]["errorType"]) == ("Unhandled", kind)


@pytest.mark.parametrize("event", DELIVERED.values(), ids=DELIVERED)
def test_an_event_that_another_service_would_deliver_is_handled_alike(stage: Stage, event: Any) -> None:
    found = answers(stage, event)

    assert differing(found[ORIGINAL], found[PROXIED]) == {}


@pytest.mark.parametrize("event", REQUESTS.values(), ids=REQUESTS)
def test_a_request_as_a_test_event_is_answered_alike(stage: Stage, event: Any) -> None:
    found = answers(stage, event)

    status = {alias: found[alias]["payload"]["statusCode"] for alias in BOTH}
    body = {alias: found[alias]["payload"]["body"] for alias in BOTH}
    assert status == dict.fromkeys(BOTH, 200)
    assert body[PROXIED] == body[ORIGINAL]


def test_the_context_is_the_same(stage: Stage) -> None:
    answers(stage, {"marker": "context of both"})

    told = {alias: stage.notebook.wait(alias, "context of both")[0] for alias in BOTH}

    assert [told[alias].handled_by for alias in BOTH] == ["lambda", "service"]
    assert differing(
        comparable(told[ORIGINAL].context, stage.names(ORIGINAL)),
        comparable(told[PROXIED].context, stage.names(PROXIED)),
    ) == {
        "/function_version": (stage.versions[ORIGINAL], stage.versions[PROXIED]),
        "/memory_limit_in_mb": (512, "512"),  # AWS tells it as text, the embedded AWS as a number
    }


def test_an_event_that_always_fails_comes_three_times_and_then_goes_where_it_should(
    stage: Stage, failed: dict[str, str]
) -> None:
    found = {alias: stage.notebook.wait(alias, DOOMED["marker"], 3, seconds=40) for alias in BOTH}
    assert [[note.event for note in found[alias]] for alias in BOTH] == [[DOOMED] * 3] * 2
    assert [len({note.context["aws_request_id"] for note in found[alias]}) for alias in BOTH] == [1, 1]

    records = {alias: json.loads(eventually(lambda alias=alias: stage.messages(failed[alias]))[0]) for alias in BOTH}
    assert records[PROXIED] == records[ORIGINAL]
    assert records[PROXIED]["responsePayload"] == {"errorType": "OutOfStock", "errorMessage": "17: ☕"}
    assert records[PROXIED]["requestPayload"] == DOOMED

    dead: list[Any] = []
    eventually(lambda: len(dead.__iadd__(json.loads(body) for body in stage.messages(stage.dead_letters))) == 2)
    assert dead == [DOOMED, DOOMED]
