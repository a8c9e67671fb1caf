"""Decorators of Powertools around the handler: what the proxy keeps of them, and what it does not run twice.

The decorators are small stand-ins of what those of aws_lambda_powertools do around a handler: a logger that takes the
context's fields, a tracer's segment, metrics that are written once for each invocation, idempotency that keeps a record
under the function's name, and a resolver that answers requests itself (aws-powertools/powertools-lambda-python).
"""

from __future__ import annotations

import sys
from importlib import import_module
from typing import TYPE_CHECKING, Any

import pytest

from lambda_migrate.proxy.runtime.proxy import start
from tests.events import non_http, requests
from tests.proxy.service import KEY, Context, Service, answer

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from lambda_migrate.proxy.runtime.proxy import Proxy

SOURCE = """
import functools, hashlib, json

ran, records, written = [], {}, []

def around(name):
    def decorate(handler):
        @functools.wraps(handler)
        def decorated(event, context, *more, **options):
            ran.append((name, context.aws_request_id))
            try:
                return handler(event, context, *more, **options)
            finally:
                if name == "metrics":
                    written.append(context.aws_request_id)
        return decorated
    return decorate

def idempotent(handler):
    @functools.wraps(handler)
    def decorated(event, context):
        digest = hashlib.sha256(json.dumps(event).encode()).hexdigest()
        key = f"orders.{handler.__module__}.{handler.__qualname__}#{digest}"
        if key not in records:
            records[key] = handler(event, context)
        return records[key]
    return decorated

handled = []

@around("logger")
@around("tracer")
@around("metrics")
@idempotent
def handler(event, context):
    handled.append(context.aws_request_id)
    return {"statusCode": 200, "body": "original"}
"""
ALL = ["logger", "tracer", "metrics"]


@pytest.fixture
def decorated(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    (tmp_path / "decorated_by_powertools.py").write_text(SOURCE)
    monkeypatch.syspath_prepend(tmp_path)
    yield import_module("decorated_by_powertools")
    del sys.modules["decorated_by_powertools"]


@pytest.fixture
def proxied(decorated: Any) -> Callable[..., Proxy]:
    def begin(url: str, events: str = "all") -> Proxy:
        return start(
            {
                "AWS_LAMBDA_FUNCTION_VERSION": "7",
                "LAMBDA_MIGRATE_SERVICE_URL": url,
                "LAMBDA_MIGRATE_EVENTS": events,
                "LAMBDA_MIGRATE_FALLBACK": "connect",
                "LAMBDA_MIGRATE_ORIGINAL_HANDLER": f"{decorated.__name__}.handler",
                "LAMBDA_MIGRATE_SIGNING_KEYS": KEY,
            },
            lambda _line: None,
        )

    return begin


def test_what_the_service_answers_runs_no_decorator_and_leaves_no_record(
    proxied: Callable[..., Proxy], decorated: Any, serve: Callable[..., Service]
) -> None:
    service = serve(lambda _received, _sock: answer(b"{}", headers=(("content-type", "application/json"),)))
    proxy = proxied(service.url)

    for event in (requests.rest_api(), non_http.sqs("a")):
        proxy(event, Context(version="7"))

    assert (decorated.ran, decorated.written, decorated.records) == ([], [], {})
    assert len(service.received) == 2


def test_what_is_passed_through_runs_each_decorator_once(
    proxied: Callable[..., Proxy], decorated: Any, service: Service
) -> None:
    proxy = proxied(service.url, events="non-api")

    answers = [proxy(requests.rest_api(), Context(version="7")) for _ in range(2)]

    assert answers == [{"statusCode": 200, "body": "original"}] * 2
    assert [name for name, _ in decorated.ran] == ALL * 2
    assert (len(decorated.written), len(decorated.handled), service.received) == (2, 1, [])


def test_a_fallback_runs_each_decorator_once_with_the_context_of_the_invocation(
    proxied: Callable[..., Proxy], decorated: Any
) -> None:
    context = Context(version="7")

    told = proxied("http://127.0.0.1:1")(requests.rest_api(), context)

    assert told == {"statusCode": 200, "body": "original"}
    assert decorated.ran == [(name, context.aws_request_id) for name in ALL]
    assert decorated.handled == [context.aws_request_id]


@pytest.mark.parametrize("event", [requests.rest_api(), non_http.sqs("a")], ids=["a request", "a batch"])
def test_what_the_service_may_have_had_is_not_run_again(
    event: Any, proxied: Callable[..., Proxy], decorated: Any, serve: Callable[..., Service]
) -> None:
    service = serve(lambda _received, _sock: None)  # it takes the request, and closes without an answer
    proxy = proxied(service.url)

    try:
        told = proxy({**event, "httpMethod": "POST"} if "httpMethod" in event else event, Context(version="7"))
    except Exception as failure:  # noqa: BLE001  # events raise, of whatever class the failure is
        told = {"raised": type(failure).__name__}

    assert (decorated.ran, decorated.records) == ([], {})
    assert told.get("statusCode", 502) == 502
    assert len(service.received) == 1
