"""What the actions say, in one line each, that have a trigger point elsewhere."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lambda_migrate.actions.api_gateway.point_authorizer import PointAuthorizer
from lambda_migrate.actions.api_gateway.point_integration import PointIntegration
from lambda_migrate.actions.api_gateway.point_rest_integration import PointRestIntegration
from lambda_migrate.actions.api_gateway.point_route import PointRoute
from lambda_migrate.actions.api_gateway.point_stage import PointStage
from lambda_migrate.actions.api_gateway.point_websocket_integration import PointWebsocketIntegration
from lambda_migrate.actions.api_gateway.replace_rest_integration import ReplaceRestIntegration
from lambda_migrate.actions.api_gateway.set_stage_variable import SetStageVariable
from lambda_migrate.actions.appsync.point_api_authorizer import PointApiAuthorizer
from lambda_migrate.actions.appsync.point_data_source import PointDataSource
from lambda_migrate.actions.aws_config.point_config_rule import PointConfigRule
from lambda_migrate.actions.cloudfront.create_viewer_function import CreateViewerFunction
from lambda_migrate.actions.cloudfront.point_origin import PointOrigin
from lambda_migrate.actions.cloudfront.share_origin import ShareOrigin
from lambda_migrate.actions.cloudwatch.point_alarm import PointAlarm
from lambda_migrate.actions.codecommit.point_repository_trigger import PointRepositoryTrigger
from lambda_migrate.actions.cognito.point_user_pool import PointUserPool
from lambda_migrate.actions.event_source.point_mapping import PointMapping
from lambda_migrate.actions.eventbridge.point_rule import PointRule
from lambda_migrate.actions.firehose.point_transformation import PointTransformation
from lambda_migrate.actions.function.point_destination import PointDestination
from lambda_migrate.actions.iot.point_topic_rule import PointTopicRule
from lambda_migrate.actions.load_balancer.point_listener_rule import PointListenerRule
from lambda_migrate.actions.logs.point_subscription_filter import PointSubscriptionFilter
from lambda_migrate.actions.pipes.point_pipe import PointPipe
from lambda_migrate.actions.pipes.send_pipe import SendPipe
from lambda_migrate.actions.s3.point_notification import PointNotification
from lambda_migrate.actions.scheduler.point_schedule import PointSchedule
from lambda_migrate.actions.scheduler.send_schedule import SendSchedule
from lambda_migrate.actions.secrets.point_rotation import PointRotation
from lambda_migrate.actions.ses.point_receipt_rule import PointReceiptRule
from lambda_migrate.actions.step_functions.point_definition import PointDefinition
from lambda_migrate.actions.vpc_lattice.lattice_groups import NAMED as LATTICE_NAMED
from lambda_migrate.actions.vpc_lattice.point_lattice_rule import PointLatticeRule
from tests.actions.subjects import (
    FUNCTION,
    GROUP,
    LIVE,
    REST_LIVE,
    REST_URI,
    URL,
)

if TYPE_CHECKING:
    from lambda_migrate.actions import Action

REPOINTED: list[tuple[Action, str]] = [
    (
        PointRestIntegration("r1", "res", "ANY", "ANY /{proxy+}", REST_URI, REST_LIVE),
        "rest api r1, ANY /{proxy+}: orders → orders:live",
    ),
    (
        PointWebsocketIntegration("w1", "i1", "chat", REST_URI, REST_LIVE),
        "websocket api chat: orders → orders:live",
    ),
    (
        PointAuthorizer("HTTP", "a1", "auth", "who", REST_URI, REST_LIVE),
        "http api a1, authorizer who: orders → orders:live",
    ),
    (
        PointStage("REST", "r1", "shop", "prod", "d1", "marker:m", {}, ""),
        "rest api shop, stage prod: deployment d1 → the new one",
    ),
    (
        SetStageVariable("REST", "r1", "shop", "prod", "fn", "orders", "orders:live"),
        "rest api shop, stage prod: variable fn orders → orders:live",
    ),
    (
        ReplaceRestIntegration("r1", "res", "ANY", "ANY /{proxy+}", {"uri": REST_URI}, {"uri": f"{URL}/{{proxy}}"}),
        f"rest api r1, ANY /{{proxy+}}: orders → {URL}/{{proxy}}",
    ),
    (PointMapping("4f1c", "incoming", FUNCTION, f"{FUNCTION}:live"), "mapping incoming: orders → orders:live"),
    (PointIntegration("9x2k", "i1", "shop", FUNCTION, f"{FUNCTION}:live"), "http api shop: orders → orders:live"),
    (
        PointRoute("9x2k", "r1", "ANY /{proxy+}", "integrations/i1", "marker:to the service"),
        "route ANY /{proxy+}: integrations/i1 → to the service",
    ),
    (
        PointRule("default", "nightly", "1", {"Id": "1", "Arn": FUNCTION}, {"Id": "1", "Arn": "api-destination:o"}),
        "rule nightly: orders → api-destination:o",
    ),
    (
        PointNotification("uploads", FUNCTION, LIVE, "123456789012", "ours"),
        "bucket uploads, notification ours: orders → orders:live",
    ),
    (PointSchedule("nightly", FUNCTION, LIVE, "default"), "schedule default/nightly: orders → orders:live"),
    (
        SendSchedule("nightly", LIVE, "arn:aws:sqs:eu-west-1:123456789012:jobs", "default", "arn:aws:scheduler:::x"),
        "schedule default/nightly: orders:live → jobs",
    ),
    (
        SendPipe("fulfil", LIVE, "api-destination:orders-pipe", "Target", {}),
        "pipe fulfil: orders:live → orders-pipe",
    ),
    (PointPipe("fulfil", FUNCTION, LIVE, "Enrichment"), "pipe fulfil, enrichment: orders → orders:live"),
    (
        PointSubscriptionFilter("/shop", FUNCTION, LIVE, "errors"),
        "log group /shop, filter errors: orders → orders:live",
    ),
    (
        PointDefinition("fulfil", {"/States/A/Resource": FUNCTION}, {"/States/A/Resource": LIVE}, "arn"),
        "state machine fulfil: orders → orders:live",
    ),
    (PointTopicRule("scans", {"0": FUNCTION}, {"0": LIVE}), "IoT rule scans: orders → orders:live"),
    (
        PointUserPool("shop", {"PreSignUp": FUNCTION}, {"PreSignUp": LIVE}, "eu-west-1_x"),
        "user pool shop, PreSignUp: orders → orders:live",
    ),
    (PointRotation("database", FUNCTION, LIVE, "arn"), "rotation of secret database: orders → orders:live"),
    (
        PointDestination("billing", FUNCTION, LIVE, "$LATEST", "OnSuccess"),
        "OnSuccess of billing:$LATEST: orders → orders:live",
    ),
    (PointAlarm("queue-old", FUNCTION, LIVE), "alarm queue-old: orders → orders:live"),
    (PointConfigRule("tagged", FUNCTION, LIVE), "config rule tagged: orders → orders:live"),
    (PointReceiptRule("mail", FUNCTION, LIVE, "inbound"), "receipt rule inbound/mail: orders → orders:live"),
    (PointTransformation("clicks", FUNCTION, LIVE), "delivery stream clicks: orders → orders:live"),
    (PointDataSource("orders", FUNCTION, LIVE, "a1"), "data source orders: orders → orders:live"),
    (
        PointApiAuthorizer("shop", {"0": FUNCTION}, {"0": LIVE}, "a1", events=False),
        "AppSync API shop, authorizer: orders → orders:live",
    ),
    (
        PointRepositoryTrigger("shop", FUNCTION, LIVE, "tell"),
        "repository shop, trigger tell: orders → orders:live",
    ),
    (
        PointLatticeRule(
            "shop/http",
            {"arn:aws:vpc-lattice:eu-west-1:123456789012:targetgroup/tg-1": 100},
            {f"{LATTICE_NAMED}lm-orders": 100},
            "arn:aws:vpc-lattice:eu-west-1:123456789012:service/svc-1/listener/listener-2",
        ),
        "rule shop/http of VPC Lattice: tg-1 → lm-orders",
    ),
    (
        PointListenerRule("r1", "", "lb:443 /orders", {GROUP: 1}, {"target-group:lm-orders": 1}),
        "rule lb:443 /orders: orders → lm-orders",
    ),
    (
        PointOrigin("E1", {"DomainName": "a.on.aws"}, {"DomainName": "orders.example.com"}, "api"),
        "distribution E1, origin api: a.on.aws → orders.example.com",
    ),
    (
        ShareOrigin("E1", 10, 50, "api", {}, ("*",), "arn:aws:cloudfront::1:function/f"),
        "distribution E1, origin api: 10 % → 50 % on the service",
    ),
    (
        CreateViewerFunction("lambda-migrate-E1-10", "lambda-migrate-api", 10),
        "viewer function lambda-migrate-E1-10: create, 10 % to origin lambda-migrate-api",
    ),
]
