"""What each source of HTTP requests counts while it still invokes the function."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from lambda_migrate.triggers import function_url, http_api_variable, kind_of, load_balancer
from lambda_migrate.triggers.base import Trigger
from tests.triggers import known

if TYPE_CHECKING:
    from lambda_migrate.engine.source_metrics import SourceMetrics

GROUP = f"arn:aws:elasticloadbalancing:{known.REGION}:targetgroup/orders/0a1b"


def asked(trigger: Trigger[Any]) -> SourceMetrics | None:
    return kind_of(trigger).request_metrics(trigger, known.function())


@pytest.mark.parametrize(
    ("trigger", "namespace", "dimensions", "names"),
    [
        (known.http_api("live"), "AWS/ApiGateway", {"ApiId": "a1b2c3"}, ("Count", "5xx", "4xx")),
        (
            known.rest_api(api_name="orders"),
            "AWS/ApiGateway",
            {"ApiName": "orders"},
            ("Count", "5XXError", "4XXError"),
        ),
        (
            known.rest_api(api_name="orders", stage="prod"),
            "AWS/ApiGateway",
            {"ApiName": "orders", "Stage": "prod"},
            ("Count", "5XXError", "4XXError"),
        ),
        (
            Trigger("http_api_variable", "a1", "orders/prod", "", http_api_variable.Settings(api="a1", stage="prod")),
            "AWS/ApiGateway",
            {"ApiId": "a1", "Stage": "prod"},
            ("Count", "5xx", "4xx"),
        ),
        (
            Trigger("function_url", "u", "u", "live", function_url.Settings()),
            "AWS/Lambda",
            {"FunctionName": "orders", "Resource": "orders:live"},
            ("UrlRequestCount", "Url5xxCount", "Url4xxCount"),
        ),
        (
            Trigger("elb", "g", "g", "live", load_balancer.Settings(source=GROUP, balancer="app/orders/9f")),
            "AWS/ApplicationELB",
            {"LoadBalancer": "app/orders/9f", "TargetGroup": "targetgroup/orders/0a1b"},
            ("RequestCount", "HTTPCode_Target_5XX_Count", "HTTPCode_Target_4XX_Count"),
        ),
        (
            Trigger("elb", "g", "g", "", load_balancer.Settings(source=GROUP, balancer="app/orders/9f")),
            "AWS/ApplicationELB",
            {"LoadBalancer": "app/orders/9f"},
            ("RequestCount", "HTTPCode_Target_5XX_Count", "HTTPCode_Target_4XX_Count"),
        ),
    ],
)
def test_each_source_of_requests_counts_what_callers_got(
    trigger: Trigger[Any], namespace: str, dimensions: dict[str, str], names: tuple[str, str, str]
) -> None:
    found, (count, failed, suspect) = asked(trigger), names

    assert found is not None
    assert (found.namespace, found.dimensions) == (namespace, dimensions)
    assert (found.tried, found.failed, found.suspect) == ({count: 1}, {failed: 1}, {suspect: 1})
    assert found.reached == {count: 1, failed: -1, suspect: -1}


@pytest.mark.parametrize(
    "trigger",
    [
        known.http_api("live", other_routes=("GET /other",)),
        known.rest_api("live", others=("GET /other",)),
        Trigger("elb", "g", "g", "live", load_balancer.Settings(source=GROUP)),
        Trigger("elb", "g", "g", "", load_balancer.Settings(source=GROUP, balancer="app/o/9f", others=("images",))),
        known.sns("live"),
        known.sqs("live"),
    ],
    ids=[
        "an API with routes of others",
        "a REST API with methods of others",
        "a group without rules",
        "a group among others",
        "events",
        "messages",
    ],
)
def test_what_counts_others_too_or_is_not_known_is_not_asked(trigger: Trigger[Any]) -> None:
    assert asked(trigger) is None
