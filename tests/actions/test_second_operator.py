"""A second operator writes to the same document between our read and our write: theirs survives, or we stop.

Every world is tried: a new kind is covered by itself. In each of them the second operator acts in the narrowest gap,
right before our write, on the way there; `make chaos` lets him act in every gap between two calls, there and back,
where `make test` takes one world by a seed. Where AWS has no condition for the write, what is written in that narrowest
gap is lost unseen: docs/limits.md names these documents, and this test holds the list exact.
"""

from __future__ import annotations

import os
import random
from dataclasses import fields
from functools import partial
from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING, Any
from uuid import uuid4

import pytest

from lambda_migrate.actions import ACTIONS, Observed
from lambda_migrate.aws.session import READ_PREFIXES
from lambda_migrate.engine.apply import bring
from lambda_migrate.errors import AlreadyThere, Drifted, PreconditionFailed
from tests.actions.leaves import delta, kept, leaves
from tests.actions.stage import Stage
from tests.actions.worlds import LOCAL, WORLDS
from tests.support.chaos import FULL
from tests.support.embedded_aws import function_maker

if TYPE_CHECKING:
    from collections.abc import Callable

    from lambda_migrate.aws.permissions import Call
    from lambda_migrate.sandbox.embedded_aws import EmbeddedAws
    from tests.actions.crashes import Crashes
    from tests.actions.stage import World

pytestmark = pytest.mark.sandbox

STOPPED = (Drifted, PreconditionFailed, AlreadyThere)
"""What we stop with."""

LIMITS = Path(__file__).parents[2] / "docs" / "limits.md"
UNCONDITIONED = {
    "point_alarm": "an alarm",
    "point_api_authorizer": "an AppSync API",
    "point_config_rule": "a Config rule",
    "point_data_source": "an AppSync data source",
    "point_definition": "a state machine's definition",
    "point_destination": "a function's asynchronous settings",
    "point_lattice_rule": "the groups of a rule of VPC Lattice",
    "point_listener_rule": "the actions of a load balancer's rule",
    "point_notification": "a bucket's notifications",
    "point_receipt_rule": "a receipt rule of SES",
    "point_repository_trigger": "a CodeCommit repository's triggers",
    "point_schedule": "a schedule",
    "point_topic_rule": "an IoT rule",
    "point_user_pool": "a user pool",
    "replace_rest_integration": "a REST API's integration that goes straight to the service",
    "send_schedule": "a schedule",
    "set_async_settings": "a function's asynchronous settings",
    "set_stage_variable/http": "the variables of an HTTP API's stage",
}
"""Kinds, or worlds of one, whose write AWS takes without a condition, by what docs/limits.md calls their documents."""


SHARED = [
    name
    for name in WORLDS
    if name not in LOCAL
    and ACTIONS[name.partition("/")[0]].reversible
    and {"before", "after"} <= {each.name for each in fields(ACTIONS[name.partition("/")[0]])}  # type: ignore[arg-type]
]
"""Worlds of what puts one side in the place of the other in something that others may change too."""
SEED = int(os.environ.get("CHAOS_SEED", "1"))
SAMPLE = SHARED if FULL else random.Random(SEED).sample(SHARED, 1)


def unconditioned(name: str) -> str:
    return UNCONDITIONED.get(name) or UNCONDITIONED.get(name.partition("/")[0], "")


def test_what_may_be_lost_is_said_and_is_still_there() -> None:
    text = " ".join(LIMITS.read_text().split())

    assert [each for each in UNCONDITIONED.values() if each not in text] == []
    assert [each for each in UNCONDITIONED if each not in {*SHARED, *(name.partition("/")[0] for name in SHARED)}] == []


@pytest.mark.parametrize("name", SHARED)
def test_right_before_our_write_theirs_survives_or_we_stop(name: str, stage: Stage, crashes: Crashes) -> None:
    def before_the_write(act: Callable[[], object]) -> None:
        crashes.interrupt(1, act)

    world = WORLDS[name](stage)
    original = leaves(world.documents())
    lost = lost_in(world, crashes, Observed.AFTER, before_the_write)

    assert delta(original, leaves(world.documents()))
    assert unconditioned(name) or not lost
    assert lost or name not in UNCONDITIONED, "AWS or the action conditions it now: take it off the list"
    assert not unconditioned(name) or read_last(crashes.made)


@pytest.mark.chaos
@pytest.mark.timeout(600)
@pytest.mark.parametrize("name", SAMPLE)
def test_in_no_other_gap_is_anything_lost(
    name: str,
    client: Callable[[str], Any],
    embedded_aws: EmbeddedAws,
    crashes: Crashes,
    tmp_path: Path,
) -> None:
    print(f"CHAOS_SEED={SEED}")
    for to in (Observed.AFTER, Observed.BEFORE):
        for at in count(1):
            called = f"t{uuid4().hex[:10]}"
            make = function_maker(client, embedded_aws.account, called)
            world = WORLDS[name](Stage(client, make, called, crashes.aws, tmp_path))
            crashes.arm()
            if to is Observed.BEFORE:
                bring(world.action, crashes.aws, Observed.AFTER)
            acted: list[str] = []
            lost = lost_in(world, crashes, to, partial(_before, crashes, at, acted))
            if not acted:
                break
            writing = not acted[0].partition(":")[2].startswith(READ_PREFIXES)
            assert not lost or (writing and unconditioned(name)), (to, at, acted)


BESIDE = ("iam:PassRole", "apigatewayv2:GetStages")
"""What is asked for with a call and is none itself, and what tells whether a deployment is under way."""


def read_last(made: list[Call]) -> bool:
    """Return whether what is read right before the write is what is looked at last of all: the document."""
    calls = [each.name for each in made if each.name not in BESIDE]
    write = next(place for place, call in enumerate(calls) if not call.partition(":")[2].startswith(READ_PREFIXES))
    return calls[write - 1] == calls[-1]


def _before(crashes: Crashes, at: int, acted: list[str], act: Callable[[], object]) -> None:
    """Let somebody act right before a call, reads included, and say before which."""

    def acting() -> None:
        acted.append(crashes.calls[-1])
        act()

    crashes.interrupt(at, acting, reads=True)


def lost_in(world: World, crashes: Crashes, to: Observed, interrupt: Callable[[Callable[[], object]], None]) -> bool:
    """Return whether what somebody wrote on our way is lost, and nobody stopped.

    Args:
        world: Where both write.
        crashes: Our session.
        to: Where we go.
        interrupt: Says before which of our calls the other acts.
    """
    theirs: dict[str, object] = {}

    def act() -> None:
        before = leaves(world.documents())
        world.foreign()
        theirs.update(delta(before, leaves(world.documents())))

    interrupt(act)
    try:
        bring(world.action, crashes.aws, to)
    except STOPPED:
        return False
    return kept(theirs, leaves(world.documents())) != theirs
