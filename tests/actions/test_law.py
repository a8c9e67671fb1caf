"""The law that every kind of action keeps, on an embedded AWS.

Before → apply → after → undo → before, and once more; through YAML and JSON; beside the changes of others; and killed
right before or after each of its changing calls, in both directions, whether the user then goes on or goes back.
"""

from __future__ import annotations

import json
from contextlib import contextmanager
from typing import TYPE_CHECKING

import pytest
import yaml

from lambda_migrate.actions import ACTIONS, KINDS, Observed, Registry, action_from_dict, action_to_dict
from lambda_migrate.engine.apply import bring
from lambda_migrate.engine.executor import Executor
from lambda_migrate.engine.ledger import Identity, Ledger
from lambda_migrate.engine.plan import Plan, Step
from lambda_migrate.errors import Drifted, GateClosed, MigrateError
from tests.actions.crashes import Crashes, Killed
from tests.actions.leaves import delta, kept, leaves
from tests.actions.stage import PRIVATE, SECRET
from tests.actions.worlds import LOCAL, WORLDS

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from lambda_migrate.actions import Action
    from lambda_migrate.aws.session import Aws
    from tests.actions.stage import Stage, World

pytestmark = pytest.mark.sandbox

IDENTITY = Identity("000000000000", "us-east-1", "arn:aws:lambda:us-east-1:000000000000:function:orders")

AT_ONCE = 0.01
"""Seconds until this AWS shows what was written; that a slower one is waited for is proven in the simulation."""

TWO_SIDED = {
    "attach_role_policy",
    "create_instance_profile",
    "create_application",
    "build_image",
    "create_deployment",
    "publish_signed_layer",
}
"""Kinds whose thing is there or is not, and nothing else: nobody can make something different of it."""


@pytest.fixture(params=WORLDS)
def world(request: pytest.FixtureRequest, stage: Stage) -> World:
    return WORLDS[request.param](stage)


REVERSIBLE = [name for name in WORLDS if ACTIONS[name.partition("/")[0]].reversible]


@pytest.fixture(params=REVERSIBLE)
def reversible(request: pytest.FixtureRequest, stage: Stage) -> World:
    return WORLDS[request.param](stage)


@pytest.fixture(params=[name for name in REVERSIBLE if name not in LOCAL])
def remote(request: pytest.FixtureRequest, stage: Stage) -> World:
    return WORLDS[request.param](stage)


@pytest.fixture(params=[name for name in WORLDS if not ACTIONS[name.partition("/")[0]].reversible])
def irreversible(request: pytest.FixtureRequest, stage: Stage) -> World:
    return WORLDS[request.param](stage)


def test_every_kind_has_a_world() -> None:
    assert {name.partition("/")[0] for name in WORLDS} == set(ACTIONS)
    assert len(ACTIONS) == len(KINDS)


def test_a_class_that_is_not_an_action_of_its_kind_is_not_registered() -> None:
    registry = Registry(("s3.put_object:PutObject",))

    for kind, entry in (("put_object", ACTIONS["subscribe"]), ("crash", Crashes)):
        with pytest.raises(TypeError):
            registry[kind] = entry
    assert registry["put_object"] is ACTIONS["put_object"]
    with pytest.raises(KeyError):
        registry["unknown"]


def test_there_and_back_again(reversible: World, aws: Aws) -> None:
    action, original = reversible.action, reversible.documents()

    assert action.observe(aws) is Observed.BEFORE
    bring(action, aws, Observed.AFTER)
    changed = reversible.documents()
    assert changed != original
    bring(action, aws, Observed.AFTER)
    assert reversible.documents() == changed

    bring(action, aws, Observed.BEFORE)
    assert reversible.documents() == original
    bring(action, aws, Observed.BEFORE)
    assert reversible.documents() == original

    bring(action, aws, Observed.AFTER)
    assert reversible.documents() == changed


def test_there_and_no_way_back(irreversible: World, aws: Aws) -> None:
    action, original = irreversible.action, irreversible.documents()

    assert action.observe(aws) is Observed.BEFORE
    bring(action, aws, Observed.AFTER)
    changed = irreversible.documents()
    assert changed != original
    bring(action, aws, Observed.AFTER)
    with pytest.raises(GateClosed):
        bring(action, aws, Observed.BEFORE)
    with pytest.raises(GateClosed):
        action.undo(aws)
    assert irreversible.documents() == changed


def test_a_change_of_somebody_else_from_before_is_kept_both_ways(world: World, aws: Aws) -> None:
    action, original = world.action, leaves(world.documents())
    world.foreign()
    theirs = delta(original, leaves(world.documents()))
    assert theirs

    bring(action, aws, Observed.AFTER)
    assert kept(theirs, leaves(world.documents())) == theirs
    if action.reversible:
        bring(action, aws, Observed.BEFORE)
        assert delta(original, leaves(world.documents())) == theirs


def test_a_change_of_somebody_else_from_in_between_is_kept_by_undo(reversible: World, aws: Aws) -> None:
    action, original = reversible.action, leaves(reversible.documents())
    bring(action, aws, Observed.AFTER)
    changed = leaves(reversible.documents())
    reversible.foreign()
    theirs = delta(changed, leaves(reversible.documents()))
    assert theirs

    assert action.observe(aws) is Observed.AFTER
    bring(action, aws, Observed.BEFORE)
    assert delta(original, leaves(reversible.documents())) == theirs


