"""What each action says of its way back, in one line."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

import pytest

from lambda_migrate.actions import ACTIONS
from lambda_migrate.actions.api_gateway.point_integration import PointIntegration
from lambda_migrate.actions.base import backwards
from lambda_migrate.actions.cloudfront.create_viewer_function import CreateViewerFunction
from lambda_migrate.actions.ecr.copy_image import CopyImage
from lambda_migrate.actions.ecr.push_image import PushImage
from lambda_migrate.actions.ecr.tag_image import TagImage
from lambda_migrate.actions.event_source.switch_mapping import SwitchMapping
from lambda_migrate.actions.function.configure_image import ConfigureImage
from lambda_migrate.actions.function.configure_latest import ConfigureLatest
from lambda_migrate.actions.function.create_alias import CreateAlias
from lambda_migrate.actions.function.create_function_url import CreateFunctionUrl
from lambda_migrate.actions.function.grant_permission import GrantPermission
from lambda_migrate.actions.function.pin_original import PinOriginal
from lambda_migrate.actions.function.pin_version import PinVersion
from lambda_migrate.actions.function.point_image import PointImage
from lambda_migrate.actions.function.publish_layer import PublishLayer
from lambda_migrate.actions.function.publish_version import PublishVersion
from lambda_migrate.actions.function.restore_image import RestoreImage
from lambda_migrate.actions.function.restore_latest import RestoreLatest
from lambda_migrate.actions.function.shift_weight import ShiftWeight
from lambda_migrate.actions.iam.create_role import CreateRole
from lambda_migrate.actions.load_balancer.create_target_group import CreateTargetGroup
from lambda_migrate.actions.load_balancer.join_listener_rule import JoinListenerRule
from lambda_migrate.actions.load_balancer.point_listener_rule import PointListenerRule
from lambda_migrate.actions.load_balancer.register_function import RegisterFunction
from lambda_migrate.actions.pipes.create_pipe import OLDEST, CreatePipe
from lambda_migrate.actions.scheduler.point_schedule import PointSchedule
from lambda_migrate.actions.scheduler.schedule_return import ScheduleReturn
from lambda_migrate.actions.sns.park_subscription import ParkSubscription
from lambda_migrate.actions.sns.remove_subscription import RemoveSubscription
from lambda_migrate.actions.sns.subscribe import Subscribe
from tests.actions.subjects import FUNCTION, GROUP, LATEST, ONE, STARTED, STATEMENT, STREAM, TOPIC, TWO, URL

if TYPE_CHECKING:
    from lambda_migrate.actions import Action

BACKWARDS: list[tuple[Action, str]] = [
    (CreateAlias("orders", "live", "1", ""), "alias live: 1 → none"),
    (PinOriginal("orders", "1"), "alias lambda-migrate: 1 → none"),
    (PinVersion("orders", "2"), "alias lambda-migrate-2: 2 → none"),
    (
        ShiftWeight("orders", "live", {"version": "1", "weights": {}}, {"version": "2", "weights": {}}),
        "alias live: 2 → 1",
    ),
    (PublishVersion("orders", "c0de", "original 1"), "version of orders: delete “original 1”"),
    (PublishLayer("layer", "", "proxy 1"), "layer layer: delete “proxy 1”"),
    (ConfigureLatest(*LATEST), "$LATEST of orders: handler lambda_migrate_proxy.handler → app.handler"),
    (RestoreLatest(*LATEST), "$LATEST of orders: stays the original"),
    (TagImage("shop/orders", ONE, "kept"), "image shop/orders@sha256:111111111111…: remove the tag `kept`"),
    (
        CopyImage("999999999999.dkr.ecr.eu-west-1.amazonaws.com/shop/orders", "shop/orders", ONE, "kept"),
        "image shop/orders:kept: remove the tag, the copy goes with its last",
    ),
    (
        PushImage("shop/orders", ONE, TWO, "proxy", on_path=True),
        "image shop/orders:proxy: remove the tag, sha256:222222222222… goes with its last",
    ),
    (PointImage("orders", "r/o", ONE, TWO), "$LATEST of orders: image sha256:222222222222… → sha256:111111111111…"),
    (ConfigureImage(*STARTED), "$LATEST of orders: starts what its image says"),
    (RestoreImage(*STARTED), "$LATEST of orders: stays the original"),
    (GrantPermission("orders", "live", STATEMENT), "permission: remove sns.amazonaws.com may invoke orders:live"),
    (SwitchMapping("4f1c", "incoming", before=True, after=False), "mapping incoming: off → on"),
    (CreatePipe("taken", STREAM, "d", "r", "Member", {}, {}, OLDEST, "kinesis"), "pipe taken: delete"),
    (PointIntegration("9x2k", "i1", "shop", FUNCTION, f"{FUNCTION}:live"), "http api shop: orders:live → orders"),
    (
        PointSchedule("nightly", {"/FunctionName": "orders"}, {"/FunctionName": "orders:live"}, "default"),
        "schedule default/nightly: orders:live → orders",
    ),
    (Subscribe(TOPIC, "https", URL, {}), f"topic news: unsubscribe {URL}"),
    (ParkSubscription(TOPIC, "news", {}), "subscription to news: parked → delivers"),
    (RemoveSubscription(TOPIC, "news"), "subscription to news: remove (stays as it is)"),
    (CreateRole("caller", {}), "role caller: delete"),
    (CreateFunctionUrl("orders", "live", {"AuthType": "NONE"}), "function URL of orders:live: delete"),
    (CreateViewerFunction("lambda-migrate-E1-10", "api", 10), "viewer function lambda-migrate-E1-10: delete"),
    (CreateTargetGroup("lm-orders", {}), "target group lm-orders: delete"),
    (RegisterFunction(GROUP, f"{FUNCTION}:live"), "target group orders: deregister orders:live"),
    (
        PointListenerRule("r1", "", "lb:443 /orders", {GROUP: 5}, {GROUP: 3, "target-group:lm-orders": 2}),
        "rule lb:443 /orders: orders 3, lm-orders 2 → orders",
    ),
    (
        JoinListenerRule("r1", "", "lb:443 /orders", {GROUP: 1}, {GROUP: 1, "target-group:service": 0}),
        "rule lb:443 /orders: take service out",
    ),
    (
        ScheduleReturn("o-return", "orders", "live", "1", "o-role", "2026-03-01T12:00:00"),
        "alias live does not go back by itself",
    ),
    (
        ScheduleReturn("o-return", "orders", "live", "1", "o-role", "2026-03-01T12:00:00", "2026-03-01T11:00:00"),
        "alias live goes back to version 1 at 2026-03-01T11:00:00 UTC by itself",
    ),
]


@pytest.mark.parametrize(("action", "sentence"), BACKWARDS, ids=[action.kind for action, _ in BACKWARDS])
def test_an_action_says_what_undoing_it_does_in_one_line(action: Action, sentence: str) -> None:
    assert backwards(action) == sentence


@pytest.mark.parametrize("kind", [kind for kind in ACTIONS if ACTIONS[kind].reversible])
def test_every_action_says_what_undoing_it_does(kind: str) -> None:
    fields = {field.name for field in dataclasses.fields(ACTIONS[kind])}

    assert hasattr(ACTIONS[kind], "describe_back") or {"before", "after"} <= fields
