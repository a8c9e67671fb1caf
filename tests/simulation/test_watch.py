"""Each thing that must hold is seen to fail where somebody plants a violation of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.simulation.account import opened
from tests.simulation.agreement import disagreements
from tests.simulation.history import Broken, History, Move, Replay
from tests.simulation.migrating import Migrating
from tests.simulation.refusals import Refused
from tests.simulation.snapshot import differences, taken
from tests.simulation.watch import Watch
from tests.simulation.world import FUNCTION, World

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path


@pytest.fixture
def world() -> World:
    return opened()


def lambda_(world: World, operation: str, **parameters: object) -> None:
    """Call Lambda as the program would: what comes of it is ours."""
    world.answer("lambda", operation, {"FunctionName": FUNCTION, **parameters})


def delete_the_alias(world: World) -> None:
    lambda_(world, "delete_alias", Name="live")


def take_a_permission(world: World) -> None:
    sid = world.services.lambda_.policies.truth[f"{FUNCTION}:live"]["Statement"][0]["Sid"]
    lambda_(world, "remove_permission", Qualifier="live", StatementId=sid)


def lose_a_version(world: World) -> None:
    world.services.lambda_.versions.drop(f"{FUNCTION}:2")


def lose_the_original(world: World) -> None:
    world.services.lambda_.versions.drop(f"{FUNCTION}:1")
    now = world.services.lambda_.latest.truth[FUNCTION]
    world.services.lambda_.latest.put(FUNCTION, {**now, "Handler": "another.handler"})


def delete_the_function(world: World) -> None:
    lambda_(world, "delete_function")


def stop_the_queue(world: World) -> None:
    world.services.service.consuming = False
    for uuid in world.services.lambda_.mappings.truth:
        world.answer("lambda", "update_event_source_mapping", {"UUID": uuid, "Enabled": False})


def park_every_subscription(world: World) -> None:
    for arn in list(world.services.sns.subscriptions.truth):
        given = {"AttributeName": "FilterPolicy", "AttributeValue": '{"lambda-migrate-parked": ["never"]}'}
        world.answer("sns", "set_subscription_attributes", {"SubscriptionArn": arn, **given})


def lose_an_integration(world: World) -> None:
    for name in list(world.services.apigatewayv2.integrations.truth):
        world.services.apigatewayv2.integrations.drop(name)


def drop_the_key(world: World) -> None:
    given = {"SecretId": "orders/signing-keys", "SecretString": "k9:another"}
    world.answer("secretsmanager", "put_secret_value", given)


@pytest.mark.parametrize(
    ("plant", "told"),
    [
        (delete_the_alias, "rule orders-rule → orders:live: the alias or version live is not there"),
        (take_a_permission, "apigateway.amazonaws.com may not invoke orders:live"),
        (lose_a_version, "topic orders-topic → orders:live: version 2 is not there"),
        (lose_the_original, "the original is gone: neither $LATEST nor a version runs what it ran"),
        (delete_the_function, "queue orders-queue → orders:live: the function is not there"),
        (stop_the_queue, "queue orders-queue: nobody polls it"),
        (park_every_subscription, "topic orders-topic: nothing that is subscribed gets its messages"),
        (lose_an_integration, "route GET /api/health: its integration is not there"),
        (drop_the_key, "version 2 signs with k1, which the service refuses"),
    ],
    ids=lambda each: getattr(each, "__name__", ""),
)
def test_what_breaks_production_is_seen(
    world: World, tmp_path: Path, plant: Callable[[World], None], told: str
) -> None:
    watch = Watch(world)
    we = Migrating(world, tmp_path, wrote=watch.look)
    assert [we("proxy").well, we("cutover").well] == [True, True]
    assert watch.broken == []

    plant(world)
    watch.look("us")

    assert any(told in each for each in watch.broken), watch.broken


def test_weights_that_nothing_would_put_back_are_seen(world: World, tmp_path: Path) -> None:
    watch = Watch(world)
    we = Migrating(world, tmp_path, wrote=watch.look)
    assert [we("proxy").well, we("cutover").well] == [True, True]

    lambda_(world, "update_alias", Name="live", RoutingConfig={"AdditionalVersionWeights": {"1": 0.1}})
    watch.look("lambda:UpdateAlias")

    assert [each.partition(": ")[2] for each in watch.broken] == [
        "part of the traffic is moved, and no schedule would put it back"
    ]


def test_what_somebody_else_breaks_is_theirs(world: World) -> None:
    watch = Watch(world)

    with world.somebody_else():
        delete_the_function(world)
    watch.look_away()
    watch.look("us")

    assert watch.broken == []


@pytest.mark.parametrize("lost", ["applied", "written"])
def test_a_ledger_that_says_something_else_than_aws_is_seen(world: World, tmp_path: Path, lost: str) -> None:
    we = Migrating(world, tmp_path)
    assert we("proxy").well
    assert disagreements(world, we.ledger) == []

    if lost == "written":
        lose_a_version(world)
    else:
        lambda_(world, "update_alias", Name="lambda-migrate", FunctionVersion="2")

    about = {"written": ("version", "lambda-migrate proxy all"), "applied": ("pin",)}[lost]
    found = [subject for subject, _ in disagreements(world, we.ledger)]
    assert [tuple(part[: len(want)] for part, want in zip(each, about, strict=False)) for each in found] == [about]


def test_whatever_is_left_after_a_complete_rollback_is_seen(tmp_path: Path) -> None:
    replay = Replay(History(0, (Move("on"),)), tmp_path)
    replay.world.client("lambda").create_alias(FunctionName=FUNCTION, Name="left", FunctionVersion="$LATEST")

    with pytest.raises(Broken, match="aliases: orders:left is left"):
        replay.run()


def test_a_command_that_never_gets_through_is_seen(tmp_path: Path) -> None:
    replay = Replay(History(0, (Move("on"), Move("on"))), tmp_path)

    def refuse(**_parameters: object) -> None:
        raise Refused("InvalidParameterValueException", "never")

    replay.world.services.lambda_.delete_alias = refuse  # type: ignore[method-assign]

    with pytest.raises(Broken, match="cleanup does not get through"):
        replay.run()


def test_two_worlds_differ_in_what_differs_alone(world: World) -> None:
    other = opened()
    assert differences(taken(world), taken(other)) == []

    with other.somebody_else():
        take = {"Statement": [], "RevisionId": "1"}
        other.services.lambda_.policies.put(FUNCTION, take)
        other.client("lambda").create_alias(FunctionName=FUNCTION, Name="more", FunctionVersion="$LATEST")

    assert differences(taken(world), taken(other)) == [
        "aliases: orders:more is left",
        "policies: orders is gone",
    ]