def test_what_somebody_else_has_done_to_the_thing_itself_is_drift_and_stays(world: World, aws: Aws) -> None:
    if world.drift is None:
        assert not world.action.reversible or world.action.kind in TWO_SIDED
        return
    world.drift()
    drifted = world.documents()

    assert world.action.observe(aws) is Observed.DRIFT
    found = world.action.current(aws)
    assert found
    assert "\n" not in found
    with pytest.raises(Drifted):
        bring(world.action, aws, Observed.AFTER)
    with pytest.raises(Drifted if world.action.reversible else GateClosed):
        bring(world.action, aws, Observed.BEFORE)
    assert world.documents() == drifted


def test_a_session_that_only_looks_can_look_and_changes_nothing(world: World, aws: Aws) -> None:
    action, original = world.action, world.documents()
    with only_looking(aws):
        assert action.observe(aws) is Observed.BEFORE
        if action.kind in LOCAL:
            return
        with pytest.raises(MigrateError, match="would change something and this command only looks"):
            bring(action, aws, Observed.AFTER)
    assert world.documents() == original

    bring(action, aws, Observed.AFTER)
    if action.reversible:
        changed = world.documents()
        with only_looking(aws), pytest.raises(MigrateError, match="would change something and this command only looks"):
            bring(action, aws, Observed.BEFORE)
        assert world.documents() == changed


def test_it_reads_back_equal_and_shows_neither_secrets_nor_the_function_s_own_environment(
    world: World, aws: Aws
) -> None:
    action = world.action
    data = action_to_dict(action)
    assert action_from_dict(json.loads(json.dumps(data))) == action
    assert action_from_dict(yaml.safe_load(yaml.safe_dump(data))) == action

    shown = [json.dumps(action_to_dict(action)), repr(action), action.describe(), action.current(aws)]
    bring(action, aws, Observed.AFTER)
    shown.append(action.current(aws))

    assert [text for text in shown if SECRET in text or PRIVATE in text] == []


def test_killed_at_any_call_it_goes_on_or_back_as_if_nothing_had_happened(
    remote: World, crashes: Crashes, tmp_path: Path, record_property: Callable[[str, object], None]
) -> None:
    original = remote.documents()
    whole = Run(remote.action, crashes, tmp_path / "whole")
    whole.forward()
    changed, there = remote.documents(), points(len(crashes.calls))
    whole.back()
    back = points(len(crashes.calls))
    assert remote.documents() == original

    for at, when in there:
        run = Run(remote.action, crashes, tmp_path / f"on-{at}-{when}")
        with pytest.raises(Killed):
            run.forward(at, when)
        run.forward()
        assert remote.documents() == changed, (at, when)
        run.back()
        assert remote.documents() == original, (at, when)

    for at, when in there:
        run = Run(remote.action, crashes, tmp_path / f"back-{at}-{when}")
        with pytest.raises(Killed):
            run.forward(at, when)
        run.back()
        assert remote.documents() == original, (at, when)

    for at, when in back:
        run = Run(remote.action, crashes, tmp_path / f"undone-{at}-{when}")
        run.forward()
        with pytest.raises(Killed):
            run.back(at, when)
        run.back()
        assert remote.documents() == original, (at, when)
    record_property("crash_points", 2 * len(there) + len(back))


@pytest.mark.parametrize("when", ["before", "after"])
def test_killed_while_doing_what_cannot_be_undone_it_goes_on(
    irreversible: World,
    when: str,
    crashes: Crashes,
    tmp_path: Path,
    record_property: Callable[[str, object], None],
) -> None:
    run = Run(irreversible.action, crashes, tmp_path)
    with pytest.raises(Killed):
        run.forward(1, when)
    run.forward()

    assert irreversible.action.observe(crashes.aws) is Observed.AFTER
    assert len(crashes.calls) == (1 if when == "before" else 0)
    record_property("crash_points", 1)


class Run:
    """A plan of one step, with its own ledger, driven by the executor; every command opens the ledger again."""

    def __init__(self, action: Action, crashes: Crashes, folder: Path) -> None:
        self.plan = Plan("cutover", IDENTITY.function, "", (Step(f"01-{action.kind}", action),))
        self.crashes = crashes
        self.path = folder / "ledger.yaml"

    def forward(self, at: int = 0, when: str = "before") -> None:
        self.crashes.arm(at, when)
        with self._ledger("cutover") as ledger:
            Executor(ledger, self.crashes.aws, lag=AT_ONCE).run(self.plan)

    def back(self, at: int = 0, when: str = "before") -> None:
        self.crashes.arm(at, when)
        with self._ledger("rollback") as ledger:
            Executor(ledger, self.crashes.aws, lag=AT_ONCE).rollback()

    def _ledger(self, command: str) -> Ledger:
        return Ledger.open(self.path, IDENTITY, command=command, by="arn:aws:iam::000000000000:user/tester")


@contextmanager
def only_looking(aws: Aws) -> Iterator[None]:
    """Make a session, for a while, one of a command that only looks."""
    aws.read_only = True
    try:
        yield
    finally:
        aws.read_only = False


def points(calls: int) -> list[tuple[int, str]]:
    assert calls > 0
    return [(at, when) for at in range(1, calls + 1) for when in ("before", "after")]
