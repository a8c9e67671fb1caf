"""What each source of HTTP requests counts while it still invokes the function."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from lambda_migrate.errors import NotAllowed
from lambda_migrate.function.model import Qualified
from lambda_migrate.triggers import function_url, http_api_variable, kind_of, load_balancer
from lambda_migrate.triggers.base import Trigger
from tests.triggers import known

if TYPE_CHECKING:
    from lambda_migrate.engine.source_metrics import SourceMetrics

GROUP = f"arn:aws:elasticloadbalancing:{known.REGION}:targetgroup/orders/0a1b"
PERMISSION = {
    "Effect": "Allow",
    "Principal": {"Service": "elasticloadbalancing.amazonaws.com"},
    "Action": "lambda:InvokeFunction",
    "Condition": {"ArnLike": {"AWS:SourceArn": GROUP}},
}


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
        known.sns("live"),
        known.sqs("live"),
    ],
    ids=[
        "an API with routes of others",
        "a REST API with methods of others",
        "an unknown load balancer",
        "events",
        "messages",
    ],
)
def test_what_counts_others_too_or_is_not_known_is_not_asked(trigger: Trigger[Any]) -> None:
    assert asked(trigger) is None


class Balancers:
    """An AWS in which load balancers forward to the target group."""

    def __init__(self, answer: list[str] | Exception) -> None:
        self.answer = answer

    def call(self, service: str, operation: str, **parameters: Any) -> Any:
        assert (service, operation, parameters) == ("elbv2", "describe_target_groups", {"TargetGroupArns": [GROUP]})
        if isinstance(self.answer, Exception):
            raise self.answer
        return {"TargetGroups": [{"LoadBalancerArns": self.answer}]}


@pytest.mark.parametrize(
    ("answer", "balancer"),
    [
        ([f"arn:aws:elasticloadbalancing:{known.REGION}:loadbalancer/app/orders/9f"], "app/orders/9f"),
        ([], ""),
        (NotAllowed("no"), ""),
    ],
)
def test_the_load_balancer_of_a_target_group_is_looked_up(answer: Any, balancer: str) -> None:
    function = known.function(qualified={"live": Qualified(policy=(PERMISSION,))})

    (found,) = load_balancer.find(Balancers(answer), function)  # type: ignore[arg-type]  # all that is asked of an Aws

    name = "targetgroup/orders/0a1b"
    identity = f"elasticloadbalancing.amazonaws.com:{GROUP}:live"
    settings = load_balancer.Settings(source=GROUP, principal="elasticloadbalancing.amazonaws.com", balancer=balancer)
    assert found == Trigger("elb", identity, name, "live", settings)
