"""HTTP APIs of the embedded AWS: to an alias, and straight to a service."""

from __future__ import annotations

import urllib.parse
import urllib.request
from typing import TYPE_CHECKING, Any

import pytest

from lambda_migrate.actions.api_gateway.point_integration import PointIntegration
from lambda_migrate.actions.base import Observed
from lambda_migrate.engine.apply import bring
from lambda_migrate.sandbox.unkindness import KIND, Unkindness
from tests.sandbox.receiving import Aliased, Service, allow, ask, make_api, running

if TYPE_CHECKING:
    from collections.abc import Callable

    from lambda_migrate.aws.session import Aws
    from lambda_migrate.sandbox.embedded_aws import EmbeddedAws

pytestmark = pytest.mark.sandbox


def test_an_http_api_reaches_the_alias_once_its_own_policy_allows(
    client: Callable[[str], Any], embedded_aws: EmbeddedAws, aliased: Aliased
) -> None:
    api, integration = make_api(
        client, aliased.name, IntegrationType="AWS_PROXY", IntegrationUri=aliased.arn, PayloadFormatVersion="2.0"
    )
    source = f"arn:aws:execute-api:us-east-1:000000000000:{api}/*/*"
    allow(client, aliased, "apigateway.amazonaws.com", source)
    statuses = [ask(embedded_aws, api, "/a").status]

    client("apigatewayv2").update_integration(ApiId=api, IntegrationId=integration, IntegrationUri=aliased.alias_arn)
    statuses.append(ask(embedded_aws, api, "/a").status)
    allow(client, aliased, "apigateway.amazonaws.com", source, Qualifier="live")
    answer = ask(embedded_aws, api, "/a")

    assert [*statuses, answer.status] == [200, 500, 200]
    assert answer.read() == b"2"
    assert sorted(one["arn"] for one in aliased.seen()) == [aliased.arn, aliased.alias_arn]


def test_an_http_proxy_integration_passes_everything_through(
    client: Callable[[str], Any], embedded_aws: EmbeddedAws, service: Service, unique: str
) -> None:
    api, _ = make_api(
        client,
        unique,
        IntegrationType="HTTP_PROXY",
        IntegrationMethod="ANY",
        IntegrationUri=f"{service.url}/ignored",
        PayloadFormatVersion="1.0",
        RequestParameters={"overwrite:path": "$request.path"},
    )
    service.statuses = [307]

    answer = ask(
        embedded_aws,
        api,
        "/api/orders/a%20b?q=1&q=2&name=J%C3%BCrgen",
        "PUT",
        body=b'{"a": 1}',
        headers={"cookie": "session=x", "content-type": "application/json", "x-own": "mine"},
    )

    (request,) = service.requests
    path, _, query = request["target"].partition("?")
    assert (request["method"], path, request["body"]) == ("PUT", "/api/orders/a%20b", '{"a": 1}')
    assert urllib.parse.parse_qsl(query) == [("q", "1"), ("q", "2"), ("name", "Jürgen")]
    names = ("cookie", "content-type", "x-own", "host")
    host = service.url.removeprefix("http://")
    assert [request["headers"][name] for name in names] == ["session=x", "application/json", "mine", host]
    assert (answer.status, answer.headers["location"], answer.headers["x-answer"]) == (307, "/elsewhere", "42")
    assert answer.headers.get_all("set-cookie") == ["a=1; Path=/", "b=2; Path=/"]
    assert answer.read() == b"ok"


def test_a_route_moves_from_the_function_to_the_service_and_back(
    client: Callable[[str], Any], embedded_aws: EmbeddedAws, aliased: Aliased, service: Service
) -> None:
    gateway = client("apigatewayv2")
    api, integration = make_api(
        client, aliased.name, IntegrationType="AWS_PROXY", IntegrationUri=aliased.alias_arn, PayloadFormatVersion="2.0"
    )
    source = f"arn:aws:execute-api:us-east-1:000000000000:{api}/*/*"
    allow(client, aliased, "apigateway.amazonaws.com", source, Qualifier="live")
    direct = gateway.create_integration(
        ApiId=api,
        IntegrationType="HTTP_PROXY",
        IntegrationMethod="ANY",
        IntegrationUri=service.url,
        PayloadFormatVersion="1.0",
    )["IntegrationId"]
    (route,) = gateway.get_routes(ApiId=api)["Items"]

    bodies = []
    for target in (integration, direct, integration):
        gateway.update_route(ApiId=api, RouteId=route["RouteId"], Target=f"integrations/{target}")
        bodies.append(ask(embedded_aws, api, "/x").read())

    assert bodies == [b"2", b"ok", b"2"]


def test_a_change_is_made_once_the_api_serves_it(
    client: Callable[[str], Any], embedded_aws: EmbeddedAws, aws: Aws, service: Service, unique: str
) -> None:
    http = {"IntegrationType": "HTTP_PROXY", "IntegrationMethod": "ANY", "PayloadFormatVersion": "1.0"}
    with running(Service()) as before:
        api, integration = make_api(client, unique, IntegrationUri=before.url, **http)
        action = PointIntegration(api, integration, "orders", before.url, service.url)
        embedded_aws.be(Unkindness(api_lag=1.0))
        try:
            bring(action, aws, Observed.AFTER)
            ask(embedded_aws, api, "/there")
            bring(action, aws, Observed.BEFORE)
            ask(embedded_aws, api, "/back")
        finally:
            embedded_aws.be(KIND)

    assert [each["target"] for each in service.requests] == ["/there"]
    assert [each["target"] for each in before.requests] == ["/back"]


def test_a_service_that_is_down_is_told_as_503(
    client: Callable[[str], Any], embedded_aws: EmbeddedAws, unique: str
) -> None:
    with running(Service()) as gone:
        pass
    api, _ = make_api(
        client,
        unique,
        IntegrationType="HTTP_PROXY",
        IntegrationMethod="ANY",
        IntegrationUri=gone.url,
        PayloadFormatVersion="1.0",
    )

    assert ask(embedded_aws, api, "/x").status == 503
