"""Who answers: a version of the function, or a copy of the service."""

from __future__ import annotations

import json
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import pytest

from lambda_migrate.config import Migration
from lambda_migrate.errors import ConfigError, MigrateError
from lambda_migrate.shadow.events import about
from lambda_migrate.workflow.shadow_sides import copy_at
from tests.events import non_http, requests
from tests.proxy.service import KEY, Service
from tests.proxy.service import answer as wire

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator


@pytest.fixture
def serve() -> Iterator[Callable[..., Service]]:
    started: list[Service] = []

    def begin(behave: Any) -> Service:
        started.append(Service(behave))
        return started[-1]

    yield begin
    for service in started:
        service.close()


def context_of(**proxy: Any) -> Any:
    service = {"url": "https://parcels.example.com", "public_url": "https://www.example.com"}
    told = {"function": "parcels", "service": service, "proxy": {"signing_keys": "ssm:/keys", **proxy}}
    migration = Migration.model_validate(told)
    stored = {"Parameter": {"Value": KEY}}
    return SimpleNamespace(migration=migration, aws_read_only=SimpleNamespace(call=lambda *_, **__: stored))


def test_a_copy_is_asked_what_the_proxy_version_would_ask_and_answers_in_the_callers_form(
    serve: Callable[..., Service],
) -> None:
    service = serve(lambda received, _: wire(json.dumps({"path": received.target}).encode(), "201 Created"))
    event = requests.rest_api("POST", "/v1/orders")

    copy = copy_at(context_of(base_path="/v1", fallback="connect", ca_bundle="missing.pem"), service.url, "parcels", 9)
    answered = copy(event, about(event))

    assert (answered.kind, answered.status, answered.body) == ("response", 201, {"path": "/orders"})
    assert service.received[0].headers["x-lambda-migrate-key-id"] == "k1"


def test_a_handler_that_raises_in_the_copy_is_an_error_of_its_class(serve: Callable[..., Service]) -> None:
    service = serve(lambda _received, _: wire(b'{"errorType": "ParcelLost"}', "500 Oops"))
    event = non_http.sqs("a")

    answered = copy_at(context_of(), service.url, "parcels", 9)(event, about(event))

    assert (answered.kind, answered.body) == ("error", "ParcelLost")


@pytest.mark.parametrize("event", [requests.alb(), requests.alb_multi(), requests.rest_api(), non_http.sqs("a")])
def test_a_copy_that_is_not_there_ends_the_comparison(event: dict[str, Any]) -> None:
    copy = copy_at(context_of(), "http://127.0.0.1:1", "parcels", 9)

    with pytest.raises(MigrateError) as raised:
        copy(event, about(event))

    assert raised.value.message == "`http://127.0.0.1:1` does not answer"


@pytest.mark.parametrize(
    ("url", "problem"),
    [
        ("https://copy.example.com/v1", "`https://copy.example.com/v1` has a path"),
        ("copy.example.com", "`copy.example.com` is not the URL of a service"),
        ("http://copy.example.com", "`http://copy.example.com` is plain HTTP"),
        ("https://parcels.example.com", "`--against https://parcels.example.com` is the service of migration.yaml"),
        ("https://Parcels.example.com.:443", "`--against https://Parcels.example.com.:443` is the service of"),
        ("https://www.example.com", "`--against https://www.example.com` is the service of migration.yaml"),
        ("https://a.lambda-url.eu-west-1.on.aws", "`--against https://a.lambda-url.eu-west-1.on.aws` is a function"),
    ],
)
def test_what_is_not_the_url_of_a_copy_is_told(url: str, problem: str) -> None:
    with pytest.raises(ConfigError) as raised:
        copy_at(context_of(), url, "parcels", 9)

    assert raised.value.message.startswith(problem)
