"""What each action says of itself, in one line."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from lambda_migrate.actions import ACTIONS, action_to_dict
from lambda_migrate.actions.api_gateway.create_deployment import CreateDeployment
from lambda_migrate.actions.api_gateway.create_integration import CreateIntegration
from lambda_migrate.actions.api_gateway.declare_parameters import DeclareParameters
from lambda_migrate.actions.api_gateway.end_rehearsal import EndRehearsal
from lambda_migrate.actions.api_gateway.rehearse_route import RehearseRoute
from lambda_migrate.actions.api_gateway.shift_stage import ShiftStage
from lambda_migrate.actions.cloudformation.put_stack import PutStack
from lambda_migrate.actions.codebuild.build_image import BuildImage
from lambda_migrate.actions.ecr.copy_image import CopyImage
from lambda_migrate.actions.ecr.push_image import PushImage
from lambda_migrate.actions.ecr.tag_image import TagImage
from lambda_migrate.actions.elastic_beanstalk.create_application import CreateApplication
from lambda_migrate.actions.elastic_beanstalk.create_application_version import CreateApplicationVersion
from lambda_migrate.actions.elastic_beanstalk.create_environment import CreateEnvironment
from lambda_migrate.actions.elastic_beanstalk.point_environment import PointEnvironment
from lambda_migrate.actions.event_source.delete_mapping import DeleteMapping
from lambda_migrate.actions.event_source.switch_mapping import SwitchMapping
from lambda_migrate.actions.eventbridge.create_api_destination import CreateApiDestination
from lambda_migrate.actions.eventbridge.create_connection import CreateConnection
from lambda_migrate.actions.function.configure_image import ConfigureImage
from lambda_migrate.actions.function.configure_latest import ConfigureLatest
from lambda_migrate.actions.function.create_alias import CreateAlias
from lambda_migrate.actions.function.create_function_url import CreateFunctionUrl
from lambda_migrate.actions.function.delete_function import DeleteFunction
from lambda_migrate.actions.function.grant_permission import GrantPermission
from lambda_migrate.actions.function.pin_original import PinOriginal
from lambda_migrate.actions.function.pin_version import PinVersion
from lambda_migrate.actions.function.point_image import PointImage
from lambda_migrate.actions.function.provision_concurrency import ProvisionConcurrency
from lambda_migrate.actions.function.publish_layer import PublishLayer
from lambda_migrate.actions.function.publish_signed_layer import PublishSignedLayer
from lambda_migrate.actions.function.publish_version import PublishVersion
from lambda_migrate.actions.function.restore_image import RestoreImage
from lambda_migrate.actions.function.restore_latest import RestoreLatest
from lambda_migrate.actions.function.save_backup import SaveBackup
from lambda_migrate.actions.function.set_async_settings import SetAsyncSettings
from lambda_migrate.actions.function.set_runtime_updates import SetRuntimeUpdates
from lambda_migrate.actions.function.shift_weight import ShiftWeight
from lambda_migrate.actions.iam.add_profile_role import AddProfileRole
from lambda_migrate.actions.iam.attach_role_policy import AttachRolePolicy
from lambda_migrate.actions.iam.create_instance_profile import CreateInstanceProfile
from lambda_migrate.actions.iam.create_role import CreateRole
from lambda_migrate.actions.iam.create_service_linked_role import CreateServiceLinkedRole
from lambda_migrate.actions.iam.put_role_policy import PutRolePolicy
from lambda_migrate.actions.iam.put_user_policy import PutUserPolicy
from lambda_migrate.actions.load_balancer.create_target_group import CreateTargetGroup
from lambda_migrate.actions.load_balancer.join_listener_rule import JoinListenerRule
from lambda_migrate.actions.load_balancer.register_function import RegisterFunction
from lambda_migrate.actions.load_balancer.set_group_attributes import SetGroupAttributes
from lambda_migrate.actions.pipes.create_pipe import OLDEST, CreatePipe
from lambda_migrate.actions.pipes.switch_pipe import SwitchPipe
from lambda_migrate.actions.remove_leftover import RemoveLeftover
from lambda_migrate.actions.route53.change_records import ChangeRecords
from lambda_migrate.actions.s3.create_bucket import CreateBucket
from lambda_migrate.actions.s3.put_object import PutObject
from lambda_migrate.actions.scheduler.schedule_return import ScheduleReturn
from lambda_migrate.actions.secrets.drop_signing_key import DropSigningKey
from lambda_migrate.actions.secrets.set_signing_keys import SetSigningKeys
from lambda_migrate.actions.sns.park_subscription import ParkSubscription
from lambda_migrate.actions.sns.remove_subscription import RemoveSubscription
from lambda_migrate.actions.sns.subscribe import Subscribe
from lambda_migrate.actions.vpc_lattice.create_lattice_group import CreateLatticeGroup
from lambda_migrate.actions.vpc_lattice.lattice_groups import NAMED as LATTICE_NAMED
from lambda_migrate.actions.vpc_lattice.register_lattice_function import RegisterLatticeFunction
from tests.actions.sentences_of_triggers import REPOINTED
from tests.actions.subjects import (
    FUNCTION,
    GROUP,
    LATEST,
    LIVE,
    ONE,
    RECORD,
    STARTED,
    STATEMENT,
    STREAM,
    TOPIC,
    TWO,
    URL,
)

if TYPE_CHECKING:
    from lambda_migrate.actions import Action

SENTENCES: list[tuple[Action, str]] = [
    *REPOINTED,
    (CreateAlias("orders", "live", "1", ""), "alias live: none → 1"),
    (PinOriginal("orders", "1"), "alias lambda-migrate: none → 1"),
    (PinVersion("orders", "2"), "alias lambda-migrate-2: none → 2"),
    (
        ShiftWeight("orders", "live", {"version": "1", "weights": {}}, {"version": "1", "weights": {"2": 0.125}}),
        "alias live: 1 → 1, 12.5 % on 2",
    ),
    (
        CreateDeployment("REST", "r1", "shop", "marker", {}, ""),
        "rest api shop: a deployment, which no stage serves yet",
    ),
    (
        DeclareParameters("r1", "res", "ANY", "ANY /{proxy+}", ["method.request.path.proxy"]),
        "rest api r1, ANY /{proxy+}: declare method.request.path.proxy",
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
        CopyImage("999999999999.dkr.ecr.eu-west-1.amazonaws.com/shop/orders", "shop/orders", ONE, "kept"),
        (
            "image shop/orders:kept: copy sha256:111111111111… from"
            " 999999999999.dkr.ecr.eu-west-1.amazonaws.com/shop/orders"
        ),
    ),
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
    (
        SetRuntimeUpdates(
            "orders",
            "7",
            {"UpdateRuntimeOn": "Auto"},
            {"UpdateRuntimeOn": "Manual", "RuntimeVersionArn": "arn:aws:lambda:eu-west-1::runtime:0a1b2c"},
        ),
        "runtime updates of orders:7: Auto → Manual 0a1b2c",
    ),
    (
        PublishSignedLayer("lm", "c0de", "m", "signing", "arn:aws:signer:eu-west-1:1:/signing-profiles/shop/A1"),
        "layer lm: sign for shop in signing, publish “m”",
    ),
    (ProvisionConcurrency("orders", "7", 5), "provisioned concurrency of orders:7: none → 5"),
    (SwitchMapping("4f1c", "incoming", before=True, after=False), "mapping incoming: on → off"),
    (DeleteMapping("4f1c", "incoming"), "mapping incoming: delete"),
    (CreateIntegration("9x2k", "m", {"IntegrationUri": URL}), f"http api 9x2k: integration with {URL}"),
    (RehearseRoute("9x2k", "/probe-1", "marker:m"), "http api 9x2k: rehearsal route GET /probe-1"),
    (EndRehearsal("9x2k", "/probe-1", "marker:m"), "http api 9x2k: remove the rehearsal route GET /probe-1"),
    (
        CreatePipe("taken", STREAM, "orders-kinesis", "orders-kinesis", "Member", {}, {}, 360.0, "kinesis"),
        "pipe taken: from stream/scans, beginning 360 s before now, stopped",
    ),
    (
        CreatePipe("taken", STREAM, "orders-kinesis", "orders-kinesis", "Member", {}, {}, OLDEST, "kinesis"),
        "pipe taken: from stream/scans, beginning at the oldest record, stopped",
    ),
    (SwitchPipe("taken", before=False, after=True), "pipe taken: stopped → runs"),
    (CreateFunctionUrl("orders", "live", {"AuthType": "NONE"}), "function URL of orders:live: create"),
    (
        ChangeRecords("Z1", "api.example.com", [RECORD], [{**RECORD, "ResourceRecords": [{"Value": "192.0.2.2"}]}]),
        "records of api.example.com: A 192.0.2.1 → A 192.0.2.2",
    ),
    (CreateLatticeGroup("lm-orders", "V2"), "VPC Lattice target group lm-orders: create"),
    (
        RegisterLatticeFunction(f"{LATTICE_NAMED}lm-orders", LIVE),
        "VPC Lattice target group lm-orders: register orders:live",
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
        JoinListenerRule("r1", "", "lb:443 /orders", {GROUP: 1}, {GROUP: 1, "target-group:service": 0}),
        "rule lb:443 /orders: service joins with weight 0",
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
