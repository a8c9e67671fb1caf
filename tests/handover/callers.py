"""Flips of what calls a function beside events, as they stand once all is done, with ids that AWS has drawn."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from lambda_migrate.actions.api_gateway.point_rest_integration import PointRestIntegration
from lambda_migrate.actions.api_gateway.point_stage import PointStage
from lambda_migrate.actions.function.create_alias import CreateAlias
from lambda_migrate.actions.function.create_function_url import CreateFunctionUrl
from lambda_migrate.actions.load_balancer.create_target_group import CreateTargetGroup
from lambda_migrate.actions.load_balancer.point_listener_rule import PointListenerRule
from lambda_migrate.actions.load_balancer.register_function import RegisterFunction
from lambda_migrate.actions.load_balancer.set_group_attributes import SetGroupAttributes
from lambda_migrate.actions.logs.point_subscription_filter import PointSubscriptionFilter
from lambda_migrate.actions.s3.point_notification import PointNotification
from lambda_migrate.handover.alias_arn import import_arns
from lambda_migrate.handover.flips import flips
from lambda_migrate.workflow.made_ids import with_ids
from tests.handover.plans import ALIAS, FUNCTION
from tests.inventory.fake_aws import FakeAws

if TYPE_CHECKING:
    from lambda_migrate.handover.patch import Patched
    from lambda_migrate.handover.patchers import Patcher

BALANCING = "arn:aws:elasticloadbalancing:eu-west-1:123456789012"
GROUP = f"{BALANCING}:targetgroup/orders/0123456789abcdef"
MADE = f"{BALANCING}:targetgroup/lm-1-orders/fedcba9876543210"
RULE = f"{BALANCING}:listener-rule/app/shop/1/2/3"
URI = "arn:aws:apigateway:eu-west-1:lambda:path/2015-03-31/functions/{}/invocations"
HEALTH = {"HealthCheckEnabled": True, "HealthCheckPath": "/health", "Matcher": {"HttpCode": "200"}}
CORS = {"AllowOrigins": ["https://shop.example.com"], "MaxAge": 60}
MULTIPLE = "lambda.multi_value_headers.enabled"
NAMED = "target-group:lm-1-orders"

ACTIONS: tuple[Any, ...] = (
    CreateAlias("orders", "live", "1", ""),
    CreateFunctionUrl("orders", "live", {"AuthType": "NONE", "InvokeMode": "BUFFERED", "Cors": CORS}),
    PointRestIntegration("r1", "res1", "ANY", "ANY /{proxy+}", URI.format(FUNCTION), URI.format(ALIAS)),
    PointStage("REST", "r1", "shop", "prod", "d1", "marker:m", {}, ""),
    PointNotification("uploads", FUNCTION, ALIAS, "123456789012", "images"),
    PointSubscriptionFilter("/shop/web", FUNCTION, ALIAS, "errors"),
    CreateTargetGroup("lm-1-orders", HEALTH),
    SetGroupAttributes(NAMED, {MULTIPLE: "false"}, {MULTIPLE: "true"}),
    RegisterFunction(NAMED, ALIAS),
    PointListenerRule(RULE, "", "shop /orders/*", {GROUP: 1}, {NAMED: 1}),
)


def standing(*actions: Any) -> tuple[Any, ...]:
    """Return the flips of some actions, of all without any."""
    aws = FakeAws({"elbv2:describe_target_groups": {"TargetGroups": [{"TargetGroupArn": MADE}]}})
    return with_ids(aws, import_arns(flips(actions or ACTIONS), FUNCTION))  # type: ignore[arg-type]


def moved(patcher: Patcher, files: dict[str, str], *actions: object) -> Patched:
    return patcher(files, standing(*actions), "orders", "live")
