"""What each action says of itself, in one line."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from lambda_migrate.actions import ACTIONS, action_to_dict
from lambda_migrate.actions.api_gateway.create_deployment import CreateDeployment
from lambda_migrate.actions.api_gateway.create_integration import CreateIntegration
from lambda_migrate.actions.api_gateway.declare_parameters import DeclareParameters
from lambda_migrate.actions.api_gateway.end_rehearsal import EndRehearsal
from lambda_migrate.actions.api_gateway.point_authorizer import PointAuthorizer
from lambda_migrate.actions.api_gateway.point_integration import PointIntegration
from lambda_migrate.actions.api_gateway.point_rest_integration import PointRestIntegration
from lambda_migrate.actions.api_gateway.point_route import PointRoute
from lambda_migrate.actions.api_gateway.point_stage import PointStage
from lambda_migrate.actions.api_gateway.point_websocket_integration import PointWebsocketIntegration
from lambda_migrate.actions.api_gateway.rehearse_route import RehearseRoute
from lambda_migrate.actions.api_gateway.replace_rest_integration import ReplaceRestIntegration
from lambda_migrate.actions.api_gateway.set_stage_variable import SetStageVariable
from lambda_migrate.actions.api_gateway.shift_stage import ShiftStage
from lambda_migrate.actions.appsync.point_api_authorizer import PointApiAuthorizer
from lambda_migrate.actions.appsync.point_data_source import PointDataSource
from lambda_migrate.actions.aws_config.point_config_rule import PointConfigRule
from lambda_migrate.actions.cloudformation.put_stack import PutStack
from lambda_migrate.actions.cloudfront.point_origin import PointOrigin
from lambda_migrate.actions.cloudwatch.point_alarm import PointAlarm
from lambda_migrate.actions.codebuild.build_image import BuildImage
from lambda_migrate.actions.codecommit.point_repository_trigger import PointRepositoryTrigger
from lambda_migrate.actions.cognito.point_user_pool import PointUserPool
from lambda_migrate.actions.ecr.push_image import PushImage
from lambda_migrate.actions.ecr.tag_image import TagImage
from lambda_migrate.actions.elastic_beanstalk.create_application import CreateApplication
from lambda_migrate.actions.elastic_beanstalk.create_application_version import CreateApplicationVersion
from lambda_migrate.actions.elastic_beanstalk.create_environment import CreateEnvironment
from lambda_migrate.actions.elastic_beanstalk.point_environment import PointEnvironment
from lambda_migrate.actions.event_source.delete_mapping import DeleteMapping
from lambda_migrate.actions.event_source.point_mapping import PointMapping
from lambda_migrate.actions.event_source.switch_mapping import SwitchMapping
from lambda_migrate.actions.eventbridge.create_api_destination import CreateApiDestination
from lambda_migrate.actions.eventbridge.create_connection import CreateConnection
from lambda_migrate.actions.eventbridge.point_rule import PointRule
from lambda_migrate.actions.firehose.point_transformation import PointTransformation
from lambda_migrate.actions.function.configure_image import ConfigureImage
from lambda_migrate.actions.function.configure_latest import ConfigureLatest
from lambda_migrate.actions.function.create_alias import CreateAlias
from lambda_migrate.actions.function.create_function_url import CreateFunctionUrl
from lambda_migrate.actions.function.delete_function import DeleteFunction
from lambda_migrate.actions.function.grant_permission import GrantPermission
from lambda_migrate.actions.function.pin_original import PinOriginal
from lambda_migrate.actions.function.pin_version import PinVersion
from lambda_migrate.actions.function.point_destination import PointDestination
from lambda_migrate.actions.function.point_image import PointImage
from lambda_migrate.actions.function.publish_layer import PublishLayer
from lambda_migrate.actions.function.publish_version import PublishVersion
from lambda_migrate.actions.function.restore_image import RestoreImage
from lambda_migrate.actions.function.restore_latest import RestoreLatest
from lambda_migrate.actions.function.save_backup import SaveBackup
from lambda_migrate.actions.function.set_async_settings import SetAsyncSettings
from lambda_migrate.actions.function.shift_weight import ShiftWeight
from lambda_migrate.actions.iam.add_profile_role import AddProfileRole
from lambda_migrate.actions.iam.attach_role_policy import AttachRolePolicy
from lambda_migrate.actions.iam.create_instance_profile import CreateInstanceProfile
from lambda_migrate.actions.iam.create_role import CreateRole
from lambda_migrate.actions.iam.create_service_linked_role import CreateServiceLinkedRole
from lambda_migrate.actions.iam.put_role_policy import PutRolePolicy
from lambda_migrate.actions.iam.put_user_policy import PutUserPolicy
from lambda_migrate.actions.iot.point_topic_rule import PointTopicRule
from lambda_migrate.actions.load_balancer.create_target_group import CreateTargetGroup
from lambda_migrate.actions.load_balancer.join_listener_rule import JoinListenerRule
from lambda_migrate.actions.load_balancer.point_listener_rule import PointListenerRule
from lambda_migrate.actions.load_balancer.register_function import RegisterFunction
from lambda_migrate.actions.load_balancer.set_group_attributes import SetGroupAttributes
from lambda_migrate.actions.logs.point_subscription_filter import PointSubscriptionFilter
from lambda_migrate.actions.pipes.create_pipe import OLDEST, CreatePipe
from lambda_migrate.actions.pipes.point_pipe import PointPipe
from lambda_migrate.actions.pipes.send_pipe import SendPipe
from lambda_migrate.actions.pipes.switch_pipe import SwitchPipe
from lambda_migrate.actions.remove_leftover import RemoveLeftover
from lambda_migrate.actions.route53.change_records import ChangeRecords
from lambda_migrate.actions.s3.create_bucket import CreateBucket
from lambda_migrate.actions.s3.point_notification import PointNotification
from lambda_migrate.actions.s3.put_object import PutObject
from lambda_migrate.actions.scheduler.point_schedule import PointSchedule
from lambda_migrate.actions.scheduler.schedule_return import ScheduleReturn
from lambda_migrate.actions.scheduler.send_schedule import SendSchedule
from lambda_migrate.actions.secrets.drop_signing_key import DropSigningKey
from lambda_migrate.actions.secrets.point_rotation import PointRotation
from lambda_migrate.actions.secrets.set_signing_keys import SetSigningKeys
from lambda_migrate.actions.ses.point_receipt_rule import PointReceiptRule
from lambda_migrate.actions.sns.park_subscription import ParkSubscription
from lambda_migrate.actions.sns.remove_subscription import RemoveSubscription
from lambda_migrate.actions.sns.subscribe import Subscribe
from lambda_migrate.actions.step_functions.point_definition import PointDefinition
from lambda_migrate.actions.vpc_lattice.create_lattice_group import CreateLatticeGroup
from lambda_migrate.actions.vpc_lattice.lattice_groups import NAMED as LATTICE_NAMED
from lambda_migrate.actions.vpc_lattice.point_lattice_rule import PointLatticeRule
from lambda_migrate.actions.vpc_lattice.register_lattice_function import RegisterLatticeFunction

if TYPE_CHECKING:
    from lambda_migrate.actions import Action

FUNCTION = "arn:aws:lambda:us-east-1:123456789012:function:orders"
LIVE = f"{FUNCTION}:live"
TOPIC = "arn:aws:sns:us-east-1:123456789012:news"
STREAM = "arn:aws:kinesis:eu-west-1:123456789012:stream/scans"
LATEST = ("orders", "layer", "proxy 1", "app.handler", "lambda_migrate_proxy.handler", {}, "", "")
STARTED = ("orders", {}, {"Command": ["lambda_migrate_proxy.handler"]}, {}, "", "")
ONE, TWO = f"sha256:{'1' * 64}", f"sha256:{'2' * 64}"
STATEMENT = {"Sid": "s1", "Principal": {"Service": "sns.amazonaws.com"}}
REST_URI = f"arn:aws:apigateway:us-east-1:lambda:path/2015-03-31/functions/{FUNCTION}/invocations"
REST_LIVE = REST_URI.replace("/invocations", ":live/invocations")
URL = "https://orders.example.com/events"
RECORD = {"Type": "A", "TTL": 60, "ResourceRecords": [{"Value": "192.0.2.1"}]}
GROUP = "arn:aws:elasticloadbalancing:us-east-1:123456789012:targetgroup/orders/0a1b"

SENTENCES: list[tuple[Action, str]] = [
    (CreateAlias("orders", "live", "1", ""), "alias live: none → 1"),
    (PinOriginal("orders", "1"), "alias lambda-migrate: none → 1"),
    (PinVersion("orders", "2"), "alias lambda-migrate-2: none → 2"),
    (
        ShiftWeight("orders", "live", {"version": "1", "weights": {}}, {"version": "1", "weights": {"2": 0.125}}),
        "alias live: 1 → 1, 12.5 % on 2",
    ),
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
        CreateDeployment("REST", "r1", "shop", "marker", {}, ""),
        "rest api shop: a deployment, which no stage serves yet",
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
        DeclareParameters("r1", "res", "ANY", "ANY /{proxy+}", ["method.request.path.proxy"]),
        "rest api r1, ANY /{proxy+}: declare method.request.path.proxy",
    ),
    (
        ReplaceRestIntegration("r1", "res", "ANY", "ANY /{proxy+}", {"uri": REST_URI}, {"uri": f"{URL}/{{proxy}}"}),
        f"rest api r1, ANY /{{proxy+}}: orders → {URL}/{{proxy}}",
    ),
    (
        ShiftStage("r1", "shop", "prod", "d1", "marker:m", 10.0, 50.0, {}, ""),
        "rest api shop, stage prod: 10 % → 50 % on the service",
    ),
    (PublishVersion("orders", "c0de", "original 1"), "version of orders: publish “original 1”"),
    (PublishLayer("layer", "", "proxy 1"), "layer layer: publish “proxy 1”"),
    (ConfigureLatest(*LATEST), "$LATEST of orders: handler app.handler → lambda_migrate_proxy.handler"),
    (RestoreLatest(*LATEST), "$LATEST of orders: handler lambda_migrate_proxy.handler → app.handler"),
    (TagImage("shop/orders", ONE, "kept"), "image shop/orders@sha256:111111111111…: tag `kept`"),
    (
        PushImage("shop/orders", ONE, TWO, "proxy", on_path=True),
        "image shop/orders:proxy: push sha256:222222222222…, sha256:111111111111… and the proxy",
    ),
    (PointImage("orders", "r/o", ONE, TWO), "$LATEST of orders: image sha256:111111111111… → sha256:222222222222…"),
    (ConfigureImage(*STARTED), "$LATEST of orders: starts `lambda_migrate_proxy.handler`"),
    (RestoreImage(*STARTED), "$LATEST of orders: starts what its image says"),
    (GrantPermission("orders", "live", STATEMENT), "permission: sns.amazonaws.com may invoke orders:live"),
    (
        SetAsyncSettings("orders", "live", None, {"MaximumRetryAttempts": 0}),
        "asynchronous settings of orders:live: none → 0 retries within 21600 s, results to nowhere",
    ),
    (PointMapping("4f1c", "incoming", FUNCTION, f"{FUNCTION}:live"), "mapping incoming: orders → orders:live"),
    (SwitchMapping("4f1c", "incoming", before=True, after=False), "mapping incoming: on → off"),
    (DeleteMapping("4f1c", "incoming"), "mapping incoming: delete"),
    (PointIntegration("9x2k", "i1", "shop", FUNCTION, f"{FUNCTION}:live"), "http api shop: orders → orders:live"),
    (CreateIntegration("9x2k", "m", {"IntegrationUri": URL}), f"http api 9x2k: integration with {URL}"),
    (
        PointRoute("9x2k", "r1", "ANY /{proxy+}", "integrations/i1", "marker:to the service"),
        "route ANY /{proxy+}: integrations/i1 → to the service",
    ),
    (RehearseRoute("9x2k", "/probe-1", "marker:m"), "http api 9x2k: rehearsal route GET /probe-1"),
    (EndRehearsal("9x2k", "/probe-1", "marker:m"), "http api 9x2k: remove the rehearsal route GET /probe-1"),
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
        CreatePipe("taken", STREAM, "orders-kinesis", "orders-kinesis", "Member", {}, {}, 360.0, "kinesis"),
        "pipe taken: from stream/scans, beginning 360 s before now, stopped",
    ),
    (
        CreatePipe("taken", STREAM, "orders-kinesis", "orders-kinesis", "Member", {}, {}, OLDEST, "kinesis"),
        "pipe taken: from stream/scans, beginning at the oldest record, stopped",
    ),
    (SwitchPipe("taken", before=False, after=True), "pipe taken: stopped → runs"),
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
    (CreateFunctionUrl("orders", "live", {"AuthType": "NONE"}), "function URL of orders:live: create"),
    (
        ChangeRecords("Z1", "api.example.com", [RECORD], [{**RECORD, "ResourceRecords": [{"Value": "192.0.2.2"}]}]),
        "records of api.example.com: A 192.0.2.1 → A 192.0.2.2",
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
    (CreateLatticeGroup("lm-orders", "V2"), "VPC Lattice target group lm-orders: create"),
    (
        RegisterLatticeFunction(f"{LATTICE_NAMED}lm-orders", LIVE),
        "VPC Lattice target group lm-orders: register orders:live",
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
    (CreateTargetGroup("lm-orders", {}), "target group lm-orders: create"),
    (
        SetGroupAttributes("target-group:lm-orders", {"k": "false"}, {"k": "true"}),
        "target group lm-orders: k = true",
    ),
    (
        RegisterFunction("target-group:lm-orders", f"{FUNCTION}:live"),
        "target group lm-orders: register orders:live",
    ),
    (
        PointListenerRule("r1", "", "lb:443 /orders", {GROUP: 1}, {"target-group:lm-orders": 1}),
        "rule lb:443 /orders: orders → lm-orders",
    ),
    (
        JoinListenerRule("r1", "", "lb:443 /orders", {GROUP: 1}, {GROUP: 1, "target-group:service": 0}),
        "rule lb:443 /orders: service joins with weight 0",
    ),
    (
        PointOrigin("E1", {"DomainName": "a.on.aws"}, {"DomainName": "orders.example.com"}, "api"),
        "distribution E1, origin api: a.on.aws → orders.example.com",
    ),
    (Subscribe(TOPIC, "https", URL, {}), f"topic news: subscribe {URL}"),
    (ParkSubscription(f"{TOPIC}:s", "news", {}), "subscription to news: delivers → parked"),
    (RemoveSubscription(f"{TOPIC}:s", "news"), "subscription to news: remove"),
    (CreateConnection("o", "x-key", "ssm:/keys"), "connection o: header x-key from ssm:/keys"),
    (CreateApiDestination("o", "o", URL, 300), f"api destination o: POST {URL}, at most 300 a second"),
    (CreateRole("o-events", {}), "role o-events: create"),
    (PutRolePolicy("o-events", "invoke", {}), "role o-events: invoke"),
    (AttachRolePolicy("o-events", "arn:aws:iam::aws:policy/ReadOnlyAccess"), "role o-events: attach ReadOnlyAccess"),
    (PutUserPolicy("anna", "freeze", {}), "user anna: freeze"),
    (CreateServiceLinkedRole("AWSServiceRoleForECS", "ecs.amazonaws.com"), "role AWSServiceRoleForECS: create"),
    (CreateInstanceProfile("o-service"), "instance profile o-service: create"),
    (AddProfileRole("o-service", "o-role"), "instance profile o-service: role o-role"),
    (CreateBucket("bundles", "us-east-1"), "bucket bundles: create"),
    (PutObject("bundles", "v1.zip", "c0de", "bundle.zip"), "s3://bundles/v1.zip: upload"),
    (CreateApplication("orders"), "application orders: create"),
    (CreateApplicationVersion("orders", "v1", "bundles", "v1.zip"), "application orders: version v1"),
    (CreateEnvironment("orders", "o-service", "v1", "Python 3.12", []), "environment o-service: none → v1"),
    (PointEnvironment("orders", "o-service", "v1", "v2"), "environment o-service: v1 → v2"),
    (PutStack("orders", None, {"sha256": "c0de", "parameters": {}}), "stack orders: none → f08dce939d76"),
    (BuildImage("o-build", "orders", "v1", "bundles", "v1.zip"), "image orders:v1: build"),
    (
        SetSigningKeys("secretsmanager:keys", ["k1"], ["k2", "k1"]),
        "signing keys in secretsmanager:keys: k1 signs → k2 signs, k1 is valid too",
    ),
    (
        DropSigningKey("secretsmanager:keys", "k1", ["k2"]),
        "signing key k1 in secretsmanager:keys: drop; k2 signs",
    ),
    (SaveBackup("orders", "backup"), "backup of orders: write backup and read it back"),
    (RemoveLeftover(action_to_dict(CreateBucket("bundles", "us-east-1"))), "bucket bundles: delete"),
    (
        ScheduleReturn("o-return", "orders", "live", "1", "o-role", "2026-03-01T12:00:00"),
        "alias live goes back to version 1 at 2026-03-01T12:00:00 UTC by itself",
    ),
    (DeleteFunction("orders", "c0de"), "function orders: delete, with all its versions"),
]


def test_every_kind_says_something() -> None:
    assert {action.kind for action, _ in SENTENCES} == set(ACTIONS)


@pytest.mark.parametrize(("action", "sentence"), SENTENCES, ids=[action.kind for action, _ in SENTENCES])
def test_an_action_says_what_it_changes_in_one_line(action: Action, sentence: str) -> None:
    assert action.describe() == sentence
